"""The journal in SQLite: the file that is written, checkpoints, tables, migrations, archives, and the readers."""

from gatekeeper.journal.sqlite.archiving import Archiver
from gatekeeper.journal.sqlite.backend import SqliteBackend, Synchronous
from gatekeeper.journal.sqlite.committed_attempts import CommittedAttempts
from gatekeeper.journal.sqlite.pager import JournalPager
from gatekeeper.journal.sqlite.reader import SqliteReader
from gatekeeper.journal.sqlite.span_index import SpanIndex
from gatekeeper.journal.sqlite.unpacked import UnpackedArchives
from gatekeeper.journal.sqlite.whole import WholeReader

__all__ = [
    "Archiver",
    "CommittedAttempts",
    "JournalPager",
    "SpanIndex",
    "SqliteBackend",
    "SqliteReader",
    "Synchronous",
    "UnpackedArchives",
    "WholeReader",
]
