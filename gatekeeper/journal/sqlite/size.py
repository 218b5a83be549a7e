"""Size of the journal: its file, by months what is in it and in the archives."""

from contextlib import closing
from pathlib import Path
from typing import NamedTuple

from gatekeeper.clock import micros_of, moment_of
from gatekeeper.journal.archive import ARCHIVE_FOLDER
from gatekeeper.journal.ident import first_ident
from gatekeeper.journal.sqlite.archiving import month_before
from gatekeeper.journal.sqlite.errors import journal_error
from gatekeeper.journal.sqlite.reader import SqliteReader
from gatekeeper.storage import open_engine, raw_connection
from gatekeeper.storage.files import sum_of
from gatekeeper.translation import phrase, trouble_of

_FROM = "SELECT min(seq + 0) FROM decision WHERE id >= ?"
_ENDS = "SELECT seq, at FROM decision WHERE seq > ? ORDER BY seq {} LIMIT 1"


class MonthSize(NamedTuple):
    """A month.

    Attributes:
        month: the month: `2026-08`.
        decisions: how many decisions it has.
        archive: of its archive the file's name, or "" where it is in the journal's own file.
        bytes: of the archive; None where it is in the journal's own file.
    """

    month: str
    decisions: int
    archive: str
    bytes: int | None


class JournalSize(NamedTuple):
    """How large a journal is.

    Attributes:
        file: bytes of the journal's own file.
        wal: bytes of the write-ahead log beside it.
        free: bytes of the own file that are free for new rows.
        months: by month.
    """

    file: int
    wal: int
    free: int
    months: tuple[MonthSize, ...]


def journal_size(path: Path) -> JournalSize:
    """The size of a journal.

    Raises:
        JournalError: it can't be read.
    """
    with SqliteReader(path) as reader:
        archives = reader.archives()
    months = [MonthSize(one.month, one.decisions, one.name, one.bytes) for one in archives]
    last = max((one.last for one in archives), default=0)
    try:
        with closing(raw_connection(open_engine(path, read_only=True))) as connection:
            free = connection.execute("PRAGMA freelist_count").fetchone()[0]
            free *= connection.execute("PRAGMA page_size").fetchone()[0]
            first = connection.execute(_ENDS.format("ASC"), (last,)).fetchone()
            newest = connection.execute(_ENDS.format("DESC"), (last,)).fetchone()
            while first is not None and last < newest[0]:
                begin = moment_of(first[1])
                border = first_ident(micros_of(month_before(begin, -1)))
                following = connection.execute(_FROM, (border,)).fetchone()[0] or newest[0] + 1
                months.append(MonthSize(f"{begin:%Y-%m}", following - first[0], "", None))
                last = following - 1
                first = connection.execute(_ENDS.format("ASC"), (last,)).fetchone()
        wal = Path(f"{path}-wal")
        return JournalSize(path.stat().st_size, wal.stat().st_size if wal.exists() else 0, free, tuple(months))
    except Exception as error:
        raise journal_error(error, path) from error


def archive_problems(path: Path) -> list[str]:
    """What is wrong with a journal's archives: those that are missing, or that have another sum than is on record.

    Raises:
        JournalError: the journal can't be read.
    """
    with SqliteReader(path) as reader:
        archives = reader.archives()
    found = []
    for one in archives:
        file = path.parent / ARCHIVE_FOLDER / one.name
        try:
            right = sum_of(file) == one.sha256
        except OSError as error:
            found.append(phrase("{path} can't be read: {strerror}", path=file, strerror=trouble_of(error)))
            continue
        if not right:
            found.append(phrase("{packed} is not the file that the journal names: its SHA-256 is another", packed=file))
    return found
