"""The login queue: limits how many clients that have not logged in have a connection to Asterisk, and for how long.

Asterisk itself serves few of them (`authlimit` of manager.conf, 50 by default), so that many that connect and say
nothing would keep every dialer out. Here each waits for a seat. Who sits longer than a login takes gives way to who
waits; the last to come is served first, for who has waited long has mostly given up. Pure: times are passed in.
"""

from collections import Counter
from collections.abc import Hashable
from dataclasses import dataclass
from typing import Generic, TypeVar

Waiting = TypeVar("Waiting", bound=Hashable)


@dataclass(frozen=True, slots=True)
class LoginLimits:
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
class Turn(Generic[Waiting]):
    """What is to be done now.

    Attributes:
        seated: clients that get a connection to Asterisk.
        leaving: clients that are to be disconnected.
        wait_s: when to ask again if nothing happens before; None: not before something does.
    """

    seated: list[Waiting]
    leaving: list[Waiting]
    wait_s: float | None


class LoginQueue(Generic[Waiting]):
    """The clients that have not logged in.

    Args:
        limits: how many, and for how long.
    """

    def __init__(self, limits: LoginLimits) -> None:
        self._limits = limits
        # The oldest first: when they came, from where, and when those with a seat got it.
        self._came: dict[Waiting, float] = {}
        self._address: dict[Waiting, str] = {}
        self._waiting: dict[Waiting, None] = {}
        self._seated: dict[Waiting, float] = {}
        self._seats: Counter[str] = Counter()

    def __len__(self) -> int:
        return len(self._came)

    def __contains__(self, client: Waiting) -> bool:
        return client in self._came

    def enter(self, client: Waiting, address: str, now: float) -> None:
        """A client has connected."""
        self._came[client] = now
        self._address[client] = address
        self._waiting[client] = None

    def leave(self, client: Waiting) -> None:
        """A client has logged in, or is gone. Safe to repeat."""
        if self._came.pop(client, None) is None:
            return
        address = self._address.pop(client)
        self._waiting.pop(client, None)
        if self._seated.pop(client, None) is not None:
            self._seats[address] -= 1
            if not self._seats[address]:
                del self._seats[address]

    def turn(self, now: float) -> Turn[Waiting]:
        """Whose turn it is."""
        leaving = [client for client, came in self._came.items() if now - came >= self._limits.login_s]
        for client in leaving:
            self.leave(client)
        while len(self._came) > self._limits.most:
            leaving.append(self._dismiss(next(iter(self._came))))
        seated: list[Waiting] = []
        waits = [came + self._limits.login_s - now for came in list(self._came.values())[:1]]
        stuck: set[str] = set()
        for client in reversed(list(self._waiting)):
            address = self._address[client]
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
            del self._waiting[client]
            self._seated[client] = now
            self._seats[address] += 1
            seated.append(client)
        return Turn(seated, leaving, min(waits, default=None))

    def _in_the_way(self, address: str) -> Waiting | None:
        """Who would have to leave for a client of an address to sit: the one that has sat longest."""
        if self._seats[address] >= self._limits.seats_of_address:
            return next(client for client in self._seated if self._address[client] == address)
        if len(self._seated) < self._limits.seats:
            return None
        return next(iter(self._seated))

    def _dismiss(self, client: Waiting) -> Waiting:
        self.leave(client)
        return client
