"""Points in time as people write them, and as they are shown."""

import re
from datetime import UTC, date, datetime, time, timedelta
from typing import NamedTuple

import typer

from gatekeeper.clock import kept_moment, moment_here, moment_of
from gatekeeper.translation import phrase

_AGO = re.compile(r"(\d{1,6})\s*([smhdw])")
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days", "w": "weeks"}

FORMS = "2026-11-23, 2026-11-23T14:30, 2026-11-23T14:30+01:00, 2026-11-23T13:30Z, 90m, 24h, 7d, today, yesterday, now"
"""What is understood."""


class Moment(NamedTuple):
    """A point in time that was read.

    Attributes:
        at: the moment, in UTC.
        note: how it was understood where that is not plain from what was written, or "".
    """

    at: datetime
    note: str


def read_moment(text: str, option: str, *, end_of_day: bool = False, now: datetime | None = None) -> Moment:
    """A point in time from what a person wrote.

    Args:
        text: one of `FORMS`; without a zone it is local time. `90m`, `24h`, `7d` are that long ago.
        option: the option's name, for the error.
        end_of_day: a day alone means its end, and not its beginning.
        now: the present; the clock's without.

    Raises:
        typer.BadParameter: it is none.
    """
    now = now or datetime.now(UTC)
    text = text.strip()
    if text == "now":
        return Moment(now, "")
    try:
        ago = _AGO.fullmatch(text)
        if ago:
            return Moment(kept_moment(now - timedelta(**{_UNITS[ago[2]]: int(ago[1])})), "")
        local = _local(text, now, end_of_day=end_of_day)
        if local.tzinfo is not None:
            return Moment(kept_moment(local.astimezone(UTC)), "")
        zoned = kept_moment(moment_here(local)).astimezone()
        return Moment(zoned.astimezone(UTC), _understood(option, local, zoned))
    except (ValueError, OverflowError, OSError):
        raise typer.BadParameter(
            phrase("{text!r} is no time; write one of: {forms}", text=text, forms=FORMS), param_hint=option
        ) from None


def _local(text: str, now: datetime, *, end_of_day: bool) -> datetime:
    """The moment as written, with or without a zone."""
    days = {"today": now.astimezone().date(), "yesterday": now.astimezone().date() - timedelta(days=1)}
    day = days.get(text) or (date.fromisoformat(text) if re.fullmatch(r"\d{4}-\d\d-\d\d", text) else None)
    if day is not None:
        return datetime.combine(day + timedelta(days=1) if end_of_day else day, time())
    if not re.match(r"\d{4}-\d\d-\d\d[T ]", text):
        raise ValueError(text)
    return datetime.fromisoformat(text)


def _understood(option: str, local: datetime, zoned: datetime) -> str:
    """That local time was assumed, and which moment came of it."""
    back = zoned.astimezone(UTC).astimezone().replace(tzinfo=None)
    text = phrase(
        "{option} has no zone and is read as local time: {time} ({zone})",
        option=option,
        time=zoned.isoformat(" ", "minutes"),
        zone=zoned.tzname(),
    )
    if back != local:
        return phrase(
            "{text}; that hour is skipped when the clocks go forward, so {time} is meant",
            text=text,
            time=back.isoformat(" ", "minutes"),
        )
    if local.replace(fold=1).astimezone(UTC) != zoned.astimezone(UTC):
        return phrase("{text}; that hour comes twice when the clocks go back, and the first is meant", text=text)
    return text


def shown(micros: int | None) -> str:
    """A moment in local time, to the second: `2026-11-23 14:30:05`; "" for None."""
    if micros is None:
        return ""
    return moment_of(micros).astimezone().strftime("%Y-%m-%d %H:%M:%S")


def shown_zone() -> str:
    """The zone of what `shown` gives, now: `CET, UTC+01:00`."""
    now = datetime.now(UTC).astimezone()
    offset = now.strftime("%z")
    return f"{now.tzname()}, UTC{offset[:3]}:{offset[3:]}"


def iso(at: int | None) -> str | None:
    """A moment for programs: ISO 8601 in UTC."""
    if at is None:
        return None
    return moment_of(at).isoformat().replace("+00:00", "Z")
