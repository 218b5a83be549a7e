"""Schema migrations: Alembic where the schema is an older one, a script where there is none, one plain query else."""

import threading
from importlib import import_module
from pathlib import Path

from sqlalchemy import Engine, column, select, table
from sqlalchemy.exc import OperationalError

from gatekeeper.errors import StoreError
from gatekeeper.storage.files import FileLock
from gatekeeper.storage.sqlite.errors import translated
from gatekeeper.storage.sqlite.layout import lay_out, layout_of
from gatekeeper.translation import phrase

_one_at_a_time = threading.Lock()
"""Alembic's `context` is one for the whole process: two threads can't run it at once."""


def migrate(engine: Engine, package: str, *, create: bool = True) -> bool:
    """Bring a database to the newest schema. Safe when several processes do it at once.

    Importing Alembic costs a good part of a second, so it is imported only where there is something to do.

    Args:
        engine: of the database.
        package: the migrations' package, as `gatekeeper.lists.migrations`: it names the newest revision as `HEAD` and
            holds Alembic's `env.py` and `versions/`.
        create: make the tables in an empty database; else that is an error: whoever only reads must not take a file
            that was emptied for one that has nothing to say.

    Returns:
        Whether the schema changed.

    Raises:
        StoreError: the database can't be read or written, or comes from a newer Gatekeeper.
    """
    head = str(import_module(package).HEAD)
    path = _path(engine)
    with translated(path):
        if _revision(engine) == head:
            return False
        with FileLock(path.with_name(path.name + ".migrate-lock")):
            stored = _revision(engine)
            if stored == head:
                return False
            if stored is None and not create:
                raise StoreError(
                    phrase("{path} has none of Gatekeeper's tables", path=path), phrase("restore it from a backup")
                )
            script = layout_of(package, head)
            if stored is None and script.exists():
                lay_out(engine, script)
            else:
                _upgrade(engine, package, path, stored)
            return True


def _path(engine: Engine) -> Path:
    with engine.connect() as connection:
        return Path(connection.exec_driver_sql("PRAGMA database_list").fetchall()[0][2])


def _revision(engine: Engine) -> str | None:
    """The revision a database is at; None for one without any."""
    with engine.connect() as connection:
        try:
            found = connection.execute(select(column("version_num")).select_from(table("alembic_version"))).scalar()
        except OperationalError as error:
            if "no such table" in str(error.orig):
                return None
            raise
    return None if found is None else str(found)


def _upgrade(engine: Engine, package: str, path: Path, stored: str | None) -> None:
    # Imported here: it takes longer than everything else at the start.
    from alembic import command
    from alembic.config import Config
    from alembic.script import ScriptDirectory
    from alembic.util import CommandError

    config = Config()
    config.set_main_option("script_location", str(Path(str(import_module(package).__file__)).parent).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    scripts = ScriptDirectory.from_config(config)
    try:
        if stored is not None:
            scripts.get_revision(stored)
    except CommandError as error:
        raise StoreError(
            phrase(
                "{path} has the schema {stored}, which this version of Gatekeeper does not know",
                path=path,
                stored=stored,
            ),
            phrase("install the version of Gatekeeper that made it, or a newer one"),
        ) from error
    config.attributes["engine"] = engine
    with _one_at_a_time:
        command.upgrade(config, "head")
