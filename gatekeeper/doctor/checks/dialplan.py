"""Checks of the dialplan: the gate is included and of this version, and nothing dials a trunk without it."""

import re
from collections.abc import Iterator
from typing import Final

from gatekeeper.doctor.examined import Examined
from gatekeeper.doctor.finding import CheckFinding, failed, ok, unsure
from gatekeeper.install.files import content
from gatekeeper.install.places import programs_of
from gatekeeper.site import AsteriskSite, SiteKind
from gatekeeper.site.dialplan import split_arguments
from gatekeeper.site.guards import asked_number, is_guarded, is_ours
from gatekeeper.site.outside import Leads, OutsideDial, has_option, outside_dials

_INSTALL: Final = "run `gatekeeper install --dry-run`, then `gatekeeper install`"
_RELOAD: Final = 'then asterisk -rx "dialplan reload"'
_GLOBALS: Final = ("GATEKEEPER_AGI", "GATEKEEPER_TIMEOUT", "GATEKEEPER_EMERGENCY_PREFIXES", "GATEKEEPER_CDR_FIELD")
_FAIL_OPEN: Final = "GATEKEEPER_FAIL_OPEN_"


def includes(on: Examined) -> Iterator[CheckFinding]:
    """The gate's files are read."""
    if on.site is None:
        return
    plan = on.site.dialplan
    for line in plan.conf.missing:
        yield failed(
            f"{line.place}: {line.value} is not there, so Asterisk refuses the whole dialplan",
            f"take the line out, or put the file there; {_RELOAD}",
        )
    for name in ("gatekeeper-ask", "gatekeeper-emergency"):
        if not plan.has_context(name):
            yield failed(f"the dialplan has no context {name}", f"include gatekeeper.conf: {_INSTALL}; {_RELOAD}")
    missing = [name for name in _GLOBALS if name not in plan.variables]
    if missing:
        yield failed(
            f"[globals] lacks {', '.join(missing)}",
            f"include gatekeeper-globals.conf in [globals]: {_INSTALL}; {_RELOAD}",
        )
    yield from _content(on, on.site)
    for name, value in plan.variables.items():
        if name.startswith(_FAIL_OPEN) and value == "unchecked-calls-allowed":
            yield unsure(
                f"{name}: calls by this trunk pass unchecked while the daemon is down",
                "take the line out, if nobody chose it",
            )


def _content(on: Examined, site: AsteriskSite) -> Iterator[CheckFinding]:
    ours = [path for path in site.dialplan.conf.files if path.name == "gatekeeper.conf"]
    wanted = content("dialplan/gatekeeper.conf", programs_of(on.tree).python).decode()
    for path in ours:
        if on.tree.text(path) != wanted:
            yield failed(f"{path} is not that of this version", f"{_INSTALL}; {_RELOAD}")
        else:
            yield ok(f"{path} is that of this version")
    agi = site.dialplan.variables.get("GATEKEEPER_AGI", "")
    found = re.match(r"agi://(127\.0\.0\.1|localhost|\[::1\])(?::(\d+))?/", agi)
    if found and on.settings and int(found[2] or 4573) != on.settings.fastagi.port:
        yield failed(
            f"GATEKEEPER_AGI asks port {found[2] or 4573}, and the daemon listens on {on.settings.fastagi.port}",
            "set one to the other: gatekeeper-globals.conf, or [fastagi] port",
        )


def guards(on: Examined) -> Iterator[CheckFinding]:
    """Every `Dial()` that leads outside has the gate before it."""
    if on.site is None:
        return
    site = on.site
    dials = list(outside_dials(site.dialplan, site.peers))
    open_ones = [one for one in dials if not is_guarded(site.dialplan, one)]
    for one in open_ones:
        yield _unguarded(site, one)
    for one in dials:
        if one not in open_ones and one.leads is Leads.OUTSIDE and not is_ours(one.at.context):
            yield from _guarded(site, one)
    if not any(one.leads is Leads.OUTSIDE for one in open_ones):
        yield ok(f"{len(dials) - len(open_ones)} Dial() have the gate before them")
    for line in site.dialplan.conf.programs:
        yield unsure(
            f"{line.place}: what #exec {line.value} writes was not read", "see that it dials no trunk by itself"
        )


def _unguarded(site: AsteriskSite, one: OutsideDial) -> CheckFinding:
    said = f"{one.at.line.place}, context {one.at.context}: Dial({one.at.arguments})"
    if one.leads is Leads.UNKNOWN:
        return unsure(
            f"{said} may lead outside", "where it does, put Gosub(gatekeeper,s,1(NUMBER)) before it: docs/dialplan.md"
        )
    if site.kind is SiteKind.VICIDIAL:
        return failed(
            f"{said} has no gate", "change the carrier's Dialplan Entry: `gatekeeper install --dry-run` shows it"
        )
    return failed(f"{said} has no gate", f"{_INSTALL}, or put Gosub(gatekeeper,s,1(NUMBER)) before it; {_RELOAD}")


def _guarded(site: AsteriskSite, one: OutsideDial) -> Iterator[CheckFinding]:
    """Behind the gate: the number that was asked about is dialled, and no redirection is followed."""
    asked = asked_number(site.dialplan, one)
    others = [target.number for target in one.targets if target.number not in ("", asked)]
    if asked is not None and any("GATEKEEPER_NUMBER" not in other for other in others):
        yield unsure(
            f"{one.at.line.place}: the gate is asked about {asked}, and Dial() dials {', '.join(others)}",
            "dial ${GATEKEEPER_NUMBER}, which is what was checked",
        )
    options = [*split_arguments(one.at.arguments, ","), "", ""][2]
    if one.is_plain and not has_option(one.at, "i") and "${" not in options:
        yield failed(
            f"{one.at.line.place}: Dial() follows a redirection by the carrier to a number that nobody checked",
            f"add the option i to Dial(); {_RELOAD}",
        )


def redirections(on: Examined) -> Iterator[CheckFinding]:
    """No endpoint follows redirections by itself."""
    if on.site is None:
        return
    followers = [peer for peer in on.site.peers if peer.follows_redirects]
    for peer in followers:
        yield failed(
            f"{peer.place}: endpoint {peer.name} has redirect_method = uri_pjsip, which no gate stops",
            'take the line out, then asterisk -rx "pjsip reload"',
        )
    if not followers:
        yield ok("no endpoint follows a carrier's redirection by itself")
