"""The law's scene: one campaign on the last day of the old French law and on the first of the new one."""

import sys
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, Final, NamedTuple

from rich.console import Console
from rich.table import Table

from lab.consented import CAMPAIGN, CONSUMERS, FIRST_DAY, LAST_DAY, PARIS, PRINCIPAL, Consumer, teach
from lab.consented_site import Called, call_each, consented_site, on_day
from lab.demo.site import say
from lab.roots import asterisk_root
from lab.site import LabSite, running

TRIAL: Final = "trial"

_CONFIG: Final = f"""
[campaigns.{TRIAL}]
law = "fr"
shadow = true
lists = ["bloctel"]
principal = "{PRINCIPAL}"
goods = ["insurance"]
"""

_REFUSER: Final = Consumer("consented; says *66 in the call", "0612000001", "CLEAR FR-LIST", "CONSENT FR-BASIS")
_OFTEN: Final = Consumer("consented; is called five times", "0612000002", "CLEAR FR-LIST", "CONSENT FR-BASIS")
_UNKNOWN: Final = Consumer(
    "no consent; campaign in shadow", "0612000003", "CLEAR FR-LIST", "NO_BASIS FR-BASIS", consent=None
)


class Line(NamedTuple):
    """A call, and what had to come of it.

    Attributes:
        who: whom it called.
        call: what became of it.
        judged: what had to be decided: the reason, and the provision by which.
    """

    who: str
    call: Called
    judged: str

    @property
    def right(self) -> bool:
        """Whether it was decided as it must, and left if it was let by, and only then."""
        return self.call.judged == self.judged and self.call.left == (self.call.row.get("verdict") == "ALLOW")


def play_law(folder: Path) -> dict[str, Any]:
    """Play the scene in a folder of its own; gives its figures."""
    say("the law: a site whose daemon lives on 10 and on 11 August 2026 (libfaketime), campaign judged by law = fr")
    site = consented_site(asterisk_root("22"), folder, config=_CONFIG)
    site.daemon.init()
    with running(site):
        say("gatekeeper list import bloctel retour.csv; list import contracts ...; consent import consents.csv")
        teach(site.daemon, [*CONSUMERS, _REFUSER, _OFTEN, _UNKNOWN])
        say(f"Monday {LAST_DAY:%d %B %Y, %H:%M} in Paris: the campaign {CAMPAIGN} calls {len(CONSUMERS)} consumers")
        before = _lines(CONSUMERS, call_each(site, [one.number for one in CONSUMERS]), day="before")
        on_day(site, FIRST_DAY)
        say(f"Tuesday {FIRST_DAY:%d %B %Y, %H:%M}: the same campaign, the same consumers")
        after = _lines(CONSUMERS, call_each(site, [one.number for one in CONSUMERS]), day="after")
        show_days(before, after)
        say("the same day: a refusal in a call, five attempts, and a campaign in shadow")
        further = _further(site)
        show_calls(further)
        show_shadow(site)
    lines = [*before, *after, *further]
    return {
        "calls": len(lines),
        "blocked": sum(line.call.row.get("verdict") == "BLOCK" for line in lines),
        "reached_carrier": sum(line.call.left for line in lines),
        "wrong": sum(not line.right for line in lines),
        "days": {one.who: [old.call.judged, new.call.judged] for one, old, new in
                 zip(CONSUMERS, before, after, strict=True)},
    }  # fmt: skip


def _further(site: LabSite) -> list[Line]:
    """What happens on the first day of the new law beside the campaign's round."""
    (said,) = call_each(site, [_REFUSER.number], agent=True)
    (again,) = call_each(site, [_REFUSER.number])
    often = call_each(site, [_OFTEN.number] * 5, at_once=1)
    (shadowed,) = call_each(site, [_UNKNOWN.number], campaign=TRIAL)
    return [
        Line(_REFUSER.who, said, _REFUSER.after),
        Line("... and is called again", again, "RED_LIST"),
        *(Line(_OFTEN.who, call, _OFTEN.after) for call in often[:4]),
        Line("... the fifth attempt", often[4], "ATTEMPTS_CAP FR-CAP"),
        Line(_UNKNOWN.who, shadowed, "CLEAR"),
    ]


def _lines(consumers: Sequence[Consumer], calls: Sequence[Called], *, day: str) -> list[Line]:
    return [Line(one.who, call, getattr(one, day)) for one, call in zip(consumers, calls, strict=True)]


def show_days(before: Sequence[Line], after: Sequence[Line]) -> None:
    """The table of the campaign on both days."""
    table = Table(title="One campaign on two days", title_justify="left")
    for heading in ("consumer", "dialled", "10 August", "11 August"):
        table.add_column(heading, no_wrap=True)
    table.add_column("on what ground, on 11 August")
    for old, new in zip(before, after, strict=True):
        table.add_row(old.who, old.call.number, _said(old), _said(new), _ground(new))
    _print(table)


def show_calls(lines: Sequence[Line]) -> None:
    """The table of the other calls."""
    table = Table(title="What else happened on 11 August", title_justify="left")
    for heading in ("consumer", "dialled", "decided"):
        table.add_column(heading, no_wrap=True)
    table.add_column("on what ground")
    table.add_column("may be called from", no_wrap=True)
    for line in lines:
        table.add_row(line.who, line.call.number, _said(line), _ground(line), _retry(line))
    _print(table)


def show_shadow(site: LabSite) -> None:
    """What would have been blocked, had nothing been in shadow."""
    say("gatekeeper shadow report")
    sys.stdout.write(site.daemon.command("shadow", "report").stdout)


def _said(line: Line) -> str:
    """Verdict, reason and provision, and whether an INVITE left where that is not as it must be."""
    colour = "green" if line.call.left else "red"
    told = f"[{colour}]{'INVITE' if line.call.left else 'blocked'}[/] {line.call.judged}"
    return told if line.right else f"[bold red]{told}: WRONG[/]"


def _ground(line: Line) -> str:
    row = line.call.row
    would = row["would_block"]
    return f"in shadow: {would} {row['would_provision']}" if would else str(row["basis"])


def _retry(line: Line) -> str:
    """When a call that was blocked may be placed, by the clock of Paris."""
    at = line.call.row["retry_at"]
    return f"{datetime.fromisoformat(at).astimezone(PARIS):%d %B, %H:%M}" if at else ""


def _print(table: Table) -> None:
    Console(width=None if sys.stdout.isatty() else 170).print(table)
