import asyncio
import sqlite3
import threading
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from gatekeeper.errors import JournalError
from gatekeeper.journal import DecisionFilter, DecisionRow, JournalWriter
from gatekeeper.journal.sqlite import SqliteBackend, SqliteReader
from gatekeeper.journal.sqlite.conditions import conditions
from gatekeeper.journal.sqlite.reader import by_index
from gatekeeper.journal.sqlite.tables import decision
from tests.journal.rows import row

START = datetime(2026, 1, 1, tzinfo=UTC)


def at(minutes: int) -> datetime:
    """A moment of the test."""
    return START + timedelta(minutes=minutes)


def micros(minutes: int) -> int:
    """The same as the log has it."""
    return int(at(minutes).timestamp() * 1_000_000)


def write(path: Path, rows: list[DecisionRow]) -> None:
    """Write rows, in this order."""

    async def all_rows() -> None:
        journal = JournalWriter(SqliteBackend(path))
        await journal.start()
        await asyncio.gather(*(journal.append(one) for one in rows))
        await journal.close()

    asyncio.run(all_rows())


ROWS = [
    row(at=micros(0), number=33611111111, linkedid="1.1"),
    row(at=micros(1), number=33622222222, verdict="BLOCK", reason="LISTED", list="bloctel", campaign="sales"),
    row(at=micros(2), number=None, verdict="BLOCK", reason="NUMBER_INVALID", gate="PREDIAL"),
    # Kept while the log was broken: written after one that is younger
    row(at=micros(4), number=33611111111),
    row(at=micros(3), number=33611111111, verdict="BLOCK", reason="GATE_ERROR", campaign="sales"),
    row(at=micros(5), number=33622222222, verdict="BLOCK", reason="RED_LIST", list="red", linkedid="1.1"),
]


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A log with `ROWS`."""
    found = tmp_path_factory.mktemp("journal") / "j"
    write(found, ROWS)
    return found


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        ({}, [0, 1, 2, 3, 4, 5]),
        # By time: the first is in, the last is not
        ({"since": at(1)}, [1, 2, 3, 4, 5]),
        ({"since": at(3)}, [3, 4, 5]),
        ({"until": at(3)}, [0, 1, 2]),
        ({"until": at(4)}, [0, 1, 2, 4]),
        ({"since": at(2), "until": at(4)}, [2, 4]),
        ({"since": at(9)}, []),
        ({"until": at(0)}, []),
        # By what it is about
        ({"number": 33611111111}, [0, 3, 4]),
        ({"number": 33699999999}, []),
        ({"linkedid": "1.1"}, [0, 5]),
        ({"id": ROWS[2].id}, [2]),
        # By outcome
        ({"verdicts": frozenset({"BLOCK"})}, [1, 2, 4, 5]),
        ({"reasons": frozenset({"LISTED", "RED_LIST"})}, [1, 5]),
        ({"lists": frozenset({"red"})}, [5]),
        ({"campaigns": frozenset({"sales"})}, [1, 4]),
        ({"gates": frozenset({"PREDIAL"})}, [2]),
        # Together
        ({"number": 33611111111, "verdicts": frozenset({"BLOCK"}), "since": at(1)}, [4]),
    ],
)
def test_a_filter_lets_through_what_is_wanted(path: Path, wanted: dict[str, Any], expected: list[int]) -> None:
    """Whether asked for the newest or page by page, in pages of any size."""
    chosen = DecisionFilter(**wanted)
    with SqliteReader(path) as reader:
        assert [found.row for found in reader.latest(chosen, 100)] == [ROWS[n] for n in expected]
        assert [found.row for found in reader.latest(chosen, 2)] == [ROWS[n] for n in expected[-2:]]
        for size in (1, 2, 3, 6, 7):
            pages = list(reader.pages(chosen, size=size))
            assert [found.row for page in pages for found in page] == [ROWS[n] for n in expected]
            assert all(0 < len(page) <= size for page in pages)


def test_a_time_without_its_zone_is_refused(path: Path) -> None:
    """Whose midnight was meant can't be guessed."""
    with SqliteReader(path) as reader, pytest.raises(ValueError, match="time zone"):
        reader.latest(DecisionFilter(since=datetime(2026, 1, 1)), 1)  # noqa: DTZ001 - that is the point


def test_following_shows_what_is_written_from_now_on(tmp_path: Path) -> None:
    """Each matching decision once, in order, soon after it was written."""
    path = tmp_path / "j"
    write(path, [row(reason="LISTED")])
    coming = [row(reason="LISTED") if n % 3 else row() for n in range(30)]
    with SqliteReader(path) as reader:
        writing = threading.Thread(target=write, args=(path, coming))
        expected = [one for one in coming if one.reason == "LISTED"]
        seen: list[DecisionRow] = []
        end = time.monotonic() + 10
        following = reader.follow(
            DecisionFilter(reasons=frozenset({"LISTED"})),
            after=reader.last_seq(),
            poll=0.02,
            stop=lambda: len(seen) >= len(expected) or time.monotonic() > end,
        )
        writing.start()
        for found in following:
            seen.append(found.row)  # noqa: PERF401 - `stop` looks at it meanwhile
        writing.join()
        assert seen == expected


def test_reading_does_not_hold_up_the_writer(tmp_path: Path) -> None:
    """No transaction is open between two pages: the log can be emptied. What comes meanwhile is left out."""
    path = tmp_path / "j"
    write(path, [row() for _ in range(10)])
    with SqliteReader(path) as reader:
        pages = reader.pages(DecisionFilter(), size=2)
        next(pages)
        write(path, [row()])
        connection = sqlite3.connect(path, isolation_level=None)
        connection.execute("UPDATE decision SET micros = micros + 1")
        assert connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0] == 0
        connection.close()
        assert sum(len(page) for page in pages) == 8


@pytest.mark.parametrize("content", [None, b"rubbish" * 1000])
def test_a_log_that_cannot_be_read_says_so(tmp_path: Path, content: bytes | None) -> None:
    """Missing or corrupt: a `JournalError` with the file's name, and nothing is made."""
    path = tmp_path / "j"
    if content is not None:
        path.write_bytes(content)
    with SqliteReader(path) as reader, pytest.raises(JournalError, match=str(path)):
        reader.latest(DecisionFilter(), 1)
    assert path.exists() == (content is not None)


def test_searches_use_the_indexes(path: Path) -> None:
    """Decisions of one number, one call on no number, or one id are found without reading the whole log."""
    with SqliteReader(path) as reader:
        for wanted in (
            DecisionFilter(number=1),
            DecisionFilter(linkedid="x", numberless=True),
            DecisionFilter(id="x"),
        ):
            assert by_index(wanted)
            part = (decision.c.seq > 5, decision.c.seq <= 500)
            query = select(decision).where(*conditions(wanted, upto=500), *part).order_by(decision.c.seq).limit(10)
            with reader._engine.connect() as connection:
                text = str(query.compile(connection, compile_kwargs={"literal_binds": True}))
                plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {text}").fetchall()
            assert "USING INDEX" in str(plan), plan
            assert "TEMP B-TREE" not in str(plan), plan
