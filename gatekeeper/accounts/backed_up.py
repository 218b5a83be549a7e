"""Contents of a backup of the accounts: the database alone, and how far the record of what people did goes."""

from contextlib import closing
from pathlib import Path
from typing import Final

from gatekeeper.storage.sqlite.engine import open_engine, open_immutable, raw_connection
from gatekeeper.storage.sqlite.errors import translated

_ACTIONS: Final = "SELECT count(*) FROM action"


def counts_of_accounts(database: Path, *, in_use: bool) -> dict[str, int]:
    """How much people did in the desk: nothing is taken out of that record.

    Raises:
        StoreError: it can't be read.
    """
    engine = open_engine(database, read_only=True) if in_use else open_immutable(database)
    with translated(database), closing(raw_connection(engine)) as connection:
        return {"actions": int(connection.execute(_ACTIONS).fetchone()[0])}
