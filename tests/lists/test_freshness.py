"""Freshness of lists: the marks before a list's end, and the lines that the daemon's log has of them."""

import logging

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gatekeeper.clock import DAY_US, SECOND_US
from gatekeeper.lists import ListKind, ListState
from gatekeeper.lists.freshness import DUE_DAYS, freshness
from gatekeeper.lists.staleness_log import StalenessLog

BEGUN = 1_700_000_000 * SECOND_US
AGES = {"bloctel": 30 * DAY_US}
END = BEGUN + AGES["bloctel"]


def state(imported_at: int | None = BEGUN, kind: ListKind = ListKind.OPPOSITION, until: int | None = None) -> ListState:
    """A list that was imported then."""
    return ListState("bloctel", kind, 1, 10, imported_at, until, filter_ready=True)


@pytest.mark.parametrize(
    ("days_left", "mark"),
    [
        (30, None),
        (7.0001, None),
        (7, 7),
        (3.0001, 7),
        (3, 3),
        (1.0001, 3),
        (1, 1),
        (0.0001, 1),
        (0, 0),
        (-0.0001, 0),
        (-99, 0),
    ],
)
def test_marks_are_passed_to_the_microsecond(days_left: float, mark: int | None) -> None:
    """Seven, three and one days before the end, and at the moment; the newest that was passed counts."""
    assert freshness(state(), AGES, END - int(days_left * DAY_US)).mark == mark


@pytest.mark.parametrize("kind", ListKind)
def test_never_imported_is_at_the_end_where_the_kind_has_one(kind: ListKind) -> None:
    """A red list, a contract register and a query list hold whatever their age."""
    found = freshness(state(None, kind), AGES, BEGUN)
    endless = kind in {ListKind.RED, ListKind.CONTRACT, ListKind.QUERY}
    assert (found.mark, found.state) == ((None, "in force") if endless else (0, "missing"))


@given(st.integers(1, 40), st.integers(-5 * DAY_US, 45 * DAY_US))
def test_a_mark_before_the_import_does_not_count(good_for: int, since: int) -> None:
    """Whatever a list's age: what was just imported is not due, and what is past its end is at 0."""
    found = freshness(state(), {"bloctel": good_for * DAY_US}, BEGUN + since)
    assert found.left == good_for * DAY_US - since
    assert found.mark in (None, *DUE_DAYS, 0)
    assert (found.mark == 0) == (found.left <= 0)
    if found.mark:
        assert found.mark < good_for
        assert found.left <= found.mark * DAY_US


def test_the_log_tells_each_mark_once(caplog: pytest.LogCaptureFixture) -> None:
    """Looked at every hour for 32 days, then renewed: four lines, and one that it is fresh again."""
    told = StalenessLog(AGES)
    for hour in range(32 * 24):
        told.look([state()], BEGUN + hour * 3600 * SECOND_US)
    told.look([state(BEGUN + 32 * DAY_US)], BEGUN + 32 * DAY_US)
    lines = [record.getMessage() for record in caplog.records]
    said = (
        "stale in 7 days",
        "stale in 3 days",
        "stale in 1 day ",
        "is stale (since 2023-12-14 22:13:20 UTC)",
        "again",
    )
    assert [[word in line for word in said].index(True) for line in lines] == [0, 1, 2, 3, 4]
    assert [record.levelno for record in caplog.records] == [logging.WARNING] * 3 + [logging.ERROR, logging.WARNING]


def test_the_log_tells_what_is_so_at_a_start(caplog: pytest.LogCaptureFixture) -> None:
    """One line for a list, the worst, and none for one that is fresh."""
    for moment in (BEGUN, END - 2 * DAY_US, END + DAY_US):
        StalenessLog(AGES).look([state(), state(None, ListKind.RED)], moment)
    assert ["2 days" in caplog.messages[0], "is stale" in caplog.messages[1]] == [True, True]
    StalenessLog(AGES).look([state(None)], BEGUN)
    assert "was never imported" in caplog.messages[2]
    assert len(caplog.messages) == 3
