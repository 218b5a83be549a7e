"""Contents of a backup of the journal: the files that a copy of the database names, and how far it goes."""

from contextlib import closing
from pathlib import Path
from typing import Final

from gatekeeper.journal.archive import ARCHIVE_FOLDER
from gatekeeper.storage.sqlite.engine import open_engine, open_immutable, raw_connection
from gatekeeper.storage.sqlite.errors import translated

_KNOWN: Final = "SELECT 1 FROM sqlite_master WHERE name = 'archive'"
_ARCHIVES: Final = "SELECT name FROM archive"
_LAST: Final = "SELECT coalesce(max(seq), 0) FROM decision"


def files_of_journal(database: Path) -> tuple[list[str], list[str]]:
    """The files that a copy of it names, below the data folder: its archives."""
    with closing(raw_connection(open_immutable(database))) as connection:
        # A journal that was not served since an upgrade has no such table.
        known = connection.execute(_KNOWN).fetchone()
        return [f"{ARCHIVE_FOLDER}/{name}" for (name,) in connection.execute(_ARCHIVES)] if known else [], []


def counts_of_journal(database: Path, *, in_use: bool) -> dict[str, int]:
    """How many decisions were ever written.

    Raises:
        StoreError: it can't be read.
    """
    engine = open_engine(database, read_only=True) if in_use else open_immutable(database)
    with translated(database), closing(raw_connection(engine)) as connection:
        return {"decisions": int(connection.execute(_LAST).fetchone()[0])}
