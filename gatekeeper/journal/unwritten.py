"""Unwritten rows: keeps, up to a limit, the rows that the journal could not take at their time."""

from collections import deque
from itertools import islice
from typing import Final, NamedTuple

from gatekeeper.journal.attempt import Reservation
from gatekeeper.journal.row import DecisionRow

MOST_UNWRITTEN: Final = 10_000
"""How many rows wait in memory; more are counted and lost."""


class UnwrittenRow(NamedTuple):
    """A row with what it says of attempts, if anything."""

    row: DecisionRow
    reservation: Reservation | None = None


class UnwrittenRows:
    """A bounded queue of rows, the oldest first.

    Attributes:
        lost: how many rows found no room.
    """

    def __init__(self, most: int = MOST_UNWRITTEN) -> None:
        self.lost = 0
        self._most = most
        self._rows: deque[UnwrittenRow] = deque()

    def __len__(self) -> int:
        return len(self._rows)

    def add(self, row: UnwrittenRow) -> bool:
        """Hold a row; False where there is no room: the oldest refusals tell most of how it began."""
        if len(self._rows) >= self._most:
            self.lost += 1
            return False
        self._rows.append(row)
        return True

    def first(self, count: int) -> list[UnwrittenRow]:
        """The oldest rows, which stay."""
        return list(islice(self._rows, count))

    def drop(self, count: int) -> None:
        """Forget the oldest rows: they are written."""
        for _ in range(count):
            self._rows.popleft()
