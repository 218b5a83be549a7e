"""No committed row is ever changed: a second one takes its place, and every reader shows the one in force."""

import asyncio
import io
import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import select

from gatekeeper.journal import DecisionFilter, DecisionRow, JournalWriter, write_json
from gatekeeper.journal.sqlite import SqliteBackend, SqliteReader, tables
from gatekeeper.journal.sqlite.conditions import conditions
from tests.journal.rows import demand_sound, met, row

BOTH = DecisionFilter(corrected=True)
IN_FORCE = DecisionFilter()


def refused(one: DecisionRow) -> DecisionRow:
    """What is answered where a row's commit failed."""
    return one._replace(verdict="BLOCK", reason="GATE_ERROR", rule="error")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A journal whose rows can't be changed or deleted at all."""
    path = tmp_path / "j"
    backend = SqliteBackend(path)
    backend.open()
    backend.close()
    with closing(sqlite3.connect(path)) as connection:
        for table in ("decision", "met"):
            for change in ("UPDATE", "DELETE"):
                connection.execute(
                    f"CREATE TRIGGER no_{change}_{table} BEFORE {change} ON {table} "
                    "BEGIN SELECT RAISE(ABORT, 'a committed row was changed'); END"
                )
    return path


def write(path: Path, *rows: DecisionRow, late: tuple[DecisionRow, ...] = ()) -> None:
    """Append rows, then write some whose commit is thought to have failed."""

    async def run() -> None:
        writer = JournalWriter(SqliteBackend(path))
        await writer.start()
        for one in rows:
            await writer.append(one)
            await writer.append(met(one))
        for one in late:
            writer.keep(one)
        await writer.close()
        assert (writer.unwritten, writer.lost, writer.trouble) == (0, 0, None)

    asyncio.run(run())
    demand_sound(path)


@pytest.mark.parametrize("found_by", ["all", "number", "id", "linkedid", "attempt", "pages", "follow"])
def test_a_correction_is_in_force(path: Path, found_by: str) -> None:
    """A row that was committed and never answered is not shown, however it is looked for; the correction is."""
    first, other = row(list="red", linkedid="7.7", supersedes="earlier"), row(linkedid="8.8")
    write(path, first, other, late=(refused(first),))
    with SqliteReader(path) as reader:
        wanted = {
            "number": DecisionFilter(number=first.number),
            "id": DecisionFilter(id=first.id),
            "linkedid": DecisionFilter(linkedid="7.7"),
        }.get(found_by, IN_FORCE)
        if found_by == "attempt":
            found = reader.attempt(first.id)
            assert found is not None
            rows = [found[0]]
        elif found_by == "pages":
            rows = [one.row for page in reader.pages(wanted, size=1) for one in page]
        elif found_by == "follow":
            rows = [one.row for one in reader.follow(wanted, after=0, stop=iter([False, True]).__next__)]
        else:
            rows = [one.row for one in reader.latest(wanted, 10)]
    corrections = [one for one in rows if one != other]
    assert len(corrections) == 1
    assert corrections[0] == refused(first)._replace(id=corrections[0].id, supersedes=first.id)
    assert corrections[0].id != first.id
    assert corrections[0].id[:10] == first.id[:10]


def test_nothing_that_was_not_answered_is_taken_for_an_answer(path: Path) -> None:
    """A filter that the first row matches, and its correction does not, finds neither."""
    first = row()
    write(path, first, late=(refused(first),))
    with SqliteReader(path) as reader:
        assert reader.latest(DecisionFilter(number=first.number, verdicts=frozenset({"ALLOW"})), 10) == []


def test_both_can_be_seen(path: Path) -> None:
    """On demand, in the order of writing, in an export too, which says which is which."""
    first = row()
    write(path, first, late=(refused(first),))
    with SqliteReader(path) as reader:
        both = reader.latest(BOTH, 10)
        assert [one.row for page in reader.pages(BOTH, size=1) for one in page] == [one.row for one in both]
        assert [one.row.verdict for one in reader.latest(DecisionFilter(id=first.id, corrected=True), 10)] == [
            "ALLOW",
            "BLOCK",
        ]
    assert [(one.row.verdict, one.correction) for one in both] == [("ALLOW", False), ("BLOCK", True)]
    assert both[0].row == first
    stream = io.StringIO()
    write_json(both, stream)
    shown = [json.loads(line) for line in stream.getvalue().splitlines()]
    assert [(one["correction"], one["supersedes"], one["sequence"]) for one in shown] == [
        (0, "", 1),
        (1, first.id, 3),
    ]


@pytest.mark.parametrize("times", [1, 2])
@pytest.mark.parametrize("there", [True, False])
@pytest.mark.parametrize("same", [True, False])
def test_a_row_that_is_written_late_counts_once(path: Path, *, there: bool, same: bool, times: int) -> None:
    """Whether its first commit had succeeded, and with this or another verdict, and however often it is tried."""
    first = row(verdict="ALLOW", reason="EMERGENCY") if same else row()
    late = first if same else refused(first)
    for _ in range(times):
        write(path, *([first] if there else []), late=(late,)) if _ == 0 else write(path, late=(late,))
    with SqliteReader(path) as reader:
        in_force, both = reader.latest(IN_FORCE, 10), reader.latest(BOTH, 10)
    assert [(one.row.verdict, one.row.reason, one.row.rule) for one in in_force] == [
        (late.verdict, late.reason, late.rule)
    ]
    assert len(both) == (2 if there and not same else 1)


def test_a_later_decision_on_a_call_hides_none(path: Path) -> None:
    """A decision that let the call by as far as the next gate was answered, and stays in the log beside that gate's."""
    first = row(gate="AMI_PROXY")
    write(path, first, row(verdict="BLOCK", reason="LISTED", supersedes=first.id))
    with SqliteReader(path) as reader:
        assert [one.row.verdict for one in reader.latest(IN_FORCE, 10)] == ["ALLOW", "BLOCK"]
        assert (found := reader.attempt(first.id)) is not None
        assert found[0] == first


def test_no_statement_changes_a_row() -> None:
    """The journal has statements that add rows and statements that read."""
    statements = [text for name, text in vars(tables).items() if name.isupper() and isinstance(text, str)]
    assert len(statements) > 5
    assert all(text.startswith(("INSERT INTO", "SELECT")) and " UPDATE" not in text for text in statements)


@pytest.mark.parametrize("upto", [None, 5])
def test_corrections_are_found_by_their_index(path: Path, upto: int | None) -> None:
    """Whether a row has a correction is asked of an index that holds corrections only."""
    with SqliteReader(path) as reader, reader._engine.connect() as connection:
        query = select(tables.decision).where(*conditions(IN_FORCE, upto=upto)).limit(10)
        text = str(query.compile(connection, compile_kwargs={"literal_binds": True}))
        plan = str(connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {text}").fetchall())
    assert "USING COVERING INDEX decision_correction" in plan or "USING INDEX decision_correction" in plan, plan
