"""Blocks of home numbers that are understood at a glance: "06123" and five digits are +33 6123 and these five digits.

phonenumbers takes 20 µs and more to say so of one number. It is asked for one number of a block when the first of the
block is seen, provided that its metadata allows no other answer for the rest (`Uniformity`).
"""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # phonenumbers is loaded by who builds these, not by importing this module
    from gatekeeper.phone.numbering import Numbering, Uniformity

SHORTEST = 8  # characters; nothing shorter is answered here: emergency numbers, short codes and extensions
_NATIONAL_HEAD = 4  # digits of the national number which nearly always decide
_DEEPER = 4  # how many more digits are tried
_MOST_HEADS = 50_000  # kept per length; beyond them (only hostile input gets there) phonenumbers answers each time

MIXED = -1  # not one answer for all: look deeper
NOBODY = -2  # one answer: nobody's number
UNKNOWN = 0  # nothing to be said here


class Blocks:
    """What is known of the home country's numbers by their beginning; learnt as they come."""

    def __init__(self, numbering: Numbering, reserved: Collection[str]) -> None:
        """Prepare for the lengths that home numbers have. No block is made of what contains a `reserved` string."""
        self._numbering = numbering
        self._uniformity: Uniformity | None = None
        self._reserved = [text for text in reserved if len(text) >= SHORTEST]
        self.tables: dict[int, tuple[int, dict[str, int]]] = {}
        for length, cut in _lengths(numbering).items():
            self.tables[length] = (cut, {})

    def find(self, text: str) -> int:
        """The E.164 number that the text plainly is, `NOBODY`, or 0: then it has to be read some other way."""
        table = self.tables.get(len(text))
        if table is None or not text.isascii() or not text.removeprefix("+").isdecimal():
            return UNKNOWN
        cut, heads = table
        for size in range(cut, min(cut + _DEEPER + 1, len(text))):
            head = text[:size]
            base = heads.get(head)
            if base is None:
                base = self.base(head, len(text) - size)
                if len(heads) < _MOST_HEADS:
                    heads[head] = base
            if base > 0:
                return base + int(text[size:])
            if base != MIXED:
                return base
        return UNKNOWN

    def base(self, head: str, more: int) -> int:
        """What to add the last `more` digits to for the E.164 number; or `NOBODY`, `MIXED`, `UNKNOWN`."""
        length = len(head) + more
        if not self._numbering.is_plain(head):
            return MIXED if self._numbering.may_be_plain(head) else UNKNOWN
        if any(len(text) == length and text.startswith(head) for text in self._reserved):
            return MIXED
        if self._uniformity is None:
            self._uniformity = self._numbering.uniformity()
        if not self._uniformity.holds(head, more):
            return MIXED
        first = self._numbering.read(head + "0" * more).e164
        if not self._numbering.is_of_home(head, first):
            return UNKNOWN  # what is read from a foreign country's patterns is not covered by the home country's
        if not first:
            return NOBODY
        last = self._numbering.read(head + "9" * more).e164
        return first if last - first == 10**more - 1 else UNKNOWN


def _lengths(numbering: Numbering) -> dict[int, int]:
    """For each length of a plain spelling, how many characters to look at first."""
    cuts: dict[int, int] = {}
    begins = [len(numbering.country_code), 1 + len(numbering.country_code)]
    begins.append(0 if numbering.bare_is_national else len(numbering.national_prefix))
    for digits in numbering.home_lengths():
        for begin in begins:
            length = begin + digits
            if length >= SHORTEST:
                cuts[length] = min(begin + _NATIONAL_HEAD, cuts.get(length, length))
    return cuts
