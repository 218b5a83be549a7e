"""A journal with its book of attempts, for tests."""

import contextlib
import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path

from gatekeeper.attempts import AttemptBook, AttemptKey
from gatekeeper.journal import JournalWriter
from gatekeeper.journal.sqlite import SqliteBackend, Synchronous

NOW = 1_795_000_000_000_000
CALLEE = AttemptKey(33_612_345_678, principal="ACME", subject="solar")


class Books:
    """A journal and the book over it. Attributes: ``backend``, ``journal``, ``book``."""

    def __init__(self, path: Path, synchronous: Synchronous = "NORMAL", **options: float) -> None:
        self.path = path
        self.backend = SqliteBackend(path, synchronous)
        self.journal = JournalWriter(self.backend, **options)  # type: ignore[arg-type]  # its own
        self.book = AttemptBook(self.journal)

    def count(self, key: AttemptKey = CALLEE, **asked: bool) -> int:
        """How many attempts count."""
        wanted = {"by_principal": False, "by_subject": False, **asked}
        return len(self.book.times(key, 0, **wanted))

    def said(self) -> list[tuple[int, int]]:
        """The marks in the file, with the consumers' keys, as another connection sees them."""
        with closing(sqlite3.connect(self.path)) as connection:
            return connection.execute("SELECT consumer, mark FROM attempt ORDER BY decision, mark, consumer").fetchall()


@contextlib.asynccontextmanager
async def books(path: Path, synchronous: Synchronous = "NORMAL", **options: float) -> AsyncIterator[Books]:
    """Open them; nothing may stand in memory in the end."""
    opened = Books(path, synchronous, **options)
    await opened.journal.start()
    try:
        yield opened
    finally:
        await opened.journal.close()
    assert opened.book._standing == {}


def fill_up(journal: JournalWriter) -> int:
    """Leave no room in the journal's file; gives how many pages it might have had."""
    connection = _connection(journal)
    (most,) = connection.execute("PRAGMA max_page_count").fetchone()
    connection.execute("PRAGMA max_page_count = 1")
    return int(most)


def make_room(journal: JournalWriter, most: int) -> None:
    """Let it grow again."""
    _connection(journal).execute(f"PRAGMA max_page_count = {most}")


def _connection(journal: JournalWriter) -> sqlite3.Connection:
    backend = journal._backend
    assert isinstance(backend, SqliteBackend)
    assert backend._connection is not None
    return backend._connection
