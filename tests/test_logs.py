"""What is wrong is said once in a while, or when it begins, changes and ends."""

import logging
import math
from itertools import count

import pytest

from gatekeeper.logs import SeldomLog, StateLog
from tests.standing_clock import StandingClock

LOG = logging.getLogger("tests.logs")


def test_a_kind_is_said_once_in_a_while(caplog: pytest.LogCaptureFixture) -> None:
    """And how often it came meanwhile; other kinds do not wait for it."""
    clock = StandingClock(100.0)
    seldom = SeldomLog(LOG, every_s=10.0, clock=clock)
    for kind in ("late", "late", "rude", "late"):
        seldom.warning(kind, f"a peer was {kind}")
    assert caplog.messages == ["a peer was late", "a peer was rude"]
    clock.now += 10.0
    seldom.warning("late", "a peer was late")
    assert caplog.messages[2:] == ["a peer was late (and 2 more of this kind before)"]
    clock.now += 9.9
    seldom.warning("late", "a peer was late")
    assert len(caplog.messages) == 3


def test_a_kind_can_be_said_once_for_all(caplog: pytest.LogCaptureFixture) -> None:
    """Whoever says it learns whether it was logged; where there are too many such kinds, that is said once."""
    clock = StandingClock(100.0)
    once = SeldomLog(LOG, every_s=math.inf, most=2, clock=clock)
    assert [once.error(kind, f"{kind} is odd") for kind in ("a", "b", "a", "c", "d")] == [
        True,
        True,
        False,
        False,
        False,
    ]
    clock.now += 1e9
    assert not any(once.error(kind, f"{kind} is odd") for kind in ("a", "b", "c", "e"))
    full = "there are more than 2 such kinds of trouble: others are not logged now"
    assert caplog.messages == ["a is odd", "b is odd", full]
    assert {record.levelno for record in caplog.records} == {logging.ERROR}


def test_kinds_without_end_fill_neither_disk_nor_memory(caplog: pytest.LogCaptureFixture) -> None:
    """Whoever makes up a new kind each time is told of as often as there is room, then counted."""
    clock = StandingClock(100.0)
    seldom = SeldomLog(LOG, every_s=60.0, most=5, clock=clock)
    kinds = count()
    for _ in range(1000):
        seldom.warning(f"kind {next(kinds)}", "odd")
    full = "there are more than 5 such kinds of trouble: others are not logged now"
    assert caplog.messages == [*["odd"] * 5, full]
    clock.now += 60.0
    for _ in range(1000):
        seldom.warning(f"kind {next(kinds)}", "odd")
    assert caplog.messages[6:] == ["odd", "995 warnings of too many kinds were not logged", *["odd"] * 4, full]
    assert len(seldom._silent) == 5


def test_room_is_made_where_silence_is_over(caplog: pytest.LogCaptureFixture) -> None:
    """A few that speak again make room for new ones, within a second."""
    clock = StandingClock(100.0)
    seldom = SeldomLog(LOG, every_s=10.0, most=2, clock=clock)
    seldom.warning("a", "a")
    clock.now += 5.0
    seldom.warning("b", "b")
    seldom.warning("c", "c")
    clock.now += 5.0
    seldom.warning("c", "c")
    full = "there are more than 2 such kinds of trouble: others are not logged now"
    assert caplog.messages == ["a", "b", full, "c", "1 warnings of too many kinds were not logged"]


@pytest.mark.parametrize(
    ("events", "said"),
    [
        ([""], []),
        (["full"], ["it can't be written: full"]),
        (["full", "full", "full"], ["it can't be written: full"]),
        (["full", "gone"], ["it can't be written: full", "it can't be written: gone"]),
        (["full", "", ""], ["it can't be written: full", "it can be written again"]),
        (["full", "", "full"], ["it can't be written: full", "it can be written again", "it can't be written: full"]),
    ],
)
def test_a_state_is_said_when_it_begins_changes_and_ends(
    events: list[str], said: list[str], caplog: pytest.LogCaptureFixture
) -> None:
    """And not in between; "" stands for that all is well."""
    state = StateLog(LOG, "it can't be written", over="it can be written again")
    for why in events:
        before = len(caplog.messages)
        if why:
            assert state.begin(why) == (len(caplog.messages) > before)
        else:
            assert state.end() == (len(caplog.messages) > before)
        assert state.current == why
        assert state.trouble == (f"it can't be written: {why}" if why else "")
    assert caplog.messages == said
    assert {record.levelno for record in caplog.records} <= {logging.ERROR, logging.WARNING}


def test_an_end_may_be_silent(caplog: pytest.LogCaptureFixture) -> None:
    """Where what works again says so itself."""
    state = StateLog(LOG, "no connection", level=logging.INFO)
    caplog.set_level(logging.INFO)
    state.begin("it does not answer")
    state.end()
    assert [(record.levelno, record.message) for record in caplog.records] == [
        (logging.INFO, "no connection: it does not answer")
    ]
