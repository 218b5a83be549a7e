"""`gatekeeper sip-gate ...`: what the SIP gate would do."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from gatekeeper.cli.context import invocation
from gatekeeper.cli.helptext import help_of
from gatekeeper.cli.output import console, say, say_json, table
from gatekeeper.errors import ConfigError

if TYPE_CHECKING:
    from gatekeeper.sip.check import TrunkReport

sip_gate = typer.Typer(no_args_is_help=True, help="The proxy that every call of a trunk passes ([sip_gate]).")

NOWHERE = 1
"""Exit code where a trunk's calls would go nowhere."""


def check(
    context: typer.Context,
    *,
    as_json: Annotated[bool, typer.Option("--json", help="As one JSON array.")] = False,
) -> None:
    """Show for each trunk which calls are its own and where they would be sent, and ask its carriers by OPTIONS.

    The daemon need not run. Exit code 1: the calls of a trunk would go nowhere.

    For example:

      gatekeeper sip-gate check
      gatekeeper sip-gate check --json
    """
    settings = invocation(context).settings
    if not settings.sip_gate.trunks:
        raise ConfigError(
            f"the SIP gate has no trunk: add a table [sip_gate.trunks.NAME] to {settings.file or 'the configuration'}"
        )
    import asyncio

    from gatekeeper.sip.check import check_trunks  # speaks SIP, which other commands do without

    reports = asyncio.run(check_trunks(settings.sip_gate.as_gate()))
    if as_json:
        say_json([_record(one) for one in reports])
    else:
        _show(reports, enabled=settings.sip_gate.enabled)
    if not all(one.sent_to for one in reports):
        raise typer.Exit(NOWHERE)


sip_gate.command(name="check", help=help_of(check))(check)


def _record(report: "TrunkReport") -> dict[str, Any]:
    return {
        **report._asdict(),
        "sent_to": report.sent_to,
        "carriers": [carrier._asdict() for carrier in report.carriers],
    }


def _show(reports: "list[TrunkReport]", *, enabled: bool) -> None:
    made = table("Trunk", "Its calls", "Carrier", "Address", "Answer", "Sent there", wrap=("Its calls", "Answer"))
    for report in reports:
        head = (report.trunk, report.known_by)
        for carrier in report.carriers:
            sent = "yes" if carrier.up and carrier.address == report.sent_to else "-"
            made.add_row(*head, carrier.carrier, carrier.address or "-", carrier.says, sent)
            head = ("", "")
    console().print(made)
    say()
    for report in reports:
        say(f"pjsip.conf, [{'], ['.join(report.endpoints)}]: outbound_proxy = {report.outbound_proxy}")
    if not enabled:
        say("The SIP gate is not enabled: set [sip_gate] enabled = true")
