"""A clock for tests: it stands until it is moved."""

from typing import Generic, TypeVar

TimeT = TypeVar("TimeT", bound=float)


class StandingClock(Generic[TimeT]):
    """Gives the same moment until `now` is set.

    Args:
        now: where it stands, in the unit of whoever asks it: microseconds since the epoch, or seconds.
    """

    def __init__(self, now: TimeT) -> None:
        self.now = now

    def __call__(self) -> TimeT:
        """The moment."""
        return self.now
