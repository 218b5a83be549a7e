"""The writing side of the block log, for the event loop.

With `synchronous=NORMAL` rows are committed on the loop itself: a commit takes less time than handing it to a thread
and back. The first row of a turn of the loop is committed at once, as most often it is the only one; those that follow
in the same turn are committed together. With `FULL`, where a commit waits for the disk, all rows of a turn are
committed together by one writer thread.
"""

import asyncio
import contextlib
import logging
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Final, NamedTuple

from gatekeeper.errors import JournalError
from gatekeeper.journal.checkpoint import Checkpointer
from gatekeeper.journal.file import FullError, JournalFile, LockedError, Once, Row, RowError, Synchronous
from gatekeeper.journal.row import DecisionRow, MetRow
from gatekeeper.journal.unwritten import MOST_KEPT, UnwrittenRows

log = logging.getLogger(__name__)

_RETRY_S: Final = 0.004
"""How long to wait for a lock between two tries."""

_RECOVER_S: Final = 0.25
"""How long to wait between two tries to open a broken log."""

_KEPT_S: Final = 0.2
"""How long after a row was kept it is tried again."""

_KEPT_BATCH: Final = 500


class _Waiting(NamedTuple):
    """A row with who waits for it, and until when (the loop's clock)."""

    row: Row
    done: asyncio.Future[None]
    until: float


class JournalWriter:
    """Appends decisions to the block log.

    A broken log (read-only, corrupt, moved away) makes appends fail at once; meanwhile it is opened again four times
    a second, until that works. All methods but the constructor belong to one event loop.

    Args:
        path: the log's file; made if missing.
        synchronous: `NORMAL` or `FULL`.
        deadline: how long an append waits for a lock, in seconds.
        most_kept: how many rows are kept for later.
        checkpoint_s: how often the write-ahead log is emptied, in seconds.
    """

    def __init__(
        self,
        path: Path,
        *,
        synchronous: Synchronous = "NORMAL",
        deadline: float = 0.5,
        most_kept: int = MOST_KEPT,
        checkpoint_s: float = 1.0,
    ) -> None:
        self._file = JournalFile(path, synchronous)
        self._deadline = deadline
        self._checkpointer = Checkpointer(path, self._file.intact, self._file_lost, checkpoint_s)
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="journal")
        self._inline = synchronous == "NORMAL"
        self._waiting: list[_Waiting] = []
        self._kept = UnwrittenRows(most_kept)
        self._flush_due: asyncio.Handle | None = None
        self._kept_due: asyncio.Handle | None = None
        self._writing: asyncio.Task[None] | None = None
        self._broken: JournalError | None = None
        self._trouble: JournalError | None = None
        self._recovery: asyncio.Task[None] | None = None
        self._closed = True
        self._loop: asyncio.AbstractEventLoop

    @property
    def trouble(self) -> JournalError | None:
        """What is wrong with the log now, or None."""
        return self._broken or self._trouble

    @property
    def kept(self) -> int:
        """How many rows wait in memory until the log can be written."""
        return len(self._kept)

    @property
    def lost(self) -> int:
        """How many rows found no room even there."""
        return self._kept.lost

    async def start(self) -> None:
        """Open the log. One that can't be opened is no reason not to start: `trouble` says so until it is mended."""
        self._loop = asyncio.get_running_loop()
        self._closed = False
        try:
            await self._loop.run_in_executor(self._thread, self._file.open)
        except JournalError as error:
            self._break(error)
        self._checkpointer.start()

    async def append(self, row: DecisionRow | MetRow) -> None:
        """Write a row; it is committed when this returns.

        Raises:
            JournalError: it could not be written. It may be in the log even so, where only the commit's answer
                was lost.
        """
        if self._broken is not None:
            # A new error each time: one that is raised twice would gather tracebacks.
            raise _again(self._broken)
        if self._closed:
            raise JournalError("the log is closed", "the daemon is stopping")
        fault: JournalError | None = None
        if self._flush_due is None and self._writing is None:
            # Those that follow in this turn find it due, and wait for it.
            self._flush_due = self._loop.call_soon(self._flush)
            if self._inline:
                fault = self._written_at_once(row)
                if fault is None:
                    return
        waiting = _Waiting(row, self._loop.create_future(), self._loop.time() + self._deadline)
        if fault is None:
            self._waiting.append(waiting)
        else:
            self._not_written([waiting], fault)
        await waiting.done

    async def append_once(self, row: DecisionRow) -> None:
        """Write a row unless one with its id is there; either is committed when this returns.

        Raises:
            JournalError: it could not be written.
        """
        await self.append(Once._make(row))

    def keep(self, row: DecisionRow) -> None:
        """Hold a row that could not be written, and write it as soon as that works."""
        if not self._kept.add(row) and self._kept.lost in {1, 10, 100, 1000} | set(range(10_000, 1 << 20, 10_000)):
            log.error("%d decisions could not be kept until the log can be written: they are lost", self._kept.lost)
        self._arm_kept(_KEPT_S)

    async def close(self) -> None:
        """Write what is left, and close the log."""
        if self._closed:
            return
        self._closed = True
        if self._recovery is not None:
            self._recovery.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._recovery
        await asyncio.gather(*(waiting.done for waiting in self._waiting), return_exceptions=True)
        self._fail(JournalError("the log is closed", "the daemon is stopping"))
        for due in (self._flush_due, self._kept_due):
            if due is not None:
                due.cancel()
        await self._write_kept_at_last()
        await self._loop.run_in_executor(None, self._checkpointer.stop)
        await self._loop.run_in_executor(self._thread, self._file.close)
        self._thread.shutdown()

    # Writing: inline, or by the writer thread.

    def _written_at_once(self, row: DecisionRow | MetRow) -> JournalError | None:
        """Write a row now; gives what went wrong."""
        try:
            self._file.write([row])
        except JournalError as error:
            return error
        if self._trouble is not None:
            self._well()
        return None

    def _flush(self) -> None:
        self._flush_due = None
        if not self._waiting or self._broken is not None or self._writing is not None:
            return
        batch, self._waiting = self._waiting, []
        if not self._inline:
            self._writing = self._loop.create_task(self._flush_in_thread(batch))
            return
        try:
            self._file.write([waiting.row for waiting in batch])
        except JournalError as error:
            self._not_written(batch, error)
        else:
            self._written(batch)

    async def _flush_in_thread(self, batch: list[_Waiting]) -> None:
        rows = [waiting.row for waiting in batch]
        try:
            await self._loop.run_in_executor(self._thread, self._file.write, rows)
        except JournalError as error:
            self._writing = None
            self._not_written(batch, error)
        else:
            self._writing = None
            self._written(batch)
        if self._waiting and self._flush_due is None:
            self._flush_due = self._loop.call_soon(self._flush)

    def _written(self, batch: list[_Waiting]) -> None:
        for waiting in batch:
            if not waiting.done.done():
                waiting.done.set_result(None)
        if self._trouble is not None:
            self._well()

    def _not_written(self, batch: list[_Waiting], error: JournalError) -> None:
        if isinstance(error, LockedError):
            self._wait_for_lock(batch, error)
        elif isinstance(error, RowError) and len(batch) > 1:
            # One bad row must not take the good ones with it.
            for waiting in batch:
                self._write_alone(waiting)
        else:
            _refuse(batch, error)
            if isinstance(error, FullError):
                self._unwell(error)
            elif not isinstance(error, RowError):
                self._break(error)

    def _write_alone(self, waiting: _Waiting) -> None:
        """Rare, so that it is done on the loop in any mode."""
        if self._broken is not None:
            _refuse([waiting], self._broken)
            return
        try:
            self._file.write([waiting.row])
        except JournalError as error:
            self._not_written([waiting], error)
        else:
            self._written([waiting])

    def _wait_for_lock(self, batch: list[_Waiting], error: LockedError) -> None:
        now = self._loop.time()
        late = [waiting for waiting in batch if waiting.until <= now]
        self._waiting[:0] = [waiting for waiting in batch if waiting.until > now]
        if late:
            _refuse(late, error)
            self._unwell(error)
        if self._waiting and self._flush_due is None:
            self._flush_due = self._loop.call_later(_RETRY_S, self._flush)

    def _fail(self, error: JournalError) -> None:
        batch, self._waiting = self._waiting, []
        _refuse(batch, error)

    # Rows kept for later.

    def _arm_kept(self, delay: float) -> None:
        if self._kept_due is None and len(self._kept) and self._broken is None and not self._closed:
            self._kept_due = self._loop.call_later(delay, self._begin_kept)

    def _begin_kept(self) -> None:
        self._kept_due = None
        if self._broken is not None or self._closed:
            return
        if self._writing is not None:
            self._arm_kept(_KEPT_S)
            return
        rows = self._kept.first(_KEPT_BATCH)
        if self._inline:
            try:
                self._file.write_kept(rows)
            except JournalError as error:
                self._kept_not_written(rows, error)
            else:
                self._kept_written(len(rows))
        else:
            self._writing = self._loop.create_task(self._keep_in_thread(rows))

    async def _keep_in_thread(self, rows: Sequence[DecisionRow]) -> None:
        try:
            await self._loop.run_in_executor(self._thread, self._file.write_kept, rows)
        except JournalError as error:
            self._writing = None
            self._kept_not_written(rows, error)
        else:
            self._writing = None
            self._kept_written(len(rows))
        if self._waiting and self._flush_due is None:
            self._flush_due = self._loop.call_soon(self._flush)

    def _kept_written(self, count: int) -> None:
        self._kept.drop(count)
        if self._trouble is not None:
            self._well()
        self._arm_kept(0.0)

    def _kept_not_written(self, rows: Sequence[DecisionRow], error: JournalError) -> None:
        if isinstance(error, RowError):
            # One of them can't be stored at all: find it, so that the others can.
            if len(rows) == 1:
                log.error("a decision that was kept is lost: %s", error)
                self._kept.lost += 1
                self._kept.drop(1)
            else:
                self._one_kept()
            self._arm_kept(0.0)
        elif isinstance(error, LockedError | FullError):
            self._unwell(error)
            self._arm_kept(_KEPT_S)
        else:
            self._break(error)

    def _one_kept(self) -> None:
        rows = self._kept.first(1)
        try:
            self._file.write_kept(rows)
        except JournalError as error:
            self._kept_not_written(rows, error)
        else:
            self._kept.drop(1)

    async def _write_kept_at_last(self) -> None:
        if self._writing is not None:
            await self._writing
        while len(self._kept) and self._broken is None:
            rows = self._kept.first(_KEPT_BATCH)
            try:
                await self._loop.run_in_executor(self._thread, self._file.write_kept, rows)
            except JournalError as error:
                self._broken = error
            else:
                self._kept.drop(len(rows))
        if len(self._kept):
            log.error("%d refusals could not be written to the log before the end: %s", len(self._kept), self._broken)

    # Trouble and recovery.

    def _unwell(self, error: JournalError) -> None:
        """Something that passes without opening the log again."""
        if self._trouble is None:
            log.error("decisions can't be logged, so calls are refused: %s", error)
        self._trouble = error

    def _well(self) -> None:
        self._trouble = None
        log.warning("decisions are logged again")
        self._arm_kept(0.0)

    def _break(self, error: JournalError) -> None:
        """Something that opening the log again may mend."""
        if self._broken is not None:
            return
        self._broken = error
        log.error("decisions can't be logged, so calls are refused: %s", error)
        self._fail(error)
        if not self._closed:
            self._recovery = self._loop.create_task(self._recover())

    def _file_lost(self, error: JournalError) -> None:
        """Called by the checkpointer's thread."""
        with contextlib.suppress(RuntimeError):  # the loop is closed: nothing is written any more
            self._loop.call_soon_threadsafe(self._break, error)

    async def _recover(self) -> None:
        await self._loop.run_in_executor(self._thread, self._file.rescue)
        while True:
            try:
                await self._loop.run_in_executor(self._thread, self._file.open)
            except JournalError as error:
                if str(error) != str(self._broken):
                    log.error("the log still can't be written: %s", error)  # noqa: TRY400 - no fault of ours
                self._broken = error
            else:
                break
            await asyncio.sleep(_RECOVER_S)
        self._broken = None
        self._recovery = None
        self._well()


def _again(error: JournalError) -> JournalError:
    fresh = JournalError(str(error))
    fresh.remedy = error.remedy
    return fresh


def _refuse(batch: list[_Waiting], error: JournalError) -> None:
    for waiting in batch:
        if not waiting.done.done():
            waiting.done.set_exception(_again(error))
