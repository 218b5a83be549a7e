"""Moments as programs write them: RFC 3339, with their zone."""

import re
from datetime import datetime
from typing import Annotated, Final

from pydantic import AfterValidator, AwareDatetime, BeforeValidator

from gatekeeper.clock import kept_moment

_DATE: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt ]")


def _kept(moment: datetime) -> datetime:
    """One that a record may have; what is behind all of them is as good as no end."""
    try:
        return kept_moment(moment)
    except OverflowError:
        raise ValueError("is a moment since 1700") from None


def _text(value: object) -> object:
    """A moment is written out (RFC 3339); a number could be seconds or milliseconds."""
    if not isinstance(value, str) or not _DATE.match(value):
        raise ValueError("is a moment with its zone, such as 2026-11-26T10:00:00Z")
    return value


WrittenMoment = Annotated[AwareDatetime, BeforeValidator(_text), AfterValidator(_kept)]
