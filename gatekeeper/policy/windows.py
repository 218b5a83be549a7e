"""Windows of a cap: how far back attempts count, and when a consumer may be called again. Pure.

A window is so many calendar dates where the callee is, the date of the call included, or so many hours to the second;
or both, as far back as either reaches.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, tzinfo
from functools import lru_cache
from typing import Final

from gatekeeper.clock import DAY_US, HOUR_US, SECOND_US, micros_of, moment_of

_ZONES_REACH_US: Final = 2 * DAY_US
"""Further than any date of any zone reaches before or behind that of UTC, changes of the clock included."""


@dataclass(frozen=True)
class Window:
    """How far back attempts count. Of both, what is within one of them counts.

    Attributes:
        days: calendar dates in the callee's zone, the call's own included: 30 are the dates d-29 to d.
        hours: hours: the period that begins with an attempt has ended when it is so many hours old.
    """

    days: int = 0
    hours: int = 0

    def __post_init__(self) -> None:
        if min(self.days, self.hours) < 0 or not (self.days or self.hours):
            raise ValueError("a window has a number of days, or a number of hours")

    def since(self, at: int) -> int:
        """No attempt before this moment counts at a moment, in whichever zone (both in microseconds)."""
        by_hours = at - self.hours * HOUR_US
        if not self.days:
            return by_hours
        by_dates = at - self.days * DAY_US - _ZONES_REACH_US
        return min(by_dates, by_hours) if self.hours else by_dates

    def ends(self, time: int, zones: Sequence[tzinfo]) -> int:
        """The first full second at which an attempt counts in none of the zones any more.

        Args:
            time: when the attempt was made, in microseconds since the epoch.
            zones: where the callee may be; hours need none.

        Raises:
            ValueError: calendar days without a zone.
        """
        if not self.days:
            return _next_second(time + self.hours * HOUR_US)
        if not zones:
            raise ValueError("calendar days are counted in a zone, and none is given")
        there = moment_of(time)
        # The date that the window no longer reaches back from.
        by_dates = max([_first_second(there.astimezone(zone).toordinal() + self.days, zone) for zone in zones])
        return max(by_dates, _next_second(time + self.hours * HOUR_US)) if self.hours else by_dates


def free_at(times: Sequence[int], at: int, window: Window, limit: int, zones: Sequence[tzinfo] = ()) -> int:
    """When one more call keeps within a cap: 0 for now, else the first full second at which it does.

    What is dated after `at` (a clock was set back) counts like what was made now.

    Args:
        times: when the consumer was called, in microseconds since the epoch, ascending.
        at: now.
        window: how far back attempts count.
        limit: how many there may be within the window.
        zones: where the callee may be; where there are several, the cap is kept in each.

    Raises:
        ValueError: a limit under 1, or calendar days without a zone.
    """
    if limit < 1:
        raise ValueError("a cap lets at least one call by")
    if len(times) < limit:
        return 0
    # Attempts end to count in the order in which they were made: with this one gone, fewer than the limit are left.
    first = window.ends(times[-limit], zones)
    return first if first > at else 0


@lru_cache(maxsize=4096)
def _first_second(day: int, zone: tzinfo) -> int:
    """The first second of a date in a zone, or of the next one where the zone has left it out."""
    behind = date.fromordinal(day)
    # Bisected: where clocks change at midnight a date has no 00:00, and one zone has left a whole date out.
    middle = micros_of(moment_of(0).replace(year=behind.year, month=behind.month, day=behind.day))
    low, high = (middle - _ZONES_REACH_US) // SECOND_US, (middle + _ZONES_REACH_US) // SECOND_US
    while high - low > 1:
        between = (low + high) // 2
        low, high = (low, between) if _date(between, zone) >= behind else (between, high)
    return high * SECOND_US


def _next_second(micros: int) -> int:
    return -(-micros // SECOND_US) * SECOND_US


def _date(second: int, zone: tzinfo) -> date:
    return moment_of(second * SECOND_US).astimezone(zone).date()
