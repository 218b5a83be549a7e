"""`gatekeeper check`."""

import sys
from typing import Annotated

import typer

from gatekeeper.cli.context import invocation, note
from gatekeeper.cli.language import LanguageOption
from gatekeeper.cli.output import say_json
from gatekeeper.cli.stores import must_have_lists
from gatekeeper.cli.times import read_moment, shown
from gatekeeper.clock import micros_of
from gatekeeper.policy import CalleeKind, DialMode, Gate, Purpose, Verdict
from gatekeeper.translation import phrase
from gatekeeper.words import Language

BLOCKED = 1
"""Exit code where the call would be blocked."""


def check(
    context: typer.Context,
    *,
    number: Annotated[str, typer.Argument(metavar="NUMBER", help="The number as the dialer dials it.")],
    campaign: Annotated[str, typer.Option(metavar="NAME", help="The campaign that the call belongs to.")] = "",
    principal: Annotated[str, typer.Option(metavar="NAME", help="The company that is called for.")] = "",
    caller_id: Annotated[str, typer.Option(metavar="NUMBER", help="The caller ID that would be presented.")] = "",
    purpose: Annotated[
        Purpose | None, typer.Option(case_sensitive=False, help="What is called for.", show_default=False)
    ] = None,
    sector: Annotated[
        str, typer.Option(metavar="NAME", help="The trade that is called for (`gatekeeper law trades`).")
    ] = "",
    goods: Annotated[
        str, typer.Option(metavar="NAME", help="The kind of goods it is about; several are separated by commas.")
    ] = "",
    dial_mode: Annotated[
        DialMode | None, typer.Option(case_sensitive=False, help="How it is dialled.", show_default=False)
    ] = None,
    callee: Annotated[
        CalleeKind | None, typer.Option(case_sensitive=False, help="Whom it calls.", show_default=False)
    ] = None,
    subcontractor: Annotated[str, typer.Option(metavar="NAME", help="Who calls for the principal.")] = "",
    contact: Annotated[str, typer.Option(metavar="ID", help="By what the site knows the person.")] = "",
    postcode: Annotated[str, typer.Option(metavar="CODE", help="The person's postcode.")] = "",
    at: Annotated[
        str,
        typer.Option(
            metavar="TIME",
            help="The moment of the call; the lists are taken as they are now. Local time, unless it says a zone.",
        ),
    ] = "now",
    explain: Annotated[bool, typer.Option("--explain", help="Show what each provision looked at and says.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
    lang: LanguageOption = Language.EN,
) -> None:
    """Say whether a number may be called at a moment, on what ground, and when it may be if not now.

    Nothing is called, nothing is written to the journal, and no attempt is counted.

    Exit code: 0 it may be called, 1 it is blocked, 2 an error.

    For example:

      gatekeeper check 0612345678
      gatekeeper check +33612345678 --campaign insurance --explain
      gatekeeper check 0612345678 --at 2026-12-24T10:00+01:00 --json
      gatekeeper check 0612345678 --principal "Example SA" --goods insurance --caller-id 0123456789
    """
    settings = invocation(context).settings
    moment = read_moment(at, "--at")
    if moment.note:
        note(moment.note)
    must_have_lists(settings)
    # These bring the stores in; the other commands do without.
    from gatekeeper.cli.answers import CheckAnswer, record, show
    from gatekeeper.cli.explained import show_steps
    from gatekeeper.cli.saying import not_judged_as_said, read_said
    from gatekeeper.daemon.wiring import open_screening
    from gatekeeper.explanation import explained, find_proof
    from gatekeeper.screening import Question
    from gatekeeper.screening.call import Said

    words = Said(purpose or "", sector, goods, dial_mode or "", callee or "", subcontractor, contact, postcode)
    said = read_said(words, settings.trades)
    question = Question(number, Gate.CLI, campaign=campaign, principal=principal, caller_id=caller_id, said=said)
    with open_screening(settings) as screening:
        finding = screening.find(question, micros_of(moment.at))
        finding = screening.with_retry(question, finding)
        steps, chain = screening.explain(finding), screening.chain_of(finding)
    decision, judged = finding.decision, finding.attempt.campaign.name
    if campaign and judged != campaign:
        note(phrase("that campaign is not configured, so [campaigns.{judged}] is judged by", judged=judged))
    if other := not_judged_as_said(said, finding.attempt.call, judged):
        note(other)
    proof = (
        find_proof(settings.daemon.data_dir, decision.proof, finding.number.e164, contact) if decision.proof else None
    )
    law = finding.chain.name if finding.chain is not None else settings.law_name(judged)
    told = explained(finding, chain, steps, lang, shown) if explain else None
    answer = CheckAnswer(finding, law, settings.legal_basis_of, proof, told)
    if as_json:
        say_json(record(answer, lang))
    else:
        show(answer, lang)
        if told is not None:
            show_steps(told, lang)
    sys.exit(BLOCKED if decision.verdict is Verdict.BLOCK else 0)
