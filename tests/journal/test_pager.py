"""Pages of the journal with its archives: each match is there once, in the order of time, wherever it lies."""

import itertools
import shutil
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import pytest

from gatekeeper.clock import DAY_US, HOUR_US, micros_of, moment_of
from gatekeeper.errors import JournalError
from gatekeeper.journal import DecisionFilter, DecisionRow, JournalPage, first_ident, new_ident
from gatekeeper.journal.ident import ident_of_correction
from gatekeeper.journal.sqlite import Archiver, JournalPager, SpanIndex, SqliteBackend, SqliteReader, UnpackedArchives
from gatekeeper.journal.sqlite.archive_file import opened
from gatekeeper.journal.sqlite.tables import INSERT_CORRECTION
from tests.journal.rows import row

NOW = micros_of(datetime(2026, 11, 15, tzinfo=UTC))
NUMBER = 33_612_345_678


def decision(at: int, place: int) -> DecisionRow:
    """A decision of a moment."""
    return row(
        at=at,
        id=new_ident(at),
        number=NUMBER if place % 11 == 3 else 33_600_000_000 + place,
        verdict="BLOCK" if place % 3 else "ALLOW",
        reason="OBJECTED" if place % 47 == 5 else "LISTED",
        campaign=f"c{place % 4}",
        principal="ACME" if place % 5 == 2 else "Other",
        asked_by="manager:crm; agent:alice" if place % 7 == 3 else "manager:crm",
        would_provision="FR-CAP" if place % 31 == 7 else "",
        bypass=int(place % 53 == 9),
    )


def decisions() -> list[DecisionRow]:
    """Four months of them, in the order of writing: each month ends with what is written in the next one."""
    made: list[DecisionRow] = []
    late: list[DecisionRow] = []
    for month in (8, 9, 10, 11):
        begin = micros_of(datetime(2026, month, 1, tzinfo=UTC))
        some = [decision(begin + number * 9 * HOUR_US, month * 1000 + number) for number in range(30)]
        made += [*some[:2], *late, *some[2:]]
        late = [decision(begin + 26 * DAY_US + number * HOUR_US, month * 1000 + 500 + number) for number in range(4)]
    return [*made, decision(micros_of(datetime(2026, 10, 20, tzinfo=UTC)), 10_900)]


ROWS = decisions()
CORRECTED = ROWS[10]
RIGHT = CORRECTED._replace(
    id=ident_of_correction(CORRECTED.at, CORRECTED.id, "x"), supersedes=CORRECTED.id, reason="CLEAR", verdict="ALLOW"
)
IN_FORCE = [*(one for one in ROWS if one.id != CORRECTED.id), RIGHT]

FILTERS: dict[str, tuple[DecisionFilter, Callable[[DecisionRow], bool]]] = {
    "all": (DecisionFilter(), lambda _: True),
    "rare": (DecisionFilter(reasons=frozenset({"OBJECTED"})), lambda one: one.reason == "OBJECTED"),
    "nothing": (DecisionFilter(reasons=frozenset({"RED_LIST"})), lambda _: False),
    "bound": (DecisionFilter().within(frozenset({"ACME"})), lambda one: one.principal == "ACME"),
    "bound to nobody": (DecisionFilter().within(frozenset()), lambda _: False),
    "number": (DecisionFilter(number=NUMBER), lambda one: one.number == NUMBER),
    "agent": (DecisionFilter(agents=frozenset({"alice"})), lambda one: "agent:alice" in one.asked_by),
    "together": (
        DecisionFilter(campaigns=frozenset({"c1"}), verdicts=frozenset({"ALLOW"})),
        lambda one: one.campaign == "c1" and one.verdict == "ALLOW",
    ),
    "provision": (DecisionFilter(provisions=frozenset({"FR-CAP"})), lambda one: one.would_provision == "FR-CAP"),
    "bypassed": (DecisionFilter(bypassed=True), lambda one: one.bypass == 1),
    "time": (
        DecisionFilter(since=datetime(2026, 8, 20, tzinfo=UTC), until=datetime(2026, 10, 3, tzinfo=UTC)),
        lambda one: datetime(2026, 8, 20, tzinfo=UTC) <= moment_of(one.at) < datetime(2026, 10, 3, tzinfo=UTC),
    ),
}


def write(path: Path, rows: list[DecisionRow]) -> None:
    """Write rows."""
    backend = SqliteBackend(path)
    backend.open()
    backend.write(rows)
    backend.close()


def advance(index: SpanIndex, path: Path) -> None:
    """Take everything into the index."""
    with SqliteReader(path) as reader:
        while index.advance(reader, 1.0):
            pass


@pytest.fixture(scope="module", params=["no index", "taken before", "taken after", "taken in part"])
def folder(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A journal of which the first months are archived, with an index, and with rows that came since."""
    data = tmp_path_factory.mktemp("data")
    path, index = data / "journal.sqlite3", SpanIndex(data / "desk" / "spans.sqlite3")
    write(path, ROWS[:40])
    if request.param == "taken in part":
        advance(index, path)
    write(path, ROWS[40:90])
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute(INSERT_CORRECTION, (*RIGHT, "other", 1, bytes(16)))
    write(path, ROWS[90:-2])
    if request.param == "taken before":
        advance(index, path)
    with closing(Archiver(path, "anna")) as archiver:
        assert [info.month for info in archiver.archive(NOW, 1)] == ["2026-08", "2026-09"]
    if request.param in {"taken after", "taken in part"}:
        advance(index, path)
        with SqliteReader(path) as reader:
            missing = index.missing(reader.archives())
        assert [info.month for info in missing] == ["2026-09", "2026-08"]
        with opened(data, missing[0]) as copy:
            index.add_archive(missing[0], copy, lambda: False)
    elif request.param == "taken before":
        advance(index, path)
        with SqliteReader(path) as reader:
            assert index.missing(reader.archives()) == []
    write(path, ROWS[-2:])  # the index does not have them; the last one is of October
    return data


@pytest.fixture(params=[5.0, 0.0], ids=["at once", "part by part"])
def seconds(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> float:
    """For how long a page is looked for."""
    monkeypatch.setattr("gatekeeper.journal.sqlite.paging._FIRST_PART", 5)
    monkeypatch.setattr("gatekeeper.journal.sqlite.paging._GROWTH", 1)
    return float(request.param)


@pytest.fixture
def pager(folder: Path) -> Iterator[JournalPager]:
    """Turns its pages."""
    archives = UnpackedArchives(folder, free_bytes=0)
    index = SpanIndex(folder / "desk" / "spans.sqlite3")
    with JournalPager(folder / "journal.sqlite3", archives, index) as made:
        yield made
    archives.close()
    assert not list((folder / "journal").glob(".reading-*"))


def settled(pager: JournalPager, ask: Callable[[], JournalPage]) -> JournalPage:
    """A page, once what it waits for is unpacked."""
    for _ in range(10_000):
        page = ask()
        if page.archive is None or pager.share(page.archive) is None:
            return page
        time.sleep(0.005)
    raise AssertionError("it never was")


def ids(*pages: JournalPage) -> list[str]:
    """Of their decisions, in order."""
    return [one.row.id for page in pages for one in page.rows]


@pytest.mark.parametrize("name", FILTERS)
def test_pages_have_each_match_once(pager: JournalPager, name: str, seconds: float) -> None:
    """Towards the past and back, with whatever index: what a look at every row gives."""
    wanted, matches = FILTERS[name]
    expected = sorted((one.id for one in IN_FORCE if matches(one)), reverse=True)

    def turn(**where: str) -> JournalPage:
        return settled(pager, lambda: pager.page(wanted, size=7, seconds=seconds, unpack=True, **where))

    pages = [turn()]
    while pages[-1].older:
        pages.append(turn(before=pages[-1].older))
    assert ids(*pages) == expected
    assert all(len(page.rows) == 7 or page.reached or not page.older for page in pages)
    back: list[JournalPage] = []
    after = first_ident(0)
    while after:
        back.append(turn(after=after))
        after = back[-1].newer
    together = list(itertools.chain.from_iterable(ids(page) for page in reversed(back)))
    # Where nothing is younger, the newest page is shown.
    assert list(dict.fromkeys(together)) == expected


def test_a_decision_dated_ahead_is_in_its_place_though_it_is_archived(tmp_path: Path) -> None:
    """Pages are in the order of time, whatever archive a row lies in."""
    path = tmp_path / "journal.sqlite3"
    ahead = decision(NOW + 400 * DAY_US, 1)
    write(path, [*ROWS[:5], ahead, *ROWS[5:]])
    expected = sorted((one.id for one in (*ROWS, ahead)), reverse=True)
    with closing(Archiver(path, "anna")) as archiver:
        list(archiver.archive(NOW, 1))
    archives, found, before = UnpackedArchives(tmp_path, free_bytes=0), list[str](), ""
    with JournalPager(path, archives) as pager:
        while not found or before:
            ask = partial(pager.page, DecisionFilter(), size=7, unpack=True, before=before)
            page = settled(pager, ask)
            found += ids(page)
            before = page.older
    archives.close()
    assert found == expected


def test_no_archive_is_unpacked_unasked(pager: JournalPager) -> None:
    """A page ends where an archive begins, and says which; one that has nothing that is wanted is passed over."""
    page = pager.page(DecisionFilter(), size=500)
    assert page.archive is not None
    assert page.archive.month == "2026-09"
    assert pager.share(page.archive) is None
    assert page.older == first_ident(micros_of(datetime(2026, 10, 1, tzinfo=UTC)))
    expected = [one.id for one in IN_FORCE if one.id >= page.older]
    assert ids(page) == sorted(expected, reverse=True)


def test_a_decision_is_found_in_an_archive(pager: JournalPager) -> None:
    """By its id; a corrected one by the correction."""
    for ident, expected in ((ROWS[40].id, ROWS[40]), (CORRECTED.id, RIGHT), (ROWS[-1].id, ROWS[-1])):
        for _ in range(10_000):
            sought = pager.attempt(ident)
            if sought.found is not None:
                break
            assert sought.file is not None
            time.sleep(0.005)
        assert sought.found is not None
        assert sought.found[0] == expected
    assert pager.attempt(new_ident(NOW + DAY_US)).found is None


def test_a_damaged_archive_is_said(folder: Path, tmp_path: Path) -> None:
    """Who asks for it is told what to do; pages that do not need it are shown."""
    data = tmp_path / "data"
    shutil.copytree(folder, data)
    (data / "journal" / "2026-09.sqlite3.zst").write_bytes(b"x")
    archives = UnpackedArchives(data, free_bytes=0)
    with JournalPager(data / "journal.sqlite3", archives) as pager:
        before = pager.page(DecisionFilter(), size=500).older
        with pytest.raises(JournalError, match="put it back"):
            settled(pager, lambda: pager.page(DecisionFilter(), before=before, unpack=True))
        assert pager.page(DecisionFilter(), size=5).rows
    archives.close()


def test_a_full_disk_unpacks_nothing(folder: Path) -> None:
    """Calls need the room for the journal."""
    archives = UnpackedArchives(folder, free_bytes=1 << 60)
    with JournalPager(folder / "journal.sqlite3", archives) as pager, pytest.raises(JournalError, match="no room"):
        settled(pager, lambda: pager.page(DecisionFilter(), size=500, unpack=True))
    archives.close()


def test_copies_go_when_nobody_looks(folder: Path) -> None:
    """After a while, and the one that was looked at longest ago where there are too many."""
    now = [0.0]
    archives = UnpackedArchives(folder, most=1, idle_s=10, free_bytes=0, clock=lambda: now[0])
    with SqliteReader(folder / "journal.sqlite3") as reader:
        first, second = reader.archives()

    def there() -> int:
        return len(list((folder / "journal").glob(".reading-*.sqlite3")))

    def until(info: object, copies: int) -> None:
        for _ in range(10_000):
            with archives.reading(info) as found:  # type: ignore[arg-type]  # an archive
                if found is not None and there() == copies:
                    return
            time.sleep(0.005)
        raise AssertionError(there())

    until(first, 1)
    now[0] += 1
    until(second, 1)
    assert archives.share(first) is None
    now[0] += 11
    archives.sweep()
    assert archives.share(second) is None
    archives.close()
    assert there() == 0


class _Lingering:
    """A lock whose holder goes on only when something has happened since it let go."""

    def __init__(self, until: Callable[[], bool]) -> None:
        self._lock = threading.Lock()
        self._until = until

    def __enter__(self) -> None:
        self._lock.acquire()

    def __exit__(self, *_: object) -> None:
        self._lock.release()
        while threading.current_thread() is threading.main_thread() and not self._until():
            time.sleep(0.001)


def test_a_copy_that_is_ready_while_it_is_asked_for_goes_like_the_others(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who asked too early has no reader, and is not counted out of those who have one: else its end never came."""
    archives = UnpackedArchives(folder, free_bytes=0)
    with SqliteReader(folder / "journal.sqlite3") as reader:
        info = reader.archives()[0]
    with monkeypatch.context() as patch:
        patch.setattr(archives, "_lock", _Lingering(lambda: all(one.reader for one in archives._copies.values())))
        with archives.reading(info) as early:
            assert early is None
    with archives.reading(info) as found:
        assert found is not None
    ending = threading.Thread(target=archives.close, daemon=True)
    ending.start()
    ending.join(60)
    assert not ending.is_alive()
