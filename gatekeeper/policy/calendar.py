"""The callee's calendar: local days, opening hours of a week, public holidays, working days. Pure, by zoneinfo.

Moments are in microseconds since the epoch; days are ordinals (`datetime.date.toordinal`).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import cache, lru_cache
from typing import Final, NamedTuple
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from gatekeeper.clock import DAY_US, SECOND_US, micros_of, moment_of
from gatekeeper.policy.week import ShortDays, Week, read_window

NEVER: Final = 1 << 62
"""A moment that does not come, in microseconds since the epoch."""

_OUTERMOST: Final = ("Pacific/Kiritimati", "Etc/GMT+12")
"""Where each day begins first, and last."""

_MINUTE_US: Final = 60_000_000
_FULL_DAY: Final = 24 * 60
_LOOKED_AHEAD: Final = 40
"""So many days are looked at for the next that is open: no law closes as many in a row."""

_DAYS_REMEMBERED: Final = 1024
"""So many days' hours are kept, of each kind of week: calls are about few days."""


class Local(NamedTuple):
    """A moment by the clock of a zone.

    Attributes:
        day: the day.
        minute: the minute of the day, by the clock on the wall.
    """

    day: int
    minute: int


@lru_cache(maxsize=256)  # days and hours of one call are asked in a row
def local(at: int, zone: str) -> Local:
    """A moment by the clock of a zone."""
    there = moment_of(at).astimezone(zone_of(zone))
    return Local(there.toordinal(), there.hour * 60 + there.minute)


def local_day(at: int, zone: str) -> int:
    """The day of a moment in a zone."""
    return local(at, zone).day


@cache
def zone_of(name: str) -> ZoneInfo:
    """A time zone by its name."""
    return ZoneInfo(name)


def check_zone(name: str) -> None:
    """See to it that there is a time zone of this name; "" is none and no mistake.

    Raises:
        ValueError: there is none.
    """
    try:
        _ = zone_of(name) if name else None
    except (ZoneInfoNotFoundError, OSError) as error:
        raise ValueError(f"there is no time zone {name[:40]!r}") from error


def moment(day: int, minute: int, zone: str) -> int:
    """The first moment at which a clock of a zone shows a minute of a day, or a later one.

    Where clocks are put forward over it, that is the moment at which they are.
    """
    at = datetime.combine(date.fromordinal(day), time(), UTC) + timedelta(minutes=minute)
    there = at.replace(tzinfo=zone_of(zone))
    found = micros_of(there.astimezone(UTC))
    if local(found, zone) < Local(day, minute) or local(found, zone).minute != minute % _FULL_DAY:
        # The minute is not there: the clocks jump over it. It is theirs to jump, so the moment of the jump.
        return _jump(found, zone)
    return found


def _jump(near: int, zone: str) -> int:
    """The moment near another one at which the clocks of a zone are put forward."""
    return _change(near - DAY_US // 4, near + DAY_US // 4, zone)


def _change(low: int, high: int, zone: str) -> int:
    """The minute between two moments in which the clocks of a zone change; the second moment where they do not."""
    before = _offset(low, zone)
    while high - low > _MINUTE_US:
        middle = (low + high) // 2 // _MINUTE_US * _MINUTE_US
        if middle in (low, high):
            break
        low, high = (middle, high) if _offset(middle, zone) == before else (low, middle)
    return high // _MINUTE_US * _MINUTE_US


def _offset(at: int, zone: str) -> timedelta:
    return (moment_of(at).astimezone(zone_of(zone)).utcoffset()) or timedelta()


def begins(day: int, zone: str) -> int:
    """The first moment of a day in a zone."""
    return moment(day, 0, zone)


def day_begins(day: date, zones: Iterable[str]) -> tuple[int, int]:
    """The first moment at which a day has begun in one of some zones, none for all, and the first at which in each."""
    each = [begins(day.toordinal(), zone) for zone in tuple(zones) or _OUTERMOST]
    return min(each), max(each)


def months_later(at: int, months: int, zone: str) -> int:
    """The end of the day so many months after a moment's, in a zone; a month without such a day ends with its last."""
    there = date.fromordinal(local_day(at, zone))
    place = there.month - 1 + months
    year, month = there.year + place // 12, place % 12 + 1
    last = (date(year + month // 12, month % 12 + 1, 1) - timedelta(days=1)).day
    return begins(date(year, month, min(there.day, last)).toordinal() + 1, zone)


@lru_cache(maxsize=1024)
def holidays_of(where: str, year: int) -> frozenset[int]:
    """The public holidays of a year.

    Args:
        where: a country ("FR"), or a country and its subdivision ("US,RI"); of several places, separated by blanks,
            those of any.
        year: of which year.

    Raises:
        ValueError: the calendar knows no such place.
    """
    import holidays  # read where a law with holidays is first asked: it takes its time

    found: set[int] = set()
    for one in where.split():
        country, _, part = one.partition(",")
        try:
            days = holidays.country_holidays(country, subdiv=part or None, years=year, observed=True)
        except NotImplementedError as error:
            raise ValueError(f"no public holidays are known of {one!r}") from error
        found.update(day.toordinal() for day in days)
    return frozenset(found)


def is_holiday(day: int, where: str) -> bool:
    """Whether a day is a public holiday."""
    return bool(where) and day in holidays_of(where, date.fromordinal(day).year)


def working_day_after(day: int, count: int, days: Sequence[int], where: str) -> int:
    """The day that is so many working days after a day.

    Args:
        day: the day, which is not counted.
        count: how many working days.
        days: which days of the week are working days (Monday is 0).
        where: whose public holidays are none.
    """
    while count:
        day += 1
        if (day - 1) % 7 in days and not is_holiday(day, where):
            count -= 1
    return day


def end_of_working_day(day: int, count: int, days: Sequence[int], where: str, zone: str) -> int:
    """The end of the day that is so many working days after a day, in a zone; as `working_day_after`."""
    return begins(working_day_after(day, count, days, where) + 1, zone)


@dataclass(frozen=True)
class Weekly:
    """Opening hours with holidays.

    Attributes:
        week: the hours of each day of the week.
        holidays: whose public holidays are closed.
        eves: the hours of the day before a holiday, where they are other ones and the day has hours at all.
        sharp: whether the second at which hours end is part of them.
        dates: days of every year that end sooner, if any do.
    """

    week: Week
    holidays: str
    eves: tuple[tuple[int, int], ...]
    sharp: bool = False
    dates: ShortDays | None = None
    _remembered: dict[int, tuple[tuple[int, int], ...]] = field(
        default_factory=dict, init=False, compare=False, repr=False
    )

    @classmethod
    @cache
    def of(
        cls, week: Week, holidays: str, eves: tuple[str, ...], dates: ShortDays | None = None, *, sharp: bool = False
    ) -> "Weekly":
        """The hours that a law's parameters say."""
        return cls(week, holidays, tuple(read_window(one) for one in eves), sharp, dates)

    def at(self, at: int, zone: str) -> bool | None:
        """None where it is open at a moment; else whether the day has hours."""
        day, minute = local(at, zone)
        hours = self._remembered.get(day)
        if hours is None:
            if len(self._remembered) > _DAYS_REMEMBERED:
                self._remembered.clear()
            hours = self._remembered[day] = self.hours(day)
        for opens, closes in hours:
            if opens <= minute < closes:
                return None
        # A zone's clock is so many whole minutes off, so seconds are those of UTC.
        if self.sharp and at % _MINUTE_US < SECOND_US and any(minute == closes for _, closes in hours):
            return None
        return bool(hours)

    def hours(self, day: int) -> tuple[tuple[int, int], ...]:
        """The hours of a day."""
        if is_holiday(day, self.holidays):
            return ()
        hours = self.week.hours[(day - 1) % 7]
        if hours and self.eves and is_holiday(day + 1, self.holidays):
            hours = self.eves
        return self.dates.cut(day, hours) if self.dates is not None else hours

    def next_open(self, at: int, zone: str) -> int:
        """The first moment, now or later, at which it is open; `NEVER` where it does not open again."""
        if self.at(at, zone) is None:
            return at
        today = local_day(at, zone)
        for day in range(today, today + _LOOKED_AHEAD):
            starts = [moment(day, opens, zone) for opens, _ in self.hours(day)]
            # Where the clocks are put back into an hour that is open, it opens once more.
            first, last = begins(day, zone), begins(day + 1, zone)
            if last - first > DAY_US:
                starts += [_change(first, last, zone), *(one + last - first - DAY_US for one in starts)]
            opens_at = [one for one in starts if one > at and self.at(one, zone) is None]
            if opens_at:
                return min(opens_at)
        return NEVER
