"""`gatekeeper reasons`."""

from typing import Annotated

import typer

from gatekeeper.cli.language import LanguageOption
from gatekeeper.cli.output import console, say_json, table
from gatekeeper.cli.words import WORDS
from gatekeeper.policy import Reason, Verdict, info_of
from gatekeeper.words import Language, printed


def reasons(
    lang: LanguageOption = Language.EN,
    as_json: Annotated[bool, typer.Option("--json", help="One line of JSON for each code.")] = False,
) -> None:
    """List the reason codes: why a call was blocked or allowed.

    The text of law belongs to the rule, by the law profile, and to the list: `gatekeeper check` cites it.

    For example:

      gatekeeper reasons
      gatekeeper reasons --lang fr
    """
    words = WORDS[lang]
    meaning = words.headings["meaning"]
    made = table(words.headings["code"], words.headings["verdict"], meaning, wrap=(meaning,))
    for reason in Reason:
        info = info_of(reason)
        verdict = Verdict.BLOCK if info.hangup_cause else Verdict.ALLOW
        if as_json:
            text = printed(info, lang)
            say_json({"code": reason, "verdict": verdict, "meaning": text})
        made.add_row(reason.value, words.verdict(verdict), printed(info, lang))
    if not as_json:
        console().print(made)
