"""Canary calls: a number on a list of its own is dialled by each context that leads outside, and must be blocked.

The number should be one that nobody has: where the gate does not hold, it is called.
"""

import time
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Final

from gatekeeper.doctor.examined import Examined
from gatekeeper.doctor.extensions import reachable
from gatekeeper.doctor.finding import CheckFinding, failed, ok, unsure
from gatekeeper.errors import GatekeeperError
from gatekeeper.site.guards import is_ours
from gatekeeper.site.outside import Leads, outside_dials

if TYPE_CHECKING:
    from gatekeeper.journal import DecisionRow
    from gatekeeper.journal.sqlite import SqliteReader
    from gatekeeper.phone import Normaliser

CANARY_LIST: Final = "doctor"
"""The list that the canary is put on: a red list, so that it holds for every campaign. It is empty but for the test."""

NOBODY: Final = {"FR": "+33199001234", "US": "+12025550123", "CA": "+16135550123", "GB": "+441632960123"}
"""Numbers kept for films and documentation, by country: ARCEP (01 99 00), NANPA (555-01XX), Ofcom (01632 960)."""

_SECONDS: Final = 8.0
_EVERY: Final = 0.05
_DIALLED_BEFORE: Final = ("", "0", "9", "00")
_BY: Final = "gatekeeper doctor"
_OURS: Final = "gatekeeper-dial"

AsteriskCommand = Callable[[str], str]
"""Runs a command of Asterisk's command line, and gives what it says."""


def canary_calls(
    on: Examined, asterisk: AsteriskCommand, number: str, seconds: float = _SECONDS
) -> Iterator[CheckFinding]:
    """Make the calls, one after the other.

    Args:
        on: the installation; its daemon runs.
        asterisk: Asterisk's command line.
        number: the canary, as it is dialled; "" for one that nobody has.
        seconds: how long a row of the journal is waited for.
    """
    if on.site is None or on.settings is None or on.data is None:
        yield unsure("there is no site, or no settings, to call by", "mend what the other checks say first")
        return
    from gatekeeper.journal import JOURNAL_FILE
    from gatekeeper.journal.sqlite import SqliteReader  # brings SQLAlchemy in, which the other checks do without
    from gatekeeper.lists import ListKind, ListStore
    from gatekeeper.phone import Normaliser

    home = on.settings.phone.home
    plan = Normaliser(on.settings.phone.as_dial_plan())
    canary = plan.normalise(number or NOBODY.get(home, ""))
    if not canary.e164:
        yield unsure(f"no number is known in {home} that nobody has", "name one with --number: yours, or a free one")
        return
    with ListStore(on.data) as store, SqliteReader(on.data / JOURNAL_FILE) as journal:
        store.ensure(CANARY_LIST, ListKind.RED)
        store.add(CANARY_LIST, [canary.e164], by=_BY, note="canary")
        try:
            for context in _contexts(on):
                yield _call(on, asterisk, journal, context, _spellings(plan, canary.e164), canary.e164, seconds)
        finally:
            store.remove(CANARY_LIST, [canary.e164], by=_BY, note="canary")


def _contexts(on: Examined) -> list[str]:
    """Every context that dials outside by a plain extension, and ours that does."""
    if on.site is None:
        return []
    dials = outside_dials(on.site.dialplan, on.site.peers)
    found = dict.fromkeys(
        one.at.context
        for one in dials
        if one.leads is not Leads.INSIDE
        and not is_ours(one.at.context)
        and one.at.extension not in ("s", "h", "t", "i")
    )
    return [*found, *([_OURS] if on.site.dialplan.has_context(_OURS) else [])]


def _spellings(plan: "Normaliser", number: int) -> tuple[str, ...]:
    """How somebody at home may dial it: as at home, with the plus, and behind what is dialled for a line."""
    digits = str(number)
    national = digits.removeprefix(plan.country_code) if digits.startswith(plan.country_code) else digits
    written = (f"{plan.national_prefix}{national}", f"+{digits}", digits, national)
    return tuple(dict.fromkeys(f"{before}{one}" for before in _DIALLED_BEFORE for one in written))


def _call(
    on: Examined,
    asterisk: AsteriskCommand,
    journal: "SqliteReader",
    context: str,
    spellings: tuple[str, ...],
    number: int,
    seconds: float,
) -> CheckFinding:
    dialled = reachable(on.site.dialplan, context, spellings) if on.site else ""
    if not dialled:
        return unsure(
            f"context {context}: no extension takes the canary's number", "call it by hand, as your dialers do"
        )
    seen = {row.id for row in _rows(journal, number)}
    way = f"Local/{dialled}@{context}"
    try:
        asterisk(f"channel originate {way} application Wait 1")
    except GatekeeperError as error:
        return unsure(f"{way}: {error}", "run this as root, where Asterisk runs")
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        fresh = [row for row in _rows(journal, number) if row.id not in seen]
        if fresh:
            return _judged(way, fresh)
        time.sleep(_EVERY)
    return failed(
        f"{way}: the journal has no row, so no gate was asked", f"put the gate before the Dial() of context {context}"
    )


def _rows(journal: "SqliteReader", number: int) -> list["DecisionRow"]:
    from gatekeeper.journal import DecisionFilter

    return [stored.row for stored in journal.latest(DecisionFilter(number=number), 50)]


def _judged(way: str, rows: list["DecisionRow"]) -> CheckFinding:
    first = rows[0]
    if any(row.bypass for row in rows):
        return failed(
            f"{way}: no gate was asked; the watchdog met the call", "put the gate before this context's Dial()"
        )
    if any(row.verdict != "BLOCK" for row in rows):
        return failed(f"{way}: {first.gate} let it by ({first.reason})", "gatekeeper check NUMBER --explain says why")
    if first.list != CANARY_LIST:
        return unsure(f"{way}: blocked by {first.gate}, but for {first.reason}", "mend that, then run this again")
    return ok(f"{way}: blocked by {first.gate}, decision {first.id}")
