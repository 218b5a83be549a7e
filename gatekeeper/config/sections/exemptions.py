"""`[exemptions]`: from when until when the law lets a purpose call people who object to prospecting."""

import re
from datetime import date, datetime, time, timedelta
from typing import Annotated

from pydantic import AfterValidator, Field

from gatekeeper.clock import micros_of
from gatekeeper.config.field_types import Says, Section
from gatekeeper.policy import Purpose

_PERIOD = re.compile(r"(\d{4}-\d\d-\d\d)?\.\.(\d{4}-\d\d-\d\d)?")
_ALWAYS = -(1 << 62), 1 << 62


def _period(text: str) -> str:
    read_period(text)
    return text


Period = Annotated[
    str,
    AfterValidator(_period),
    Says('a period such as "2016-06-01..2026-08-10" where either day may be left out, or "" for never'),
]


class ExemptionsSection(Section):
    """When campaigns of a purpose may call whom an opposition list or wash list holds. Red lists always apply."""

    running_contract: Period = Field(
        default="2016-06-01..",
        description="Calls about the object of a contract that runs. To rest on the campaign's word no longer than "
        'that was enough, "2016-06-01..2020-07-25": from then on a contract register has to name the number.',
    )
    survey: Period = Field(default="2016-06-01..", description="Polls and surveys.")
    non_profit: Period = Field(default="2016-06-01..", description="Non-profit bodies that sell nothing.")
    press: Period = Field(default="2016-06-01..", description="Newspapers, journals and magazines.")
    public_service: Period = Field(default="2016-06-01..", description="Public services.")

    def as_period(self, purpose: Purpose) -> tuple[int, int] | None:
        """From when until when (not included) a purpose is exempt, in microseconds since the epoch; None: never."""
        if purpose is Purpose.PROSPECTING:
            return None
        return read_period(str(getattr(self, purpose.value.replace("-", "_"))))


def read_period(text: str) -> tuple[int, int] | None:
    """The moments at which a period begins and ends; its days are those of this site, the last included.

    Raises:
        ValueError: it is none.
    """
    if not text:
        return None
    found = _PERIOD.fullmatch(text)
    if not found:
        raise ValueError('write "2016-06-01..2026-08-10", "2016-06-01..", "..2026-08-10" or ""')
    first, last = (date.fromisoformat(day) if day else None for day in found.groups())
    since = _ALWAYS[0] if first is None else _midnight(first)
    until = _ALWAYS[1] if last is None else _midnight(last + timedelta(days=1))
    if until <= since:
        raise ValueError("it ends before it begins")
    return since, until


def _midnight(day: date) -> int:
    return micros_of(datetime.combine(day, time()).astimezone())
