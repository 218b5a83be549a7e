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


def now_micros() -> int:
    """Now, in microseconds since the epoch."""
    return time.time_ns() // 1000


def micros_of(moment: datetime) -> int:
    """A moment that has a time zone, in microseconds since the epoch."""
    return (moment - EPOCH) // _MICROSECOND


def moment_of(micros: int) -> datetime:
    """Microseconds since the epoch as a moment, in UTC."""
    return EPOCH + timedelta(microseconds=micros)
