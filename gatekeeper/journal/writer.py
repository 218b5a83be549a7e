"""The journal's writer: appends decisions for the event loop, and outlives every trouble of the database below it.

Theory of operation
===================
No answer is given before its row is committed, so a commit is on the way of every call. The `Batcher` makes commits
cheap. Where the backend is `inline` (SQLite that does not wait for the disk), the first row of a turn of the loop is
committed at once, on the loop, as most often it is the only one; those that follow in the same turn are committed
together at its end. Else (a commit waits for a disk or a network) all rows of a turn, and those that come while an
earlier batch is being written, are committed together by the writer's one thread.

A row that could not be committed is refused to its caller, who refuses the call, and hands in (`keep`) the row that
says so. `UnwrittenRows` holds these; the `Backfill` writes them when the journal takes rows again.

What a decision says of attempts (a `Reservation`) shares its commit, and is settled when that was made or
has failed for good, and a row that is kept has its own with it.

`Recovery` holds the state. Only it opens the journal, and only in the writer's thread. In every state the backend is
called by one thread at a time: in `open` and `passing` by the loop alone, or by the thread alone; in `broken` by the
thread alone, as nobody begins to write then.

| state   | an append                            | rows kept                     | left for, when                      |
|---------|--------------------------------------|-------------------------------|-------------------------------------|
| closed  | fails: "the journal is closed"       | wait                          | open or broken, at `start`          |
| open    | is committed, or fails alone         | are written, 500 at a time    | passing, at a `FullError` or a      |
|         | (`RowError`)                         |                               | `LockedError` beyond the deadline;  |
|         |                                      |                               | broken, at an error of no such kind |
| passing | waits for a lock until its deadline; | are tried five times a second | open, when a commit succeeds;       |
|         | fails at once where there is no room |                               | broken, at an error of another kind |
| broken  | fails at once, with what is wrong    | wait, at most `most_unwritten`| open, once the backend let go, and  |
|         |                                      |                               | opens (tried four times a second)   |

From every state, `close` refuses new rows, waits for those under way, tries once more to open a broken journal, writes
the kept rows if it can, and says how many it could not.
"""

import asyncio
from collections.abc import Coroutine
from typing import Any

from gatekeeper.errors import JournalError
from gatekeeper.journal.attempt import AttemptRow, Reservation
from gatekeeper.journal.backend import Backend
from gatekeeper.journal.backfill import Backfill
from gatekeeper.journal.batcher import Batcher, again
from gatekeeper.journal.recovery import Recovery
from gatekeeper.journal.row import DecisionRow, JournalEntry, Once
from gatekeeper.journal.thread import WriterThread
from gatekeeper.journal.unwritten import MOST_UNWRITTEN, UnwrittenRows
from gatekeeper.translation import phrase


class JournalWriter:
    """Appends decisions to the journal. All methods but the constructor belong to one event loop.

    Args:
        backend: the database that holds the journal.
        deadline: how long an append waits for a lock, in seconds.
        most_unwritten: how many rows are kept for later.
    """

    def __init__(self, backend: Backend, *, deadline: float = 0.5, most_unwritten: int = MOST_UNWRITTEN) -> None:
        self._backend = backend
        self._thread = WriterThread()
        self._recovery = Recovery(backend, self._thread, self._broken, self._writable)
        self._batcher = Batcher(backend, self._thread, self._recovery, deadline)
        self._backfill = Backfill(backend, self._thread, self._recovery, UnwrittenRows(most_unwritten))
        self._closed = True

    @property
    def trouble(self) -> JournalError | None:
        """What is wrong with the journal now, or None."""
        return self._recovery.trouble

    @property
    def waiting(self) -> int:
        """How many rows wait for their commit."""
        return self._batcher.waiting

    @property
    def unwritten(self) -> int:
        """How many rows wait in memory until the journal can be written."""
        return len(self._backfill.rows)

    @property
    def lost(self) -> int:
        """How many rows found no room even there, or could not be stored at all."""
        return self._backfill.rows.lost

    async def start(self) -> None:
        """Open the journal. One that can't be opened does not keep the daemon from starting: see `trouble`."""
        self._closed = False
        self._batcher.start()
        self._backfill.start()
        await self._recovery.start()
        self._backend.start_upkeep(self._recovery.breaks_elsewhere)

    def append(self, row: JournalEntry, reservation: Reservation | None = None) -> Coroutine[Any, Any, None]:
        """Write a row, and what it says of attempts, in one commit; it is made when this was awaited.

        Raises:
            JournalError: it could not be written. It may be in the journal even so, where only the commit's answer
                was lost.
        """
        return self._batcher.append(row, reservation)

    async def append_once(self, row: DecisionRow, reservation: Reservation | None = None) -> None:
        """Write a row unless one with its id is there; either is committed when this returns.

        Raises:
            JournalError: it could not be written.
        """
        await self._batcher.append(Once._make(row), reservation)

    def keep(self, row: DecisionRow, reservation: Reservation | None = None) -> None:
        """Hold a row that could not be written, and write it, and what it says of attempts, as soon as that works."""
        self._backfill.keep(row, reservation)

    def attempts(self, consumer: int, since: int) -> list[AttemptRow]:
        """All that is committed of attempts under a consumer's key since a moment (microseconds).

        Raises:
            JournalError: it can't be read now.
        """
        if self._closed:
            raise JournalError(phrase("the log is closed"), phrase("the daemon is stopping"))
        if self._recovery.broken is not None:
            raise again(self._recovery.broken)
        return self._backend.attempts(consumer, since)

    async def close(self) -> None:
        """Write what is left, and close the journal."""
        if self._closed:
            return
        self._closed = True
        await self._recovery.stop()
        await self._batcher.close()
        await self._backfill.close()
        await asyncio.get_running_loop().run_in_executor(None, self._backend.stop_upkeep)
        await self._thread.run(self._backend.close)
        self._thread.stop()

    def _broken(self, error: JournalError) -> None:
        self._batcher.fail(error)

    def _writable(self) -> None:
        self._backfill.arm()
