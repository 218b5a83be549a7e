"""Checkpoints: empties SQLite's write-ahead log into the database, and notes how far writers are, in the background.

SQLite would do it within a commit, which would make every thousandth call wait.
"""

import contextlib
import logging
import sqlite3
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Final
from urllib.parse import quote

from gatekeeper.errors import JournalError
from gatekeeper.journal.sqlite.errors import journal_error
from gatekeeper.journal.sqlite.noting import PART, note_numbers
from gatekeeper.journal.sqlite.tables import PAGE_BYTES
from gatekeeper.logs import StateLog
from gatekeeper.translation import marked, phrase

log = logging.getLogger(__name__)

LONG: Final = 16 * 1024 * 1024
"""Above this many bytes it is tried to have the write-ahead log begun anew without anybody's waiting."""

_TRIES: Final = 8

_TOO_LONG: Final = 4
"""From this many times as many bytes it is done with writers waiting: for some milliseconds, or for as long as the disk
takes."""

_TOO_BIG: Final = 16
"""From this many times as many bytes the file is cut short as well, for which they wait six times as long."""

_FRAME_BYTES: Final = PAGE_BYTES + 24
"""Of a page with its header in the write-ahead log."""

_WAIT_MS: Final = 20

_REMEDY: Final = marked("leave both where they are while the daemon runs; it opens what is there now")


class Checkpointer:
    """A thread that checkpoints at intervals.

    Args:
        path: the database.
        intact: tells whether the file is still the one that is written; where it is not, nothing is touched.
        lost: called, from the thread, where it is not, and where it is damaged.
        every_s: the interval, in seconds.
        long: from how many bytes the write-ahead log is to be begun anew.
        part: from how many rows on the numbers of their writers are noted.

    Attributes:
        lag: bytes of the write-ahead log that were not in the database yet when it was looked at last.
    """

    def __init__(
        self,
        path: Path,
        intact: Callable[[], bool],
        lost: Callable[[JournalError], None],
        every_s: float = 1.0,
        long: int = LONG,
        part: int = PART,
    ) -> None:
        self._path = path
        self._wal = Path(f"{path}-wal")
        self._intact = intact
        self._lost = lost
        self._every_s = every_s
        self._long = long
        self._part = part
        self._done_at = -1
        self.lag = 0
        self._trouble = StateLog(
            log, phrase("decisions are logged, but the journal can't be tidied up"), level=logging.WARNING
        )
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="journal-checkpoint", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """End; waits for a checkpoint that is under way."""
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join()

    def checkpoint(self) -> None:
        """Do it now, if something was written since the last time."""
        state = self._wal.stat()
        if state.st_mtime_ns == self._done_at or state.st_size == 0:
            return
        # A connection for each time: none is kept to a file that was replaced. `rw` never makes a new file.
        uri = f"file:{quote(str(self._path))}?mode=rw"
        wait = _WAIT_MS / 1000
        with contextlib.closing(sqlite3.connect(uri, uri=True, timeout=wait, isolation_level=None)) as connection:
            note_numbers(connection, self._part)
            self.lag = self._left(connection, state.st_size) * _FRAME_BYTES
        if not self.lag:
            self._done_at = state.st_mtime_ns

    def _left(self, connection: sqlite3.Connection, size: int) -> int:
        """Empty the write-ahead log; gives how many pages of what was written when that began are left in it."""
        busy, in_log, done = _checkpoint(connection, "PASSIVE")
        if in_log * _FRAME_BYTES > self._long:
            # A writer who finds all of it in the database begins it anew. The less there is left to do, the likelier it
            # is that nothing is written meanwhile.
            for _ in range(_TRIES):
                before = in_log
                busy, in_log, done = _checkpoint(connection, "PASSIVE")
                if before == in_log == done:
                    break
        if in_log * _FRAME_BYTES > _TOO_LONG * self._long or size > _TOO_BIG * self._long:
            mode = "TRUNCATE" if size > _TOO_BIG * self._long else "RESTART"
            busy, in_log, done = _checkpoint(connection, mode)
        return max(in_log - done, 1 if busy else 0)

    def _run(self) -> None:
        while not self._stop.wait(self._every_s):
            if not self._intact():
                self._lost(
                    JournalError(
                        phrase("{path} or its -wal file was moved away or replaced", path=self._path), phrase(_REMEDY)
                    )
                )
                continue
            try:
                self.checkpoint()
            except (sqlite3.Error, OSError) as error:
                self._complain(error)
            else:
                self._trouble.end()

    def _complain(self, error: Exception) -> None:
        told = journal_error(error, self._path)
        if getattr(error, "sqlite_errorcode", 0) & 0xFF in {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}:
            self._lost(told)
        else:
            self._trouble.begin(str(told))


def _checkpoint(connection: sqlite3.Connection, mode: str) -> tuple[int, int, int]:
    """Whether it was kept from ending, the pages in the write-ahead log, and how many of them are in the database."""
    busy, in_log, done = connection.execute(f"PRAGMA wal_checkpoint({mode})").fetchone()
    return busy, in_log, done
