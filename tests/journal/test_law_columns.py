"""What a decision under the law leaves behind in the journal: its columns, their filters, and files of before them."""

import asyncio
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config

from gatekeeper.errors import JournalError
from gatekeeper.journal import DecisionFilter, JournalWriter
from gatekeeper.journal.row import DecisionRow
from gatekeeper.journal.sqlite import SqliteBackend, SqliteReader, migrations
from gatekeeper.storage import open_engine
from tests.journal.rows import row

NEW = DecisionRow._fields[DecisionRow._fields.index("provision") :]
NUMBERS = {"retry_at", "proof", "attempt_no"}
FULL = {name: place if name in NUMBERS else name.upper() for place, name in enumerate(NEW, 1)}


def write(path: Path, *rows: DecisionRow, late: tuple[DecisionRow, ...] = ()) -> None:
    """Write rows as the daemon does; `late` ones as where a commit seemed to fail."""

    async def run() -> None:
        writer = JournalWriter(SqliteBackend(path))
        await writer.start()
        for one in rows:
            await writer.append(one)
        for one in late:
            writer.keep(one)
        await writer.close()

    asyncio.run(run())


def test_every_column_comes_back(tmp_path: Path) -> None:
    """Written at once, written late, and as a correction of what was written and never answered."""
    at_once, late = row(**FULL), row(**FULL)
    # What differs in one of them alone is another row, and gets its correction.
    first = [row(**FULL) for _ in NEW]
    other = [
        one._replace(**{name: "" if isinstance(FULL[name], str) else 0}) for one, name in zip(first, NEW, strict=True)
    ]
    write(tmp_path / "j", at_once, *first, late=(late, at_once, *other))
    with SqliteReader(tmp_path / "j") as reader:
        found = [one.row for one in reader.latest(DecisionFilter(corrected=True), 99)]
        assert reader.attempt(at_once.id) == (at_once, [])
    begun = 2 + len(NEW)
    assert found[:begun] == [at_once, *first, late]
    corrections = [one._replace(id=new.id, supersedes=one.id) for one, new in zip(other, found[begun:], strict=True)]
    assert found[begun:] == corrections


@pytest.mark.parametrize("revision", ["0001", "0002", "0003", "0004"])
def test_a_journal_of_an_earlier_release(tmp_path: Path, revision: str) -> None:
    """It opens; its rows have nothing in the columns, and new ones stand beside them."""
    path = tmp_path / "j"
    config = Config()
    config.set_main_option("script_location", str(Path(migrations.__file__).parent))
    config.attributes["engine"] = open_engine(path)
    command.upgrade(config, revision)
    with SqliteReader(path) as reader, pytest.raises(JournalError, match="older Gatekeeper"):
        reader.latest(DecisionFilter(), 1)
    old, fields = row(), DecisionRow._fields[:18]
    with closing(sqlite3.connect(path)) as connection:
        marks = ", ".join("?" * len(fields))
        connection.execute(f"INSERT INTO decision ({', '.join(fields)}) VALUES ({marks})", old[:18])  # noqa: S608 - ours
        connection.commit()
    new = row(**FULL)
    write(path, new)
    with SqliteReader(path) as reader:
        assert [one.row for one in reader.latest(DecisionFilter(), 9)] == [old, new]


FILTERS = [
    (DecisionFilter(provisions=frozenset({"FR-HOURS"})), "HS"),
    (DecisionFilter(provisions=frozenset({"FR-BASIS", "FR-HOURS"})), "BHS"),
    (DecisionFilter(would_block=True), "S"),
    (DecisionFilter(would_block=True, provisions=frozenset({"FR-BASIS"})), ""),
    (DecisionFilter(), "PBHS"),
]


@pytest.mark.parametrize(("wanted", "found"), FILTERS)
def test_filters(tmp_path: Path, wanted: DecisionFilter, found: str) -> None:
    """By provision, the one that decided or that would have; and only what shadow would have blocked."""
    rows = [
        row(dialled="P"),
        row(dialled="B", provision="FR-BASIS"),
        row(dialled="H", provision="FR-HOURS"),
        row(dialled="S", would_block="CALL_HOURS", would_provision="FR-HOURS"),
    ]
    write(tmp_path / "j", *rows)
    with SqliteReader(tmp_path / "j") as reader:
        assert "".join(one.row.dialled for one in reader.latest(wanted, 9)) == found
