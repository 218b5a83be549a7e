"""One number: opens the stores for its dossier, and lays its attempts out on a time line."""

from contextlib import ExitStack, closing
from datetime import datetime, time, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from gatekeeper.clock import moment_of, now_micros
from gatekeeper.config import Settings
from gatekeeper.consents import ConsentLedger, ConsentStore
from gatekeeper.dossier import AttemptMade, NumberDossier, read_dossier
from gatekeeper.dossier.reading import DAYS
from gatekeeper.dossier.restricted import Principals
from gatekeeper.errors import StoreError
from gatekeeper.journal import JOURNAL_FILE
from gatekeeper.lists import LISTS_FILE, ListStore

WIDTH, HEIGHT = 720, 220
"""The size of the time line, in its own units."""

_LEFT, _RIGHT, _TOP, _BOTTOM = 44, 708, 12, 192
_HOURS = (0, 6, 12, 18, 24)
_DAY_STEP = 5


class TimelineMark(NamedTuple):
    """An attempt on the time line: where it is, and what became of it."""

    x: float
    y: float
    attempt: AttemptMade


class TimelineLine(NamedTuple):
    """A line of the grid: where it is, and what stands beside it."""

    at: float
    label: str


class Timeline(NamedTuple):
    """Attempts by day, from left to right, and by hour of the day, from top to bottom, in the visitor's zone.

    Attributes:
        marks: the attempts.
        days: lines at which days begin.
        hours: lines of hours.
    """

    marks: list[TimelineMark]
    days: list[TimelineLine]
    hours: list[TimelineLine]
    width: int = WIDTH
    height: int = HEIGHT
    left: int = _LEFT
    right: int = _RIGHT
    top: int = _TOP
    bottom: int = _BOTTOM


def dossier_of(settings: Settings, number: int, principals: Principals) -> NumberDossier:
    """Everything that is known of a number, as far as its reader may see it.

    Raises:
        StoreError: a store can't be read, or the daemon has never made it.
    """
    from gatekeeper.journal.sqlite import WholeReader  # brings SQLAlchemy in

    folder = settings.daemon.data_dir
    for name in (LISTS_FILE, JOURNAL_FILE):
        if not (folder / name).exists():
            raise StoreError(f"{folder / name} does not exist", "start the daemon once (`systemctl start gatekeeper`)")
    with ExitStack() as stack:
        return read_dossier(
            number,
            lists=stack.enter_context(ListStore(folder)),
            consents=stack.enter_context(ConsentStore(folder)),
            ledger=stack.enter_context(closing(ConsentLedger.open(folder))),
            journal=stack.enter_context(WholeReader(folder / JOURNAL_FILE)),
            now=now_micros(),
            principals=principals,
        )


def timeline(dossier: NumberDossier, zone: ZoneInfo) -> Timeline:
    """The attempts of the last days, laid out."""
    last = moment_of(dossier.read_at).astimezone(zone).date()
    first = last - timedelta(days=DAYS)
    wide = (_RIGHT - _LEFT) / (DAYS + 1)

    def across(day: float) -> float:
        return round(_LEFT + day * wide, 1)

    def down(hour: float) -> float:
        return round(_TOP + hour / 24 * (_BOTTOM - _TOP), 1)

    marks = []
    for attempt in dossier.attempts:
        moment = moment_of(attempt.row.at).astimezone(zone)
        begun = datetime.combine(moment.date(), time(), zone)
        hour = (moment.replace(tzinfo=None) - begun.replace(tzinfo=None)) / timedelta(hours=1)
        marks.append(TimelineMark(across((moment.date() - first).days + 0.5), down(hour), attempt))
    days = [TimelineLine(across(day), f"{first + timedelta(days=day):%d/%m}") for day in range(0, DAYS + 1, _DAY_STEP)]
    return Timeline(marks, days, [TimelineLine(down(hour), f"{hour}:00") for hour in _HOURS])
