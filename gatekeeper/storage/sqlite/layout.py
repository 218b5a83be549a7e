"""Layout of a new database: makes its tables by one script, as all migrations together would make them.

The first start of a site, and each command on a new data folder, would else import Alembic and run every migration that
there ever was: a third of a second. The script of a revision lies beside its migrations, and is written by
`python -m tests.storage.layouts`; a test compares what both make.
"""

from contextlib import closing
from importlib import import_module
from pathlib import Path

from sqlalchemy import Engine

from gatekeeper.storage.sqlite.engine import raw_connection


def layout_of(package: str, revision: str) -> Path:
    """The script that makes a database of a revision.

    Args:
        package: the migrations' package.
        revision: which one.
    """
    return Path(str(import_module(package).__file__)).with_name(f"layout_{revision}.sql")


def lay_out(engine: Engine, script: Path) -> None:
    """Make the tables of an empty database, all of them or none.

    Raises:
        OSError: the script can't be read.
        sqlite3.Error: the database can't be written, or is not empty.
    """
    text = script.read_text("utf-8")
    with closing(raw_connection(engine)) as connection:
        try:
            connection.executescript(f"BEGIN IMMEDIATE;\n{text}\nCOMMIT;")
        except BaseException:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            raise
