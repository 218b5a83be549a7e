"""The callee's calendar: days and hours by the clock on the wall, public holidays, working days."""

from datetime import date, timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from gatekeeper.clock import DAY_US, HOUR_US, SECOND_US
from gatekeeper.policy.calendar import (
    NEVER,
    Local,
    Weekly,
    begins,
    end_of_working_day,
    holidays_of,
    is_holiday,
    local,
    local_day,
    moment,
    months_later,
)
from gatekeeper.policy.week import ShortDays, Week, read_days, read_window
from tests.policy.attempts import moment as at

FRANCE = (
    "Europe/Paris",
    "Indian/Reunion",
    "Indian/Mayotte",
    "America/Guadeloupe",
    "America/Martinique",
    "America/Cayenne",
    "America/Miquelon",
    "Pacific/Noumea",
    "Pacific/Tahiti",
    "Pacific/Wallis",
)
"""Every zone of France."""

ABROAD = ("America/New_York", "Europe/Lisbon", "Atlantic/Azores", "America/St_Johns", "Australia/Lord_Howe")
AT_MIDNIGHT = ("America/Santiago", "Asia/Beirut", "America/Havana", "Africa/Cairo", "America/Asuncion")
"""Zones whose clocks change at midnight, so that a day there has no 00:00, or two."""

MONDAY_TO_SATURDAY = (0, 1, 2, 3, 4, 5)
MINUTE_US = 60 * SECOND_US


def easter(year: int) -> date:
    """Easter Sunday (the anonymous Gregorian reckoning, Nature, 20 April 1876)."""
    a, (b, c) = year % 19, divmod(year, 100)
    (d, e), f = divmod(b, 4), (b + 8) // 25
    h = (19 * a + b - d - (b - f + 1) // 3 + 15) % 30
    (i, k) = divmod(c, 4)
    el = (32 + 2 * e + 2 * i - h - k) % 7
    m = (a + 11 * h + 22 * el) // 451
    month, day = divmod(h + el - 7 * m + 114, 31)
    return date(year, month, day + 1)


@pytest.mark.parametrize("year", range(2023, 2031))
def test_the_eleven_holidays_of_france(year: int) -> None:
    """Article L.3133-1 of the code du travail, reckoned here by itself; no region's own holiday is among them."""
    sunday = easter(year)
    fixed = [(1, 1), (5, 1), (5, 8), (7, 14), (8, 15), (11, 1), (11, 11), (12, 25)]
    moving = [sunday + timedelta(days=after) for after in (1, 39, 50)]
    expected = {date(year, month, day) for month, day in fixed} | set(moving)
    assert {date.fromordinal(day) for day in holidays_of("FR", year)} == expected
    for day, where in [(date(year, 12, 26), "Alsace"), (sunday - timedelta(days=2), "Alsace"), (sunday, "all")]:
        assert not is_holiday(day.toordinal(), "FR"), where
    assert not is_holiday(moving[0].toordinal(), "")


@pytest.mark.parametrize("where", ["XX", "US,XX"])
def test_holidays_of_nowhere_are_an_error(where: str) -> None:
    """And not a year without a holiday."""
    with pytest.raises(ValueError, match="no public holidays are known"):
        holidays_of(where, 2026)


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("mon", (0,)),
        ("mon-fri", (0, 1, 2, 3, 4)),
        ("Sat, SUN", (5, 6)),
        ("sat-mon", (5, 6, 0)),
        ("tue,thu,tue", (1, 3)),
    ],
)
def test_days_of_the_week(text: str, days: tuple[int, ...]) -> None:
    """As a law's file writes them."""
    assert read_days(text) == days


@pytest.mark.parametrize("text", ["", "monday", "mon-", "-fri", "mon-xyz", "mon;tue", "1-5"])
def test_what_are_no_days(text: str) -> None:
    """What is not understood is refused."""
    if text == "mon-":
        assert read_days(text) == (0,)
        return
    with pytest.raises(ValueError, match="are no days"):
        read_days(text)


@pytest.mark.parametrize(("text", "window"), [("10:00-13:00", (600, 780)), ("00:00-24:00", (0, 1440))])
def test_hours(text: str, window: tuple[int, int]) -> None:
    """An end of 24:00 is the day's."""
    assert read_window(text) == window


@pytest.mark.parametrize(
    "text", ["", "10-13", "13:00-10:00", "10:00-10:00", "00:00-24:01", "9:00-10:00", "10:60-11:00"]
)
def test_what_are_no_hours(text: str) -> None:
    """What is not understood is refused; hours over midnight are written as two."""
    with pytest.raises(ValueError, match="is no window"):
        read_window(text)


@pytest.mark.parametrize(
    "given", ["mon-fri", 3, ["mon"], {"mon": "10:00-13:00"}, {"mon": 3}, {"mon": [3]}, {"mon": [["10:00", "13:00"]]}]
)
def test_what_is_no_week(given: object) -> None:
    """Whatever stands in a file in the place of a week is named as a mistake."""
    with pytest.raises((ValueError, TypeError), match=r"no hours of a week|no window"):
        Week.read(given)


@pytest.mark.parametrize("zone", [*FRANCE, *ABROAD, *AT_MIDNIGHT])
@given(st.dates(date(2015, 1, 1), date(2035, 1, 1)), st.integers(0, 24 * 60 - 1))
@example(date(2026, 3, 29), 2 * 60 + 30)
@example(date(2026, 10, 25), 2 * 60 + 30)
@example(date(2024, 2, 29), 0)
@example(date(2024, 9, 8), 0)
def test_the_first_moment_of_a_minute(zone: str, day: date, minute: int) -> None:
    """By the clock on the wall; where it jumps over the minute, the moment of the jump."""
    wanted = Local(day.toordinal(), minute)
    found = moment(*wanted, zone)
    assert local(found, zone) >= wanted
    assert local(found - 1, zone) < wanted
    before = [local(found - HOUR_US * hours, zone) for hours in range(1, 4)]
    assert all(earlier < wanted for earlier in before)
    assert local(found, zone) == wanted or local(found - SECOND_US, zone)[1] + 1 != minute


@pytest.mark.parametrize("zone", [*FRANCE, *AT_MIDNIGHT])
@given(st.integers(at("2020-01-01T00:00"), at("2032-01-01T00:00")))
def test_every_moment_is_of_one_day(zone: str, when: int) -> None:
    """It is not before its day's first moment, and before the next day's, but where clocks go back over midnight."""
    day = local_day(when, zone)
    assert begins(day, zone) <= when
    assert when < begins(day + 1, zone) + HOUR_US


@pytest.mark.parametrize(
    ("since", "months", "end"),
    [
        ("2024-01-31T10:00", 1, "2024-03-01T00:00"),
        ("2023-01-31T10:00", 1, "2023-03-01T00:00"),
        ("2024-02-29T23:59:59", 12, "2025-03-01T00:00"),
        ("2024-02-29T00:00", 48, "2028-03-01T00:00"),
        ("2025-12-31T12:00", 1, "2026-02-01T00:00"),
        ("2025-06-15T12:00", 18, "2026-12-16T00:00"),
        ("2025-12-01T12:00", 12, "2026-12-02T00:00"),
    ],
)
def test_months_later(since: str, months: int, end: str) -> None:
    """The day of the same number, to its end; a month without such a day ends with its last."""
    assert months_later(at(since), months, "Europe/Paris") == at(end)


@pytest.mark.parametrize(
    ("day", "count", "end"),
    [
        # Five working days from Monday to Saturday, the day of the request not counted.
        ("2026-11-16", 5, "2026-11-22T00:00"),
        ("2026-11-20", 5, "2026-11-27T00:00"),
        ("2026-11-22", 5, "2026-11-28T00:00"),
        # 11 November is a holiday, 25 December, and Easter Monday with the night in which clocks change before it.
        ("2026-11-09", 5, "2026-11-17T00:00"),
        ("2026-12-24", 5, "2027-01-01T00:00"),
        ("2024-03-29", 5, "2024-04-06T00:00"),
        # Over 29 February.
        ("2024-02-28", 2, "2024-03-02T00:00"),
    ],
)
def test_working_days(day: str, count: int, end: str) -> None:
    """The end of the last of them."""
    asked = date.fromisoformat(day).toordinal()
    assert end_of_working_day(asked, count, MONDAY_TO_SATURDAY, "FR", "Europe/Paris") == at(end)


def looked_through(weekly: Weekly, since: int, zone: str, days: int = 12) -> int:
    """The first full minute at which it is open, found by looking at each."""
    minute = -(-since // MINUTE_US) * MINUTE_US
    for now in range(minute, since + days * DAY_US, MINUTE_US):
        if weekly.at(now, zone) is None:
            return now
    return NEVER


windows = st.tuples(st.integers(0, 47), st.integers(1, 24)).map(lambda two: (two[0] * 30, min(1440, sum(two) * 30)))
weeks = st.tuples(*[st.lists(windows, max_size=2).map(tuple)] * 7).map(Week)


@given(
    weeks,
    st.sampled_from(["", "FR"]),
    st.sampled_from([*FRANCE, *ABROAD, *AT_MIDNIGHT]),
    st.sampled_from(
        ["2026-03-27T12:00", "2026-10-23T12:00", "2026-12-23T12:00", "2024-02-28T12:00", "2024-09-06T00:00"]
    ),
    st.integers(0, 3 * 24 * 60),
    st.booleans(),
)
@example(Week.read({"sat-sun": ["02:00-03:00"]}), "", "Europe/Paris", "2026-10-23T12:00", 36 * 60 + 30, False)
@example(Week.read({"sun": ["00:00-02:30"]}), "", "Europe/Paris", "2026-10-23T12:00", 38 * 60 + 45, False)
@example(Week.read({"sun": ["02:00-02:30"]}), "", "Europe/Paris", "2026-03-27T12:00", 0, False)
@example(Week.read({"sun": ["02:00-03:00"]}), "", "Europe/Paris", "2026-03-27T12:00", 0, True)
def test_when_it_opens_next(week: Week, holidays: str, zone: str, since: str, minutes: int, sharp: bool) -> None:
    """The first moment, found again minute by minute: in the nights when clocks change, too."""
    short = ShortDays.read({"12-24": "18:30", "03-29": "02:30", "10-25": "02:15", "02-29": "00:30"})
    weekly = Weekly(week, holidays, (), sharp, short)
    now = at(since) + minutes * MINUTE_US
    opens, first = weekly.next_open(now, zone), looked_through(weekly, now, zone, days=8)
    if first is NEVER:
        assert opens >= now + 8 * DAY_US
    else:
        assert opens == first


@pytest.mark.parametrize("zone", ["Europe/Paris", "Asia/Kathmandu", "America/St_Johns"])
@pytest.mark.parametrize(
    ("moment", "plain", "sharp"),
    [
        ("2026-11-25T12:59:59.999999", True, True),
        ("2026-11-25T13:00:00", False, True),
        ("2026-11-25T13:00:00.999999", False, True),
        ("2026-11-25T13:00:01", False, False),
        ("2026-11-26T00:00:00", False, False),
    ],
)
def test_the_second_at_which_hours_end(zone: str, moment: str, plain: bool, sharp: bool) -> None:
    """It is part of them where the law is read so; in zones that are not whole hours off as well."""
    week = Week.read({"wed": ["10:00-13:00", "22:00-24:00"]})
    now = at(moment, zone)
    assert (Weekly(week, "", ()).at(now, zone) is None) is plain
    assert (Weekly(week, "", (), sharp=True).at(now, zone) is None) is sharp
