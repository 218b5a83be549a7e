"""The time line of one number: its attempts by day and by hour. Pure."""

from datetime import datetime, time, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from gatekeeper.clock import moment_of
from gatekeeper.dossier import AttemptMade, NumberDossier
from gatekeeper.dossier.reading import DAYS

WIDTH, HEIGHT = 720, 220
"""The size of the time line, in its own units."""

_LEFT, _RIGHT, _TOP, _BOTTOM = 44, 700, 12, 192
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
