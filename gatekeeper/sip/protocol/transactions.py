"""INVITE transactions: a bounded memory of what became of each INVITE, so that a repetition gets the same.

A proxy that only forwards needs none; but a decision is made once, whatever the network repeats.

| stage | an INVITE repeated | CANCEL | ACK | ends |
|---|---|---|---|---|
| deciding | 100 | 200, and 487 to the INVITE: answered | absorbed | with the decision: sent or answered |
| sent | to the same carrier | to the same carrier | to the same carrier | 32 s after a final response; 300 s without |
| answered | the same answer | 200 | absorbed | 5 s after the ACK, 32 s without one |

What was sent is over once the carrier has taken the call (2xx), or has had its refusal acknowledged: an INVITE repeated
then is absorbed, for its own transaction ends, and it would take the INVITE for a new call, which nobody was asked
about. Its 2xx it repeats by itself.

The times are those of RFC 3261: 64 T1 (32 s) for as long as requests are repeated, T4 (5 s) for the network to forget
one, more than timer C (three minutes) for a call that rings.
"""

import math
from collections import deque
from collections.abc import Iterator
from typing import Final

from gatekeeper.sip.protocol.ports import Hop, Sender
from gatekeeper.sip.protocol.transaction import SenderKey, Stage, Transaction, source_of

MOST: Final = 131_072
"""How many transactions are remembered; beyond them new calls are answered 503."""

MOST_DECIDING: Final = 4_096
"""How many of them may be undecided at once: those are remembered with their message."""

MOST_UNHEARD: Final = 8_192
"""How many of those that were sent keep their message for the next carrier: the latest."""

MOST_OCTETS: Final = 32 * 1024 * 1024
"""How much memory the messages of the undecided may take, and how much those of the sent."""

FOR_EMERGENCIES: Final = 1_024
"""How many more there may be of both where it is an emergency."""

T4_S: Final = 5.0
REPEATED_S: Final = 32.0
RINGING_S: Final = 300.0

_RINGS_AGAIN_S: Final = 60.0
"""So often a call that rings is noted: a carrier may say so as often as it likes."""

_SHARE: Final = 0.75
"""What one sender may have of either: what it floods leaves room to others."""


class Transactions:
    """The bounded memory of INVITE transactions.

    Args:
        most: how many there may be.
        most_deciding: how many of them may be undecided.
        most_unheard: how many of those that were sent keep their message.
        most_octets: how much the messages of the undecided may take, and how much those of the sent.
    """

    def __init__(
        self,
        most: int = MOST,
        most_deciding: int = MOST_DECIDING,
        most_unheard: int = MOST_UNHEARD,
        most_octets: int = MOST_OCTETS,
    ) -> None:
        self._most = most
        self._most_deciding = most_deciding
        self._most_unheard = most_unheard
        self._most_octets = most_octets
        self._known: dict[bytes, Transaction] = {}
        self._of_source: dict[SenderKey, int] = {}
        self._deciding_of: dict[SenderKey, int] = {}
        self._deciding = 0
        self._octets = 0
        self._octets_of: dict[SenderKey, int] = {}
        self._unheard: deque[Transaction] = deque()
        self._octets_unheard = 0
        # One row for each time for which something is remembered: in each, what expires first stands first.
        self._due: dict[float, deque[tuple[float, bytes, Transaction]]] = {
            lasts: deque() for lasts in (T4_S, REPEATED_S, RINGING_S)
        }
        self._first_due = math.inf

    def __iter__(self) -> Iterator[Transaction]:
        return iter(self._known.values())

    def __len__(self) -> int:
        return len(self._known)

    @property
    def deciding(self) -> int:
        """How many are undecided."""
        return self._deciding

    def get(self, key: bytes) -> Transaction | None:
        """The transaction of a key."""
        return self._known.get(key)

    def has_room(self, sender: Sender, size: int, *, urgent: bool) -> bool:
        """Whether one more of a sender can be remembered.

        Args:
            sender: the sender.
            size: about how many octets the message takes.
            urgent: whether it is an emergency.
        """
        if urgent:
            return (
                len(self._known) < self._most + FOR_EMERGENCIES
                and self._deciding < self._most_deciding + FOR_EMERGENCIES
            )
        source = source_of(sender)
        return (
            len(self._known) < self._most
            and self._deciding < self._most_deciding
            and self._of_source.get(source, 0) < _SHARE * self._most
            and self._deciding_of.get(source, 0) < _SHARE * self._most_deciding
            and self._octets + size <= self._most_octets
            and self._octets_of.get(source, 0) + size <= _SHARE * self._most_octets
        )

    def add(self, key: bytes, transaction: Transaction) -> None:
        """Remember one, until it is decided on and what follows."""
        source = transaction.source
        self._known[key] = transaction
        self._of_source[source] = self._of_source.get(source, 0) + 1
        self._deciding_of[source] = self._deciding_of.get(source, 0) + 1
        self._deciding += 1
        self._octets_of[source] = self._octets_of.get(source, 0) + transaction.size
        self._octets += transaction.size

    def decided(self, transaction: Transaction) -> None:
        """The answer to its question has come."""
        transaction.undecided = False
        self._deciding -= 1
        _less(self._deciding_of, transaction.source)
        self._octets -= transaction.size
        _less(self._octets_of, transaction.source, transaction.size)

    def sent(self, key: bytes, transaction: Transaction, hop: Hop, now: float) -> None:
        """It went to a carrier."""
        transaction.stage = Stage.SENT
        transaction.hop = hop
        transaction.sends = 1
        transaction.returned = False
        self.keep(key, transaction, RINGING_S, now)
        self._unheard.append(transaction)
        self._octets_unheard += transaction.size
        while len(self._unheard) > self._most_unheard or self._octets_unheard > self._most_octets:
            oldest = self._unheard.popleft()
            oldest.settle()
            self._octets_unheard -= oldest.size

    def close(self, key: bytes, transaction: Transaction, lasts: float, now: float) -> None:
        """Its end has begun; what is repeated after that does not put the end off."""
        if not transaction.closing:
            transaction.closing = True
            self.keep(key, transaction, lasts, now)

    def keep(self, key: bytes, transaction: Transaction, lasts: float, now: float) -> None:
        """Forget one in so many seconds; one that is undecided is not forgotten before the answer has come."""
        transaction.expires = due = now + lasts
        self._due[lasts].append((due, key, transaction))
        self._first_due = min(self._first_due, due)

    def rings(self, key: bytes, transaction: Transaction, now: float) -> None:
        """It rings still: it is remembered for as long again (timer C begins anew, 16.7)."""
        if not transaction.closing and transaction.expires - now < RINGING_S - _RINGS_AGAIN_S:
            self.keep(key, transaction, RINGING_S, now)

    def forget_old(self, now: float) -> None:
        """Forget those whose time is over."""
        if now < self._first_due:
            return
        for due in self._due.values():
            while due and due[0][0] <= now:
                expires, key, transaction = due.popleft()
                # It may have been kept for longer, or for less long, meanwhile.
                if expires == transaction.expires and self._known.get(key) is transaction:
                    del self._known[key]
                    _less(self._of_source, transaction.source)
        self._first_due = min((due[0][0] for due in self._due.values() if due), default=math.inf)


def _less(counts: dict[SenderKey, int], source: SenderKey, by: int = 1) -> None:
    left = counts[source] - by
    if left:
        counts[source] = left
    else:
        del counts[source]
