"""Time is microseconds since the epoch, and what a day is in them stands in one place."""

import ast
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gatekeeper.clock import DAY_US, EPOCH, HOUR_US, SECOND_US, micros_of, moment_of, now_micros

PACKAGE = Path(__file__).parents[1] / "gatekeeper"


@given(st.datetimes(min_value=datetime(1, 1, 2), max_value=datetime(9999, 12, 30)), st.integers(-14, 14))  # noqa: DTZ001
def test_a_moment_comes_back(naive: datetime, hours: int) -> None:
    """Whatever its zone, to the microsecond."""
    moment = naive.replace(tzinfo=timezone(timedelta(hours=hours)))
    assert moment_of(micros_of(moment)) == moment
    assert moment_of(micros_of(moment)).tzinfo is UTC


def test_a_moment_without_a_zone_is_none() -> None:
    """What local time it would be, nobody says."""
    with pytest.raises(TypeError):
        micros_of(datetime(2026, 1, 1))  # noqa: DTZ001 - the very point


def test_units_and_now_agree_with_datetime() -> None:
    """They are what datetime says they are."""
    assert moment_of(0) == EPOCH
    assert [timedelta(microseconds=unit) for unit in (SECOND_US, HOUR_US, DAY_US)] == [
        timedelta(seconds=1),
        timedelta(hours=1),
        timedelta(days=1),
    ]
    before = datetime.now(UTC)
    assert before <= moment_of(now_micros() + 1) <= datetime.now(UTC) + timedelta(microseconds=1)


def test_the_clock_is_read_and_converted_in_one_place() -> None:
    """No other module turns the system's clock into microseconds, or writes a second, an hour or a day out in them."""
    units = {SECOND_US, HOUR_US, DAY_US}
    copies = [
        f"{path.relative_to(PACKAGE)}:{node.lineno}"
        for path in sorted(PACKAGE.rglob("*.py"))
        if path.name != "clock.py"
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if (isinstance(node, ast.Constant) and type(node.value) is int and node.value in units)
        or (isinstance(node, ast.Attribute) and node.attr in {"time_ns", "fromtimestamp", "utcfromtimestamp"})
    ]
    assert copies == []
