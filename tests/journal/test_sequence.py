"""The stamps of rows: a sequence for each writer without gaps, whatever happens; and older journals, without any."""

import asyncio
import contextlib
import shutil
import sqlite3
from contextlib import closing
from importlib import import_module
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config
from hypothesis import given, settings
from hypothesis import strategies as st

from gatekeeper.errors import JournalError
from gatekeeper.journal import DecisionFilter, DecisionRow, JournalWriter, MetRow
from gatekeeper.journal.row import Once
from gatekeeper.journal.sqlite import SqliteBackend, SqliteReader
from gatekeeper.journal.sqlite.checkpoint import Checkpointer
from gatekeeper.journal.sqlite.noting import note_numbers
from gatekeeper.journal.sqlite.sequence import resume
from gatekeeper.journal.stamp import Salts, Stamp, host_name
from gatekeeper.storage import migrate, open_engine
from tests.journal.rows import demand_sound, met, row, sequences

MIGRATIONS = Path(str(import_module("gatekeeper.journal.sqlite.migrations").__file__)).parent

KNOWN = row()
ENTRIES = st.sampled_from(["decision", "met", "known", "known", "once", "known", "bad"])
LATE = ["decision", "known", "correct", "known", "correct", "bad"]
STEPS = st.lists(
    st.tuples(st.just("write"), st.lists(ENTRIES, min_size=1, max_size=6))
    | st.tuples(st.just("late"), st.lists(st.sampled_from(LATE), min_size=1, max_size=4))
    | st.tuples(st.sampled_from(["reopen", "killed", "locked", "other writer", "answer lost", "noted"]), st.just([])),
    max_size=12,
)


def entry(kind: str) -> DecisionRow | MetRow:
    """A row of a kind; `bad` can't be stored, `known` may be there already."""
    one = row()
    return {
        "decision": one,
        "met": met(one),
        "once": Once._make(one),
        "known": Once._make(KNOWN),
        "bad": row(number=1 << 70),
        "correct": KNOWN._replace(verdict="BLOCK"),
    }[kind]


class LosesAnswers:
    """A connection that commits, and says that it could not."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def __getattr__(self, name: str) -> object:
        return getattr(self._connection, name)

    def execute(self, statement: str, *given: object) -> sqlite3.Cursor:
        """Do it; where nothing is left to be committed, fail."""
        cursor = self._connection.execute(statement, *given)
        if not self._connection.in_transaction:
            error = sqlite3.OperationalError("disk I/O error")
            error.sqlite_errorcode, error.sqlite_errorname = sqlite3.SQLITE_IOERR, "SQLITE_IOERR"
            raise error
        return cursor


def lose_the_answer(backend: SqliteBackend, rows: list[DecisionRow | MetRow]) -> None:
    """Write rows that are committed, while the writer is told that they are not."""
    connection = backend._connection
    assert connection is not None
    backend._connection = LosesAnswers(connection)  # type: ignore[assignment]  # as good as one
    try:
        backend.write(rows)
    finally:
        backend._connection = connection


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A journal without rows or writers, to be copied: migrations take their time."""
    path = tmp_path_factory.mktemp("empty") / "j"
    migrate(open_engine(path), "gatekeeper.journal.sqlite.migrations")
    return path


@settings(max_examples=150, deadline=None)
@given(steps=STEPS)
def test_no_sequence_has_a_gap(
    steps: list[tuple[str, list[str]]], empty: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Whatever is written, refused, corrected, locked out, killed, shared or noted."""
    path = tmp_path_factory.mktemp("sequence") / "j"
    shutil.copy(empty, path)
    backend = SqliteBackend(path, node="one")
    other = SqliteBackend(path, node="one")
    backend.open()
    other.open()
    for step, kinds in steps:
        rows = [entry(kind) for kind in kinds]
        with contextlib.suppress(JournalError):
            if step == "write":
                backend.write(rows)
            elif step == "late":
                backend.write_late([one for one in rows if isinstance(one, DecisionRow)])
            elif step == "other writer":
                other.write([row()])
            elif step == "locked":
                with closing(sqlite3.connect(path, isolation_level=None)) as locking:
                    locking.execute("BEGIN IMMEDIATE")
                    backend.write([row()])
            elif step == "noted":
                with closing(sqlite3.connect(path, isolation_level=None)) as noting:
                    note_numbers(noting, 1 + len(steps) % 3)
            elif step == "answer lost":
                lose_the_answer(backend, [row(), met(KNOWN)][: 1 + len(steps) % 2])
            elif step == "reopen":
                backend.open()
            else:
                backend.close()
                backend = SqliteBackend(path, node="one")
                backend.open()
    backend.close()
    other.close()
    demand_sound(path)


@pytest.mark.parametrize("kind", ["decision", "met"])
def test_no_writer_looks_far_back_for_its_last_row(kind: str, empty: Path, tmp_path: Path) -> None:
    """However much others have written since, in either table, and though it was killed."""
    path, part = tmp_path / "j", 200
    shutil.copy(empty, path)
    killed, other = SqliteBackend(path, node="one"), SqliteBackend(path, node="two")
    killed.open()
    killed.write([row(), met(KNOWN)])
    other.open()
    checkpointer, looked, steps = Checkpointer(path, other.intact, pytest.fail, part=part), [], 0

    def counted() -> None:
        nonlocal steps
        steps += 1

    for _ in range(10):
        other.write([entry(kind) for _ in range(2 * part)])
        for _ in range(2):
            checkpointer.checkpoint()
        with closing(sqlite3.connect(path, isolation_level=None)) as connection:
            steps = 0
            connection.set_progress_handler(counted, 1)
            assert resume(connection, "one").last == 2
            looked.append(steps)
    assert max(looked) < 2 * looked[0]
    killed.close()
    other.close()
    demand_sound(path)


def test_a_writer_keeps_its_number_while_another_process_notes(empty: Path, tmp_path: Path) -> None:
    """Who can't write its note leaves it for the next time, and holds up nobody."""
    path = tmp_path / "j"
    shutil.copy(empty, path)
    backend = SqliteBackend(path, node="one")
    backend.open()
    backend.write([row() for _ in range(5)])
    with (
        closing(sqlite3.connect(path, isolation_level=None)) as locking,
        closing(sqlite3.connect(path, isolation_level=None, timeout=0)) as noting,
    ):
        locking.execute("BEGIN IMMEDIATE")
        assert not note_numbers(noting, 5)
        locking.execute("ROLLBACK")
        assert not note_numbers(noting, 6)  # not enough yet
        assert note_numbers(noting, 5)
        assert not note_numbers(noting, 1)
    backend.write([row()])
    backend.close()
    demand_sound(path)


def test_both_kinds_of_rows_share_a_sequence_in_the_order_of_their_coming(tmp_path: Path) -> None:
    """Rows of one commit are numbered as they came, decisions and gates met alike."""
    path = tmp_path / "j"
    one, two, three = row(), row(), row()
    backend = SqliteBackend(path, node="pbx-1")
    backend.open()
    backend.write([one, met(one), Once._make(two), Once._make(two), met(two), three])
    backend.close()
    with SqliteReader(path) as reader:
        stamps = [found.stamp for found in reader.latest(DecisionFilter(), 10)]
    assert [(stamp.node, stamp.sequence) for stamp in stamps] == [("pbx-1", 1), ("pbx-1", 3), ("pbx-1", 5)]
    assert sequences(path) == {"pbx-1": [1, 2, 3, 4, 5]}


def test_writers_are_told_apart(tmp_path: Path) -> None:
    """Each name has a sequence of its own, which goes on where it was; a name that is taken gets an id behind it."""
    path = tmp_path / "j"
    for node, count in (("a", 3), ("b", 2), ("a", 1), ("", 1)):
        backend = SqliteBackend(path, node=node)
        backend.open()
        for _ in range(count):
            backend.write([row()])
        backend.close()
    first, second = SqliteBackend(path, node="a"), SqliteBackend(path, node="a")
    for backend in (first, second):
        backend.open()
        backend.write([row()])
    first.close()
    second.open()
    second.write([row()])
    second.close()
    found = sequences(path)
    (spare,) = found.keys() - {"a", "b", host_name()}
    assert spare.startswith("a/")
    assert found == {"a": [1, 2, 3, 4, 5, 6], "b": [1, 2], host_name(): [1], spare: [1]}
    demand_sound(path)


def test_a_name_that_cannot_be_taken_stops_no_call(tmp_path: Path) -> None:
    """Where the lock's file can't be made, rows are written under a name of their own."""
    path = tmp_path / "j"
    (tmp_path / "j.writer-lock").mkdir()
    backend = SqliteBackend(path, node="a")
    backend.open()
    backend.write([row()])
    backend.close()
    assert [node.startswith("a/") for node in sequences(path)] == [True]


def test_a_salt_is_its_rows_own() -> None:
    """Salts beyond one buffer's worth are all different, and of full length."""
    salts = Salts()
    found = [salts.next() for _ in range(1000)]
    assert {len(salt) for salt in found} == {16}
    assert len(set(found)) == 1000


@pytest.mark.parametrize("revision", ["0001", "0002"])
def test_a_journal_from_before_there_were_stamps(tmp_path: Path, revision: str) -> None:
    """It is read as it was, with empty stamps, and written on, with stamps from 1 up."""
    path = tmp_path / "j"
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["engine"] = open_engine(path)
    command.upgrade(config, revision)
    with SqliteReader(path) as reader, pytest.raises(JournalError, match="older Gatekeeper"):
        reader.latest(DecisionFilter(), 1)
    old, fields = row(), DecisionRow._fields[: 18 if revision == "0001" else 20]
    with closing(sqlite3.connect(path)) as connection:
        marks = ", ".join("?" * len(fields))
        insert = f"INSERT INTO decision ({', '.join(fields)}) VALUES ({marks})"  # noqa: S608 - our own columns
        connection.execute(insert, old[: len(fields)])
        if revision == "0002":
            connection.execute(
                "INSERT INTO met (decision, at, gate, channel, uniqueid, linkedid) VALUES (?, ?, ?, ?, ?, ?)", met(old)
            )
        connection.commit()
    new = row()

    async def run() -> None:
        writer = JournalWriter(SqliteBackend(path, node="n"))
        await writer.start()
        await writer.append(new)
        await writer.append(met(old, "PREDIAL"))
        writer.keep(old._replace(verdict="BLOCK"))
        await writer.close()

    asyncio.run(run())
    with SqliteReader(path) as reader:
        before, after, correction = reader.latest(DecisionFilter(corrected=True), 10)
        assert [one.row.id for one in reader.latest(DecisionFilter(), 10)] == [new.id, correction.row.id]
    assert (before.row, before.stamp, before.correction) == (old, Stamp(), False)
    assert before.gates == ("GOSUB WATCHDOG PREDIAL" if revision == "0002" else "GOSUB PREDIAL")
    assert [(one.stamp.node, one.stamp.sequence) for one in (after, correction)] == [("n", 1), ("n", 3)]
