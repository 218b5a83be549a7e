"""Admission control: caps open connections, closes the one that has waited longest, enforces deadlines. Pure."""

from typing import Protocol

from gatekeeper.net.limits import Limits, ServerCounters


class AdmittedConnection(Protocol):
    """A connection, as far as admission control knows it."""

    def overdue(self) -> bool:
        """Its time is over; True where it stays as long as an answer may take, False where it is closed."""

    def close_now(self) -> None:
        """Close it now, without an answer."""


class Admission:
    """The connections that are open.

    One that has not asked yet gives way to a newcomer when there are too many: Asterisk asks within a millisecond, so
    that those who wait longest are not Asterisks. One that is being answered never does.

    All connections have the same time for the same thing. The order in which they began it is the order in which
    their times are over, so one timer serves all of them.

    Args:
        limits: how many, and for how long.
        counters: counts who had to go.
    """

    def __init__(self, limits: Limits, counters: ServerCounters) -> None:
        self._limits = limits
        self._counters = counters
        # Connections with the time at which they began to wait, or to be answered: the oldest first.
        self._waiting: dict[AdmittedConnection, float] = {}
        self._answering: dict[AdmittedConnection, float] = {}
        self._slow: dict[AdmittedConnection, float] = {}

    def __len__(self) -> int:
        return len(self._waiting) + self.answering

    @property
    def answering(self) -> int:
        """How many have asked."""
        return len(self._answering) + len(self._slow)

    def enter(self, slot: AdmittedConnection, now: float) -> bool:
        """A newcomer; False where there is no room even so."""
        if len(self) >= self._limits.max_connections:
            if not self._waiting:
                self._counters.turned_away += 1
                return False
            oldest = next(iter(self._waiting))
            del self._waiting[oldest]
            self._counters.evicted += 1
            oldest.close_now()
        self._waiting[slot] = now
        return True

    def asked(self, slot: AdmittedConnection, now: float) -> None:
        """One has asked its whole question."""
        if self._waiting.pop(slot, None) is not None:
            self._answering[slot] = now

    def slow(self, slot: AdmittedConnection, now: float) -> None:
        """What one has asked waits for a disk, and no call waits for it."""
        if self._answering.pop(slot, None) is not None:
            self._slow[slot] = now

    def leave(self, slot: AdmittedConnection) -> None:
        """One is gone."""
        for slots in (self._waiting, self._answering, self._slow):
            slots.pop(slot, None)

    def sweep(self, now: float) -> int:
        """Tell those whose time is over; gives how many."""
        late = 0
        for slots, seconds in (
            (self._waiting, self._limits.environment_s),
            (self._answering, self._limits.answer_s),
            (self._slow, self._limits.slow_s),
        ):
            while slots:
                oldest, since = next(iter(slots.items()))
                if now - since < seconds:
                    break
                del slots[oldest]
                late += 1
                if oldest.overdue():
                    self._answering[oldest] = now
        self._counters.late += late
        return late

    def close_waiting(self) -> None:
        """Close those that have not asked."""
        waiting, self._waiting = self._waiting, {}
        for slot in waiting:
            slot.close_now()

    def close_all(self) -> None:
        """Close every connection."""
        self.close_waiting()
        answering, self._answering, self._slow = {**self._answering, **self._slow}, {}, {}
        for slot in answering:
            slot.close_now()
