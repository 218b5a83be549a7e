"""Notes each writer's highest number of old rows, so that no writer looks for its last row far back in the file.

A row has its writer's name and number, and no index has them: it would cost every call. Where others wrote the last
ten million rows, a writer that comes back would go through all of them before its first. So whoever writes notes for
all, at times and beside the calls, how far they were. Only what is behind the noted rows is left to be looked through,
also after a `kill -9`.
"""

import contextlib
import sqlite3
from collections.abc import Sequence
from typing import Final

from gatekeeper.journal.sqlite.tables import SELECT_ENDS

PART: Final = 20_000
"""From so many rows on they are noted, and so many of a table at a time: some milliseconds of reading."""

_NOTED: Final = "SELECT min(decisions), min(mets) FROM writer"
_NUMBERS: Final = tuple(
    "SELECT node, max(sequence), max(seq) FROM "  # noqa: S608 - names of our own tables
    f"(SELECT node, sequence, seq FROM {table} WHERE seq > ? ORDER BY seq LIMIT ?) GROUP BY node"
    for table in ("decision", "met")
)
_NOTE_NUMBER: Final = "UPDATE writer SET archived = max(archived, ?) WHERE node = ?"
_NOTE_ROWS: Final = "UPDATE writer SET decisions = max(decisions, ?), mets = max(mets, ?)"


def note_numbers(connection: sqlite3.Connection, part: int = PART) -> bool:
    """Note the numbers of the next rows, if there are enough of them and nobody writes just now.

    Rows are read without a lock. A writer's number never falls, and nobody ever writes before the last row: so what was
    read holds whatever is written, or noted by somebody else, before it is noted.

    Args:
        connection: to the journal's file, in autocommit mode.
        part: how many rows.

    Returns:
        Whether they were noted.
    """
    connection.execute("BEGIN")
    try:
        noted = connection.execute(_NOTED).fetchone()
        ends = connection.execute(SELECT_ENDS).fetchone()
        if None in noted or sum((end or 0) - row for end, row in zip(ends, noted, strict=True)) < part:
            return False
        found = [connection.execute(query, (row, part)).fetchall() for query, row in zip(_NUMBERS, noted, strict=True)]
    finally:
        connection.execute("ROLLBACK")  # nothing was written
    rows = [max((last for _, _, last in of_table), default=row) for of_table, row in zip(found, noted, strict=True)]
    numbers = [(number, node) for of_table in found for node, number, _ in of_table if number is not None]
    # What a power cut takes is noted again. The daemon's calls must not wait for the disk.
    connection.execute("PRAGMA synchronous=NORMAL")
    return _write(connection, numbers, rows)


def _write(connection: sqlite3.Connection, numbers: Sequence[tuple[int, str]], rows: Sequence[int]) -> bool:
    try:
        connection.execute("BEGIN IMMEDIATE")
        connection.executemany(_NOTE_NUMBER, numbers)
        connection.execute(_NOTE_ROWS, rows)
        connection.execute("COMMIT")
    except sqlite3.OperationalError as error:
        with contextlib.suppress(sqlite3.Error):
            if connection.in_transaction:
                connection.execute("ROLLBACK")
        if error.sqlite_errorcode & 0xFF == sqlite3.SQLITE_BUSY:
            return False  # the next time will do
        raise
    return True
