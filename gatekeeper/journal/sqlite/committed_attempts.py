"""Reads the attempts that are committed in the journal's file, for who asks beside the daemon; opened when asked."""

import sqlite3
from pathlib import Path

from gatekeeper.errors import StoreError
from gatekeeper.journal.attempt import AttemptRow
from gatekeeper.journal.sqlite.errors import journal_error
from gatekeeper.journal.sqlite.tables import SELECT_ATTEMPTS
from gatekeeper.storage.sqlite.engine import open_engine, raw_connection


class CommittedAttempts:
    """What is committed of attempts.

    Args:
        path: the journal's file. Where there is none yet, nobody was called.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._connection: sqlite3.Connection | None = None

    def close(self) -> None:
        """Let go of the file."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def attempts(self, consumer: int, since: int, /) -> list[AttemptRow]:
        """What is said of attempts under a consumer's key since a moment.

        Raises:
            JournalError: the file can't be read.
        """
        try:
            if self._connection is None:
                if not self._path.exists():
                    return []
                self._connection = raw_connection(open_engine(self._path, read_only=True))
            found = self._connection.execute(SELECT_ATTEMPTS, (consumer, since)).fetchall()
        except (sqlite3.Error, StoreError, OSError) as error:
            raise journal_error(error, self._path) from error
        return [AttemptRow._make(row) for row in found]
