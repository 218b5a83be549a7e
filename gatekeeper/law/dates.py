"""Days as the law counts them: a period's days, the last included, as moments in microseconds since the epoch."""

import re
from datetime import date, datetime, time, timedelta, tzinfo
from typing import Final

from gatekeeper.clock import ENDLESS, micros_of
from gatekeeper.policy import Period
from gatekeeper.translation import phrase

ALWAYS: Final = Period(-(1 << 62), 1 << 62)
"""All moments."""

_PERIOD: Final = re.compile(r"(\d{4}-\d\d-\d\d)?\.\.(\d{4}-\d\d-\d\d)?")


def read_period(text: str, zone: tzinfo | None = None) -> Period | None:
    """The moments at which a period begins and ends; None for "", which is never.

    Args:
        text: the first day and the last, which is part of it: "2016-06-01..2026-08-10", where either may be left out.
        zone: where its days are; None for the zone of this site.

    Raises:
        ValueError: it is none.
    """
    if not text:
        return None
    found = _PERIOD.fullmatch(text)
    if not found:
        raise ValueError(phrase('write "2016-06-01..2026-08-10", "2016-06-01..", "..2026-08-10" or ""'))
    first, last = (date.fromisoformat(day) if day else None for day in found.groups())
    if last is not None and last.year >= ENDLESS:
        last = None
    try:
        since = ALWAYS.since if first is None else midnight(first, zone)
        until = ALWAYS.until if last is None else midnight(last + timedelta(days=1), zone)
    except OverflowError:
        raise ValueError(phrase("no law is as old as that")) from None
    if until <= since:
        raise ValueError(phrase("it ends before it begins"))
    return Period(since, until)


def midnight(day: date, zone: tzinfo | None = None) -> int:
    """The moment at which a day begins."""
    begins = datetime.combine(day, time(), zone) if zone is not None else datetime.combine(day, time()).astimezone()
    return micros_of(begins)
