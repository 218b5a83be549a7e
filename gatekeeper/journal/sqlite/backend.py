"""The journal in a SQLite file: opens it, writes rows, and notices that it is no longer the same file.

See `gatekeeper.journal.backend` for what is asked of it.
"""

import contextlib
import os
import sqlite3
from collections.abc import Callable, Sequence
from itertools import groupby
from pathlib import Path
from typing import Final, Literal

from gatekeeper.clock import now_micros
from gatekeeper.errors import JournalError
from gatekeeper.journal.attempt import AttemptMark, AttemptRow
from gatekeeper.journal.ident import ident_of_correction
from gatekeeper.journal.row import DecisionRow, JournalEntry, MetRow, Once
from gatekeeper.journal.sqlite.checkpoint import LONG, Checkpointer
from gatekeeper.journal.sqlite.counted import INSERT_COUNTED, lay_out_counted
from gatekeeper.journal.sqlite.errors import journal_error, write_error
from gatekeeper.journal.sqlite.sequence import Sequence as Numbers
from gatekeeper.journal.sqlite.sequence import WriterName, resume
from gatekeeper.journal.sqlite.tables import (
    INSERT,
    INSERT_ATTEMPT,
    INSERT_CORRECTION,
    INSERT_MET,
    INSERT_ONCE,
    PAGE_BYTES,
    SELECT_ATTEMPTS,
    SELECT_BY_ID,
    SELECT_RESERVED,
)
from gatekeeper.journal.stamp import host_name
from gatekeeper.storage import migrate, open_engine, raw_connection
from gatekeeper.translation import phrase

Synchronous = Literal["NORMAL", "FULL"]

_STATEMENTS: Final[dict[type[JournalEntry], str]] = {DecisionRow: INSERT, Once: INSERT_ONCE, MetRow: INSERT_MET}

_MIGRATIONS: Final = "gatekeeper.journal.sqlite.migrations"
_OPEN_TIMEOUT_MS: Final = 1000


class SqliteBackend:
    """Writes the journal through one connection to its file.

    Not for use by two threads at the same time; any one thread at a time will do.

    Args:
        path: the journal's file; made at the first opening if missing.
        synchronous: `NORMAL`: what is written survives a killed process; `FULL`: a power cut, too.
        node: the writer's name, which its rows are stamped with; "" for the machine's own.
        checkpoint_s: how often the write-ahead log is emptied, in seconds.
        long_wal: from how many bytes the write-ahead log is to be begun anew.
    """

    def __init__(
        self,
        path: Path,
        synchronous: Synchronous = "NORMAL",
        *,
        node: str = "",
        checkpoint_s: float = 1.0,
        long_wal: int = LONG,
    ) -> None:
        self.path = path
        self._name = str(path)
        self._wal = Path(f"{path}-wal")
        self._synchronous: Synchronous = synchronous
        self._connection: sqlite3.Connection | None = None
        self._looking: sqlite3.Connection | None = None
        self._writer = WriterName(path, node or host_name())
        self._node = ""
        self._sequence: Numbers | None = None
        self._inode = 0
        self._wal_inode = 0
        self._opened_before = False
        self._checkpoint_s = checkpoint_s
        self._long_wal = long_wal
        self._checkpointer: Checkpointer | None = None

    @property
    def inline(self) -> bool:
        """A commit that does not wait for the disk takes 30 us; handing it to a thread and back takes more."""
        return self._synchronous == "NORMAL"

    def open(self) -> None:
        """Open the file, bring its schema up to date, and see that it can be written.

        Raises:
            JournalError: one of them fails. A file that was there and is gone is not made anew: the decisions in it
                would go missing without a word.
        """
        self._let_go()
        if self._opened_before and not self.path.exists():
            raise JournalError(
                phrase("{path} is gone", path=self.path),
                phrase("put it back, or restart the daemon to begin a new one"),
            )
        connection: sqlite3.Connection | None = None
        try:
            engine = open_engine(
                self.path, synchronous=self._synchronous, busy_timeout_ms=_OPEN_TIMEOUT_MS, page_bytes=PAGE_BYTES
            )
            migrate(engine, _MIGRATIONS)
            connection = raw_connection(engine)
            _prepare(connection)
            self._inode = self.path.stat().st_ino
            self._wal_inode = self._wal.stat().st_ino
            self._node = self._writer.take(now_micros())
            self._sequence = _found(connection, self._node)
            # The loop's own connection has what it wrote in memory. Where a thread writes, the loop would wait for it.
            looking = connection if self.inline else raw_connection(open_engine(self.path, read_only=True))
        except Exception as error:
            # The database's errors, and Alembic's: a damaged table of revisions, say.
            if connection is not None:
                connection.close()
            raise journal_error(error, self.path) from error
        self._connection, self._looking = connection, looking
        self._opened_before = True

    def write(self, rows: Sequence[JournalEntry], attempts: Sequence[AttemptRow] = ()) -> None:
        """Write rows in one transaction; they are committed when this returns. Raises what `Backend.write` raises."""
        connection, sequence = self._opened(), self._sequence
        row = rows[0]
        counted = bool(attempts)
        several = len(rows) > 1 or len(attempts) > 1 or (counted and type(row) is not DecisionRow)
        if sequence is None or several:
            self._in_transaction(connection, lambda sequence: _insert(connection, sequence, rows, attempts))
            return
        try:
            # Outside a transaction a statement is one of its own. It writes one row, or none where that is there.
            if counted:
                connection.execute(INSERT_COUNTED, sequence.stamped(row) + attempts[0])
                sequence.last += 1
            else:
                sequence.last += connection.execute(_STATEMENTS[type(row)], sequence.stamped(row)).rowcount
        except Exception as error:
            raise self._not_written(connection, error) from error

    def write_late(self, rows: Sequence[DecisionRow], attempts: Sequence[AttemptRow] = ()) -> None:
        """Write rows whose first commit failed, and may have succeeded all the same. Raises what `write` raises."""
        connection = self._opened()
        self._in_transaction(connection, lambda sequence: _insert_late(connection, sequence, rows, attempts))

    def attempts(self, consumer: int, since: int) -> list[AttemptRow]:
        """What is said of attempts under a consumer's key since a moment. Raises what `Backend.attempts` raises."""
        if self._looking is None:
            raise JournalError(
                phrase("{path} is not open", path=self.path), phrase("see what the daemon's log says of it")
            )
        try:
            found = self._looking.execute(SELECT_ATTEMPTS, (consumer, since)).fetchall()
        except Exception as error:
            raise journal_error(error, self.path) from error
        return [AttemptRow._make(row) for row in found] if found else found

    def intact(self) -> bool:
        """Is the file, with its write-ahead log, still the one that was opened? Safe from any thread."""
        try:
            return self.path.stat().st_ino == self._inode and self._wal.stat().st_ino == self._wal_inode
        except OSError:
            return False

    def start_upkeep(self, lost: Callable[[JournalError], None]) -> None:
        """Begin to empty the write-ahead log at intervals."""
        self._checkpointer = Checkpointer(self.path, self.intact, lost, self._checkpoint_s, self._long_wal)
        self._checkpointer.start()

    @property
    def lag(self) -> int:
        """How many bytes of the write-ahead log were not in the database yet when it was looked at last."""
        return 0 if self._checkpointer is None else self._checkpointer.lag

    def stop_upkeep(self) -> None:
        """End that; waits for a checkpoint that is under way."""
        if self._checkpointer is not None:
            self._checkpointer.stop()

    def rescue(self) -> None:
        """Let go of a file that was moved away, with all that was written in it.

        The write-ahead log is emptied into the file wherever that is now. Left as it is, it would be taken for the
        log of the file that is found in its place.
        """
        if self._connection is not None:
            with contextlib.suppress(sqlite3.Error):
                self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        self._let_go()

    def close(self) -> None:
        """Close the connection, if it is open, and leave the writer's name to others."""
        self._let_go()
        self._writer.release()

    def _let_go(self) -> None:
        stored = (self._looking, self._connection)
        self._connection = self._looking = None
        for connection in stored:
            if connection is not None:
                with contextlib.suppress(sqlite3.Error):
                    connection.close()  # twice, where both are one

    def _opened(self) -> sqlite3.Connection:
        if self._connection is None:
            raise JournalError(
                phrase("{path} is not open", path=self.path), phrase("see what the daemon's log says of it")
            )
        self._demand_same_file()
        return self._connection

    def _in_transaction(self, connection: sqlite3.Connection, work: Callable[[Numbers], int]) -> None:
        """Do some work that tells how many rows it has written."""
        try:
            connection.execute("BEGIN IMMEDIATE")
            sequence = self._sequence or resume(connection, self._node)
            written = work(sequence)
            connection.execute("COMMIT")
        except Exception as error:
            raise self._not_written(connection, error) from error
        sequence.last += written
        self._sequence = sequence

    def _not_written(self, connection: sqlite3.Connection, error: Exception) -> JournalError:
        """Leave the transaction. Whether it was committed all the same is seen in the file, before the next row is."""
        self._sequence = None
        with contextlib.suppress(sqlite3.Error):
            if connection.in_transaction:
                connection.execute("ROLLBACK")
        return write_error(error, self.path)

    def _demand_same_file(self) -> None:
        """What is written to a file that was moved away would be found by nobody."""
        try:
            # Once for every call: this takes half the time of `Path.stat`.
            same = os.stat(self._name).st_ino == self._inode  # noqa: PTH116
        except OSError as error:
            raise journal_error(error, self.path) from error
        if not same:
            raise JournalError(
                phrase("{path} was replaced by another file", path=self.path),
                phrase("nothing: the new file is opened at once"),
            )


def _insert(
    connection: sqlite3.Connection, sequence: Numbers, rows: Sequence[JournalEntry], attempts: Sequence[AttemptRow]
) -> int:
    """Write rows in their order; gives how many of them, without the attempts, were not there yet."""
    if attempts:
        connection.executemany(INSERT_ATTEMPT, attempts)
    written = 0
    for kind, of_kind in groupby(rows, type):
        if kind is Once:
            for row in of_kind:
                written += connection.execute(INSERT_ONCE, sequence.stamped(row, written + 1)).rowcount
        else:
            stamped = [sequence.stamped(row, ahead) for ahead, row in enumerate(of_kind, written + 1)]
            connection.executemany(_STATEMENTS[kind], stamped)
            written += len(stamped)
    return written


def _insert_late(
    connection: sqlite3.Connection, sequence: Numbers, rows: Sequence[DecisionRow], attempts: Sequence[AttemptRow]
) -> int:
    """Write rows that may be there already, or corrections of what is there instead; gives how many were written."""
    written = 0
    for row in rows:
        if connection.execute(INSERT_ONCE, sequence.stamped(row, written + 1)).rowcount:
            written += 1
        elif connection.execute(SELECT_BY_ID, (row.id,)).fetchone() != row:
            said = f"{row.verdict} {row.reason} {row.rule}"
            correction = row._replace(id=ident_of_correction(row.at, row.id, said), supersedes=row.id)
            written += connection.execute(INSERT_CORRECTION, sequence.stamped(correction, written + 1)).rowcount
    for one in attempts:
        if one.mark != AttemptMark.GIVEN_BACK or connection.execute(SELECT_RESERVED, one[:3]).fetchone():
            connection.execute(INSERT_ATTEMPT, one)
    return written


def _prepare(connection: sqlite3.Connection) -> None:
    """Settings of the writing connection, and a try whether it may write."""
    # Checkpoints are made by a thread of their own, and waiting for locks is done by the event loop.
    connection.execute("PRAGMA wal_autocheckpoint=0")
    connection.execute("PRAGMA busy_timeout=0")
    lay_out_counted(connection)
    try:
        # Writes the first page as it is: a file that may not be written, or has no room to, shows here.
        connection.execute("PRAGMA user_version=0")
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY:
            raise


def _found(connection: sqlite3.Connection, node: str) -> Numbers | None:
    """The writer's sequence; None where another connection writes just now: then the first row looks for it."""
    try:
        connection.execute("BEGIN IMMEDIATE")
        sequence = resume(connection, node)
        connection.execute("COMMIT")
    except sqlite3.OperationalError as error:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        if error.sqlite_errorcode & 0xFF == sqlite3.SQLITE_BUSY:
            return None
        raise
    return sequence
