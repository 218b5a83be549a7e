"""`gatekeeper sip-gate ...`: what the SIP gate would do."""

from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from gatekeeper.cli.context import invocation
from gatekeeper.cli.helptext import help_of
from gatekeeper.cli.language import LanguageOption
from gatekeeper.cli.output import say, say_json
from gatekeeper.errors import ConfigError
from gatekeeper.translation import phrase
from gatekeeper.words import Language, Sentence, printed

if TYPE_CHECKING:
    from gatekeeper.config import Settings
    from gatekeeper.sip.check import TrunkReport

sip_gate = typer.Typer(no_args_is_help=True, help="The proxy that every call of a trunk passes ([sip_gate]).")

NOWHERE = 1
"""Exit code where a trunk's calls would go nowhere."""


def check(
    context: typer.Context,
    *,
    as_json: Annotated[bool, typer.Option("--json", help="As one JSON array.")] = False,
    lang: LanguageOption = Language.EN,
) -> None:
    """Show for each trunk which calls are its own and where they would be sent, and ask its carriers by OPTIONS.

    A plus stands before a carrier that would be sent calls, a minus before one that would not.
    The daemon need not run. Exit code 1: the calls of a trunk would go nowhere.

    For example:

      gatekeeper sip-gate check
      gatekeeper sip-gate check --json
    """
    settings = invocation(context).settings
    if not settings.sip_gate.trunks:
        raise ConfigError(
            phrase(
                "the SIP gate has no trunk: add a table [sip_gate.trunks.NAME] to {file}",
                file=settings.file or phrase("the configuration"),
            )
        )
    import asyncio

    from gatekeeper.sip.check import check_trunks  # speaks SIP, which other commands do without

    reports = asyncio.run(check_trunks(settings.sip_gate.as_gate()))
    if as_json:
        say_json([_record(one) for one in reports])
    else:
        _show(reports, settings, lang)
    if not all(one.sent_to for one in reports):
        raise typer.Exit(NOWHERE)


sip_gate.command(name="check", help=help_of(check))(check)


def _record(report: "TrunkReport") -> dict[str, Any]:
    return {
        **report._asdict(),
        "sent_to": report.sent_to,
        "carriers": [carrier._asdict() for carrier in report.carriers],
    }


def _show(reports: "list[TrunkReport]", settings: "Settings", lang: Language) -> None:
    """A block for each trunk: a table would be wider than a terminal, with addresses that must not be cut."""
    words = {key: printed(said, lang) for key, said in _WORDS.items()}
    wide = max(len(words[key]) for key in ("calls", "carriers", "asterisk")) + 2
    for report in reports:
        goes = words["sent"].format(address=report.sent_to) if report.sent_to else words["nowhere"]
        say(f"{words['trunk'].format(name=report.trunk)}{goes}")
        rows = [(words["calls"], words["all"] if report.known_by == _ALL else report.known_by)]
        for carrier in report.carriers:
            says = printed(_SAYS[carrier.says], lang) if carrier.says in _SAYS else carrier.says
            own = carrier.address == carrier.carrier.partition(":")[2]
            found = ", ".join(one for one in ("" if own else carrier.address, carrier.record) if one)
            named = f"{carrier.carrier} ({found})" if found else carrier.carrier
            rows.append((words["carriers"], f"{'+' if carrier.up else '-'} {named}: {says}"))
        rows += [(words["asterisk"], f"[{one}] outbound_proxy = {report.outbound_proxy}") for one in report.endpoints]
        before = ""
        for head, text in rows:
            say(f"  {head if head != before else '':<{wide}}{text}")
            before = head
        say()
    if not settings.sip_gate.enabled:
        say(words["disabled"])


_SAYS: Final = {
    said.english: said
    for said in (
        Sentence("the network refuses it", "le réseau refuse"),
        Sentence("its name is not found", "ce nom est introuvable"),
        Sentence("the DNS says that it has no such service", "le DNS dit que ce service n'y existe pas"),
        Sentence("it does not answer", "pas de réponse"),
        Sentence("Connection refused", "connexion refusée"),
    )
}
"""What is not a carrier's own answer."""

_ALL: Final = "all calls"
"""How a trunk says that it is the only one."""

_WORDS: Final = {
    "trunk": Sentence("Trunk {name}: ", "Ligne {name} : "),
    "sent": Sentence("calls go to {address}", "les appels vont à {address}"),
    "nowhere": Sentence("calls would go NOWHERE", "les appels n'iraient NULLE PART"),
    "calls": Sentence("its calls", "ses appels"),
    "carriers": Sentence("carriers", "opérateurs"),
    "asterisk": Sentence("pjsip.conf", "pjsip.conf"),
    "all": Sentence(_ALL, "tous les appels"),
    "disabled": Sentence(
        "The SIP gate is not enabled: set [sip_gate] enabled = true",
        "Le contrôle SIP n'est pas activé : écrivez enabled = true dans [sip_gate]",
    ),
}
