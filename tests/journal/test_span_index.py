"""The span index: what it knows it knows for certain, whatever becomes of the journal."""

import sqlite3
import threading
from collections.abc import Sequence
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from gatekeeper.clock import DAY_US, SECOND_US
from gatekeeper.errors import StoreError
from gatekeeper.journal import DecisionFilter, DecisionRow, JournalPage, new_ident
from gatekeeper.journal.sqlite import JournalPager, SpanIndex, SqliteReader, UnpackedArchives, span_index
from tests.journal.rows import row
from tests.journal.test_pager import advance, write

BEGIN = 1_790_000_000 * SECOND_US
RARE = DecisionFilter(reasons=frozenset({"OBJECTED"}))


def rows_of(count: int, rare: Sequence[int] = (), begin: int = BEGIN) -> list[DecisionRow]:
    """Decisions a minute apart, with a few that are rare."""
    return [
        row(at=at, id=new_ident(at), reason="OBJECTED" if place in rare else "LISTED", campaign=f"c{place}")
        for place, at in enumerate(range(begin, begin + count * 60 * SECOND_US, 60 * SECOND_US))
    ]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A journal of a day, with two rare decisions at its beginning."""
    file = tmp_path / "journal.sqlite3"
    write(file, rows_of(1440, rare=(3, 700)))
    return file


@pytest.fixture
def index(tmp_path: Path) -> SpanIndex:
    """An empty index."""
    return SpanIndex(tmp_path / "desk" / "spans.sqlite3")


def first_page(path: Path, index: SpanIndex | None, wanted: DecisionFilter = RARE) -> JournalPage:
    """What one look finds, of as many rows as a look has at least."""
    with JournalPager(path, UnpackedArchives(path.parent), index) as pager:
        return pager.page(wanted, seconds=0.0)


def test_what_is_rare_is_found_at_once(path: Path, index: SpanIndex, monkeypatch: pytest.MonkeyPatch) -> None:
    """Quarters of an hour that don't have it are passed over; each that has costs one part."""
    monkeypatch.setattr("gatekeeper.journal.sqlite.paging._FIRST_PART", 100)
    assert first_page(path, index).rows == []
    advance(index, path)
    page = first_page(path, index)
    assert len(page.rows) == 1
    with JournalPager(path, UnpackedArchives(path.parent), index) as pager:
        last = pager.page(RARE, before=page.older, seconds=0.0)
    assert (len(last.rows), last.older) == (1, "")
    assert first_page(path, index, DecisionFilter(reasons=frozenset({"RED_LIST"}))) == JournalPage([])


@pytest.mark.parametrize("late", [0, 5, 1441], ids=["old", "of the same quarter", "new"])
def test_what_came_since_is_found(path: Path, index: SpanIndex, late: int) -> None:
    """Also where it is of a time that was taken long ago."""
    advance(index, path)
    at = BEGIN + late * 60 * SECOND_US
    write(path, [row(at=at, id=new_ident(at), reason="RED_LIST")])
    wanted = DecisionFilter(reasons=frozenset({"RED_LIST"}))
    for _ in range(2):
        with JournalPager(path, UnpackedArchives(path.parent), index) as pager:
            assert len(pager.page(wanted, seconds=5.0).rows) == 1
        advance(index, path)


def test_another_journal_is_noticed(path: Path, index: SpanIndex, tmp_path: Path) -> None:
    """One out of a backup that has gone on otherwise: nothing is passed over for what the other one had."""
    advance(index, path)
    replace(path, rows_of(1500, rare=(20, 21)))
    for _ in range(2):
        with JournalPager(path, UnpackedArchives(tmp_path), index) as pager:
            assert len(pager.page(RARE, seconds=5.0).rows) == 2
        advance(index, path)
    assert len(first_page(path, index).rows) == 2


def test_what_calls_make_up_does_not_fill_it(path: Path, index: SpanIndex, monkeypatch: pytest.MonkeyPatch) -> None:
    """Beyond some values any may be in a quarter of an hour; the other kinds stay known."""
    monkeypatch.setattr(span_index, "_MOST_WORDS", 20)
    advance(index, path)
    with closing(sqlite3.connect(path.parent / "desk" / "spans.sqlite3")) as store:
        assert store.execute("SELECT max(n) FROM (SELECT count(*) n FROM word GROUP BY kind)").fetchone() == (20,)
    with JournalPager(path, UnpackedArchives(path.parent), index) as pager:
        for place in (0, 700, 1439):
            found = pager.page(DecisionFilter(campaigns=frozenset({f"c{place}"})), seconds=5.0)
            assert len(found.rows) == 1


def test_a_damaged_index_is_made_anew(path: Path, index: SpanIndex) -> None:
    """Pages are looked for without it meanwhile."""
    advance(index, path)
    file = path.parent / "desk" / "spans.sqlite3"
    for beside in ("-wal", "-shm"):
        Path(f"{file}{beside}").unlink(missing_ok=True)
    file.write_bytes(b"no database at all" * 1000)
    with JournalPager(path, UnpackedArchives(path.parent), index) as pager:
        assert len(pager.page(RARE, seconds=5.0).rows) == 2
    with SqliteReader(path) as reader, pytest.raises(StoreError):
        index.advance(reader, 1.0)
    advance(index, path)
    assert first_page(path, index).rows


def test_parts_are_short_and_taken_once(path: Path, index: SpanIndex, monkeypatch: pytest.MonkeyPatch) -> None:
    """A step ends in time; no transaction stays open between two, and the journal's log can be emptied."""
    monkeypatch.setattr(span_index, "_PART", 100)
    with SqliteReader(path) as reader:
        steps = 1
        while index.advance(reader, 0.0):
            steps += 1
            with closing(sqlite3.connect(path)) as connection:
                connection.execute("UPDATE decision SET micros = ?", (steps,))
                connection.commit()
                assert connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0] == 0
        assert steps >= 14
        assert not index.advance(reader, 0.0)
    assert len(first_page(path, index).rows) == 2 or first_page(path, index).older


def test_the_journal_of_a_day_ago(path: Path, index: SpanIndex) -> None:
    """What is older than all that was taken is nowhere; a filter of that time ends at once."""
    advance(index, path)

    until = datetime.fromtimestamp((BEGIN - DAY_US) / SECOND_US, UTC)
    assert first_page(path, index, DecisionFilter(until=until, reasons=frozenset({"OBJECTED"}))) == JournalPage([])


def replace(path: Path, rows: list[DecisionRow]) -> None:
    """Put another journal in the place of one."""
    for beside in ("", "-wal", "-shm"):
        Path(f"{path}{beside}").unlink(missing_ok=True)
    write(path, rows)


def test_a_journal_that_is_exchanged_within_a_step_ends_it(path: Path, index: SpanIndex) -> None:
    """By a shorter one, which never has what is looked for: the next step begins anew."""

    class Exchanged(SqliteReader):
        def last_seq(self) -> int:
            last = super().last_seq()
            replace(path, rows_of(30, rare=(3,)))
            return last

    with Exchanged(path) as reader:
        working = threading.Thread(target=index.advance, args=(reader, 1.0), daemon=True)
        working.start()
        working.join(60)
    assert not working.is_alive()
    advance(index, path)
    assert len(first_page(path, index).rows) == 1


def test_an_index_that_another_process_begins_anew_is_gone_on_with(path: Path, index: SpanIndex) -> None:
    """What was known of the numbers of its values holds no more: what came since is found, and nothing passed over."""
    advance(index, path)
    replace(path, [one._replace(reason="RED_LIST", campaign="") for one in rows_of(1440)])
    advance(SpanIndex(path.parent / "desk" / "spans.sqlite3"), path)
    write(path, rows_of(3, rare=(0, 1, 2), begin=BEGIN + 2 * DAY_US))
    advance(index, path)
    with JournalPager(path, UnpackedArchives(path.parent), index) as pager:
        assert len(pager.page(RARE, seconds=5.0).rows) == 3
