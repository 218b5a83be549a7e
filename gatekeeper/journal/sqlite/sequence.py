"""The sequence of one writer in one SQLite file: its name, which no other writer has meanwhile, and its last number."""

import logging
import sqlite3
from pathlib import Path

from gatekeeper.journal.ident import new_ident
from gatekeeper.journal.row import JournalEntry
from gatekeeper.journal.sqlite.tables import INSERT_WRITER, LAST_DECISION, LAST_MET, SELECT_ENDS, SELECT_WRITER
from gatekeeper.journal.stamp import Salts
from gatekeeper.storage import FileLock

log = logging.getLogger(__name__)


class WriterName:
    """A name under which one writer at a time writes to a file.

    The writer that finds it taken, by another process say, gets one of its own: the name with an id behind. So each
    sequence has one writer, and nobody has to ask the file for the next number at each row.

    Args:
        path: the journal's file.
        node: the name.
    """

    def __init__(self, path: Path, node: str) -> None:
        self._node = node
        self._lock = FileLock(path.with_name(path.name + ".writer-lock"))
        self._locked = False
        self._spare = ""

    def take(self, now: int) -> str:
        """The name to write under from now on.

        Args:
            now: in microseconds since the epoch.
        """
        if not self._locked:
            try:
                self._locked = self._lock.take(wait=False)
            except OSError as error:
                log.warning("the journal's rows can't be written under the name %s: %s", self._node, error)
        if self._locked:
            return self._node
        self._spare = self._spare or f"{self._node}/{new_ident(now)}"
        return self._spare

    def release(self) -> None:
        """Let another writer have the name."""
        self._lock.release()
        self._locked = False


class Sequence:
    """Stamps rows.

    Args:
        node: the writer's name.
        last: the number of the last row that is in the file for certain.
    """

    def __init__(self, node: str, last: int) -> None:
        self._node = node
        self._salts = Salts()
        self.last = last

    def stamped(self, row: JournalEntry, ahead: int = 1) -> tuple[object, ...]:
        """The parameters that write a row as the next one, or as one `ahead` of the last."""
        return (*row, self._node, self.last + ahead, self._salts.next())


def resume(connection: sqlite3.Connection, node: str) -> Sequence:
    """The sequence of a writer, as the file has it. Belongs into the transaction that writes."""
    start = connection.execute(SELECT_WRITER, (node,)).fetchone()
    if start is None:
        ends = [end or 0 for end in connection.execute(SELECT_ENDS).fetchone()]
        connection.execute(INSERT_WRITER, (node, *ends))
        return Sequence(node, 0)
    # Within a table a writer's numbers rise, so that its last row has the highest.
    *behind, archived = start
    last = [
        connection.execute(query, (node, seq)).fetchone()
        for query, seq in zip((LAST_DECISION, LAST_MET), behind, strict=True)
    ]
    return Sequence(node, max([archived, *(row[0] for row in last if row is not None)]))
