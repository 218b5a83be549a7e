"""Copies of SQLite databases that are in use, and whether a copy is sound (sqlite.org/backup.html)."""

import sqlite3
from contextlib import closing
from pathlib import Path

from gatekeeper.ownership import make_database
from gatekeeper.storage.files import fsync_file
from gatekeeper.storage.sqlite.engine import open_engine, open_immutable, raw_connection
from gatekeeper.storage.sqlite.errors import translated

_MOST = 5
"""Problems that are told of one file."""


def copy_database(source: Path, target: Path) -> None:
    """Copy a database as it is at one moment, whoever writes to it meanwhile; nobody has to wait.

    All pages are copied in one step: between two, another's commit would have it begin anew, under load without end.
    What is committed meanwhile stays in the write-ahead log until the copy is done.

    Raises:
        StoreError: one of them can't be used.
    """
    with translated(source), closing(raw_connection(open_engine(source, read_only=True))) as reading:
        make_database(target)
        with closing(sqlite3.connect(target, isolation_level=None)) as writing:
            # Worthless unless it came to its end; then it is synced at once.
            writing.execute("PRAGMA journal_mode=OFF")
            writing.execute("PRAGMA synchronous=OFF")
            reading.backup(writing)
        fsync_file(target)


def problems_of(path: Path) -> list[str]:
    """What is wrong with a database that nobody uses; reads all of it. Empty where it is sound."""
    try:
        with closing(raw_connection(open_immutable(path))) as connection:
            found = [str(row[0]) for row in connection.execute(f"PRAGMA integrity_check({_MOST})")]
    except sqlite3.Error as error:
        return [str(error)]
    return [] if found == ["ok"] else found
