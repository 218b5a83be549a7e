"""`gatekeeper check`."""

import sys
from typing import Annotated

import typer

from gatekeeper.cli.context import invocation, note
from gatekeeper.cli.output import say_json
from gatekeeper.cli.stores import must_have_lists
from gatekeeper.cli.times import read_moment
from gatekeeper.clock import micros_of
from gatekeeper.policy import Gate, Verdict
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
    at: Annotated[
        str,
        typer.Option(
            metavar="TIME",
            help="The moment of the call; the lists are taken as they are now. Local time, unless it says a zone.",
        ),
    ] = "now",
    explain: Annotated[bool, typer.Option("--explain", help="Show what each rule says.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
    lang: Annotated[Language, typer.Option(help="The language of the reason's sentence.")] = Language.EN,
) -> None:
    """Say whether a number may be called. Nothing is called, and nothing is written to the journal.

    Exit code: 0 it may be called, 1 it is blocked, 2 an error.

    For example:

      gatekeeper check 0612345678
      gatekeeper check +33612345678 --campaign insurance --explain
      gatekeeper check 0612345678 --at 2026-12-24T10:00+01:00 --json
    """
    settings = invocation(context).settings
    moment = read_moment(at, "--at")
    if moment.note:
        note(moment.note)
    must_have_lists(settings)
    # These bring the stores in; the other commands do without.
    from gatekeeper.cli.answers import record, show, show_steps
    from gatekeeper.daemon.wiring import open_screening
    from gatekeeper.screening import Question

    question = Question(number, Gate.CLI, campaign=campaign, principal=principal, caller_id=caller_id)
    with open_screening(settings) as screening:
        finding = screening.find(question, micros_of(moment.at))
        steps = screening.explain(finding)
    if campaign and finding.attempt.campaign.name != campaign:
        note(f"that campaign is not configured, so [campaigns.{finding.attempt.campaign.name}] is judged by")
    law = settings.law_name(finding.attempt.campaign.name)
    if as_json:
        say_json(record(finding, steps if explain else None, lang, law, settings.legal_basis_of))
    else:
        show(finding, lang, law, settings.legal_basis_of)
        if explain:
            show_steps(steps)
    sys.exit(BLOCKED if finding.decision.verdict is Verdict.BLOCK else 0)
