"""The health of a carrier's address: the table of its states, and when it is asked."""

import pytest

from gatekeeper.sip.protocol.health import AGAIN, DOWN_S, GIVEN_UP_S, REST_S, Due, Health

EVENTS = {
    "answered": (lambda one, now: one.answered(200, now), True),
    "refuses OPTIONS": (lambda one, now: one.answered(405, now), True),
    "says 503": (lambda one, now: one.answered(503, now), False),
    "refused": (lambda one, now: one.refused("the network refuses it", now), False),
}


@pytest.mark.parametrize("down", [False, True])
@pytest.mark.parametrize("event", EVENTS)
def test_what_happens_decides(event: str, down: bool) -> None:
    """Whatever it was before: an answer shows it up, unless that says that it takes no calls."""
    one = Health(30.0, 0.0)
    if down:
        one.refused("was down", 0.0)
    act, up = EVENTS[event]
    act(one, 1.0)
    assert one.up == up
    assert one.next_at == pytest.approx(1.0 + (30.0 if up else DOWN_S))


def test_a_first_ringing_is_no_answer() -> None:
    """1xx leaves it as it was."""
    one = Health(30.0, 0.0)
    one.refused("was down", 0.0)
    one.answered(100, 1.0)
    assert not one.up


def test_silence_is_down_after_some_messages() -> None:
    """UDP loses messages: it is asked again before it counts as silent."""
    one = Health(30.0, 0.0)
    times = []
    now = 0.0
    while one.up:
        due = one.due(now)
        if due is not Due.NOTHING:
            times.append((now, due))
        now = max(one.next_at, now + 0.001)
        assert now < 60
    assert [due for _, due in times] == [Due.ASK, *([Due.ASK_AGAIN] * len(AGAIN)), Due.GIVE_UP]
    assert GIVEN_UP_S <= now - DOWN_S <= GIVEN_UP_S + 0.1
    assert "OPTIONS" in one.why


def test_where_options_is_not_used_it_rests() -> None:
    """One that refused is left alone for a while, then taken for up again; it is never asked."""
    one = Health(0.0, 0.0)
    assert (one.due(1000.0), one.next_at) == (Due.NOTHING, float("inf"))
    one.refused("refused", 1000.0)
    assert one.due(1000.0 + REST_S - 0.1) is Due.NOTHING
    assert not one.up
    assert one.due(1000.0 + REST_S) is Due.NOTHING
    assert one.up
