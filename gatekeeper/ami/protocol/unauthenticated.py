"""Clients that have not logged in yet: how many of them may have a connection to Asterisk, and for how long.

Asterisk itself serves few of them (`authlimit` of manager.conf, 50 by default), so that a crowd which connects and says
nothing would keep every dialer out. Here each waits for a seat. Who sits longer than a login takes gives way to who
waits; the last to come is served first, for who has waited long has mostly given up. Pure: times are passed in.
"""

from collections import Counter
from collections.abc import Hashable
from dataclasses import dataclass
from typing import Generic, TypeVar

Guest = TypeVar("Guest", bound=Hashable)


@dataclass(frozen=True, slots=True)
class GuestLimits:
    """How many, and for how long.

    Attributes:
        seats: connections to Asterisk of clients that have not logged in.
        seats_of_address: of these, for one address.
        most: clients that have not logged in, with those that wait for a seat.
        grace_s: so long a seat is kept; a dialer's login comes with its next packet, if no machine is busy.
        login_s: within how many seconds a client must have logged in.
    """

    seats: int = 40
    seats_of_address: int = 20
    most: int = 300
    grace_s: float = 2.0
    login_s: float = 30.0


@dataclass(frozen=True, slots=True)
class Turn(Generic[Guest]):
    """What is to be done now.

    Attributes:
        seated: guests that get a connection to Asterisk.
        leaving: guests that are to be disconnected.
        wait_s: when to ask again if nothing happens before; None: not before something does.
    """

    seated: list[Guest]
    leaving: list[Guest]
    wait_s: float | None


class Guests(Generic[Guest]):
    """The clients that have not logged in.

    Args:
        limits: how many, and for how long.
    """

    def __init__(self, limits: GuestLimits) -> None:
        self._limits = limits
        # The oldest first: when they came, from where, and when those with a seat got it.
        self._came: dict[Guest, float] = {}
        self._address: dict[Guest, str] = {}
        self._waiting: dict[Guest, None] = {}
        self._seated: dict[Guest, float] = {}
        self._seats: Counter[str] = Counter()

    def __len__(self) -> int:
        return len(self._came)

    def __contains__(self, guest: Guest) -> bool:
        return guest in self._came

    def enter(self, guest: Guest, address: str, now: float) -> None:
        """A client has connected."""
        self._came[guest] = now
        self._address[guest] = address
        self._waiting[guest] = None

    def leave(self, guest: Guest) -> None:
        """A client has logged in, or is gone. Safe to repeat."""
        if self._came.pop(guest, None) is None:
            return
        address = self._address.pop(guest)
        self._waiting.pop(guest, None)
        if self._seated.pop(guest, None) is not None:
            self._seats[address] -= 1
            if not self._seats[address]:
                del self._seats[address]

    def turn(self, now: float) -> Turn[Guest]:
        """Whose turn it is."""
        leaving = [guest for guest, came in self._came.items() if now - came >= self._limits.login_s]
        for guest in leaving:
            self.leave(guest)
        while len(self._came) > self._limits.most:
            leaving.append(self._dismiss(next(iter(self._came))))
        seated: list[Guest] = []
        waits = [came + self._limits.login_s - now for came in list(self._came.values())[:1]]
        stuck: set[str] = set()
        for guest in reversed(list(self._waiting)):
            address = self._address[guest]
            if address in stuck:
                continue
            if (victim := self._in_the_way(address)) is not None:
                kept = self._seated[victim] + self._limits.grace_s - now
                if kept > 0:
                    waits.append(kept)
                    if len(self._seated) >= self._limits.seats:
                        break
                    stuck.add(address)
                    continue
                leaving.append(self._dismiss(victim))
            del self._waiting[guest]
            self._seated[guest] = now
            self._seats[address] += 1
            seated.append(guest)
        return Turn(seated, leaving, min(waits, default=None))

    def _in_the_way(self, address: str) -> Guest | None:
        """Who would have to leave for a guest of an address to sit: the one that has sat longest."""
        if self._seats[address] >= self._limits.seats_of_address:
            return next(guest for guest in self._seated if self._address[guest] == address)
        if len(self._seated) < self._limits.seats:
            return None
        return next(iter(self._seated))

    def _dismiss(self, guest: Guest) -> Guest:
        self.leave(guest)
        return guest
