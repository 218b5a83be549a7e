"""Group commit: the rows of one turn of the event loop become durable together. See `writer` for the theory."""

import asyncio
from collections.abc import Sequence
from typing import Final, NamedTuple

from gatekeeper.errors import FullError, JournalError, LockedError, RowError
from gatekeeper.journal.attempt import AttemptRow, Reservation
from gatekeeper.journal.backend import Backend
from gatekeeper.journal.recovery import Recovery
from gatekeeper.journal.row import JournalEntry
from gatekeeper.journal.thread import WriterThread
from gatekeeper.translation import phrase

_RETRY_S: Final = 0.004
"""How long to wait for a lock between two tries."""


class _Waiting(NamedTuple):
    """A row with who waits for it, until when (the loop's clock), and what it says of attempts, if anything."""

    row: JournalEntry
    done: asyncio.Future[None]
    until: float
    reservation: Reservation | None


class _Outcome(NamedTuple):
    """Rows that were tried in one transaction, and what went wrong, if anything."""

    batch: Sequence[_Waiting]
    error: JournalError | None


class Batcher:
    """Appends rows, and lets each caller go when its row is committed.

    Args:
        backend: where rows are written.
        thread: writes, where the backend is not `inline`.
        recovery: knows whether the journal can be written, and is told what became of commits.
        deadline: how long an append waits for a lock, in seconds.
    """

    def __init__(self, backend: Backend, thread: WriterThread, recovery: Recovery, deadline: float) -> None:
        self._backend = backend
        self._inline = backend.inline
        self._thread = thread
        self._recovery = recovery
        self._deadline = deadline
        self._waiting: list[_Waiting] = []
        self._flush_due: asyncio.Handle | None = None
        self._writing: asyncio.Task[None] | None = None
        self._closed = True
        self._loop: asyncio.AbstractEventLoop

    @property
    def waiting(self) -> int:
        """How many rows wait for their commit."""
        return len(self._waiting)

    def start(self) -> None:
        """Take rows from now on."""
        self._loop = asyncio.get_running_loop()
        self._closed = False

    async def append(self, row: JournalEntry, reservation: Reservation | None = None) -> None:
        """Write a row, and what it says of attempts; both are committed when this returns.

        The reservation is settled once it is known what became of them, whoever still waits for that.

        Raises:
            JournalError: it could not be written. It may be in the journal even so, where only the commit's answer
                was lost.
        """
        if self._recovery.broken is not None or self._closed:
            if reservation is not None:
                reservation.settled()
            # A new error each time: one that is raised twice would gather tracebacks.
            raise again(
                self._recovery.broken or JournalError(phrase("the log is closed"), phrase("the daemon is stopping"))
            )
        fault: JournalError | None = None
        if self._flush_due is None and self._writing is None:
            # Those that follow in this turn find it due, and wait for it.
            self._flush_due = self._loop.call_soon(self._flush)
            if self._inline:
                try:
                    self._backend.write((row,), () if reservation is None else reservation.rows)
                except JournalError as error:
                    fault = error
                else:
                    if reservation is not None:
                        reservation.settled()
                    self._recovery.wrote()
                    return
        waiting = _Waiting(row, self._loop.create_future(), self._loop.time() + self._deadline, reservation)
        if fault is None:
            self._waiting.append(waiting)
        else:
            self._settle(_Outcome([waiting], fault))
        await waiting.done

    def fail(self, error: JournalError) -> None:
        """Let all who wait go, with an error."""
        batch, self._waiting = self._waiting, []
        _refuse(batch, error)

    async def close(self) -> None:
        """Take no more rows, and wait until what was taken is written or has failed."""
        self._closed = True
        await asyncio.gather(*(waiting.done for waiting in self._waiting), return_exceptions=True)
        if self._writing is not None:
            await self._writing
        self.fail(JournalError(phrase("the journal is closed"), phrase("the daemon is stopping")))
        if self._flush_due is not None:
            self._flush_due.cancel()

    def _flush(self) -> None:
        self._flush_due = None
        if not self._waiting or self._recovery.broken is not None or self._writing is not None:
            return
        batch, self._waiting = self._waiting, []
        if self._inline:
            for outcome in self._commit(batch):
                self._settle(outcome)
        else:
            self._writing = self._loop.create_task(self._flush_in_thread(batch))

    async def _flush_in_thread(self, batch: Sequence[_Waiting]) -> None:
        outcomes = await self._thread.run(self._commit, batch)
        self._writing = None
        for outcome in outcomes:
            self._settle(outcome)
        if self._waiting and self._flush_due is None:
            self._flush_due = self._loop.call_soon(self._flush)

    def _commit(self, batch: Sequence[_Waiting]) -> list[_Outcome]:
        """Write rows together, or each alone where one of them is bad. Touches the backend only: any thread may do."""
        try:
            self._backend.write([waiting.row for waiting in batch], _said(batch))
        except RowError as error:
            if len(batch) == 1:
                return [_Outcome(batch, error)]
            return [outcome for waiting in batch for outcome in self._commit([waiting])]
        except JournalError as error:
            return [_Outcome(batch, error)]
        return [_Outcome(batch, None)]

    def _settle(self, outcome: _Outcome) -> None:
        batch, error = outcome
        if error is None:
            for waiting in batch:
                if waiting.reservation is not None:
                    waiting.reservation.settled()
                if not waiting.done.done():
                    waiting.done.set_result(None)
            self._recovery.wrote()
        elif isinstance(error, LockedError):
            self._wait_for_lock(batch, error)
        else:
            _refuse(batch, error)
            if isinstance(error, FullError):
                self._recovery.suffers(error)
            elif not isinstance(error, RowError):
                self._recovery.breaks(error)

    def _wait_for_lock(self, batch: Sequence[_Waiting], error: LockedError) -> None:
        now = self._loop.time()
        late = [waiting for waiting in batch if waiting.until <= now]
        self._waiting[:0] = [waiting for waiting in batch if waiting.until > now]
        if late:
            _refuse(late, error)
            self._recovery.suffers(error)
        if self._waiting and self._flush_due is None:
            self._flush_due = self._loop.call_later(_RETRY_S, self._flush)


def again(error: JournalError) -> JournalError:
    """An error anew, to be raised once more."""
    fresh = JournalError(str(error))
    fresh.remedy = error.remedy
    return fresh


def _refuse(batch: Sequence[_Waiting], error: JournalError) -> None:
    for waiting in batch:
        if waiting.reservation is not None:
            waiting.reservation.settled()
        if not waiting.done.done():
            waiting.done.set_exception(again(error))


def _said(batch: Sequence[_Waiting]) -> list[AttemptRow]:
    """What rows say of attempts."""
    return [one for waiting in batch if waiting.reservation is not None for one in waiting.reservation.rows]
