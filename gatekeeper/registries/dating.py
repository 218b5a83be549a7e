"""The date of a delivery: as it was told, or the latest that stands in it. Its age counts from it."""

from datetime import date, datetime, time
from typing import NamedTuple

from gatekeeper.clock import SECOND_US, micros_of, moment_here
from gatekeeper.errors import ImportRefused
from gatekeeper.registries.reading.options import ImportOptions
from gatekeeper.translation import counted, phrase

_GRACE = 60 * SECOND_US
"""Microseconds that two clocks may differ."""


class EditionDate(NamedTuple):
    """What is known.

    Attributes:
        source_date: in microseconds since the epoch; None where nothing says it.
        notes: what a person should know of it.
    """

    source_date: int | None
    notes: tuple[str, ...] = ()


class DatesSeen(NamedTuple):
    """The dates in a file.

    Attributes:
        expected: whether its format has any.
        newest: the latest that can be one.
        odd: how many can be none: they are to come, or long past.
    """

    expected: bool = False
    newest: date | None = None
    odd: int = 0


def check_options(options: ImportOptions, now: int) -> None:
    """Look at what was told.

    Raises:
        ImportRefused: it can't be meant so.
    """
    until, of_when = micros(options.valid_until), micros(options.source_date)
    if until is not None and until <= now and not options.force:
        raise ImportRefused(
            phrase(
                "{valid_until:%Y-%m-%d %H:%M %Z}, until when it should hold, is past: nothing could be called by it; "
                "give a moment to come, import what the registry delivers now, or force it (--force); nothing was "
                "imported",
                valid_until=options.valid_until,
            )
        )
    if of_when is not None and of_when > now + _GRACE:
        raise ImportRefused(
            phrase(
                "{source_date:%Y-%m-%d %H:%M %Z}, of when the source should be, is to come: give the day on which "
                "the registry made it; nothing was imported",
                source_date=options.source_date,
            )
        )


def dated(options: ImportOptions, seen: DatesSeen, now: int) -> EditionDate:
    """Of when a delivery is, after it was read.

    Raises:
        ImportRefused: it has dates, and none can be right.
    """
    told = micros(options.source_date)
    odd = (
        (
            counted(
                "{count:,} line has a date that is to come or long past: it was left aside",
                "{count:,} lines have a date that is to come or long past: it was left aside",
                seen.odd,
            ),
        )
        if seen.odd
        else ()
    )
    if told is not None or not seen.expected:
        return EditionDate(told, odd)
    if seen.newest is not None:
        midnight = moment_here(datetime.combine(seen.newest, time()))
        return EditionDate(
            min(now, micros(midnight) or now),
            (*odd, phrase("the source is of {newest}, the latest date in it", newest=seen.newest)),
        )
    if seen.odd:
        raise ImportRefused(
            phrase(
                "every date in it is to come or long past: say of when it is (--source-date), and look at the column "
                "of dates; nothing was imported"
            )
        )
    return EditionDate(
        None, (phrase("no date could be read in it: its age counts from this import, unless you say --source-date"),)
    )


def micros(moment: datetime | None) -> int | None:
    """Microseconds since the epoch.

    Raises:
        ImportRefused: the moment has no time zone.
    """
    if moment is None:
        return None
    if moment.tzinfo is None:
        raise ImportRefused(phrase("the time {moment} has no time zone", moment=moment))
    return micros_of(moment)
