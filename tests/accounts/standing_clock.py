"""A clock for tests: it stands until it is moved."""

from gatekeeper.clock import SECOND_US


class StandingClock:
    """Gives the same moment, in microseconds since the epoch, until `now` is set."""

    def __init__(self) -> None:
        self.now = 1_800_000_000 * SECOND_US

    def __call__(self) -> int:
        """The moment."""
        return self.now
