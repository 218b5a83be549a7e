"""Kinds of numbers: what a dialled string turned out to be."""

from enum import StrEnum
from typing import NamedTuple


class NumberKind(StrEnum):
    """The kinds of dialled strings. Only `E164` is looked up in lists; `INVALID` and `WITHHELD` are never called."""

    E164 = "E164"
    EMERGENCY = "EMERGENCY"
    SHORT_CODE = "SHORT_CODE"
    INTERNAL = "INTERNAL"
    WITHHELD = "WITHHELD"
    INVALID = "INVALID"


class PhoneNumber(NamedTuple):
    """One dialled string, understood.

    `e164` is the number without its plus, 0 for every kind but E164. `dialled` is the string as it came, untouched (it
    may be long and may hold control characters: whoever stores or shows it cuts and escapes it). `note` says why a
    string is refused, or what was put aside to understand it; it never holds digits of the number, so it can be logged.
    """

    kind: NumberKind
    e164: int
    dialled: str
    note: str


def display(e164: int) -> str:
    """The number as people and carriers write it: `+33612345678`; nothing for 0, which stands for no number."""
    return f"+{e164}" if e164 else ""
