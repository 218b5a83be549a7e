"""Windows of caps: truth tables for the nights and dates that matter, and properties against brute force."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gatekeeper.clock import DAY_US, HOUR_US, SECOND_US, micros_of, moment_of
from gatekeeper.policy.windows import Window, free_at

PARIS, REUNION, NEW_YORK, CHICAGO = (
    ZoneInfo(name) for name in ("Europe/Paris", "Indian/Reunion", "America/New_York", "America/Chicago")
)
SANTIAGO, HAVANA, APIA = (ZoneInfo(name) for name in ("America/Santiago", "America/Havana", "Pacific/Apia"))
"""Clocks change at midnight in the first two, forward and back; the third has had no 30 December 2011."""

MONTH, DAY, WEEK = Window(days=30), Window(hours=24), Window(days=7)


def local(text: str, zone: ZoneInfo = PARIS) -> int:
    """A local time in microseconds; `>` before it means the second time of an hour that comes twice."""
    moment = datetime.fromisoformat(text.removeprefix(">")).replace(tzinfo=zone, fold=text.startswith(">"))
    return micros_of(moment.astimezone(UTC))


@pytest.mark.parametrize(
    ("window", "zone", "attempt", "free"),
    [
        # Thirty dates, the call's own included: what was made on the 1st counts until the 30th, whatever the hour.
        (MONTH, PARIS, "2026-11-01T00:00:00", "2026-12-01T00:00:00"),
        (MONTH, PARIS, "2026-11-01T23:59:59", "2026-12-01T00:00:00"),
        (MONTH, PARIS, "2026-11-02T00:00:00", "2026-12-02T00:00:00"),
        # Ends of months, and of the year.
        (MONTH, PARIS, "2026-01-31T12:00:00", "2026-03-02T00:00:00"),
        (MONTH, PARIS, "2026-12-31T19:59:59", "2027-01-30T00:00:00"),
        # 29 February is one of the thirty dates, where there is one.
        (MONTH, PARIS, "2027-02-01T12:00:00", "2027-03-03T00:00:00"),
        (MONTH, PARIS, "2028-02-01T12:00:00", "2028-03-02T00:00:00"),
        (MONTH, PARIS, "2028-02-29T12:00:00", "2028-03-30T00:00:00"),
        (MONTH, PARIS, "2028-01-30T12:00:00", "2028-02-29T00:00:00"),
        # The same moment is of another date elsewhere.
        (MONTH, REUNION, "2026-11-02T00:30:00", "2026-12-02T00:00:00"),
        # Over the change of the clock the dates count, not 720 hours.
        (MONTH, PARIS, "2026-10-25T12:00:00", "2026-11-24T00:00:00"),
        (MONTH, PARIS, "2027-03-28T12:00:00", "2027-04-27T00:00:00"),
        (WEEK, PARIS, ">2026-10-25T02:30:00", "2026-11-01T00:00:00"),
        # A date without a 00:00 begins with its first moment; of two 00:00 the first counts.
        (WEEK, SANTIAGO, "2026-08-30T12:00:00", "2026-09-06T01:00:00"),
        (WEEK, HAVANA, "2026-10-25T12:00:00", "2026-11-01T00:00:00"),
        # A date that never was is passed over.
        (WEEK, APIA, "2011-12-23T12:00:00", "2011-12-31T00:00:00"),
        # Hours are hours: the day that has 25 of them, and the one that has 23.
        (DAY, PARIS, "2026-10-24T12:00:00", "2026-10-25T11:00:00"),
        (DAY, PARIS, "2027-03-27T12:00:00", "2027-03-28T13:00:00"),
        (DAY, PARIS, "2026-10-25T02:30:00", "2026-10-26T01:30:00"),
        (DAY, PARIS, ">2026-10-25T02:30:00", "2026-10-26T02:30:00"),
        (Window(hours=720), PARIS, "2026-10-25T12:00:00", "2026-11-24T12:00:00"),
        (Window(hours=8), NEW_YORK, "2026-11-01T00:30:00", "2026-11-01T07:30:00"),
    ],
)
def test_when_an_attempt_counts_no_longer(window: Window, zone: ZoneInfo, attempt: str, free: str) -> None:
    """A cap of one is free again in this second, and was not in the one before."""
    made, at = local(attempt, zone), local(free, zone)
    assert moment_of(free_at([made], made, window, 1, [zone])).astimezone(zone) == moment_of(at).astimezone(zone)
    assert free_at([made], at - 1, window, 1, [zone]) == at
    assert free_at([made], at, window, 1, [zone]) == 0


def test_where_two_zones_are_possible_both_must_be_free() -> None:
    """A call of 00:30 in New York is one of the day before in Chicago; the later of both counts."""
    made = local("2026-11-02T00:30:00", NEW_YORK)
    free = local("2026-12-02T00:00:00", NEW_YORK)
    assert free_at([made], made, MONTH, 1, [CHICAGO]) == local("2026-12-01T00:00:00", CHICAGO)
    for zones in ([NEW_YORK, CHICAGO], [CHICAGO, NEW_YORK]):
        assert free_at([made], made, MONTH, 1, zones) == free


def test_the_fourth_call_is_let_by_and_the_fifth_waits_for_the_first() -> None:
    """Four in thirty days: who was called four times may be called when the first of them counts no longer."""
    times = [local(f"2026-11-{day}T11:00:00") for day in ("10", "12", "16", "18")]
    at = local("2026-11-25T11:00:00")
    assert free_at(times[1:], at, MONTH, 4, [PARIS]) == 0
    assert free_at(times, at, MONTH, 4, [PARIS]) == local("2026-12-10T00:00:00")
    assert free_at([local("2026-10-01T11:00:00"), *times], at, MONTH, 4, [PARIS]) == local("2026-12-10T00:00:00")


def test_what_is_dated_later_counts() -> None:
    """A clock that was set back makes nobody callable."""
    at = local("2026-11-25T11:00:00")
    assert free_at([at + HOUR_US] * 3, at, DAY, 3) == at + 25 * HOUR_US
    assert free_at([at + 40 * DAY_US], at, MONTH, 1, [PARIS]) > at + 69 * DAY_US


@pytest.mark.parametrize("given_", [{}, {"days": -1}, {"hours": -1}, {"days": -1, "hours": 1}])
def test_a_window_is_of_days_or_of_hours(given_: dict[str, int]) -> None:
    """Or of both; anything else is a mistake in the law's data."""
    with pytest.raises(ValueError, match="days, or"):
        Window(**given_)


def test_mistakes_are_told() -> None:
    """A cap that lets no call by, and days without a zone."""
    with pytest.raises(ValueError, match="at least one"):
        free_at([], 0, DAY, 0)
    with pytest.raises(ValueError, match="zone"):
        free_at([0], 0, MONTH, 1, [])


BEGIN = local("2026-03-20T00:00:00")
MOMENTS = st.integers(BEGIN, BEGIN + 12 * DAY_US)
DAYS, HOURS = {"days": st.integers(1, 3)}, {"hours": st.integers(1, 40)}
WINDOWS = st.builds(Window, **DAYS) | st.builds(Window, **HOURS) | st.builds(Window, **DAYS, **HOURS)
ZONES = st.lists(st.sampled_from([PARIS, REUNION, NEW_YORK, CHICAGO, SANTIAGO]), min_size=1, max_size=3)


def counts(time: int, at: int, window: Window, zone: ZoneInfo) -> bool:
    """Whether an attempt counts at the full second `at`, as a person would say it."""
    if window.hours and (at < time + window.hours * HOUR_US or not window.days):
        return at < time + window.hours * HOUR_US
    here = moment_of(at).astimezone(zone).date()
    return moment_of(time).astimezone(zone).date() > here - timedelta(days=window.days)


@settings(max_examples=60, deadline=None)
@given(
    times=st.lists(MOMENTS, max_size=7).map(sorted), at=MOMENTS, window=WINDOWS, limit=st.integers(1, 4), zones=ZONES
)
def test_free_at_is_what_brute_force_finds(
    times: list[int], at: int, window: Window, limit: int, zones: list[ZoneInfo]
) -> None:
    """Five minutes at a time, then second by second: the first at which fewer than the limit count, in every zone."""
    at -= at % SECOND_US

    def is_free(moment: int) -> bool:
        return all(sum(counts(time, moment, window, zone) for time in times) < limit for zone in zones)

    found = free_at(times, at, window, limit, zones)
    assert (found == 0) is is_free(at)
    if found:
        late = at
        while not is_free(late):
            late += 300 * SECOND_US
        first = next(second for second in range(late - 299 * SECOND_US, late + 1, SECOND_US) if is_free(second))
        assert found == first
        assert free_at(times, found, window, limit, zones) == 0
        assert free_at(times, found - SECOND_US, window, limit, zones) == found


@given(
    times=st.lists(MOMENTS, max_size=7), more=MOMENTS, at=MOMENTS, window=WINDOWS, limit=st.integers(1, 4), zones=ZONES
)
def test_an_attempt_more_never_frees(
    times: list[int], more: int, at: int, window: Window, limit: int, zones: list[ZoneInfo]
) -> None:
    """It is later or the same moment; never sooner."""
    before = free_at(sorted(times), at, window, limit, zones)
    assert free_at(sorted([*times, more]), at, window, limit, zones) >= before


@given(
    times=st.lists(MOMENTS, max_size=7).map(sorted), at=MOMENTS, window=WINDOWS, limit=st.integers(1, 4), zones=ZONES
)
def test_what_is_before_since_never_matters(
    times: list[int], at: int, window: Window, limit: int, zones: list[ZoneInfo]
) -> None:
    """So it need not be looked up."""
    looked_up = [time for time in times if time >= window.since(at)]
    assert free_at(looked_up, at, window, limit, zones) == free_at(times, at, window, limit, zones)


@given(
    times=st.lists(MOMENTS, max_size=7).map(sorted), at=MOMENTS, window=WINDOWS, limit=st.integers(1, 4), zones=ZONES
)
def test_a_zone_or_a_lower_limit_more_is_never_looser(
    times: list[int], at: int, window: Window, limit: int, zones: list[ZoneInfo]
) -> None:
    """Adding where the callee may be, or lowering the cap, frees nobody."""
    found = free_at(times, at, window, limit, zones)
    assert found >= free_at(times, at, window, limit, zones[:1])
    assert free_at(times, at, window, max(1, limit - 1), zones) >= found
