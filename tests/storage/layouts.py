"""Writes the script by which each store lays out a new database: `python -m tests.storage.layouts`, after a change."""

import sqlite3
import sys
import tempfile
from contextlib import closing
from importlib import import_module
from pathlib import Path
from typing import Final

from alembic import command
from alembic.config import Config

from gatekeeper.storage import open_engine, raw_connection
from gatekeeper.storage.sqlite.layout import layout_of

PACKAGES: Final = (
    "gatekeeper.accounts.migrations",
    "gatekeeper.alerts.migrations",
    "gatekeeper.consents.migrations",
    "gatekeeper.hooks.migrations",
    "gatekeeper.journal.sqlite.migrations",
    "gatekeeper.lists.migrations",
)


def migrated(path: Path, package: str) -> sqlite3.Connection:
    """A new database that every migration was run on, one after the other."""
    engine = open_engine(path)
    config = Config()
    config.set_main_option("script_location", str(Path(str(import_module(package).__file__)).parent))
    config.set_main_option("path_separator", "os")
    config.attributes["engine"] = engine
    command.upgrade(config, "head")
    return raw_connection(engine)


def main() -> int:
    """Write them all, each under the name of its newest revision, and take away those of older ones."""
    for package in PACKAGES:
        path = layout_of(package, import_module(package).HEAD)
        with tempfile.TemporaryDirectory() as folder, closing(migrated(Path(folder) / "x", package)) as made:
            script = "".join(f"{line}\n" for line in made.iterdump() if line not in ("BEGIN TRANSACTION;", "COMMIT;"))
        for old in path.parent.glob("layout_*.sql"):
            old.unlink()
        path.write_text(script, "utf-8")
        sys.stdout.write(f"{path.parent.parent.name}/{path.parent.name}/{path.name}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
