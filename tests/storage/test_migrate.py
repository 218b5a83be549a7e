"""Migrations: done once however many start at once, and the tables that the code knows are those that they make."""

import subprocess
import sys
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import inspect, text

from gatekeeper.errors import StoreError
from gatekeeper.lists import ListKind, ListStore
from gatekeeper.lists.migrations import HEAD
from gatekeeper.lists.migrations import __file__ as migrations_file
from gatekeeper.lists.tables import metadata
from gatekeeper.registries.query.source import QueryOutcome
from gatekeeper.storage import begin_immediate, migrate, open_engine

PACKAGE = "gatekeeper.lists.migrations"


def test_the_migrations_make_the_tables_of_the_code(tmp_path: Path) -> None:
    """Alembic finds nothing to add, and the head is the newest script."""
    engine = open_engine(tmp_path / "x")
    assert migrate(engine, PACKAGE)
    assert not migrate(engine, PACKAGE)
    with engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []
    assert ScriptDirectory(str(Path(migrations_file).parent)).get_heads() == [HEAD]


def test_processes_that_start_at_once_migrate_once(tmp_path: Path) -> None:
    """The others wait and find it done."""
    code = (
        "import sys; from gatekeeper.storage import migrate, open_engine\n"
        f"print(migrate(open_engine({str(tmp_path / 'x')!r}), {PACKAGE!r}))"
    )
    started = [subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True) for _ in range(4)]
    assert sorted(process.communicate()[0] for process in started) == ["False\n", "False\n", "False\n", "True\n"]


def test_a_reader_does_not_fill_an_empty_database(tmp_path: Path) -> None:
    """An emptied file has lost what it said; it must not pass for one that has nothing to say."""
    engine = open_engine(tmp_path / "x")
    with pytest.raises(StoreError, match="none of Gatekeeper's tables"):
        migrate(engine, PACKAGE, create=False)


def test_a_migration_that_fails_leaves_the_old_schema(tmp_path: Path) -> None:
    """The schema changes whole or not at all."""
    engine = open_engine(tmp_path / "x")
    with begin_immediate(engine) as connection:
        connection.execute(text("CREATE TABLE list_overlay (a INTEGER)"))
    with pytest.raises(StoreError):
        migrate(engine, PACKAGE)
    assert inspect(engine).get_table_names() == ["list_overlay"]
    with begin_immediate(engine) as connection:
        connection.execute(text("DROP TABLE list_overlay"))
    assert migrate(engine, PACKAGE)


def test_the_migration_can_be_taken_back(tmp_path: Path) -> None:
    """Down to an empty database."""
    from alembic import command
    from alembic.config import Config

    engine = open_engine(tmp_path / "x")
    migrate(engine, PACKAGE)
    config = Config()
    config.set_main_option("script_location", str(Path(migrations_file).parent))
    config.set_main_option("path_separator", "os")
    config.attributes["engine"] = engine
    command.downgrade(config, "base")
    assert inspect(engine).get_table_names() == ["alembic_version"]


def test_answers_of_registries_survive_the_schema_that_keeps_all_of_them(tmp_path: Path) -> None:
    """A database as it was before opens, and what was answered holds for as long as it did."""
    with ListStore(tmp_path) as store:
        store.ensure("asked", ListKind.QUERY)
    engine = open_engine(tmp_path / "lists.sqlite3")
    config = Config()
    config.set_main_option("script_location", str(Path(migrations_file).parent))
    config.set_main_option("path_separator", "os")
    config.attributes["engine"] = engine
    command.downgrade(config, "0002")
    with begin_immediate(engine) as connection:
        (key,) = connection.execute(text("SELECT id FROM list WHERE name = 'asked'")).one()
        rows = [{"key": key, "number": number, "listed": number % 2} for number in (12025550100, 12025550101)]
        connection.execute(text("INSERT INTO list_answer VALUES (:key, :number, :listed, 5, 9)"), rows)
    with ListStore(tmp_path) as store:
        said = [
            (one.list, one.outcome, one.asked_at, one.until) for row in rows for one in store.answers(row["number"])
        ]
    assert said == [("asked", QueryOutcome.CLEAR, 5, 9), ("asked", QueryOutcome.LISTED, 5, 9)]
    command.downgrade(config, "0002")
    with engine.connect() as connection:
        assert connection.execute(text("SELECT number, listed FROM list_answer ORDER BY 1")).all() == [
            (row["number"], row["listed"]) for row in rows
        ]
