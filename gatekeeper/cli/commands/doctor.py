"""`gatekeeper doctor`."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from gatekeeper.cli.asking import must_agree
from gatekeeper.cli.context import Invocation, invocation
from gatekeeper.cli.language import LanguageOption
from gatekeeper.cli.output import console, say, say_json, table
from gatekeeper.cli.words import WORDS
from gatekeeper.errors import ConfigError, GatekeeperError
from gatekeeper.translation import phrase
from gatekeeper.words import Language, Sentence, printed

if TYPE_CHECKING:
    from rich.console import Console

    from gatekeeper.config import Settings
    from gatekeeper.doctor import CheckReport, CheckStatus, HealthCheck, Installation

WARNED: Final = 1
"""Exit code where calls are guarded, and something ought to be done."""

BROKEN: Final = 2
"""Exit code where a check failed."""

_STYLES: Final = {"ok": "green", "skipped": "dim", "warning": "yellow", "failed": "bold red"}
_SUMS: Final = Sentence(
    "checks: well {ok}, warning {warning}, failed {failed}, skipped {skipped}",
    "vérifications : réussies {ok}, avertissements {warning}, échecs {failed}, non faites {skipped}",
)
_ASK: Final = Sentence(
    "Calls to a number that rings nobody are placed by every way, straight ones to a port of this machine. Go on?",
    "Des appels vers un numéro qui ne sonne chez personne seront passés par chaque voie. Continuer ?",
)
_ASK_EMERGENCY: Final = Sentence(
    "Is this a quiet hour? The daemon has to be stopped, and every call but emergencies is refused meanwhile. Go on?",
    "L'heure est-elle calme ? Le démon doit être arrêté, et tout appel sauf d'urgence est refusé entre-temps. "
    "Continuer ?",
)
_REMEDY: Final = Sentence("to do", "à faire")


def doctor(
    context: typer.Context,
    only: Annotated[
        list[str] | None, typer.Option("--only", metavar="NAME", help="Only this check; several are possible.")
    ] = None,
    list_checks: Annotated[bool, typer.Option("--list", help="Say which checks there are, and make none.")] = False,
    canary: Annotated[
        bool,
        typer.Option(
            "--canary", help="Place calls to a number that rings nobody, by each way, in place of the checks."
        ),
    ] = False,
    number: Annotated[
        str,
        typer.Option(metavar="NUMBER", help="With --canary: that number; else one that your country keeps for films."),
    ] = "",
    context_of: Annotated[
        list[str] | None,
        typer.Option("--context", metavar="NAME", help="With --canary: a context to be tried beside those that dial."),
    ] = None,
    emergency: Annotated[
        bool,
        typer.Option("--emergency", help="Ask the dialplan about emergency numbers while the daemon is stopped."),
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", help="With --canary or --emergency: don't ask before.")] = False,
    root: Annotated[
        Path, typer.Option("--root", metavar="DIR", help="The folder that stands for /, for Asterisk's files alone.")
    ] = Path("/"),
    lang: LanguageOption = Language.EN,
    as_json: Annotated[bool, typer.Option("--json", help="One line of JSON for each thing that is told.")] = False,
) -> None:
    """Look whether this installation holds, and say what to do where it does not.

    Nothing is changed and nobody is called, but with --canary, which dials a number that rings nobody by every way that
    calls can leave, and looks whether one does. Run it as root: others may not read all that is looked at. For
    monitoring, the exit code is 0 where all is well, 1 where something ought to be done, 2 where a check failed.

    For example:

      gatekeeper doctor
      gatekeeper doctor --only dialplan --only trunks
      gatekeeper doctor --json --lang fr
      gatekeeper doctor --canary
    """
    from gatekeeper.doctor import CHECKS, examine

    checks = _wanted(CHECKS, only or [])
    if list_checks:
        _list(checks, lang, as_json=as_json)
        return
    installation = _installation(invocation(context), root)
    if canary or emergency:
        if not yes:
            must_agree(printed(_ASK_EMERGENCY if emergency else _ASK, lang))
        reports = _called(installation, number, tuple(context_of or ()), emergency=emergency)
    else:
        reports = list(examine(installation, checks))
    if as_json:
        for report in reports:
            _say_record(report, lang)
    else:
        _show(console(), reports, lang)
    sys.exit(_code([one.status for one in reports]))


def _called(
    installation: "Installation", number: str, contexts: tuple[str, ...], *, emergency: bool
) -> "list[CheckReport]":
    """Place calls, or ask about emergency numbers."""
    import asyncio  # a quarter of what every other command takes to start

    from gatekeeper.doctor.canary import CanarySite, Console, canary_number, try_calls, try_emergency

    for found in (installation.configured, installation.located):
        if isinstance(found, GatekeeperError):
            raise found
    settings, site = installation.settings, installation.site
    program = site.tree.real(site.folders["astsbindir"]) / "asterisk"
    at = CanarySite(installation, Console((str(program),)), canary_number(settings.phone.home, number), contexts)

    async def all_of_them() -> "list[CheckReport]":
        return [one async for one in (try_emergency(at) if emergency else try_calls(at))]

    return asyncio.run(all_of_them())


def _wanted(checks: "tuple[HealthCheck, ...]", names: list[str]) -> "list[HealthCheck]":
    there = [one.name for one in checks]
    for name in names:
        if name not in there:
            raise ConfigError(
                phrase("there is no check {name!r}; there are: {names}", name=name, names=", ".join(there))
            )
    return [one for one in checks if not names or one.name in names]


def _installation(call: Invocation, root: Path) -> "Installation":
    from gatekeeper.doctor import Installation
    from gatekeeper.doctor.running import ask_asterisk
    from gatekeeper.site import SiteTree, find_site

    tree = SiteTree(root)
    configured: Settings | GatekeeperError
    try:
        configured = _settings(call)
    except GatekeeperError as error:
        configured = error
    try:
        return Installation(configured, tree, find_site(tree), ask_asterisk)
    except GatekeeperError as error:
        return Installation(configured, tree, error, ask_asterisk)


def _settings(call: Invocation) -> "Settings":
    """The settings, with the secrets that the service gets from a file of its own where we may read that."""
    from gatekeeper.config import DEFAULT_PATH, load
    from gatekeeper.config.loader import locate
    from gatekeeper.doctor.service_environment import read_environment

    file = locate(call.config, call.environ)
    return load(call.config, {**read_environment((file or DEFAULT_PATH).parent), **call.environ})


def _list(checks: "list[HealthCheck]", lang: Language, *, as_json: bool) -> None:
    if as_json:
        for check in checks:
            say_json({"check": check.name, "about": printed(check.title, lang)})
        return
    headings = WORDS[lang].headings
    made = table(headings["check"], headings["about"])
    for check in checks:
        made.add_row(check.name, printed(check.title, lang))
    console().print(made)


def _say_record(report: "CheckReport", lang: Language) -> None:
    for finding in report.findings:
        say_json(
            {
                "check": report.name,
                "status": finding.status,
                "says": printed(finding.says, lang),
                "remedy": printed(finding.remedy, lang),
                "place": finding.place,
            }
        )


def _show(out: "Console", reports: "list[CheckReport]", lang: Language) -> None:
    headings = WORDS[lang].headings
    says = headings["finding"]
    made = table(headings["check"], headings["status"], says, wrap=(says,))
    for report in reports:
        for place, finding in enumerate(report.findings):
            lines = [printed(finding.says, lang)]
            lines += [finding.place] if finding.place and finding.place not in lines[0] else []
            if remedy := printed(finding.remedy, lang):
                lines.append(
                    f"{printed(_REMEDY, lang)}: {remedy}" if lang is Language.EN else f"{_REMEDY.french} : {remedy}"
                )
            made.add_row(
                "" if place else report.name,
                WORDS[lang].statuses[finding.status],
                "\n".join(lines),
                style=_STYLES[finding.status],
            )
    out.print(made)
    statuses = [report.status for report in reports]
    counts = {status: statuses.count(status) for status in type(statuses[0])} if statuses else {}
    say()
    say(printed(_SUMS, lang).format(**counts))


def _code(statuses: "list[CheckStatus]") -> int:
    if "failed" in statuses:
        return BROKEN
    return WARNED if "warning" in statuses else 0
