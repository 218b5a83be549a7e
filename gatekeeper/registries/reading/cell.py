"""A cell of a list: reads its number, several of them, or why there is none.

Spreadsheets and data frames spoil numbers in known ways: `658105567.0`, `6,58105567E+08`, `'+33612345678`. People put
two numbers into one cell. Both must be seen before the cell is read as one number: `658105567.0` without its point
would be somebody's in Singapore, and `23456789;98765432` one number with digits to send after the answer.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

from gatekeeper.phone import Normaliser, NumberKind
from gatekeeper.phone.countries import trunk_prefix
from gatekeeper.translation import marked, phrase

_KINDS = {
    NumberKind.EMERGENCY: marked("an emergency number can't be listed"),
    NumberKind.SHORT_CODE: marked("a short code is no person's number"),
    NumberKind.INTERNAL: marked("an internal number"),
    NumberKind.WITHHELD: marked("no number: withheld"),
}
_NONE = marked("not a telephone number")
_ROUNDED = marked("a spreadsheet has rounded it: format the column as text, and save it anew")

_MORE = marked("holds a number and something more that is not understood")

_LONGEST = 256
"""Characters of a cell in which several numbers are looked for."""
_MOST_GROUPS = 16

_KEPT = re.compile(r"'(.*)|=\"([^\"]*)\"", re.DOTALL)
"""How a text is kept from becoming a number in a spreadsheet."""
_TAIL = re.compile(r"(?:[wpx#,;]|ext)(.*)", re.DOTALL | re.IGNORECASE)
_OWN_NUMBER = 7
"""Digits behind a number that are not an extension of it."""
_FLOAT = re.compile(r"([1-9]\d{4,})[.,]0+", re.ASCII)
_POWER = re.compile(r"(\d)(?:[.,](\d+))?[eE]\+?(\d{1,2})", re.ASCII)
_BETWEEN = re.compile(r"[/;,|&\n\r]+|\s+(?:-|–|ou|or|et|and|und|oder|of|en|o|y)\s+")
_GROUPS = re.compile(r"[\s-]+")


class ListCell(NamedTuple):
    """What was read.

    Attributes:
        numbers: E.164; none, one or several.
        reason: why there is none, else "".
    """

    numbers: tuple[int, ...]
    reason: str = ""


def spoilt_by_spreadsheet(cell: bytes) -> bool:
    """Whether the point in a cell may be that of a fraction, and no separator: `23456.0` is not 234560."""
    return cell.endswith(b"0") and not cell.startswith(b"0") and cell.rstrip(b"0").endswith(b".")


def _has_tail(text: str) -> bool:
    """Whether what is to be sent after the answer may be another number."""
    tail = None if text.isdecimal() else _TAIL.search(text, 1)
    return tail is not None and sum(map(str.isdecimal, tail[1])) >= _OWN_NUMBER


class ListCellReader:
    """Reads cells.

    Args:
        normaliser: for the list's country.
        country: that one.
        sheet: whether the cells are those of a workbook, where digits alone are a number that lost its leading 0.
    """

    def __init__(self, normaliser: Normaliser, country: str, *, sheet: bool = False) -> None:
        self._normalise = normaliser.normalise
        prefix = trunk_prefix(country)
        self._trunk = prefix if set(prefix) == {"0"} else ""
        self._sheet = sheet

    def read(self, text: str) -> ListCell:
        """What a cell says."""
        text = text.strip()
        if text.startswith(("'", "=")) and (kept := _KEPT.fullmatch(text)):
            text = (kept[1] or kept[2] or "").strip()
        spoilt = self._fraction(text)
        if spoilt is not None:
            return spoilt
        if len(text) <= _LONGEST and (several := self._divided(text)):
            return ListCell(several)
        if self._sheet and text.isdecimal() and (number := self._number(self._trunk + text)):
            return ListCell((number,))
        found = self._normalise(text)
        if found.kind is NumberKind.E164:
            return ListCell((), phrase(_MORE)) if _has_tail(text) else ListCell((found.e164,))
        if several := self._side_by_side(text):
            return ListCell(several)
        return ListCell((), phrase(_KINDS.get(found.kind) or found.note or _NONE))

    def _number(self, text: str) -> int:
        found = self._normalise(text)
        return found.e164 if found.kind is NumberKind.E164 else 0

    def _fraction(self, text: str) -> ListCell | None:
        """A number that went through a column of fractions; None where it is none."""
        if power := _POWER.fullmatch(text):
            digits, places = power[1] + (power[2] or ""), int(power[3])
            kept = digits.rstrip("0") if len(digits) > places + 1 else digits
            if len(kept) != places + 1:
                return ListCell((), phrase(_ROUNDED))
            text = kept
        elif whole := _FLOAT.fullmatch(text):
            text = whole[1]
        else:
            return None
        number = (self._trunk and self._number(self._trunk + text)) or self._number(text)
        return ListCell((number,)) if number else ListCell((), phrase(_NONE))

    def _divided(self, text: str) -> tuple[int, ...]:
        """The numbers of a cell that something divides, where every part is one."""
        parts = [part.strip() for part in _BETWEEN.split(text) if part.strip()]
        if len(parts) < 2:  # noqa: PLR2004 - several are two
            return ()
        numbers = tuple(self._number(part) for part in parts)
        return tuple(dict.fromkeys(numbers)) if all(numbers) else ()

    def _side_by_side(self, text: str) -> tuple[int, ...]:
        """The numbers of a cell that has only blanks between them, where just one way to divide it gives numbers."""
        groups = _GROUPS.split(text.strip()) if len(text) <= _LONGEST else []
        if not 1 < len(groups) <= _MOST_GROUPS or not all(group.strip("+.()").isdecimal() for group in groups):
            return ()
        ways = []
        for way in self._ways(groups):
            ways.append(way)
            if len(ways) > 1:
                return ()
        return tuple(dict.fromkeys(ways[0])) if ways else ()

    def _ways(self, groups: list[str]) -> Iterator[tuple[int, ...]]:
        if not groups:
            yield ()
        for size in range(1, len(groups) + 1):
            if number := self._number(" ".join(groups[:size])):
                for rest in self._ways(groups[size:]):
                    yield (number, *rest)
