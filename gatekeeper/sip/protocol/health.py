"""The health of a carrier's address: whether calls are sent there. Pure.

An address is *up* until the contrary is known. It is asked by OPTIONS every so often, and again and again while it does
not answer, for UDP loses messages. What it answers hardly matters, for many carriers refuse OPTIONS and take calls;
only 503 says that they take none. While it is *down* it is asked oftener, to be used as soon as it is there again.

| state | answered | says 503 | silent | refused | its time is over |
|---|---|---|---|---|---|
| up | up | down | down | down | - |
| down | up | down | down | down | up, where OPTIONS is not used; else asked again |
"""

from enum import StrEnum
from typing import Final

AGAIN: Final = (0.5, 1.0, 2.0)
"""When an OPTIONS that is not answered is sent again, in seconds between (timer E of RFC 3261, 17.1.2.2)."""

GIVEN_UP_S: Final = 4.0
"""When it counts as not answered, in seconds after it was first sent."""

DOWN_S: Final = 5.0
"""Every how many seconds an address that is down is asked, at least."""

REST_S: Final = 10.0
"""For how many seconds an address that refused is left alone, where OPTIONS is not used."""

_UNAVAILABLE: Final = 503


class Due(StrEnum):
    """What is to be done about an address now."""

    NOTHING = "NOTHING"
    ASK = "ASK"
    """Send a new OPTIONS."""
    ASK_AGAIN = "ASK_AGAIN"
    """Send the same once more."""
    GIVE_UP = "GIVE_UP"
    """It has not answered: what leads there may be dead."""


class Health:
    """Whether an address is up.

    Args:
        every_s: every how many seconds it is asked; 0: never.
        now: the time, in seconds that only go on.

    Attributes:
        why: why it is down, or "".
    """

    def __init__(self, every_s: float, now: float) -> None:
        self.why = ""
        self._every_s = every_s
        self._next = now
        self._asked: float | None = None
        self._sent = 0

    @property
    def up(self) -> bool:
        """Whether calls are sent there."""
        return not self.why

    @property
    def next_at(self) -> float:
        """When there may be something to do; infinite where nothing is, as long as nothing happens."""
        if not self._every_s:
            return self._next if self.why else float("inf")
        return self._next

    def due(self, now: float) -> Due:
        """What is to be done now; as if it was done."""
        if now < self.next_at:
            return Due.NOTHING
        if not self._every_s:
            self.why = ""
            return Due.NOTHING
        if self._asked is None:
            self._asked, self._sent = now, 0
            self._next = now + AGAIN[0]
            return Due.ASK
        if now >= self._asked + GIVEN_UP_S:
            self._down(f"it does not answer OPTIONS within {GIVEN_UP_S:g} s", now)
            return Due.GIVE_UP
        self._sent += 1
        again = AGAIN[self._sent] if self._sent < len(AGAIN) else GIVEN_UP_S
        self._next = min(now + again, self._asked + GIVEN_UP_S)
        return Due.ASK_AGAIN

    def answered(self, status: int, now: float) -> None:
        """It has answered OPTIONS."""
        if status == _UNAVAILABLE:
            self._down("it answers OPTIONS with 503", now)
        elif status >= 200:  # noqa: PLR2004 - below are responses that are not the last
            self.why, self._asked = "", None
            self._next = now + self._every_s

    def refused(self, why: str, now: float) -> None:
        """A message could not be delivered there."""
        self._down(why, now)

    def _down(self, why: str, now: float) -> None:
        self.why, self._asked = why, None
        self._next = now + (min(self._every_s, DOWN_S) if self._every_s else REST_S)
