"""Alerts: their kinds, and one of them. No number of a person is in any: only what names a thing of the site."""

import re
from collections.abc import Mapping
from enum import StrEnum
from typing import Final, NamedTuple

from gatekeeper.text import escaped

_LONG_DIGITS: Final = re.compile(r"\d(?:[ ._/()\u00a0\u2009\u202f\u2010-\u2015\u2212-]{0,2}\d){8,}")
"""Nine digits and more, with or without what people write between them: that could be a number of somebody."""

_MOST: Final = 300
"""Characters of a fact."""


class Severity(StrEnum):
    """How bad it is."""

    INFO = "info"
    WARNING = "warning"
    CRITICAL = "critical"


class AlertKind(StrEnum):
    """What people are told of; a webhook's `type`."""

    LIST_DUE = "list.due"
    LIST_STALE = "list.stale"
    BYPASS = "bypass"
    GATE_ERRORS = "gate_errors"
    DISK = "disk"
    WATCHDOG = "watchdog.disconnected"
    PART = "part.failed"
    INBOX = "inbox.failed"
    SCRUB = "scrub.overdue"
    TEST = "test"


class Occasion(NamedTuple):
    """Something that people are to be told of.

    Attributes:
        kind: what it is.
        key: what it is about: two with one key are the same.
        facts: what its words name, by the names that these have there.
    """

    kind: AlertKind
    key: str
    facts: Mapping[str, str] = {}


class Alert(NamedTuple):
    """An occasion that has an id: it is told once by each channel.

    Attributes:
        id: a ULID of `at`, by which a receiver knows it again.
        at: when it was noticed, in microseconds since the epoch.
        kind: what it is.
        facts: what its words name.
    """

    id: str
    at: int
    kind: AlertKind
    facts: Mapping[str, str]


def safe_fact(text: str) -> str:
    """A text from outside, or of an error, made fit for an alert: on one line, and without anything like a number."""
    return _LONG_DIGITS.sub("…", escaped(text))[:_MOST]
