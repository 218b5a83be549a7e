"""Clocks: time zones that show the same time from 2021 to 2030, so that a table need not name more than one of them."""

import zoneinfo
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

from phonenumbers.tzdata import TIMEZONE_DATA

_KNOWN = frozenset(zone for zones in TIMEZONE_DATA.values() for zone in zones)
WEEK, HOUR = timedelta(days=7), timedelta(hours=1)
BEGIN, WEEKS = datetime(2021, 1, 1, tzinfo=UTC), 522


@cache
def clock(zone: str) -> tuple[tuple[datetime, timedelta | None], ...]:
    """Each hour at which the zone's offset changes, with the new offset."""
    info = zoneinfo.ZoneInfo(zone)
    changes = [(BEGIN, BEGIN.astimezone(info).utcoffset())]
    for week in range(WEEKS):
        start = BEGIN + week * WEEK
        if (start + WEEK).astimezone(info).utcoffset() != changes[-1][1]:
            for hour in range(1, 169):
                at = start + hour * HOUR
                offset = at.astimezone(info).utcoffset()
                if offset != changes[-1][1]:
                    changes.append((at, offset))
    return tuple(changes)


def distinct(zones: Iterable[str]) -> tuple[str, ...]:
    """One zone of each clock; sorted. One that phonenumbers names is rather known than another, then the first one."""
    firsts: dict[object, str] = {}
    for zone in sorted(zones, key=lambda zone: zone not in _KNOWN):
        firsts.setdefault(clock(zone), zone)
    return tuple(sorted(firsts.values()))


@cache
def zones_of_countries() -> dict[str, tuple[str, ...]]:
    """The zones of each country as the time zone database lists them, in its zone.tab."""
    file = next(path for folder in zoneinfo.TZPATH if (path := Path(folder) / "zone.tab").exists())
    found: dict[str, tuple[str, ...]] = {}
    for line in file.read_text(encoding="utf-8").splitlines():
        if not line.startswith("#"):
            country, _, zone, *_ = line.split("\t")
            found[country] = (*found.get(country, ()), zone)
    return found
