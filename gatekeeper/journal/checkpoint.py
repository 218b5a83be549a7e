"""Emptying the write-ahead log into the database, in the background.

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
from gatekeeper.journal.file import journal_error

log = logging.getLogger(__name__)

_TOO_LONG: Final = 64 * 1024 * 1024
"""Above this many bytes the write-ahead log is cut short, and writers wait for a moment."""

_TRUNCATE_WAIT_MS: Final = 20

_REMEDY: Final = "leave both where they are while the daemon runs; it opens what is there now"


class Checkpointer:
    """A thread that checkpoints at intervals.

    Args:
        path: the database.
        intact: tells whether the file is still the one that is written; where it is not, nothing is touched.
        lost: called, from the thread, where it is not, and where it is damaged.
        every_s: the interval, in seconds.
        too_long: from how many bytes the write-ahead log is cut short.
    """

    def __init__(
        self,
        path: Path,
        intact: Callable[[], bool],
        lost: Callable[[JournalError], None],
        every_s: float = 1.0,
        too_long: int = _TOO_LONG,
    ) -> None:
        self._path = path
        self._wal = Path(f"{path}-wal")
        self._intact = intact
        self._lost = lost
        self._every_s = every_s
        self._too_long = too_long
        self._done_at = -1
        self._complaint = ""
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
        # What can be done beside the writers is done first, so that cutting short holds them up for little.
        modes = ("PASSIVE", "TRUNCATE") if state.st_size > self._too_long else ("PASSIVE",)
        # A connection for each time: none is kept to a file that was replaced. `rw` never makes a new file.
        uri = f"file:{quote(str(self._path))}?mode=rw"
        with contextlib.closing(sqlite3.connect(uri, uri=True, timeout=_TRUNCATE_WAIT_MS / 1000)) as connection:
            for mode in modes:
                busy, in_log, done = connection.execute(f"PRAGMA wal_checkpoint({mode})").fetchone()
        if not busy and in_log == done:
            self._done_at = state.st_mtime_ns

    def _run(self) -> None:
        while not self._stop.wait(self._every_s):
            if not self._intact():
                self._lost(JournalError(f"{self._path} or its -wal file was moved away or replaced", _REMEDY))
                continue
            try:
                self.checkpoint()
            except (sqlite3.Error, OSError) as error:
                self._complain(error)
            else:
                self._complaint = ""

    def _complain(self, error: Exception) -> None:
        told = journal_error(error, self._path)
        if getattr(error, "sqlite_errorcode", 0) & 0xFF in {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}:
            self._lost(told)
        elif str(told) != self._complaint:
            log.warning("decisions are logged, but the log can't be tidied up: %s", told)
        self._complaint = str(told)
