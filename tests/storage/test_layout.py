"""Layouts of new databases: a script makes what all migrations together make, whole or not at all."""

import sqlite3
import subprocess
import sys
from contextlib import closing
from importlib import import_module
from pathlib import Path

import pytest

from gatekeeper.storage import migrate, open_engine, raw_connection
from gatekeeper.storage.sqlite.layout import lay_out, layout_of
from tests.storage.layouts import PACKAGES, migrated

REPOSITORY = Path(__file__).resolve().parents[2]
RENEWED = "run `python -m tests.storage.layouts` after a change of the migrations"


def contents(connection: sqlite3.Connection) -> dict[str, list[tuple[object, ...]]]:
    """All that a database says of its tables, as it was written, and all rows of each."""
    schema = connection.execute("SELECT type, name, tbl_name, sql FROM sqlite_master ORDER BY 1, 2").fetchall()
    tables = [name for kind, name, *_ in schema if kind == "table"]
    return {"": schema, **{name: connection.execute(f"SELECT * FROM {name}").fetchall() for name in tables}}  # noqa: S608 - names of our own tables


@pytest.mark.parametrize("package", PACKAGES)
def test_a_new_database_is_as_all_migrations_make_it(package: str, tmp_path: Path) -> None:
    """Tables, indexes and rows, to the letter; and there is nothing left to migrate."""
    engine = open_engine(tmp_path / "laid-out")
    assert migrate(engine, package)
    assert not migrate(engine, package)
    with closing(raw_connection(engine)) as made, closing(migrated(tmp_path / "migrated", package)) as after_all:
        assert contents(made) == contents(after_all), RENEWED


def test_every_store_has_the_layout_of_its_newest_revision_alone() -> None:
    """Of each package of migrations that there is."""
    found = sorted(path.relative_to(REPOSITORY) for path in REPOSITORY.glob("gatekeeper/**/layout_*.sql"))
    wanted = [layout_of(package, import_module(package).HEAD).relative_to(REPOSITORY) for package in PACKAGES]
    assert found == sorted(wanted), RENEWED
    assert len(PACKAGES) == len(list(REPOSITORY.glob("gatekeeper/**/migrations/__init__.py")))


def test_without_its_layout_a_store_is_made_by_its_migrations(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As a release has it that was built without the scripts."""
    monkeypatch.setattr("gatekeeper.storage.sqlite.migrate.layout_of", lambda *_: tmp_path / "none")
    engine = open_engine(tmp_path / "x")
    assert migrate(engine, PACKAGES[0])
    with closing(raw_connection(engine)) as made, closing(migrated(tmp_path / "migrated", PACKAGES[0])) as after_all:
        assert contents(made) == contents(after_all)


def test_a_new_database_needs_no_alembic(tmp_path: Path) -> None:
    """It takes longer to import than all the rest."""
    code = (
        "import sys; from gatekeeper.storage import migrate, open_engine\n"
        f"migrate(open_engine({str(tmp_path / 'x')!r}), {PACKAGES[0]!r})\n"
        "assert 'alembic' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_a_layout_that_fails_leaves_an_empty_database(tmp_path: Path) -> None:
    """Whatever fails, at whichever statement."""
    script = tmp_path / "layout.sql"
    script.write_text("CREATE TABLE one (a);\nCREATE TABLE one (a);\n")
    engine = open_engine(tmp_path / "x")
    with pytest.raises(sqlite3.Error, match="already exists"):
        lay_out(engine, script)
    with closing(raw_connection(engine)) as connection:
        assert contents(connection) == {"": []}
