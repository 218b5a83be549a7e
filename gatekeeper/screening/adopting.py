"""The log for decisions that were made elsewhere: what the dialplan let by on its own counts as an attempt, too."""

import logging
from collections.abc import Callable
from typing import Protocol

from gatekeeper.journal import DecisionRow, Reservation
from gatekeeper.supervised import tell_fault

log = logging.getLogger(__name__)


class OnceJournal(Protocol):
    """What is needed of the log (`gatekeeper.journal.JournalWriter`)."""

    async def append_once(self, row: DecisionRow, reservation: Reservation | None = None, /) -> None:
        """Return when the row is committed, or was before; or raise `JournalError`."""

    def keep(self, row: DecisionRow, reservation: Reservation | None = None, /) -> None:
        """Write a row that could not be committed as soon as that works."""


class AdoptingJournal:
    """Adds to each row what it says of attempts.

    Args:
        journal: the log.
        adopted: gives that (`Screening.adopted`).
    """

    def __init__(self, journal: OnceJournal, adopted: Callable[[DecisionRow], Reservation | None]) -> None:
        self._journal = journal
        self._adopted = adopted

    async def append_once(self, row: DecisionRow, /) -> None:
        """Return when the row is committed, or was before; or raise `JournalError`."""
        try:
            reservation = self._adopted(row)
        except Exception as error:  # noqa: BLE001 - the call was made: that it is on record matters more
            tell_fault(log, "a call that the dialplan let by is not counted as an attempt", error)
            reservation = None
        await self._journal.append_once(row, reservation)

    def keep(self, row: DecisionRow, /) -> None:
        """Write a row that could not be committed as soon as that works."""
        self._journal.keep(row)
