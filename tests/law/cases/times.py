"""Times of a consent in a table of cases: days and hours that it is limited to, and a date and hour accepted exactly.

`window=tue,thu 18:00-20:00` limits; `slot=2026-11-28T10:30/2026-11-28T11:30` was accepted exactly and limits nothing.
"""

import re
from datetime import date, datetime, time, timedelta
from typing import Final

from gatekeeper.consents.slot_text import read_slots
from gatekeeper.policy.ledger import Slot
from gatekeeper.policy.slots import DAY_MINUTES

_HOURS: Final = re.compile(r"\d[:h]\d\d\s*-\s*\d")
_BARE_HOURS: Final = re.compile(r"(?<![\d:h-])(\d{1,2})-(\d{1,2})(?![\d:h-])")
_NEXT: Final = re.compile(r"(?<=\d),\s*|[;|]")
_DAY: Final = re.compile(r"\d{4}-\d\d-\d\d")
_MINUTE: Final = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::00)?")  # the row's own clock, to the minute
_FORM: Final = "write slot=2026-11-28T10:30/2026-11-28T11:30, in the consumer's time and in whole minutes"
_ONE_DAY: Final = re.compile(r"(\d{4}-\d\d-\d\d)[T ]+(\d\d:\d\d)\s*-\s*(\d\d:\d\d)")
_MANY: Final = {"daily": "mon-sun", "weekdays": "mon-fri", "weekend": "sat-sun"}


def windows_of(text: str) -> tuple[Slot, ...]:
    """The days and hours that a consent is limited to; days alone are whole days, hours alone are of every day.

    Raises:
        ValueError: one can't be read.
    """
    parts = [part.strip() for part in _NEXT.split(_BARE_HOURS.sub(r"\1:00-\2:00", text.casefold())) if part.strip()]
    return tuple(slot for part in parts for slot in read_slots(_whole(part)))


def _whole(part: str) -> str:
    """A window with its days and its hours."""
    for word, days in _MANY.items():
        part = re.sub(rf"\b{word}\b", days, part)
    if _HOURS.search(part) is None:
        return f"{part} 00:00-24:00"
    return part if re.match(r"\d{1,2}[:h]", part) is None else f"mon-sun {part}"


def exact_slots_of(text: str) -> tuple[Slot, ...]:
    """The dates and hours that were accepted exactly: `FROM/TO`, both with their day, or TO with its hour alone.

    Raises:
        ValueError: one can't be read.
    """
    return tuple(slot for part in re.split(r"[;|,]", text) if part.strip() for slot in _exact(part.strip()))


def _exact(text: str) -> list[Slot]:
    begins, slash, ends = (part.strip() for part in text.partition("/"))
    if (one_day := _ONE_DAY.fullmatch(text)) is not None:
        begins, slash, ends = f"{one_day[1]}T{one_day[2]}", "/", one_day[3]
    if slash and _DAY.match(begins) and not _DAY.match(ends):
        ends = f"{begins[:10]}T{ends}"
    if not slash or _MINUTE.fullmatch(begins) is None or _MINUTE.fullmatch(ends) is None:
        raise ValueError(f"{text!r} is no accepted date and hour; {_FORM}")
    try:
        first, last = datetime.fromisoformat(begins), datetime.fromisoformat(ends)
    except ValueError:
        raise ValueError(f"{text!r} is no accepted date and hour; {_FORM}") from None
    if first >= last:
        raise ValueError(f"{text!r} ends before it begins; {_FORM}")
    days = (last.date() - first.date()).days
    return [
        slot
        for day in (first.date() + timedelta(days=place) for place in range(days + 1))
        if (slot := _of_day(day, first, last)).begins < slot.ends
    ]


def _of_day(day: date, first: datetime, last: datetime) -> Slot:
    """The part of a slot that is of one day."""
    begins = _minutes(first.time()) if day == first.date() else 0
    ends = _minutes(last.time()) if day == last.date() else DAY_MINUTES
    return Slot(0, begins, ends, day.toordinal(), exact=True)


def _minutes(at: time) -> int:
    return at.hour * 60 + at.minute
