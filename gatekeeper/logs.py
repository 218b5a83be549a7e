"""Log lines about trouble: written when it begins, changes or ends, and not a thousand times a second.

Two ways. `SeldomLog` is for what happens again and again, each time to somebody else: it says each kind of it once in a
while, with how often it came meanwhile. `StateLog` is for what is so for a time: it says when that begins, when it
changes, and when it is over. Nothing in the package has a way of its own.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from time import monotonic

from gatekeeper.translation import phrase

_FULL_S = 1.0
"""How long nothing new is looked at where there are too many kinds of trouble."""


@dataclass(slots=True)
class SeldomLog:
    """Logs each kind of trouble at most once in a while, and says how often it came meanwhile.

    A hostile peer could otherwise fill the disk with our own warnings, or the memory with kinds of its own making.

    Attributes:
        log: where it is logged.
        every_s: for how many seconds a kind is silent; `math.inf`: each is said once.
        most: how many kinds are silent at once; where there are more, that is said, and new ones are only counted.
        clock: seconds that only go on.
    """

    log: logging.Logger
    every_s: float = 10.0
    most: int = 1000
    clock: Callable[[], float] = monotonic
    _silent: dict[str, tuple[float, int]] = field(default_factory=dict)
    _full_until: float = 0.0
    _full_silent_until: float = 0.0
    _others: int = 0

    def warning(self, kind: str, text: str) -> bool:
        """Log `text` as a warning, unless something of this kind was logged a moment ago; whether it was logged."""
        return self._say(logging.WARNING, kind, text)

    def error(self, kind: str, text: str) -> bool:
        """The same, as an error."""
        return self._say(logging.ERROR, kind, text)

    def _say(self, level: int, kind: str, text: str) -> bool:
        now = self.clock()
        until, unsaid = self._silent.get(kind, (0.0, 0))
        if now < until:
            self._silent[kind] = (until, unsaid + 1)
            return False
        if kind not in self._silent and not self._has_room(now):
            self._others += 1
            self._say_full(level, now)
            return False
        self._silent[kind] = (now + self.every_s, 0)
        if unsaid:
            self.log.log(level, "%s (and %d more of this kind before)", text, unsaid)
        else:
            self.log.log(level, "%s", text)
        if self._others:
            self.log.warning("%d warnings of too many kinds were not logged", self._others)
            self._others = 0
        return True

    def _say_full(self, level: int, now: float) -> None:
        if now >= self._full_silent_until:
            self._full_silent_until = now + self.every_s
            self.log.log(level, "there are more than %d such kinds of trouble: others are not logged now", self.most)

    def _has_room(self, now: float) -> bool:
        """Whether one more kind can be remembered; forgets those that are silent no longer."""
        if len(self._silent) < self.most:
            return True
        if now < self._full_until:
            return False
        self._silent = {kind: said for kind, said in self._silent.items() if now < said[0]}
        if len(self._silent) < self.most:
            return True
        self._full_until = now + _FULL_S
        return False


class StateLog:
    """Logs a trouble when it begins, when it changes and when it is over, and not in between.

    Args:
        log: where it is logged.
        what: what does not work while it lasts; why follows behind a colon.
        over: what is logged, as a warning, when it is over; nothing where it is "".
        level: of its begin and its changes.

    Attributes:
        current: why it does not work now, or "".
    """

    __slots__ = ("_level", "_log", "_over", "_what", "current")

    def __init__(self, log: logging.Logger, what: str, over: str = "", level: int = logging.ERROR) -> None:
        self.current = ""
        self._log = log
        self._what = what
        self._over = over
        self._level = level

    @property
    def trouble(self) -> str:
        """What does not work now, and why, or ""."""
        return self.current and phrase("{where}: {why}", where=self._what, why=self.current)

    def begin(self, why: str) -> bool:
        """It does not work; gives whether that was logged, for it is new or another one than before."""
        if why == self.current:
            return False
        self.current = why
        self._log.log(self._level, "%s: %s", self._what, why)
        return True

    def end(self) -> bool:
        """It works; gives whether it did not before."""
        if not self.current:
            return False
        self.current = ""
        if self._over:
            self._log.warning("%s", self._over)
        return True
