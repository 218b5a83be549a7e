"""Token bucket: how many requests a key may make. In memory, for a process that serves alone. Pure."""

from typing import NamedTuple


class Taken(NamedTuple):
    """What a bucket says.

    Attributes:
        allowed: whether the request may be made.
        left: how many more may be made at once.
        wait_s: in how many seconds there is room for the next one, rounded up; 0 where there is.
    """

    allowed: bool
    left: int
    wait_s: int


class TokenBucket:
    """So many requests in a minute, a tenth of them at once.

    Args:
        per_minute: how many.
        now: the time, in seconds of any clock that only goes forward.
    """

    def __init__(self, per_minute: int, now: float) -> None:
        self.most = max(1, per_minute // 10)
        self._per_second = per_minute / 60
        self._tokens = float(self.most)
        self._at = now

    def take(self, now: float) -> Taken:
        """Take what a request costs."""
        self._tokens = min(self.most, self._tokens + max(0.0, now - self._at) * self._per_second)
        self._at = now
        allowed = self._tokens >= 1
        if allowed:
            self._tokens -= 1
        return self._taken(allowed=allowed)

    def charge(self, cost: int) -> None:
        """Take what a request costs beside its first token, also where that leaves a debt: it was let in."""
        self._tokens -= cost

    def _taken(self, *, allowed: bool) -> Taken:
        missing = 1 - self._tokens
        wait_s = -(-missing // self._per_second) if missing > 0 else 0
        return Taken(allowed, max(0, int(self._tokens)), int(wait_s))
