"""The rule `hours`."""

import pytest

from gatekeeper.policy import NO_FACTS, Reason
from gatekeeper.policy.calendar import NEVER
from gatekeeper.policy.rules.hours import Hours
from gatekeeper.policy.week import ShortDays, Week
from gatekeeper.territory import Place
from tests.policy.attempts import PARIS, PARIS_OR_REUNION, attempt, block, moment

WORKDAYS = Hours(Week.read({"mon-fri": ["00:00-24:00"]}), "FR")
FRENCH = Hours(Week.read({"mon-sun": ["10:00-13:00", "14:00-20:00"]}))
EVES = Hours(Week.read({"mon-fri": ["09:00-22:00"], "sat": ["09:00-18:00"]}), "FR", holiday_eves=("09:00-18:00",))
SHORT = Hours(
    Week.read({"mon-fri": ["09:00-13:00", "14:00-22:00"], "sat": ["10:00-16:00"]}),
    dates=ShortDays.read({"12-24": "18:30", "12-05": "12:00", "02-29": "09:00"}),
)
IN_PARIS = Hours(FRENCH.week, zone="Europe/Paris")
NEVER_OPEN = Hours(Week.read({}))
DAY, HOUR = Reason.CALL_DAY, Reason.CALL_HOURS


@pytest.mark.parametrize(
    ("rule", "place", "at", "reason", "opens"),
    [
        # From 10 to 13 and from 14 to 20, ends not included.
        (FRENCH, PARIS, "2026-11-25T09:59:59", HOUR, "2026-11-25T10:00"),
        (FRENCH, PARIS, "2026-11-25T10:00:00", None, "2026-11-25T10:00"),
        (FRENCH, PARIS, "2026-11-25T12:59:59", None, "2026-11-25T12:59:59"),
        (FRENCH, PARIS, "2026-11-25T13:00:00", HOUR, "2026-11-25T14:00"),
        (FRENCH, PARIS, "2026-11-25T14:00:00", None, "2026-11-25T14:00"),
        (FRENCH, PARIS, "2026-11-25T19:59:59", None, "2026-11-25T19:59:59"),
        (FRENCH, PARIS, "2026-11-25T20:00:00", HOUR, "2026-11-26T10:00"),
        # From Monday to Friday, and on no holiday.
        (WORKDAYS, PARIS, "2026-11-27T23:59:59", None, "2026-11-27T23:59:59"),
        (WORKDAYS, PARIS, "2026-11-28T00:00:00", DAY, "2026-11-30T00:00"),
        (WORKDAYS, PARIS, "2026-11-11T11:00:00", DAY, "2026-11-12T00:00"),
        (WORKDAYS, PARIS, "2026-12-24T23:59:59", None, "2026-12-24T23:59:59"),
        (WORKDAYS, PARIS, "2026-12-25T00:00:00", DAY, "2026-12-28T00:00"),
        # The day before a holiday may have hours of its own.
        (EVES, PARIS, "2026-11-10T17:59:59", None, "2026-11-10T17:59:59"),
        (EVES, PARIS, "2026-11-10T18:00:00", HOUR, "2026-11-12T09:00"),
        (EVES, PARIS, "2026-11-09T21:59:59", None, "2026-11-09T21:59:59"),
        (EVES, PARIS, "2026-11-08T12:00:00", DAY, "2026-11-09T09:00"),
        # Days of every year may end sooner; no day ends later for that.
        (SHORT, PARIS, "2026-12-24T18:29:59", None, "2026-12-24T18:29:59"),
        (SHORT, PARIS, "2026-12-24T18:30:00", HOUR, "2026-12-25T09:00"),
        (SHORT, PARIS, "2026-12-23T21:59:59", None, "2026-12-23T21:59:59"),
        (SHORT, PARIS, "2028-12-05T12:00:00", HOUR, "2028-12-06T09:00"),
        (SHORT, PARIS, "2028-12-05T15:00:00", HOUR, "2028-12-06T09:00"),
        (SHORT, PARIS, "2027-12-05T10:00:00", DAY, "2027-12-06T09:00"),
        (SHORT, PARIS, "2028-02-29T11:00:00", DAY, "2028-03-01T09:00"),
        # Where two zones are possible, both must agree; where the law names the zone, that one counts.
        (FRENCH, PARIS_OR_REUNION, "2026-11-25T10:30:00", HOUR, "2026-11-25T11:00"),
        (FRENCH, PARIS_OR_REUNION, "2026-11-25T11:00:00", None, "2026-11-25T11:00"),
        (FRENCH, PARIS_OR_REUNION, "2026-11-25T17:00:00", HOUR, "2026-11-26T07:00"),
        (IN_PARIS, Place("FR", (), ("Indian/Reunion",)), "2026-11-25T19:59:59", None, "2026-11-25T19:59:59"),
        # What is never open stays closed.
        (NEVER_OPEN, PARIS, "2026-11-25T11:00:00", DAY, ""),
    ],
)
def test_table(rule: Hours, place: Place, at: str, reason: Reason | None, opens: str) -> None:
    """A call on a closed day, or at a closed hour, is blocked, and it is said when it may be looked again."""
    asked = attempt(at=moment(at))._replace(place=place)
    assert rule(asked, NO_FACTS) == (block(reason) if reason is not None else None)
    assert rule.cures(asked, NO_FACTS) == (moment(opens) if opens else NEVER)
    assert rule(asked._replace(timeless=True), NO_FACTS) is None


@pytest.mark.parametrize(
    ("given", "complaint"),
    [
        ({"zone": "Mars/North"}, "there is no time zone 'Mars/North'"),
        ({"zone": "Europe"}, "there is no time zone 'Europe'"),
        ({"holiday_eves": ("soon",)}, "is no window"),
    ],
)
def test_a_mistake_is_found_where_it_is_read(given: dict[str, object], complaint: str) -> None:
    """Not at the first call that is judged by it."""
    with pytest.raises(ValueError, match=complaint):
        Hours(FRENCH.week, **given)  # type: ignore[arg-type]


@pytest.mark.parametrize("given", [{"12-32": "18:30"}, {"24 December": "18:30"}, {"12-24": "late"}, {"12-24": 18}])
def test_days_that_end_sooner_are_a_month_a_day_and_an_hour(given: dict[str, object]) -> None:
    """What is none is refused where it is read."""
    with pytest.raises(ValueError, match=r"day|window"):
        ShortDays.read(given)
