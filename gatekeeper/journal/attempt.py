"""Attempts: the calls that are counted for caps, as they lie in the journal beside the decisions that let them by.

No row of an attempt is ever changed: what became of it is said by a further row beside it.
"""

from enum import IntEnum
from typing import NamedTuple, Protocol


class AttemptMark(IntEnum):
    """What a row says of its attempt."""

    RESERVED = 0
    """It was let by: it is counted."""
    GIVEN_BACK = 1
    """A later gate stopped it before it left: it is counted no longer."""
    LEFT = 2
    """It was seen to leave: it is counted, whatever else is said."""
    EXPIRES = 3
    """It was let by for a program that tells what becomes of it: it is counted until the moment that `told` says."""
    KEPT = 4
    """It has met a gate of this site since: it is counted beyond that moment."""


class AttemptRow(NamedTuple):
    """What is said of one attempt under one key of the consumer; the attributes are the columns, in order.

    Attributes:
        consumer: the key: the number (E.164), or below zero that of the contact. An attempt whose contact is known has
            a row under both.
        at: when it was let by, in microseconds since the epoch: that of its decision.
        decision: the decision's id, as its 16 bytes.
        mark: an `AttemptMark`.
        principal: the key of the company that was called for; 0 where that is not known.
        subject: the key of what the call was about; 0 where that is not known.
        other: the consumer's other key; 0 where only one is known.
        told: when this was said, in microseconds since the epoch; 0 in a reservation, which is said at once. Of what
            expires, when it does.
    """

    consumer: int
    at: int
    decision: bytes
    mark: int
    principal: int
    subject: int
    other: int
    told: int


class Reservation(Protocol):
    """Rows of attempts on their way into the journal, together with the row of a decision."""

    @property
    def rows(self) -> tuple[AttemptRow, ...]:
        """What is written."""

    def stands(self) -> None:
        """It is to be written: until it is settled, it holds all the same."""

    def settled(self) -> None:
        """It is written, so that the journal tells of it; or it was refused, and does not hold."""
