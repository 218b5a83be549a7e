"""Contents of a backup of the lists: the files that a copy of the database names, and how far it goes."""

from contextlib import closing
from pathlib import Path
from typing import Final

from gatekeeper.storage.sqlite.engine import open_engine, open_immutable, raw_connection
from gatekeeper.storage.sqlite.errors import translated

_KEPT: Final = """
SELECT list.name, list_version.version, list_version.raw
FROM list_version JOIN list ON list.id = list_version.list_id WHERE list_version.kept = 1
"""
_CHANGES: Final = "SELECT coalesce(max(id), 0) FROM list_change"
_IMPORTS: Final = "SELECT count(*) FROM list_version"


def files_of_lists(database: Path) -> tuple[list[str], list[str]]:
    """The files that a copy of the database names, below the data folder: those that it needs, and those it can make.

    A version's filter is made anew where it is missing, and what was delivered is evidence only.
    """
    needed, others = [], []
    with closing(raw_connection(open_immutable(database))) as connection:
        for name, version, raw in connection.execute(_KEPT):
            needed.append(f"lists/{name}/{version}.sqlite3")
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
