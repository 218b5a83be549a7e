"""Writes the rows that could not be written at their time, as soon as the journal takes rows again."""

import asyncio
import logging
from collections.abc import Sequence
from typing import Final, NamedTuple

from gatekeeper.errors import FullError, JournalError, LockedError, RowError
from gatekeeper.journal.attempt import Reservation
from gatekeeper.journal.backend import Backend
from gatekeeper.journal.recovery import Recovery
from gatekeeper.journal.row import DecisionRow
from gatekeeper.journal.thread import WriterThread
from gatekeeper.journal.unwritten import UnwrittenRow, UnwrittenRows
from gatekeeper.logs import SeldomLog

log = logging.getLogger(__name__)

_AFTER_S: Final = 0.2
"""How long after a row was kept, or failed again, it is tried."""

_BATCH: Final = 500


class _Backfilled(NamedTuple):
    """How many of the oldest rows are done with, how many of these are lost, and what keeps the others back."""

    done: int
    lost: int
    error: JournalError | None


class Backfill:
    """Empties `UnwrittenRows` into the journal, the oldest first.

    Args:
        backend: where rows are written.
        thread: writes, where the backend is not `inline`.
        recovery: knows whether the journal can be written, and is told what became of commits.
        rows: what waits.
    """

    def __init__(self, backend: Backend, thread: WriterThread, recovery: Recovery, rows: UnwrittenRows) -> None:
        self.rows = rows
        self._backend = backend
        self._inline = backend.inline
        self._thread = thread
        self._recovery = recovery
        self._due: asyncio.Handle | None = None
        self._writing: asyncio.Task[None] | None = None
        self._seldom = SeldomLog(log)
        self._closed = True
        self._loop: asyncio.AbstractEventLoop

    def start(self) -> None:
        """Write from now on."""
        self._loop = asyncio.get_running_loop()
        self._closed = False

    def keep(self, row: DecisionRow, reservation: Reservation | None = None) -> None:
        """Hold a row that could not be written, and write it as soon as that works."""
        if self.rows.add(UnwrittenRow(row, reservation)):
            if reservation is not None:
                reservation.stands()
        else:
            self._seldom.error(
                "lost", f"{self.rows.lost} decisions could not be kept until the log can be written: they are lost"
            )
        self.arm(_AFTER_S)

    def arm(self, delay: float = 0.0) -> None:
        """Try in a moment, if there is something to write, and nothing stands in the way."""
        if self._due is None and len(self.rows) and self._recovery.broken is None and not self._closed:
            self._due = self._loop.call_later(delay, self._begin)

    async def close(self) -> None:
        """Write what is left, if that can be done now."""
        self._closed = True
        if self._due is not None:
            self._due.cancel()
        if self._writing is not None:
            await self._writing
        error = self._recovery.broken
        while len(self.rows) and error is None:
            done, lost, error = await self._thread.run(self._commit, self.rows.first(_BATCH))
            self._forget(done, lost)
        if len(self.rows):
            log.error("%d refusals could not be written to the journal before the end: %s", len(self.rows), error)

    def _begin(self) -> None:
        self._due = None
        if self._recovery.broken is not None or self._closed or self._writing is not None:
            return  # `arm` is called again when the journal is mended, and when the thread is done
        rows = self.rows.first(_BATCH)
        if self._inline:
            self._settle(self._commit(rows))
        else:
            self._writing = self._loop.create_task(self._write_in_thread(rows))

    async def _write_in_thread(self, rows: Sequence[UnwrittenRow]) -> None:
        outcome = await self._thread.run(self._commit, rows)
        self._writing = None
        self._settle(outcome)

    def _commit(self, rows: Sequence[UnwrittenRow]) -> _Backfilled:
        """Write rows together, or the first alone where one of them is bad. Touches the backend only."""
        try:
            said = [one for kept in rows if kept.reservation is not None for one in kept.reservation.rows]
            self._backend.write_late([kept.row for kept in rows], said)
        except RowError as error:
            if len(rows) > 1:
                return self._commit(rows[:1])
            log.error("a decision that was kept is lost: %s", error)  # noqa: TRY400 - no fault of ours
            return _Backfilled(1, 1, None)
        except JournalError as error:
            return _Backfilled(0, 0, error)
        return _Backfilled(len(rows), 0, None)

    def _settle(self, outcome: _Backfilled) -> None:
        done, lost, error = outcome
        self._forget(done, lost)
        if error is None:
            if done > lost:
                self._recovery.wrote()
            self.arm()
        elif isinstance(error, LockedError | FullError):
            self._recovery.suffers(error)
            self.arm(_AFTER_S)
        else:
            self._recovery.breaks(error)

    def _forget(self, done: int, lost: int) -> None:
        for kept in self.rows.first(done):
            if kept.reservation is not None:
                kept.reservation.settled()
        self.rows.drop(done)
        self.rows.lost += lost
