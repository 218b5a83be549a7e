"""The slots in which a consumer accepted to be called: is a moment within one, and when does the next begin.

A slot is meant in the consumer's own time. Where more than one zone is possible, a moment must be in a slot in each.
"""

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Final, NamedTuple
from zoneinfo import ZoneInfo

from gatekeeper.clock import ENDLESS, SECOND_US, micros_of, moment_of

DAY_MINUTES: Final = 24 * 60

ALL_DAYS: Final = 0b1111111
"""Every weekday, in a slot's mask."""

_WEEK: Final = 8
"""Days within which a slot that comes every week begins once more."""

_LAST_DAY: Final = date(ENDLESS, 12, 1).toordinal()
"""From here on there may be no day behind."""

_MOST_LOOKS: Final = 800
"""Beginnings of slots looked at for one at which all zones agree, before it is said that there is none."""


class Slot(NamedTuple):
    """When a consumer accepted to be called: on weekdays, or on one day.

    Attributes:
        weekdays: a bit for each, Monday's the lowest; 0 where `day` says it.
        begins: minutes from the day's midnight.
        ends: the same, not included; 1440 is the day's end.
        day: the one day, as `date.toordinal` gives it; 0 where it comes every week.
        exact: whether date and hours were accepted just so, which a slot that comes every week never is.
    """

    weekdays: int
    begins: int
    ends: int
    day: int = 0
    exact: bool = False


def within(slots: Sequence[Slot], at: int, zones: Sequence[str]) -> bool:
    """Whether a moment is within one of the slots in each zone; without a zone it never is."""
    return bool(zones) and all(_within(slots, at, zone) for zone in zones)


def exact_only(slots: Sequence[Slot]) -> tuple[Slot, ...]:
    """The slots of which date and hours were accepted."""
    return tuple(slot for slot in slots if slot.exact)


def next_within(slots: Sequence[Slot], after: int, before: int, zones: Sequence[str]) -> int:
    """The first moment that is within a slot in each zone.

    Args:
        slots: what was accepted.
        after: not before this, in microseconds since the epoch.
        before: and before this one.
        zones: the consumer's, as far as they are known.

    Returns:
        The moment; 0 where there is none.
    """
    at = after
    if not slots or not zones:
        return 0
    for _ in range(_MOST_LOOKS):
        waiting = [zone for zone in zones if not _within(slots, at, zone)]
        if at >= before:
            return 0
        if not waiting:
            return at
        at = max(_begins(slots, at, zone) for zone in waiting)
        if not at:
            return 0
    return 0


def _within(slots: Sequence[Slot], at: int, zone: str) -> bool:
    local = moment_of(at).astimezone(ZoneInfo(zone))
    minute, day = local.hour * 60 + local.minute, local.toordinal()
    weekday = 1 << local.weekday()
    return any(
        slot.begins <= minute < slot.ends and (day == slot.day if slot.day else slot.weekdays & weekday)
        for slot in slots
    )


def _begins(slots: Sequence[Slot], after: int, zone: str) -> int:
    """The first moment behind `after` that is within a slot in one zone; 0 where there is none."""
    today = moment_of(after).astimezone(ZoneInfo(zone)).toordinal()
    days = {slot.day for slot in slots if today <= slot.day < _LAST_DAY}
    if any(not slot.day for slot in slots):
        days.update(range(today, today + _WEEK + 1))
    for day in sorted(days):
        starts = [at for at in _candidates(slots, day, zone) if at > after and _within(slots, at, zone)]
        if starts:
            return min(starts)
    return 0


def _candidates(slots: Sequence[Slot], day: int, zone: str) -> Iterator[int]:
    """Moments of a day at which a slot may begin: its first minute, twice where clocks go back, and their change."""
    weekday = 1 << (date.fromordinal(day).weekday())
    midnight = datetime.combine(date.fromordinal(day), time(), ZoneInfo(zone))
    for slot in slots:
        if day == slot.day if slot.day else slot.weekdays & weekday:
            begins = midnight + timedelta(minutes=slot.begins)
            yield micros_of(begins.astimezone(UTC))
            yield micros_of(begins.replace(fold=1).astimezone(UTC))
    tomorrow = midnight + timedelta(days=1)
    if midnight.utcoffset() != tomorrow.utcoffset():
        yield _change(micros_of(midnight.astimezone(UTC)), micros_of(tomorrow.astimezone(UTC)), ZoneInfo(zone))


def _change(before: int, after: int, zone: ZoneInfo) -> int:
    """The second in which the clocks change, between two moments."""
    old = moment_of(before).astimezone(zone).utcoffset()
    low, high = before // SECOND_US, after // SECOND_US
    while high - low > 1:
        middle = (low + high) // 2
        if moment_of(middle * SECOND_US).astimezone(zone).utcoffset() == old:
            low = middle
        else:
            high = middle
    return high * SECOND_US
