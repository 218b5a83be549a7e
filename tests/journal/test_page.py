"""Pages of the journal: whatever is wanted and however it is turned, each match is there once, in the order of time."""

import itertools
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from gatekeeper.clock import SECOND_US
from gatekeeper.journal import DecisionFilter, DecisionRow, JournalPage, first_ident
from gatekeeper.journal.asked_by import is_among
from gatekeeper.journal.sqlite import SqliteReader, WholeReader, paging
from tests.journal.rows import row
from tests.journal.test_query import write

BEGIN = 1_790_000_000 * SECOND_US
COUNT = 240


def _rows() -> Iterator[DecisionRow]:
    for place in range(COUNT):
        at = BEGIN + place * SECOND_US // 3
        yield row(
            at=at,
            number=None if place % 40 == 7 else 33_600_000_000 + place % 5,
            verdict="BLOCK" if place % 3 else "ALLOW",
            reason="OBJECTED" if place % 97 == 11 else "LISTED",
            campaign=f"c{place % 4}",
            principal=f"p{place % 2}",
            asked_by="manager:anna" if place % 7 == 3 else "",
            gate="SIP_GATE" if place % 2 else "FASTAGI",
        )


ROWS = list(_rows())


def moment(place: int) -> datetime:
    """When a decision was made."""
    return datetime.fromtimestamp(ROWS[place].at / SECOND_US, UTC)


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A journal in which every tenth decision was written late."""
    found = tmp_path_factory.mktemp("journal") / "journal.sqlite3"
    late = ROWS[5::10]
    write(found, [one for one in ROWS if one not in late] + late)
    return found


WANTED = {
    "all": (DecisionFilter(), lambda _: True),
    "verdict": (DecisionFilter(verdicts=frozenset({"BLOCK"})), lambda one: one.verdict == "BLOCK"),
    "rare reason": (DecisionFilter(reasons=frozenset({"OBJECTED"})), lambda one: one.reason == "OBJECTED"),
    "nothing": (DecisionFilter(reasons=frozenset({"CLEAR"})), lambda _: False),
    "principal": (DecisionFilter(principals=frozenset({"p1"})), lambda one: one.principal == "p1"),
    "no principal": (DecisionFilter(principals=frozenset()), lambda _: False),
    "agent": (DecisionFilter(agents=frozenset({"manager:anna"})), lambda one: one.asked_by == "manager:anna"),
    "number": (DecisionFilter(number=33_600_000_002), lambda one: one.number == 33_600_000_002),
    "numberless": (DecisionFilter(numberless=True), lambda one: one.number is None),
    "together": (
        DecisionFilter(campaigns=frozenset({"c1", "c3"}), gates=frozenset({"SIP_GATE"}), number=33_600_000_001),
        lambda one: one.campaign in {"c1", "c3"} and one.gate == "SIP_GATE" and one.number == 33_600_000_001,
    ),
    "time": (
        DecisionFilter(since=moment(31), until=moment(200)),
        lambda one: ROWS[31].at <= one.at < ROWS[200].at,
    ),
    "ids": (
        DecisionFilter(id_from=ROWS[50].id, id_before=ROWS[90].id),
        lambda one: ROWS[50].id <= one.id < ROWS[90].id,
    ),
    "time and number": (
        DecisionFilter(since=moment(100), number=33_600_000_003),
        lambda one: one.at >= ROWS[100].at and one.number == 33_600_000_003,
    ),
}


@pytest.fixture(params=["a part for all", "parts of five rows", "a part to a look"])
def seconds(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> float:
    """How a page is looked for: at once, in many parts, or stopped after each part."""
    if request.param == "a part for all":
        return 5.0
    monkeypatch.setattr(paging, "_FIRST_PART", 5)
    monkeypatch.setattr(paging, "_GROWTH", 1)
    return 5.0 if request.param == "parts of five rows" else 0.0


@pytest.mark.parametrize("name", WANTED)
@pytest.mark.parametrize("few", [True, False], ids=["by the number's index", "by time"])
def test_pages_have_each_match_once(
    path: Path, name: str, seconds: float, *, few: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Turned towards the past and back again, pages give what a look at every row gives."""
    if not few:
        monkeypatch.setattr(paging, "_FEW", 1)
    wanted, matches = WANTED[name]
    expected = sorted((one.id for one in ROWS if matches(one)), reverse=True)
    with SqliteReader(path) as reader:
        pages = [reader.page(wanted, size=7, seconds=seconds)]
        while pages[-1].older:
            pages.append(reader.page(wanted, before=pages[-1].older, size=7, seconds=seconds))
        assert [one.row.id for page in pages for one in page.rows] == expected
        assert all(len(page.rows) == 7 or page.reached or not page.older for page in pages)
        assert pages[0].newer == ""
        assert list(_back(reader, wanted, seconds)) == expected


def _back(reader: SqliteReader, wanted: DecisionFilter, seconds: float) -> Iterator[str]:
    """The ids of what is found from the beginning on towards the present, the newest first."""
    pages: list[JournalPage] = []
    after = first_ident(0)
    while after:
        pages.append(reader.page(wanted, after=after, size=7, seconds=seconds))
        after = pages[-1].newer
    if pages[-1].newer == "" and len(pages) > 1 and set(_ids(pages[-1])) <= set(_ids(*pages[:-1])):
        pages.pop()  # behind the last one comes the newest page
    return itertools.chain.from_iterable(_ids(page) for page in reversed(pages))


def _ids(*pages: JournalPage) -> list[str]:
    return [one.row.id for page in pages for one in page.rows]


def test_a_stopped_look_names_nobody(path: Path, seconds: float) -> None:
    """Where a look is stopped, it goes on at a full second: not at the id of a decision that was not wanted."""
    with SqliteReader(path) as reader:
        page = reader.page(DecisionFilter(principals=frozenset({"p7"})), seconds=seconds)
    if seconds:
        assert page == JournalPage([])
    else:
        assert page.reached is not None
        assert page.older == first_ident(page.reached)
        assert page.reached % SECOND_US == 0


def test_what_comes_late_is_on_its_page(path: Path) -> None:
    """The newest page is in the order of decisions, not of writing."""
    with WholeReader(path) as reader:
        page = reader.page(DecisionFilter(), size=20)
        assert [one.row.id for one in page.rows] == [one.id for one in ROWS[:-21:-1]]
        assert [one.seq for one in page.rows] != sorted((one.seq for one in page.rows), reverse=True)
        assert reader.archived(DecisionFilter()) == []


@pytest.mark.parametrize(
    ("wanted", "asked_by", "found"),
    [
        ("alice", "agent:alice", True),
        ("alice", "manager:crm; agent:alice", True),
        ("alice", "manager:alice; agent:bob", True),
        ("alice", "api:alice", True),
        ("alice", "agent:alice2", False),
        ("alice", "agent:malice", False),
        ("alice", "agent:x:alice", False),
        ("alice", "alice", True),
        ("alice", "", False),
        ("", "", True),
        ("", "agent:alice", False),
        ("%", "agent:alice", False),
        ("agent:alice", "agent:alice", True),
        ("agent:alice", "manager:crm; agent:alice", False),
        ("manager:crm; agent:alice", "manager:crm; agent:alice", True),
        ("manager:crm; agent:alice", "manager:crm", False),
    ],
)
def test_who_asked(tmp_path: Path, wanted: str, asked_by: str, *, found: bool) -> None:
    """A bare name finds whoever is called so; all of the column, exactly what stands so. In Python as in SQL."""
    assert is_among(wanted, asked_by) is found
    write(tmp_path / "journal.sqlite3", [row(asked_by=asked_by)])
    with SqliteReader(tmp_path / "journal.sqlite3") as reader:
        assert len(reader.latest(DecisionFilter(agents=frozenset({wanted})), 5)) == found


@pytest.mark.parametrize(
    ("own", "bound", "expected"),
    [(None, None, None), (None, {"a"}, {"a"}), ({"a", "b"}, None, {"a", "b"}), ({"a", "b"}, {"b", "c"}, {"b"})],
)
def test_who_is_bound_sees_no_more(own: set[str] | None, bound: set[str] | None, expected: set[str] | None) -> None:
    """A filter within principals lets through what both let through; the empty set lets nothing through."""
    wanted = DecisionFilter(principals=None if own is None else frozenset(own))
    assert wanted.within(None if bound is None else frozenset(bound)).principals == expected


def test_every_reading_keeps_to_the_bounds(path: Path) -> None:
    """Principals, agents and ids bind all that reads by a filter."""
    wanted = DecisionFilter(principals=frozenset({"p1"}), id_from=ROWS[20].id, id_before=ROWS[60].id)
    expected = {one.id for one in ROWS[20:60] if one.principal == "p1"}
    with WholeReader(path) as reader:
        assert {one.row.id for page in reader.pages(wanted) for one in page} == expected
        assert {one.row.id for one in reader.latest(wanted, 100)} == expected
        assert sum(one.calls for one in reader.counts(wanted, ())) == len(expected)
        until = DecisionFilter(until=moment(60) + timedelta(0), agents=frozenset({"manager:anna"}))
        assert len(reader.latest(until, 100)) == sum(one.asked_by != "" for one in ROWS[:60])
