"""`gatekeeper reasons`."""

from typing import Annotated

import typer

from gatekeeper.cli.output import console, say_json, table
from gatekeeper.cli.words import WORDS
from gatekeeper.policy import Reason, Verdict, info_of
from gatekeeper.words import Language, sentence


def reasons(
    lang: Annotated[Language, typer.Option(help="The language of the sentences.")] = Language.EN,
    as_json: Annotated[bool, typer.Option("--json", help="One line of JSON for each code.")] = False,
) -> None:
    """List the reason codes: why a call was blocked or allowed.

    For example:

      gatekeeper reasons
      gatekeeper reasons --lang fr
    """
    words = WORDS[lang]
    meaning, basis = words.headings["meaning"], words.headings["basis"]
    made = table(words.headings["code"], words.headings["verdict"], meaning, basis, wrap=(meaning, basis))
    for reason in Reason:
        info = info_of(reason)
        verdict = Verdict.BLOCK if info.hangup_cause else Verdict.ALLOW
        if as_json:
            text = sentence(info, lang)
            say_json({"code": reason, "verdict": verdict, "meaning": text, "legal_basis": info.legal_basis})
        made.add_row(reason.value, words.verdict(verdict), sentence(info, lang), info.legal_basis)
    if not as_json:
        console().print(made)
