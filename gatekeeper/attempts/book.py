"""The book of attempts: how often a consumer was called of late, what was decided a moment ago included.

Theory of operation
===================
A decision is made in one turn of the event loop, from the look-up of its facts to its reservation: nothing is awaited
in between. From then on the reservation stands in memory, until the commit that it shares with its decision's row is
made or has failed; then the journal tells of it, or it never held. So the next decision, on whichever gate, sees every
one before it, and of two for the last permitted call one is refused. A process that is killed leaves what it has
committed, answered or not: too few calls may be made, never too many.

A row is never changed. `GIVEN_BACK` beside a `RESERVED` takes it out of the count, and `LEFT` puts it back whatever
else is said: a call that the watchdog saw leave was made.

What is reserved over the interface `EXPIRES` unless its program tells in time what became of the call. One that dies
costs the consumer's cap no more than that time, unless its call met a gate of ours (`KEPT`). Nothing runs when the time
is over: who counts looks at it. Of what expired untold under a consumer's keys the newest alone is not counted: a
program that never tells would never reach a cap.
"""

from collections.abc import Collection, Sequence
from typing import Protocol

from gatekeeper.attempts.key import AttemptKey, contact_key, name_key
from gatekeeper.attempts.reservation import StandingReservation
from gatekeeper.journal import AttemptMark, AttemptRow, bytes_of_ident

_RESERVED, _GIVEN_BACK, _LEFT = AttemptMark.RESERVED.value, AttemptMark.GIVEN_BACK.value, AttemptMark.LEFT.value
_EXPIRES, _KEPT = AttemptMark.EXPIRES.value, AttemptMark.KEPT.value


class Committed(Protocol):
    """What is committed of attempts (`gatekeeper.journal.JournalWriter`)."""

    def attempts(self, consumer: int, since: int, /) -> list[AttemptRow]:
        """What is said under a consumer's key since a moment, or raise `JournalError`."""


class AttemptBook:
    """Counts attempts. Belongs to one event loop, and to the one process that decides on calls.

    Args:
        committed: the journal that the reservations are written to.

    Attributes:
        reserved: how many attempts were reserved.
        given_back: how many of them were given back, because a later gate stopped the call.
    """

    def __init__(self, committed: Committed) -> None:
        self._committed = committed.attempts
        self._standing: dict[int, list[AttemptRow]] = {}
        self.reserved = 0
        self.given_back = 0

    @property
    def standing(self) -> int:
        """Under how many consumers' keys something stands that the journal does not tell of yet."""
        return len(self._standing)

    def times(
        self,
        key: AttemptKey,
        since: int,
        *,
        by_principal: bool,
        by_subject: bool,
        by_number: bool = False,
        by_person: bool = False,
        fellows: Collection[str] = (),
        without: Collection[str] = (),
        now: int = 0,
    ) -> tuple[int, ...]:
        """When this consumer was called: every attempt that counts, ascending, those of the same moment each.

        Attempts under the number, and under the contact where it is known; and under all numbers that are known of one
        of them. A principal or a subject that is not known may be any: it counts as the same.

        Args:
            key: whom, for whom and about what.
            since: attempts before are left out; in microseconds since the epoch.
            by_principal: count those of the same principal only.
            by_subject: count those about the same subject only.
            by_number: count those on this very number only.
            by_person: count those of this very contact only, where the call says whose the number is. One that does
                not say it may be any one's: it counts.
            fellows: the principals that count as the same.
            without: ids of decisions that are not counted: those of the very call that is asked about.
            now: the moment at which it is asked, in microseconds since the epoch: what expires may have by then.

        Raises:
            JournalError: the journal can't be read.
        """
        rows = self._under(key.number, since) if by_number else self._of_consumer(key, since)
        if not rows:
            return ()
        contact = contact_key(key.contact) if by_person else 0
        if contact:
            rows = [row for row in rows if (row.consumer if row.consumer < 0 else row.other) in (0, contact)]
        principal = name_key(key.principal) if by_principal else 0
        if principal:
            same = {0, principal, *map(name_key, fellows)} if fellows else (0, principal)
            rows = [row for row in rows if row.principal in same]
        subject = name_key(key.subject) if by_subject else 0
        if subject:
            rows = [row for row in rows if row.subject in (0, subject)]
        counted = counted_among(rows, now)
        for ident in without:
            counted.pop(bytes_of_ident(ident), None)
        return tuple(sorted(counted.values()))

    def reserve(
        self,
        ident: str,
        key: AttemptKey,
        at: int,
        *,
        left: bool = False,
        instead_of: str = "",
        expires_at: int = 0,
    ) -> StandingReservation:
        """Count an attempt from now on. What is returned goes into the journal with the decision's row.

        Args:
            ident: the decision's id.
            key: whom, for whom and about what.
            at: when it was decided, in microseconds since the epoch.
            left: whether the call has left already.
            instead_of: the id of an earlier decision on this very call, which is given back with this.
            expires_at: until when it is told what becomes of the call, in microseconds since the epoch; 0 where no
                program has to tell.

        Raises:
            ValueError: the id is not an id of that moment.
        """
        decision = bytes_of_ident(ident)
        if _milliseconds(decision) != at // 1000:
            raise ValueError("the id of an attempt's decision is not one of its moment")
        contact = contact_key(key.contact)
        principal, subject = name_key(key.principal), name_key(key.subject)
        row = AttemptRow(key.number, at, decision, _RESERVED, principal, subject, contact, 0)
        rows: tuple[AttemptRow, ...] = (row,)
        if contact:
            rows += (row._replace(consumer=contact, other=key.number),)
        if left:
            rows += tuple(one._replace(mark=_LEFT) for one in rows)
        elif expires_at:
            rows += tuple(one._replace(mark=_EXPIRES, told=expires_at) for one in rows)
        self.reserved += 1
        if instead_of:
            rows += self._said_of(instead_of, key.number, _GIVEN_BACK, at)
        return self._standing_with(rows)

    def give_back(self, ident: str, number: int, at: int) -> StandingReservation | None:
        """A later gate stops the call before it leaves: from now on it is not counted.

        Args:
            ident: the id of the decision that let it by.
            number: whom it was on, E.164 as an integer. The book keeps no list of ids: it looks under the number.
            at: when it was stopped, in microseconds since the epoch.

        Returns:
            What goes into the journal with the row of the decision that stops it; None where no such attempt counts.

        Raises:
            JournalError: the journal can't be read.
        """
        said = self._standing_with(self._said_of(ident, number, _GIVEN_BACK, at)) or None
        self.given_back += said is not None
        return said

    def confirm(self, ident: str, number: int, at: int) -> StandingReservation | None:
        """The call left. Arguments and result as those of `give_back`."""
        return self._standing_with(self._said_of(ident, number, _LEFT, at)) or None

    def keep(self, ident: str, number: int, at: int) -> StandingReservation | None:
        """A call whose attempt expires has met a gate of this site. Arguments and result as those of `give_back`."""
        return self._standing_with(self._said_of(ident, number, _KEPT, at)) or None

    def _of_consumer(self, key: AttemptKey, since: int) -> list[AttemptRow]:
        rows = self._under(key.number, since)
        contact = contact_key(key.contact)
        # Where the call does not say whose the number is, it may be any one's who was called on it.
        contacts = {contact} if contact else {row.other for row in rows if row.other < 0}
        if not contacts:
            return rows  # nobody is known to have other numbers
        for one in contacts:
            rows = rows + self._under(one, since)
        for number in {row.other for row in rows if row.other > 0} - {key.number}:
            rows = rows + self._under(number, since)
        return rows

    def _under(self, consumer: int, since: int) -> list[AttemptRow]:
        rows = self._committed(consumer, since)
        standing = self._standing.get(consumer)
        return rows if standing is None else rows + [row for row in standing if row.at >= since]

    def _said_of(self, ident: str, number: int, mark: int, told: int) -> tuple[AttemptRow, ...]:
        """What is to be said of an attempt, under each key that it counts under; nothing where it does not count."""
        decision = bytes_of_ident(ident)
        rows = [row for row in self._under(number, _milliseconds(decision) * 1000) if row.decision == decision]
        marks = {row.mark for row in rows}
        if _RESERVED not in marks or mark in marks:
            return ()
        row = next(row for row in rows if row.mark == _RESERVED)._replace(mark=mark, told=told)
        return (row, row._replace(consumer=row.other, other=row.consumer)) if row.other else (row,)

    def _standing_with(self, rows: tuple[AttemptRow, ...]) -> StandingReservation:
        reservation = StandingReservation(self._standing, rows)
        reservation.stands()
        return reservation


def counted_among(rows: Sequence[AttemptRow], now: int) -> dict[bytes, int]:
    """When each attempt that counts at a moment was made, by its decision.

    Args:
        rows: all that is said under one key of the consumer.
        now: the moment, in microseconds since the epoch.
    """
    counted = {row.decision: row.at for row in rows}
    given_back = {row.decision for row in rows if row.mark == _GIVEN_BACK}
    expiring = {row.decision: row.told for row in rows if row.mark == _EXPIRES}
    if not given_back and not expiring:
        return counted
    left = {row.decision for row in rows if row.mark == _LEFT}
    for decision in given_back - left:
        del counted[decision]
    kept = {row.decision for row in rows if row.mark == _KEPT}
    untold = [one for one in expiring.keys() - given_back - left - kept if expiring[one] <= now]
    if untold:
        del counted[max(untold)]
    return counted


def _milliseconds(decision: bytes) -> int:
    """The moment of a decision, by its id (ULID: its first 48 bits)."""
    return int.from_bytes(decision[:6], "big")
