"""The journal in SQLite: the file that is written, its checkpoints, tables and migrations, and the reader."""

from gatekeeper.journal.sqlite.backend import SqliteBackend, Synchronous
from gatekeeper.journal.sqlite.committed_attempts import CommittedAttempts
from gatekeeper.journal.sqlite.reader import SqliteReader

__all__ = ["CommittedAttempts", "SqliteBackend", "SqliteReader", "Synchronous"]
