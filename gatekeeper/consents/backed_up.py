"""Contents of a backup of the consent ledger: the files that a copy of the database names, and how far it goes."""

from contextlib import closing
from pathlib import Path
from typing import Final

from gatekeeper.storage.sqlite.engine import open_engine, open_immutable, raw_connection
from gatekeeper.storage.sqlite.errors import translated

_SEGMENTS: Final = "SELECT name FROM consent_segment WHERE active = 1"
_PROOFS: Final = "SELECT sha256 FROM consent_proof"
_SOURCES: Final = "SELECT count(*) FROM consent_source"


def files_of_consents(database: Path) -> tuple[list[str], list[str]]:
    """The files that a copy of the database names, below the data folder: all of them are needed."""
    with closing(raw_connection(open_immutable(database))) as connection:
        needed = [f"consents/{name}.sqlite3" for (name,) in connection.execute(_SEGMENTS)]
        needed += [f"proofs/{sha256}" for (sha256,) in connection.execute(_PROOFS)]
    return needed, []


def counts_of_consents(database: Path, *, in_use: bool) -> dict[str, int]:
    """How many times something was written down: by a command, in a call, by an import.

    Raises:
        StoreError: it can't be read.
    """
    engine = open_engine(database, read_only=True) if in_use else open_immutable(database)
    with translated(database), closing(raw_connection(engine)) as connection:
        return {"entries": int(connection.execute(_SOURCES).fetchone()[0])}
