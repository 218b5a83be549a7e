"""The hours of a week and the days of every year that end sooner, as a law's file writes them. Pure."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

_FULL_DAY: Final = 24 * 60
_DAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_DATE: Final = re.compile(r"\d\d-\d\d")
_WINDOW: Final = re.compile(r"([01]\d|2[0-4]):([0-5]\d)-([01]\d|2[0-4]):([0-5]\d)")


@dataclass(frozen=True)
class Week:
    """The hours that are open on each day of a week.

    Attributes:
        hours: from Monday on, for each day the minutes since midnight at which hours begin and end, ends not included.
    """

    hours: tuple[tuple[tuple[int, int], ...], ...]

    @classmethod
    def read(cls, given: object) -> "Week":
        """A week out of {"mon-fri" = ["10:00-13:00"], "sat" = [...]}; a day that is not named has no hours.

        Raises:
            ValueError, TypeError: it can't be read.
        """
        open_on: list[tuple[tuple[int, int], ...]] = [()] * 7
        if not isinstance(given, Mapping):
            raise TypeError(_NO_WEEK.format(given))
        for days, windows in given.items():
            if isinstance(windows, str) or not isinstance(windows, Sequence):
                raise TypeError(_NO_WEEK.format(windows))
            hours = tuple(read_window(one) for one in windows)
            for day in read_days(days):
                open_on[day] = hours
        return cls(tuple(open_on))


_NO_WEEK: Final = '{!r} are no hours of a week: write {{ "mon-fri" = ["10:00-13:00", "14:00-20:00"] }}'


def read_days(text: str) -> tuple[int, ...]:
    """Days of the week (Monday is 0) out of "mon-fri", "sat" or "tue,thu".

    Raises:
        ValueError: it can't be read.
    """
    found: list[int] = []
    for part in text.lower().split(","):
        first, _, last = part.strip().partition("-")
        if first not in _DAYS or (last and last not in _DAYS):
            raise ValueError(f'{text!r} are no days: write "mon-fri", "sat" or "tue,thu"')
        begins, ends = _DAYS.index(first), _DAYS.index(last or first)
        found += range(begins, ends + 1) if begins <= ends else [*range(begins, 7), *range(ends + 1)]
    return tuple(dict.fromkeys(found))


def read_window(text: object) -> tuple[int, int]:
    """The minutes of "10:00-13:00", the end not included.

    Raises:
        ValueError: it can't be read.
    """
    found = _WINDOW.fullmatch(text.strip()) if isinstance(text, str) else None
    hours = [int(one) for one in found.groups()] if found else []
    begins, ends = (hours[0] * 60 + hours[1], hours[2] * 60 + hours[3]) if hours else (0, 0)
    if not begins < ends <= _FULL_DAY:
        raise ValueError(f'{text!r} is no window: write "10:00-13:00", the end not included, at most 24:00')
    return begins, ends


@dataclass(frozen=True)
class ShortDays:
    """Days of every year on which hours end sooner.

    Attributes:
        ends: month and day, and the minute of the day from which on it is closed.
    """

    ends: tuple[tuple[int, int, int], ...] = ()

    @classmethod
    def read(cls, given: object) -> "ShortDays":
        """Out of {"12-24" = "18:30"}.

        Raises:
            ValueError, TypeError: it can't be read.
        """
        if not isinstance(given, Mapping):
            raise TypeError(f'{given!r} are no days that end sooner: write {{ "12-24" = "18:30" }}')
        found = []
        for day, hour in given.items():
            if _DATE.fullmatch(str(day)) is None or not isinstance(hour, str):
                raise ValueError(f'{day!r} = {hour!r} is no day that ends sooner: write "12-24" = "18:30"')
            there = date.fromisoformat(f"2000-{day}")  # a leap year: it has every day
            found.append((there.month, there.day, read_window(f"00:00-{hour}")[1]))
        return cls(tuple(sorted(found)))

    def __str__(self) -> str:
        return ", ".join(f"{month:02}-{day:02} {ends // 60:02}:{ends % 60:02}" for month, day, ends in self.ends)

    def cut(self, day: int, hours: tuple[tuple[int, int], ...]) -> tuple[tuple[int, int], ...]:
        """The hours of a day, as far as they are before its sooner end."""
        there = date.fromordinal(day)
        for month, place, ends in self.ends:
            if (month, place) == (there.month, there.day):
                return tuple((begin, min(end, ends)) for begin, end in hours if begin < ends)
        return hours
