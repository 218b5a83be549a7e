"""Upgrades: a data folder of any earlier release is brought up to today, and a later one is refused."""

import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from importlib import import_module
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from alembic import command
from alembic.config import Config

from gatekeeper.backup import make_backup, restore_backup
from gatekeeper.consents import ConsentStore
from gatekeeper.consents.paths import CONSENTS_FILE
from gatekeeper.errors import StoreError
from gatekeeper.journal import JOURNAL_FILE, DecisionFilter
from gatekeeper.journal.sqlite import SqliteBackend, WholeReader
from gatekeeper.lists import LISTS_FILE, ListStore
from gatekeeper.storage import open_engine
from tests.backup.conftest import data as data_of_today
from tests.cli.writing_commands import CONFIG, FILES
from tests.journal.rows import row
from tests.journal.test_archives import write


class Database(NamedTuple):
    """A store's database: its file, the package of its migrations."""

    file: str
    package: str

    @property
    def revisions(self) -> list[str]:
        """All of them, the first one first."""
        folder = Path(str(import_module(self.package).__file__)).parent / "versions"
        return sorted(path.name[:4] for path in folder.glob("0*.py"))


DATABASES = (
    Database(LISTS_FILE, "gatekeeper.lists.migrations"),
    Database(JOURNAL_FILE, "gatekeeper.journal.sqlite.migrations"),
    Database(CONSENTS_FILE, "gatekeeper.consents.migrations"),
)
STEPS = [(one, revision) for one in DATABASES for revision in one.revisions]

data = data_of_today


def take_back(folder: Path, database: Database, revision: str) -> None:
    """Make a database as that revision had it, with the rows that it could hold."""
    path, old = folder / database.file, folder / "old"
    config = Config()
    config.set_main_option("script_location", str(Path(str(import_module(database.package).__file__)).parent))
    config.set_main_option("path_separator", "os")
    config.attributes["engine"] = open_engine(old)
    command.upgrade(config, revision)
    with closing(sqlite3.connect(old)) as connection, connection:
        connection.execute("ATTACH DATABASE ? AS today", (str(path),))
        for table in _names(connection, "SELECT name FROM main.sqlite_master WHERE type = 'table'"):
            if table.startswith(("sqlite_", "alembic_")):
                continue
            there = set(_names(connection, f"SELECT name FROM pragma_table_info('{table}', 'today')"))  # noqa: S608 - ours
            own = _names(connection, f"SELECT name FROM pragma_table_info('{table}', 'main')")  # noqa: S608
            names = ", ".join(f'"{one}"' for one in own if one in there)
            if names:
                copy = f'INSERT INTO main."{table}" ({names}) SELECT {names} FROM today."{table}"'  # noqa: S608
                connection.execute(copy)
    for beside in ("-wal", "-shm"):
        Path(f"{path}{beside}").unlink(missing_ok=True)
        Path(f"{old}{beside}").unlink(missing_ok=True)
    Path(f"{old}.migrate-lock").unlink(missing_ok=True)
    old.rename(path)


def _names(connection: sqlite3.Connection, query: str) -> list[str]:
    return [name for (name,) in connection.execute(query)]


def told(folder: Path) -> dict[str, Any]:
    """What the stores say."""
    with closing(ListStore(folder)) as lists:
        found: dict[str, Any] = {
            "numbers": {name: list(lists.numbers(name)) for name in ("red", "bloctel")},
            "versions": lists.versions("bloctel"),
            "changes": list(lists.changes()),
            "problems": lists.verify("bloctel"),
        }
    with closing(ConsentStore(folder)) as consents:
        found["consents"] = consents.counts()
    with WholeReader(folder / JOURNAL_FILE) as reader:
        rows = [one for page in reader.pages(DecisionFilter()) for one in page]
    found["journal"] = [(one.seq, one.row, one.gates) for one in rows]
    return found


@pytest.mark.parametrize(("database", "revision"), STEPS, ids=lambda one: getattr(one, "file", one))
def test_a_store_of_every_revision_comes_up_to_today(
    data: Path, tmp_path: Path, database: Database, revision: str
) -> None:
    """It says what it said, takes what is new, and can be backed up before as after."""
    before = told(data)
    take_back(data, database, revision)
    restore_backup(make_backup(data, tmp_path / "b", now=1, by="anna").path, tmp_path / "other", now=1)
    for folder in (data, tmp_path / "other"):
        one = row()
        write(folder / JOURNAL_FILE, [one])
        after = told(folder)
        assert after.pop("journal")[:-1] == before["journal"]
        assert after == {name: value for name, value in before.items() if name != "journal"}


@pytest.mark.parametrize("database", DATABASES, ids=lambda one: one.file)
def test_a_store_of_a_later_release_is_refused(data: Path, database: Database) -> None:
    """Nothing is changed in it, and the error says which version to install."""
    with closing(sqlite3.connect(data / database.file)) as connection, connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    kept = (data / database.file).read_bytes()
    opened: dict[str, Callable[[], object]] = {
        JOURNAL_FILE: SqliteBackend(data / JOURNAL_FILE).open,
        LISTS_FILE: lambda: ListStore(data),
        CONSENTS_FILE: lambda: ConsentStore(data),
    }
    with pytest.raises(StoreError, match="install the version of Gatekeeper that made it, or a newer one"):
        opened[database.file]()
    assert (data / database.file).read_bytes() == kept


@pytest.fixture
def first_release(data: Path, tmp_path: Path) -> Iterator[Path]:
    """A site whose every store is of its first revision."""
    for database in DATABASES:
        take_back(data, database, "0001")
    (tmp_path / "g.toml").write_text(CONFIG.format(folder=tmp_path))
    for name, text in FILES.items():
        (tmp_path / name).write_text(text)
    yield tmp_path
    shutil.rmtree(data)


def test_every_command_works_on_the_first_releases_databases(first_release: Path) -> None:
    """Whichever comes first brings them up to today; `init --keep` is among them."""
    arguments = [sys.executable, "-m", "tests.cli.writing_commands", str(first_release)]
    environ = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    done = subprocess.run(arguments, capture_output=True, text=True, check=False, timeout=120, env=environ)
    assert done.stdout.splitlines()[-1:] == ["[]"], done.stderr[-3000:]
