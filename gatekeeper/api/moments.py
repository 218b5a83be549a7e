"""Moments as programs write them: RFC 3339, with their zone."""

import re
from typing import Annotated, Final

from pydantic import AwareDatetime, BeforeValidator

_DATE: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt ]")


def _text(value: object) -> object:
    """A moment is written out (RFC 3339); a number could be seconds or milliseconds."""
    if not isinstance(value, str) or not _DATE.match(value):
        raise ValueError("is a moment with its zone, such as 2026-11-26T10:00:00Z")
    return value


WrittenMoment = Annotated[AwareDatetime, BeforeValidator(_text)]
