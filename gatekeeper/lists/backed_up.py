"""Contents of a backup of the lists: the files that a copy of the database names, and how far it goes."""

from contextlib import closing
from pathlib import Path
from typing import Final

from gatekeeper.storage.sqlite.engine import open_engine, open_immutable, raw_connection
from gatekeeper.storage.sqlite.errors import translated

_KEPT: Final = """
SELECT list.name, list_version.version, list_version.raw, list_version.version = list.version
FROM list_version JOIN list ON list.id = list_version.list_id WHERE list_version.kept = 1
"""
_OF_OLD: Final = """
SELECT list.name, list_version.version, '', list_version.version = list.version
FROM list_version JOIN list ON list.id = list_version.list_id
"""
"""The same of a database from before versions were kept."""

_IS_NEW: Final = "SELECT 1 FROM pragma_table_info('list_version') WHERE name = 'kept'"
_CHANGES: Final = "SELECT coalesce(max(id), 0) FROM list_change"
_IMPORTS: Final = "SELECT count(*) FROM list_version"


def files_of_lists(database: Path) -> tuple[list[str], list[str]]:
    """The files that a copy of the database names, below the data folder: those that it needs, and those it can make.

    It needs the versions in force. Older ones are there to be brought back, filters are made anew where they are
    missing, and what was delivered is evidence only.
    """
    needed: list[str] = []
    others: list[str] = []
    with closing(raw_connection(open_immutable(database))) as connection:
        is_new = connection.execute(_IS_NEW).fetchone()
        for name, version, raw, is_needed in connection.execute(_KEPT if is_new else _OF_OLD):
            (needed if is_needed else others).append(f"lists/{name}/{version}.sqlite3")
            others.append(f"lists/{name}/{version}.bloom")
            if raw:
                others.append(f"lists/{name}/{raw}")
    return needed, others


def counts_of_lists(database: Path, *, in_use: bool) -> dict[str, int]:
    """How many changes by hand and imports there are.

    Raises:
        StoreError: it can't be read.
    """
    engine = open_engine(database, read_only=True) if in_use else open_immutable(database)
    with translated(database), closing(raw_connection(engine)) as connection:
        return {
            "changes": int(connection.execute(_CHANGES).fetchone()[0]),
            "imports": int(connection.execute(_IMPORTS).fetchone()[0]),
        }
