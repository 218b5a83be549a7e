import asyncio
import contextlib
import os
import sqlite3
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from gatekeeper.errors import JournalError
from gatekeeper.journal import DecisionFilter, DecisionRow, JournalWriter
from gatekeeper.journal.sqlite import SqliteBackend, SqliteReader, Synchronous
from tests.journal.rows import demand_sound, row
from tests.waiting import until

BOTH = pytest.mark.parametrize("synchronous", ["NORMAL", "FULL"])


@contextlib.asynccontextmanager
async def writer(path: Path, **options: object) -> AsyncIterator[JournalWriter]:
    """A started writer."""
    of_writer = {name: options.pop(name) for name in ("deadline", "most_unwritten") if name in options}
    backend = SqliteBackend(path, **options)  # type: ignore[arg-type]  # the constructors' own
    journal = JournalWriter(backend, **of_writer)  # type: ignore[arg-type]
    await journal.start()
    try:
        yield journal
    finally:
        await journal.close()


def stored(path: Path) -> list[DecisionRow]:
    """All rows in force, in the order of writing. Whatever had happened, no writer's sequence has a gap."""
    demand_sound(path)
    with SqliteReader(path) as reader:
        return [found.row for page in reader.pages(DecisionFilter()) for found in page]


@BOTH
async def test_a_row_is_in_the_file_when_append_returns(tmp_path: Path, synchronous: Synchronous) -> None:
    """Another connection sees every column of it at once."""
    wanted = row(number=None, dialled="x'\"\x00\n é €", list="red", list_version="3+1")
    async with writer(tmp_path / "j", synchronous=synchronous) as journal:
        await journal.append(wanted)
        assert stored(tmp_path / "j") == [wanted]
        assert journal.trouble is None


@BOTH
async def test_rows_of_many_tasks_are_all_written(tmp_path: Path, synchronous: Synchronous) -> None:
    """Rows that arrive together are committed together; none is lost, doubled or changed."""
    rows = [row() for _ in range(500)]
    async with writer(tmp_path / "j", synchronous=synchronous) as journal:
        await asyncio.gather(*(journal.append(one) for one in rows))
        assert stored(tmp_path / "j") == rows


@BOTH
async def test_a_bad_row_does_not_take_good_ones_with_it(tmp_path: Path, synchronous: Synchronous) -> None:
    """A row that can't be stored fails alone, whatever it is committed together with."""
    good, twice = [row() for _ in range(3)], row()
    bad = [row(number=1 << 70), row(dialled="\ud800"), twice._replace(reason="LISTED")]
    async with writer(tmp_path / "j", synchronous=synchronous) as journal:
        mixed = [twice, good[0], bad[0], good[1], bad[1], bad[2], good[2]]
        results = await asyncio.gather(*(journal.append(one) for one in mixed), return_exceptions=True)
        assert [isinstance(result, JournalError) for result in results] == [
            False,
            False,
            True,
            False,
            True,
            True,
            False,
        ]
        assert {one.id for one in stored(tmp_path / "j")} == {one.id for one in [twice, *good]}
        assert journal.trouble is None


@BOTH
async def test_a_cancelled_append_leaves_the_others_alone(tmp_path: Path, synchronous: Synchronous) -> None:
    """A caller that gives up does not spoil the commit of those beside it."""
    async with writer(tmp_path / "j", synchronous=synchronous) as journal:
        tasks = [asyncio.create_task(journal.append(row())) for _ in range(10)]
        await asyncio.sleep(0)
        tasks[4].cancel()
        results = await asyncio.gather(*tasks, return_exceptions=True)
        assert [type(result) for result in results] == [type(None)] * 4 + [asyncio.CancelledError] + [type(None)] * 5


@BOTH
async def test_a_lock_is_waited_for(tmp_path: Path, synchronous: Synchronous) -> None:
    """An append while another process writes for a moment succeeds when that is over, and the loop goes on turning."""
    async with writer(tmp_path / "j", synchronous=synchronous) as journal:
        other = sqlite3.connect(tmp_path / "j", isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        waiting = asyncio.create_task(journal.append(row()))
        await asyncio.sleep(0.1)
        assert not waiting.done()
        other.execute("COMMIT")
        await asyncio.wait_for(waiting, 30)
        other.close()


@BOTH
async def test_a_lock_that_stays_fails_the_append_in_time(tmp_path: Path, synchronous: Synchronous) -> None:
    """It is a `JournalError` soon after the deadline; when the lock goes, appends work and the kept row follows."""
    kept = row(verdict="BLOCK", reason="GATE_ERROR")
    async with writer(tmp_path / "j", synchronous=synchronous, deadline=0.2) as journal:
        other = sqlite3.connect(tmp_path / "j", isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        started = time.monotonic()
        with pytest.raises(JournalError, match="locked"):
            await journal.append(row())
        assert 0.15 < time.monotonic() - started < 10
        assert journal.trouble is not None
        journal.keep(kept)
        other.execute("COMMIT")
        other.close()
        await until(lambda: journal.unwritten == 0)
        assert journal.trouble is None
        after = row()
        await journal.append(after)
        assert stored(tmp_path / "j") == [kept, after]


async def test_a_corrupt_file_at_the_start_is_no_reason_not_to_start(tmp_path: Path) -> None:
    """Appends fail at once and say why; when a good file is put in its place, they work."""
    path = tmp_path / "j"
    path.write_bytes(b"no database " * 1000)
    async with writer(tmp_path / "good") as other:
        await other.append(row())
    async with writer(path) as journal:
        with pytest.raises(JournalError, match="not a database"):
            await journal.append(row())
        (tmp_path / "good").replace(path)
        await until(lambda: journal.trouble is None)
        await journal.append(row())
        assert len(stored(path)) == 2


@BOTH
async def test_a_replaced_file_is_noticed_and_opened(tmp_path: Path, synchronous: Synchronous) -> None:
    """Rows go to no file that was moved away; what was written to it is all in it; the new one is used at once."""
    path = tmp_path / "j"
    async with writer(tmp_path / "backup") as backup:
        await backup.append(old := row())
    async with writer(path, synchronous=synchronous) as journal:
        await journal.append(first := row())
        path.rename(tmp_path / "moved")
        (tmp_path / "backup").rename(path)
        with pytest.raises(JournalError, match="replaced"):
            await journal.append(row())
        await until(lambda: journal.trouble is None)
        await journal.append(last := row())
        assert stored(path) == [old, last]
    assert stored(tmp_path / "moved") == [first]


async def test_a_file_overwritten_with_rubbish_is_refused_and_mended(tmp_path: Path) -> None:
    """A file that another took the place of, and that is no database, refuses calls until it is mended."""
    path = tmp_path / "j"
    async with writer(path) as journal:
        await journal.append(first := row())
        (tmp_path / "rubbish").write_bytes(os.urandom(8192))
        path.rename(tmp_path / "good")
        (tmp_path / "rubbish").rename(path)
        with pytest.raises(JournalError):
            await journal.append(row())
        await until(lambda: "not a database" in str(journal.trouble))
        kept = row(verdict="BLOCK", reason="GATE_ERROR")
        journal.keep(kept)
        (tmp_path / "good").replace(path)
        await until(lambda: journal.trouble is None and journal.unwritten == 0)
        await journal.append(last := row())
        assert stored(path) == [first, kept, last]


async def test_a_file_that_is_gone_is_not_made_anew(tmp_path: Path) -> None:
    """A log that vanished refuses calls until it is back: an empty one would hide the loss."""
    path = tmp_path / "j"
    async with writer(path) as journal:
        await journal.append(first := row())
        path.rename(tmp_path / "away")
        with pytest.raises(JournalError):
            await journal.append(row())
        await until(lambda: "is gone" in str(journal.trouble))
        assert not path.exists()
        (tmp_path / "away").rename(path)
        await until(lambda: journal.trouble is None)
        await journal.append(last := row())
        assert stored(path) == [first, last]


async def test_a_deleted_write_ahead_log_is_noticed(tmp_path: Path) -> None:
    """Rows that lie in a deleted `-wal` are saved into the file within a moment."""
    path = tmp_path / "j"
    async with writer(path, checkpoint_s=0.05) as journal:
        rows = [row() for _ in range(3)]
        await journal.append(rows[0])
        wal(path).unlink()
        await until(lambda: wal(path).exists())
        await until(lambda: journal.trouble is None)
        await journal.append(rows[1])
        assert stored(path) == rows[:2]


def wal(path: Path) -> Path:
    """The write-ahead log."""
    return Path(f"{path}-wal")


async def test_a_full_database_refuses_and_recovers(tmp_path: Path) -> None:
    """No room for a row is a `JournalError` that says so; with room again, rows are written, those kept, too."""
    path = tmp_path / "j"
    async with writer(path) as journal:
        await journal.append(row())
        connection = journal._backend._connection  # type: ignore[attr-defined]  # SQLite's own
        connection.execute(f"PRAGMA max_page_count={connection.execute('PRAGMA page_count').fetchone()[0]}")
        refused = []
        for _ in range(500):
            one = row()
            try:
                await journal.append(one)
            except JournalError as error:
                refused.append(error)
                journal.keep(one)
        assert refused
        assert all("full" in str(error) and "make room" in error.remedy for error in refused)
        assert journal.trouble is not None
        connection.execute("PRAGMA max_page_count=1000000")
        await until(lambda: journal.unwritten == 0)
        assert journal.trouble is None
        assert len(stored(path)) == 501


async def test_kept_rows_are_bounded_and_counted(tmp_path: Path) -> None:
    """What finds no room is counted; the oldest are those that are kept."""
    path = tmp_path / "j"
    path.write_bytes(b"rubbish" * 1000)
    rows = [row() for _ in range(5)]
    async with writer(path, most_unwritten=3) as journal:
        for one in rows:
            journal.keep(one)
        assert (journal.unwritten, journal.lost) == (3, 2)
        path.unlink()
        path.touch()
        await until(lambda: journal.unwritten == 0)
        assert stored(path) == rows[:3]


async def test_a_kept_row_that_cannot_be_stored_does_not_hold_up_the_others(tmp_path: Path) -> None:
    """It is counted as lost."""
    path = tmp_path / "j"
    good = [row(), row()]
    async with writer(path) as journal:
        for one in (good[0], row(number=1 << 70), good[1]):
            journal.keep(one)
        await until(lambda: journal.unwritten == 0)
        assert journal.lost == 1
        assert stored(path) == good


@BOTH
async def test_closing_writes_what_is_pending(tmp_path: Path, synchronous: Synchronous) -> None:
    """Appends under way and rows kept are in the file when `close` returns; later appends are refused."""
    path = tmp_path / "j"
    journal = JournalWriter(SqliteBackend(path, synchronous))
    await journal.start()
    tasks = [asyncio.create_task(journal.append(row())) for _ in range(20)]
    await asyncio.sleep(0)
    journal.keep(row())
    await journal.close()
    await asyncio.gather(*tasks)
    assert len(stored(path)) == 21
    with pytest.raises(JournalError, match="closed"):
        await journal.append(row())


async def test_the_write_ahead_log_is_emptied(tmp_path: Path) -> None:
    """Rows move into the database without any commit doing it, and the log's file does not grow with them."""
    path = tmp_path / "j"
    async with writer(path, checkpoint_s=0.02, long_wal=200_000) as journal:
        for _ in range(100):
            for _ in range(40):
                await journal.append(row())
            await asyncio.sleep(0.02)
        assert len(stored(path)) == 4000
        # A row takes at least two pages: more than 16 MB were written, and each round has less than 0.4.
        await until(lambda: path.stat().st_size > 500_000)
        assert wal(path).stat().st_size < 4_000_000


async def test_the_write_ahead_log_is_begun_anew_under_writers_without_a_pause(tmp_path: Path) -> None:
    """Where no moment is quiet, writers are made to wait for one."""
    path = tmp_path / "j"
    async with writer(path, checkpoint_s=0.02, long_wal=100_000) as journal:
        for _ in range(6000):
            await journal.append(row())
        assert len(stored(path)) == 6000
        # At least two pages a row: more than 24 MB were written.
        assert wal(path).stat().st_size < 12_000_000


async def test_a_write_ahead_log_that_grew_huge_is_cut_short(tmp_path: Path) -> None:
    """The room it took is given back once nobody reads from it."""
    path = tmp_path / "j"
    async with writer(path, checkpoint_s=0.05, long_wal=50_000) as journal:
        reader = sqlite3.connect(path)
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM decision").fetchone()
        for _ in range(300):
            await journal.append(row())
        assert wal(path).stat().st_size > 16 * 50_000
        reader.close()
        await until(lambda: wal(path).stat().st_size == 0)
        assert len(stored(path)) == 300


async def test_the_lag_is_what_the_database_does_not_have_yet(tmp_path: Path) -> None:
    """A reader that keeps its transaction open holds it up; without one there is none."""
    backend = SqliteBackend(tmp_path / "j", checkpoint_s=0.02)
    journal = JournalWriter(backend)
    await journal.start()
    with contextlib.closing(sqlite3.connect(tmp_path / "j", isolation_level=None)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM decision").fetchone()
        await journal.append(row())
        await until(lambda: backend.lag >= 4096)
        reader.execute("COMMIT")
        await until(lambda: backend.lag == 0)
    await journal.close()
    assert backend.lag == 0


async def test_two_writers_share_a_file(tmp_path: Path) -> None:
    """Two daemons' worth of appends on one file all succeed."""
    path = tmp_path / "j"
    async with writer(path) as one, writer(path, synchronous="FULL") as other:
        rows = [row() for _ in range(200)]
        await asyncio.gather(*((one if n % 2 else other).append(each) for n, each in enumerate(rows)))
        assert sorted(stored(path)) == sorted(rows)


@BOTH
async def test_what_waits_for_a_journal_that_is_back_is_written_at_the_end(
    tmp_path: Path, synchronous: Synchronous, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also where the daemon is stopped before it has tried again."""
    monkeypatch.setattr("gatekeeper.journal.recovery._AGAIN_S", 600.0)
    path = tmp_path / "j"
    async with writer(path, synchronous=synchronous) as journal:
        await journal.append(first := row())
        path.rename(tmp_path / "away")
        with pytest.raises(JournalError):
            await journal.append(row())
        journal.keep(kept := row())
        await until(lambda: "is gone" in str(journal.trouble))
        (tmp_path / "away").rename(path)
    assert stored(path) == [first, kept]
