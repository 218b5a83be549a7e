"""The journal reads the same whether or not its old months lie in archives, whatever happens while they are made."""

import asyncio
import fcntl
import itertools
import sqlite3
import subprocess
import sys
import threading
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import Engine

from gatekeeper.clock import micros_of
from gatekeeper.errors import JournalError
from gatekeeper.journal import DecisionFilter, JournalWriter
from gatekeeper.journal.ident import ident_of_correction
from gatekeeper.journal.sqlite import Archiver, SqliteBackend, WholeReader, archive_file, archiving
from gatekeeper.journal.sqlite.counting import CallCount
from gatekeeper.journal.sqlite.tables import INSERT_CORRECTION
from gatekeeper.journal.stats import StatKey, stat_lines
from tests.journal.rows import met, row, sequences

NOW = micros_of(datetime(2026, 11, 15, tzinfo=UTC))
MONTHS = [(2026, month) for month in (7, 8, 10, 11)]
A_DAY = 86_400_000_000


def at(month: tuple[int, int], share: float) -> int:
    """A moment in a month."""
    return micros_of(datetime(*month, 1, tzinfo=UTC)) + int(share * 14 * A_DAY)


def rows_of(month: tuple[int, int]) -> list[Any]:
    """Decisions and gates met, with a decision that another one takes the place of."""
    found: list[Any] = []
    for number in range(12):
        one = row(at=at(month, number / 12), campaign=f"c{number % 3}", verdict="BLOCK" if number % 4 == 0 else "ALLOW")
        found += [one, met(one)] if number % 2 else [one]
    return found


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A journal of several months. At one turn of the month a call is decided anew, and another one is corrected."""
    file = tmp_path / "data" / "journal.sqlite3"
    file.parent.mkdir()
    last = row(at=at((2026, 9), 0) - 5_000_000)
    corrected = row(at=at((2026, 9), 0) - 4_000_000)
    anew = row(at=at((2026, 9), 0) + 5_000_000, supersedes=last.id)
    right = corrected._replace(id=ident_of_correction(corrected.at, corrected.id, "x"), supersedes=corrected.id)
    for month in MONTHS:
        write(file, rows_of(month))
        if month == (2026, 8):
            write(file, [last, corrected])
            write(file, [anew, row(at=at((2026, 9), 0.5))])
            with closing(sqlite3.connect(file)) as connection, connection:
                connection.execute(INSERT_CORRECTION, (*right, "other", 1, bytes(16)))
    return file


def write(file: Path, rows: list[Any], node: str = "one") -> None:
    """Write rows as the daemon does."""

    async def append() -> None:
        journal = JournalWriter(SqliteBackend(file, node=node))
        await journal.start()
        for one in rows:
            await journal.append(one)
        await journal.close()

    asyncio.run(append())


EVERYTHING = {"corrected": DecisionFilter(corrected=True), "all": DecisionFilter()}
FILTERS = {
    **EVERYTHING,
    "since": DecisionFilter(since=datetime(2026, 8, 5, tzinfo=UTC)),
    "until": DecisionFilter(until=datetime(2026, 9, 1, tzinfo=UTC)),
    "between": DecisionFilter(since=datetime(2026, 8, 3, tzinfo=UTC), until=datetime(2026, 10, 3, tzinfo=UTC)),
    "campaign": DecisionFilter(campaigns=frozenset(["c1"])),
    "blocked": DecisionFilter(verdicts=frozenset(["BLOCK"])),
}


def told(file: Path, filters: dict[str, DecisionFilter] = FILTERS) -> dict[str, Any]:
    """All that readers say of a journal."""
    found: dict[str, Any] = {}
    with WholeReader(file) as reader:
        for name, wanted in filters.items():
            found[name] = [one for page in reader.pages(wanted, size=7) for one in page]
            found[f"latest {name}"] = [reader.latest(wanted, limit) for limit in (5, 1000)]
            found[f"after {name}"] = [one for page in reader.pages(wanted, after=20, size=7) for one in page]
            keys = [StatKey.DAY, StatKey.CAMPAIGN, StatKey.VERDICT]
            found[f"stats {name}"] = stat_lines(reader.counts(wanted, keys), keys)
            found[f"shadow {name}"] = sorted(reader.shadow_counts(wanted))
        turn = [one for one in found[next(iter(filters))] if abs(one.row.at - at((2026, 9), 0)) < A_DAY]
        found["ids"] = [reader.latest(DecisionFilter(id=one.row.id, corrected=True), 5) for one in turn]
    return found


def archive(file: Path, keep_months: int, now: int = NOW) -> list[str]:
    """Archive; gives the months."""
    with closing(Archiver(file, "anna")) as archiver:
        return [info.month for info in archiver.archive(now, keep_months)]


@pytest.mark.parametrize(
    ("keep", "months"),
    [(4, []), (3, ["2026-07"]), (2, ["2026-07", "2026-08"]), (1, ["2026-07", "2026-08", "2026-09"])],
)
def test_readers_see_no_difference(path: Path, keep: int, months: list[str]) -> None:
    """Whatever is asked for, at the turn of a month as well; and archiving again does nothing."""
    before = told(path)
    assert archive(path, keep) == months
    assert told(path) == before
    assert archive(path, keep) == []
    with closing(sqlite3.connect(path)) as connection:
        own = connection.execute("SELECT min(at) FROM decision WHERE correction = 0").fetchone()[0]
    assert own >= at((2026, 11 - keep), 0)
    assert [one.name for one in path.parent.glob("journal/.*")] == []
    for month in months:
        check = ["sha256sum", "--check", "--quiet", f"{month}.sqlite3.zst.sha256"]
        subprocess.run(check, check=True, cwd=path.parent / "journal")


@pytest.mark.parametrize(("month", "place"), [(0, 0), (1, 0), (1, 6)])
def test_a_decision_that_a_clock_dated_ahead_stops_no_archiving(tmp_path: Path, month: int, place: int) -> None:
    """It goes with those that were written beside it, first of all, between two months or within one."""
    file = tmp_path / "journal.sqlite3"
    ahead = [row(at=at((2028, 5), share)) for share in (0, 0.5)]
    months = [rows_of(one) for one in MONTHS]
    months[month][place:place] = ahead
    for rows in months:
        write(file, rows)
    before = told(file)
    with closing(Archiver(file, "anna")) as archiver:
        assert archiver.dated_ahead(NOW) == len(ahead)
    assert archive(file, 1) == ["2026-07", "2026-08"]
    assert told(file) == before
    assert archive(file, 1) == []


def test_a_month_that_comes_twice_has_two_archives(tmp_path: Path) -> None:
    """A clock that was months ahead while months were archived, and then put back, has no archive written over."""
    file = tmp_path / "journal.sqlite3"
    july, august = rows_of((2026, 7)), rows_of((2026, 8))
    for rows in (july, august[:6], [row(at=at((2027, 3), share)) for share in (0, 0.5)]):
        write(file, rows)
    assert archive(file, 1, micros_of(datetime(2027, 3, 20, tzinfo=UTC))) == ["2026-07", "2026-08"]
    for rows in (august[6:12], rows_of((2026, 10)), rows_of((2026, 11))):
        write(file, rows)
    before = told(file)
    assert archive(file, 1) == ["2026-08"]
    write(file, august[12:])
    with WholeReader(file) as reader:
        names = [info.name for info in reader.archives()]
    assert names == ["2026-07.sqlite3.zst", "2026-08.sqlite3.zst", "2026-08.2.sqlite3.zst"]
    after = told(file)
    assert len(after["all"]) > len(before["all"])
    kept = {one.row.id for one in after["all"]}
    assert {one.row.id for one in before["all"]} <= kept
    for name in names:
        subprocess.run(["sha256sum", "--check", "--quiet", f"{name}.sha256"], check=True, cwd=tmp_path / "journal")


@pytest.mark.parametrize("module", [archive_file, archiving])
def test_no_archive_takes_the_room_that_calls_need(path: Path, monkeypatch: pytest.MonkeyPatch, module: Any) -> None:
    """One is neither read nor made where too little would be left on the disk, and nothing is left of the try."""
    archive(path, 3)
    before = told(path)
    with monkeypatch.context() as full:
        full.setattr(archive_file, "LEAST_FREE", 1 << 62)
        with pytest.raises(JournalError, match="no room") as found:
            told(path) if module is archive_file else archive(path, 2)
        assert "calls need what is left" in found.value.remedy
        assert [one.name for one in path.parent.glob("journal/.*")] == []
    assert archive(path, 2) == ["2026-08"]
    assert told(path) == before


def test_numbers_go_on_where_everything_was_archived(path: Path) -> None:
    """Neither a writer's sequence nor the order of writing begins anew; the newest decision stays."""
    last = sequences(path)["one"][-1]
    with WholeReader(path) as reader:
        seq = reader.last_seq()
    later = micros_of(datetime(2028, 1, 1, tzinfo=UTC))
    assert archive(path, 1, later)[-1] == "2026-10"  # of November nothing newer was written
    write(path, [row(at=later)], node="two")
    assert archive(path, 1, later + 60 * A_DAY) == ["2026-11"]
    write(path, [row(at=later + 1)])
    with WholeReader(path) as reader:
        assert reader.last_seq() == seq + 2
    assert sequences(path)["one"][-1] == last + 1


def test_the_archive_of_an_earlier_schema_is_read(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its copy gets what it lacks; the file stays as it is."""
    archive(path, 3)
    with WholeReader(path) as reader:
        before = list(reader.pages(DecisionFilter()))
    (packed,) = path.parent.glob("journal/2026-07.sqlite3.zst")
    content = packed.read_bytes()
    plain = archive_file.migrate

    def of_an_earlier_version(engine: Engine, package: str) -> bool:
        config = Config()
        config.set_main_option("script_location", "gatekeeper:journal/sqlite/migrations")
        config.set_main_option("path_separator", "os")
        config.attributes["engine"] = engine
        command.downgrade(config, "-1")
        return plain(engine, package)

    monkeypatch.setattr(archive_file, "migrate", of_an_earlier_version)
    with WholeReader(path) as reader:
        assert list(reader.pages(DecisionFilter())) == before
    assert packed.read_bytes() == content


@pytest.mark.parametrize("how", ["changed", "cut", "gone", "another"])
def test_an_archive_that_is_not_what_it_was_is_an_error(path: Path, how: str) -> None:
    """Never an answer without it; what does not need it is answered."""
    archive(path, 2)
    file = path.parent / "journal" / "2026-08.sqlite3.zst"
    content = bytearray(file.read_bytes())
    if how == "gone":
        file.unlink()
    else:
        content[len(content) // 2] ^= 1
        other = (path.parent / "journal" / "2026-07.sqlite3.zst").read_bytes()
        file.write_bytes({"changed": bytes(content), "cut": content[:-9], "another": other}[how])
    with WholeReader(path) as reader:
        with pytest.raises(JournalError, match=r"2026-08\.sqlite3\.zst.*from a backup"):
            list(reader.pages(DecisionFilter()))
        assert list(reader.pages(DecisionFilter(since=datetime(2026, 10, 1, tzinfo=UTC))))
        assert list(reader.pages(DecisionFilter(until=datetime(2026, 8, 1, tzinfo=UTC))))
    assert [one.name for one in path.parent.glob("journal/.*")] == []


def test_killed_at_any_statement_it_goes_on(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No row is lost or doubled, and the next run ends what this one began."""
    monkeypatch.setattr(archiving, "_DELETED", 3)
    before = told(path, EVERYTHING)
    plain = archiving._transaction
    for step in itertools.count(1):
        left = step

        def stopping(*arguments: Any, _plain: Any = plain) -> Any:
            nonlocal left
            left -= 1
            if not left:
                raise KeyboardInterrupt
            return _plain(*arguments)

        monkeypatch.setattr(archiving, "_transaction", stopping)
        try:
            archive(path, 2)
        except KeyboardInterrupt:
            monkeypatch.setattr(archiving, "_transaction", plain)
            assert told(path, EVERYTHING) == before
        else:
            break
    monkeypatch.setattr(archiving, "_transaction", plain)
    assert step > 5
    assert told(path, EVERYTHING) == before
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("SELECT count(*) FROM decision WHERE at < ?", (at((2026, 9), 0),)).fetchone() == (1,)


def test_what_a_killed_run_left_has_no_part_in_the_next(path: Path) -> None:
    """Neither a half archive nor the write-ahead log beside it."""
    before = told(path, EVERYTHING)
    folder = path.parent / "journal"
    folder.mkdir()
    left = folder / ".2026-07.sqlite3.part"
    with closing(sqlite3.connect(left)) as connection:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("CREATE TABLE decision (wrong)")
        connection.commit()
        beside = {name: Path(f"{left}{name}").read_bytes() for name in ("", "-wal")}
    for name, content in beside.items():
        Path(f"{left}{name}").write_bytes(content)
    assert archive(path, 2) == ["2026-07", "2026-08"]
    assert told(path, EVERYTHING) == before
    assert list(folder.glob(".*")) == []


def test_beside_a_writer_and_a_reader(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A process writes as fast as it can, and is refused nothing; whoever reads meanwhile sees each row once."""
    monkeypatch.setattr(archiving, "_DELETED", 2)
    expected = [one.row.id for one in told(path, EVERYTHING)["all"]]
    writing = [sys.executable, "-m", "tests.journal.appender", str(path), "NORMAL"]
    with subprocess.Popen(writing, cwd=Path(__file__).parents[2], stdout=subprocess.PIPE, text=True) as process:
        said: list[str] = []
        assert process.stdout is not None
        reading = threading.Thread(target=lambda: said.extend(line.strip() for line in process.stdout or ()))
        reading.start()
        try:
            while len(said) < 100:
                pass
            working = threading.Thread(target=archive, args=(path, 1))
            working.start()
            seen = []
            while working.is_alive():
                with WholeReader(path) as reader:
                    pages = reader.pages(DecisionFilter(until=datetime(2026, 11, 16, tzinfo=UTC)), size=5)
                    seen.append([one.row.id for page in pages for one in page])
            working.join()
        finally:
            process.kill()
            reading.join()
    assert seen
    assert all(one == expected for one in seen)
    assert not [line for line in said if line.startswith("refused")]
    with WholeReader(path) as reader:
        ids = [one.row.id for page in reader.pages(DecisionFilter()) for one in page]
    assert set(said[1:]) <= set(ids)
    assert len(ids) == len(set(ids))


def test_looks_are_short_and_what_they_count_is_the_same(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever the parts are; between two of them nothing keeps the journal's log from being emptied."""
    begin = at((2026, 11), 0.9)
    twice = row(at=begin)
    anew = [row(at=begin + later, supersedes=twice.id, verdict="BLOCK" if later > 1 else "ALLOW") for later in (1, 2)]
    write(path, [twice, *anew])
    whole = told(path)
    emptied: list[int] = []
    take = CallCount.take

    def between(count: CallCount, *given: Any) -> None:
        with closing(sqlite3.connect(path)) as connection:
            connection.execute("UPDATE decision SET micros = ?", (len(emptied),))
            connection.commit()
            emptied.append(connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0])
        take(count, *given)

    monkeypatch.setattr("gatekeeper.journal.sqlite.reader._LOOK", 5)
    assert told(path) == whole
    monkeypatch.setattr(CallCount, "take", between)
    with WholeReader(path) as reader:
        reader.shadow_counts(DecisionFilter())
        reader.counts(DecisionFilter(), [StatKey.REASON])
    assert len(emptied) > 10
    assert set(emptied) == {0}


@pytest.mark.parametrize("archived", [False, True])
def test_what_is_written_meanwhile_is_left_out(path: Path, *, archived: bool) -> None:
    """A reading that has begun ends where the journal ended then; a correction that comes meanwhile does not count."""
    if archived:
        archive(path, 1)
    with WholeReader(path) as reader:
        expected = [one for page in reader.pages(DecisionFilter()) for one in page]
        last = expected[-1].row
        pages = reader.pages(DecisionFilter(), size=4)
        found = next(pages)
        write(path, [row(at=NOW + number) for number in range(20)])
        right = last._replace(id=ident_of_correction(last.at, last.id, "y"), supersedes=last.id)
        with closing(sqlite3.connect(path)) as connection, connection:
            connection.execute(INSERT_CORRECTION, (*right, "other", 2, bytes(16)))
        assert found + [one for page in pages for one in page] == expected
        assert [one for page in reader.pages(DecisionFilter(), upto=expected[-1].seq) for one in page] == expected
        assert len([one for page in reader.pages(DecisionFilter()) for one in page]) == len(expected) + 20


def test_a_copy_that_is_swept_while_it_is_made_is_made_anew(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Before it is locked, another reader takes it for what a killed one left; the month is not read as empty."""
    before = told(path)
    archive(path, 1)
    lock, swept = fcntl.flock, []

    def flock(file: Any, how: int) -> None:
        if not swept:
            swept.append(list(path.parent.glob("journal/.reading-*")))
            archive_file.sweep(path.parent / "journal")
        lock(file, how)

    monkeypatch.setattr(archive_file.fcntl, "flock", flock)
    assert told(path) == before
    assert len(swept[0]) == 1
    assert list(path.parent.glob("journal/.reading-*")) == []
