"""Slots as people write them: `tue,thu 18:00-20:00; 2026-11-28 10:00-12:00`, in English or French."""

import re
from datetime import UTC, date, datetime, time
from typing import Final

from gatekeeper.clock import ENDLESS, kept_moment
from gatekeeper.policy.slots import ALL_DAYS, DAY_MINUTES, Slot
from gatekeeper.translation import marked, phrase

FORMS: Final = marked("tue,thu 18:00-20:00; sat 10:00-12:00; 2026-11-28 10:00-12:00")
"""What is understood."""

_DAYS: Final = (
    marked("mon"),
    marked("tue"),
    marked("wed"),
    marked("thu"),
    marked("fri"),
    marked("sat"),
    marked("sun"),
)
_NAMES: Final = {
    name: place
    for place, names in enumerate(
        (
            ("mon", "monday", "lun", "lundi"),
            ("tue", "tuesday", "mar", "mardi"),
            ("wed", "wednesday", "mer", "mercredi"),
            ("thu", "thursday", "jeu", "jeudi"),
            ("fri", "friday", "ven", "vendredi"),
            ("sat", "saturday", "sam", "samedi"),
            ("sun", "sunday", "dim", "dimanche"),
        )
    )
    for name in names
}
_SLOT: Final = re.compile(r"(\S(?:.*\S)?)\s+(\d{1,2})[:h](\d\d)\s*-\s*(\d{1,2})[:h](\d\d)")
_HOUR: Final = 60
_EXACT: Final = re.compile(r"\d{4}-\d\d-\d\d")


def read_slots(text: str) -> tuple[Slot, ...]:
    """The slots of a text, divided by `;` or `|`; none of an empty one.

    Raises:
        ValueError: one can't be read; the text says which would be right.
    """
    return tuple(_read(part.strip()) for part in re.split(r"[;|]", text) if part.strip())


def _read(text: str) -> Slot:
    found = _SLOT.fullmatch(text.casefold())
    if found is None:
        raise ValueError(phrase("a slot is written {forms}", forms=phrase(FORMS)))
    days, *times = found.groups()
    hours = [int(time) for time in times]
    begins, ends = hours[0] * _HOUR + hours[1], hours[2] * _HOUR + hours[3]
    if max(hours[1], hours[3]) >= _HOUR or not 0 <= begins < ends <= DAY_MINUTES:
        raise ValueError(phrase("a slot's hours begin before they end, within one day"))
    if _EXACT.fullmatch(days):
        return Slot(0, begins, ends, _day(days), exact=True)
    return Slot(_weekdays(days), begins, ends)


def _day(text: str) -> int:
    day = date.fromisoformat(text)
    try:
        kept_moment(datetime.combine(day, time(), UTC))
    except OverflowError:
        day = date.max
    if day.year >= ENDLESS:
        raise ValueError(phrase("a slot is written {forms}", forms=phrase(FORMS)))
    return day.toordinal()


def _weekdays(text: str) -> int:
    mask = 0
    for part in re.split(r"[,\s]+", text.strip(" ,")):
        first, _, last = part.partition("-")
        if first not in _NAMES or (last and last not in _NAMES):
            raise ValueError(phrase("a slot is written {forms}", forms=phrase(FORMS)))
        place, end = _NAMES[first], _NAMES[last or first]
        while True:
            mask |= 1 << place
            if place == end:
                break
            place = (place + 1) % len(_DAYS)
    return mask & ALL_DAYS


def slots_text(slots: tuple[Slot, ...]) -> str:
    """Slots as `read_slots` understands them."""
    return "; ".join(f"{_days_text(slot)} {_hour(slot.begins)}-{_hour(slot.ends)}" for slot in slots)


def said_slots(slots: tuple[Slot, ...]) -> str:
    """The same for people: with the days in their language, which `read_slots` understands, too."""
    return phrase("; ").join(f"{_said_days(slot)} {_hour(slot.begins)}-{_hour(slot.ends)}" for slot in slots)


def _said_days(slot: Slot) -> str:
    """The days of a slot in the language of who asks."""
    return ",".join(phrase(day) for day in _days_text(slot).split(","))


def _days_text(slot: Slot) -> str:
    if slot.day:
        return date.fromordinal(slot.day).isoformat()
    return ",".join(name for place, name in enumerate(_DAYS) if slot.weekdays >> place & 1)


def _hour(minutes: int) -> str:
    return f"{minutes // _HOUR:02}:{minutes % _HOUR:02}"
