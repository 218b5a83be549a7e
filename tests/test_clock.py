"""Time is microseconds since the epoch, and what a day is in them stands in one place."""

import ast
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gatekeeper.clock import (
    DAY_US,
    ENDLESS,
    EPOCH,
    HOUR_US,
    SECOND_US,
    kept_moment,
    micros_of,
    moment_of,
    now_micros,
)

PACKAGE = Path(__file__).parents[1] / "gatekeeper"


@given(st.datetimes(min_value=datetime(2, 1, 2), max_value=datetime(9999, 12, 29)), st.integers(-14, 14))  # noqa: DTZ001
def test_a_moment_comes_back(naive: datetime, hours: int) -> None:
    """Whatever its zone, to the microsecond."""
    moment = naive.replace(tzinfo=timezone(timedelta(hours=hours)))
    assert moment_of(micros_of(moment)) == moment
    assert moment_of(micros_of(moment)).tzinfo is UTC


@pytest.mark.parametrize("micros", [-(1 << 62), micros_of(datetime(2, 1, 1, tzinfo=UTC)), 253402214399999999, 1 << 62])
def test_every_zone_can_show_whatever_is_kept(micros: int) -> None:
    """The nearest moment that there is, and the days beside it."""
    for zone in (ZoneInfo("Pacific/Kiritimati"), ZoneInfo("Etc/GMT+12")):
        shown = moment_of(micros).astimezone(zone)
        assert micros_of(moment_of(micros)) <= micros_of(shown + timedelta(0))
        assert (shown + timedelta(days=1)).year in {2, 9999}


@pytest.mark.parametrize("text", ["0001-01-01T00:00:00+14:00", "0001-01-01T00:00:00Z", "1699-12-31T00:00:00Z"])
def test_no_record_is_as_old_as_what_programs_write_for_no_date(text: str) -> None:
    """Who has written it is told; what is far behind us is the last moment that there is."""
    with pytest.raises(OverflowError):
        kept_moment(datetime.fromisoformat(text))
    for far in ("9999-12-31T23:59:59-14:00", "9999-12-31T00:00:00Z"):
        assert moment_of(micros_of(kept_moment(datetime.fromisoformat(far)))).year == ENDLESS


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
