"""Time: now, and what a moment is, in microseconds since the epoch (1970, UTC), as everything here keeps it.

Pure but for `now_micros`. What is only measured (timeouts, durations) uses `time.monotonic`.
"""

import time
from datetime import UTC, datetime, timedelta
from typing import Final

SECOND_US: Final = 1_000_000
"""A second, in microseconds."""

HOUR_US: Final = 3_600 * SECOND_US
"""An hour, in microseconds."""

DAY_US: Final = 24 * HOUR_US
"""A day of 24 hours, in microseconds."""

EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
"""What microseconds are counted from."""

_MICROSECOND: Final = timedelta(microseconds=1)

ENDLESS: Final = 9999
"""The year that people and databases write for what has no end."""

_FIRST: Final = (datetime(2, 1, 1, tzinfo=UTC) - EPOCH) // _MICROSECOND
_LAST: Final = (datetime(ENDLESS, 12, 30, tzinfo=UTC) - EPOCH) // _MICROSECOND - 1
"""The first moment and the last that there are: every zone can show them, and the days beside."""

_FIRST_WRITTEN: Final = datetime(1700, 1, 1, tzinfo=UTC)
"""What is written as sooner is not meant as a date: programs write year 1, or 1582, where they have none."""


def now_micros() -> int:
    """Now, in microseconds since the epoch."""
    return time.time_ns() // 1000


def micros_of(moment: datetime) -> int:
    """A moment that has a time zone, in microseconds since the epoch.

    Raises:
        OverflowError: not every zone can show it.
    """
    micros = (moment - EPOCH) // _MICROSECOND
    if not _FIRST <= micros <= _LAST:
        raise OverflowError("not every zone can show it")
    return micros


def moment_of(micros: int) -> datetime:
    """Microseconds since the epoch as a moment, in UTC; the nearest that there is where it is out of all bounds."""
    return EPOCH + timedelta(microseconds=min(max(micros, _FIRST), _LAST))


def moment_here(local: datetime) -> datetime:
    """A moment by the clock of this machine, in UTC; one that the clocks skip is as long behind the gap's beginning.

    Not `local.astimezone()`, which takes a skipped hour for the one before it: a day may begin with such a one.
    """
    return datetime.fromtimestamp(local.timestamp(), UTC)


def kept_moment(moment: datetime) -> datetime:
    """A moment that somebody has written, with a time zone; the last that there is where it is behind that.

    Raises:
        OverflowError: it is before 1700.
    """
    if moment < _FIRST_WRITTEN:
        raise OverflowError("no moment of any record")
    return min(moment, moment_of(_LAST))
