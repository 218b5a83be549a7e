"""Numbers in columns that are not checked: counted while all rows are read, so that nobody takes them for clean."""

from collections import Counter
from collections.abc import Collection, Sequence

import numpy as np
from numpy.typing import NDArray

from gatekeeper.contacts.columns import guarded_columns
from gatekeeper.contacts.shapes import is_other
from gatekeeper.phone import Normaliser, NumberKind
from gatekeeper.phone.bulk import BulkNormaliser, Fields
from gatekeeper.phone.cells import read_cell

_SHORTEST, _LONGEST = 7, 48
"""Characters of a cell that may be a number, or two."""

_MOST_STRANGE = 6
"""Characters that are in no number and stand in a cell with one all the same: `ou`, `perso`."""

_DIGITS = 7
_REMEMBERED = 200_000

_IS_DIGIT = np.zeros(256, np.bool_)
_IS_DIGIT[48:58] = True
_IS_STRANGE = np.ones(256, np.bool_)
_IS_STRANGE[list(b"0123456789+()/.-,; \t\r\n&|\xa0\xc2")] = False
_IS_POINT = np.zeros(256, np.bool_)
_IS_POINT[list(b".,")] = True
_BEGINS = np.zeros(256, np.bool_)
_BEGINS[list(b"0123456789+( '=")] = True


class Strays:
    """Counts them.

    A column that is named for something else (an identifier, a date, an amount), or looks so, holds no telephone
    numbers where its digits are bare: there only what is written as numbers are dialled counts.

    Args:
        names: of all columns.
        width: how many there are.
        taken: columns that are checked, or hold country codes.
        rows: some rows, to look at.
        normaliser: reads numbers.
    """

    def __init__(
        self,
        names: Sequence[str],
        width: int,
        taken: Collection[int],
        rows: Sequence[Sequence[str]],
        normaliser: Normaliser,
    ) -> None:
        self.columns = tuple(column for column in range(width) if column not in taken)
        self.counts: Counter[int] = Counter()
        self._guarded = guarded_columns(names, width, rows)
        self._normaliser = normaliser
        self._bulk = BulkNormaliser(normaliser)
        # As they are written at home: alone, after the country code, and after the zero or whatever stands before them.
        more = {0, len(normaliser.country_code), len(normaliser.national_prefix)}
        self._home_lengths = frozenset(length + one for length in normaliser.home_lengths for one in more)
        self._lengths = np.array(sorted(self._home_lengths), np.int64)
        self._seen: dict[tuple[str, bool], bool] = {}

    def fields(self, data: bytes, column: int, where: Fields, encoding: str, rows: NDArray[np.bool_]) -> None:
        """Count those of a column's cells in a buffer, in the rows that are chosen."""
        guarded = column in self._guarded
        octets = np.frombuffer(data, np.uint8)
        places = _likely(octets, where, rows)
        if len(places) == 0:
            return
        likely = Fields(where.starts[places], where.ends[places])
        lengths = likely.ends - likely.starts
        plus = octets[likely.starts] == ord("+")
        plain = _digits(octets, likely) == lengths - plus
        found = self._bulk.fields(data, likely)
        # Bare digits that are no home number by their length are none of ours; the rest is read one by one.
        bare = plain & ~plus & ~np.isin(lengths, self._lengths)
        claimed = found > 0
        if guarded:
            prefix = self._normaliser.national_prefix
            dialled = plus | ((octets[likely.starts] == ord(prefix[0])) if prefix else np.False_)
            claimed &= dialled
            bare |= plain & ~dialled
        self.counts[column] += int(claimed.sum())
        left = np.flatnonzero((found == 0) & ~bare & ~_decimals(octets, likely))
        for start, end in zip(likely.starts[left].tolist(), likely.ends[left].tolist(), strict=True):
            self.text(data[start:end].decode(encoding, "replace"), column)

    def text(self, text: str, column: int) -> None:
        """Count a cell, if it is one."""
        text = text.strip()
        if not _SHORTEST <= len(text) <= _LONGEST:
            return
        if text.isdecimal() and len(text) not in self._home_lengths and text.isascii():
            return
        key = (text, column in self._guarded)
        is_one = self._seen.get(key)
        if is_one is None:
            if len(self._seen) >= _REMEMBERED:
                self._seen.clear()
            is_one = self._seen[key] = self._is_number(*key)
        self.counts[column] += is_one

    def by_name(self, names: Sequence[str]) -> dict[str, int]:
        """How many there are, by the column's name (`names` has one for each column)."""
        return {names[column]: count for column, count in sorted(self.counts.items()) if count}

    def _is_number(self, text: str, guarded: bool) -> bool:
        if text.isascii() and text.isdecimal():
            return len(text) in self._home_lengths and self._is_bare_number(text, guarded=guarded)
        digits = sum(character.isdecimal() for character in text)
        if digits < _DIGITS or len(text) - digits > _MOST_STRANGE + digits or is_other(text):
            return False
        numbers = read_cell(text, self._normaliser)
        return bool(numbers) and all(number.kind is NumberKind.E164 for number in numbers)

    def _is_bare_number(self, text: str, *, guarded: bool) -> bool:
        """Whether digits are a number of the home country, with its prefix or its country code before it or neither."""
        prefix, code = self._normaliser.national_prefix, self._normaliser.country_code
        if prefix and text.startswith(prefix):
            return self._is_number_at_home(text)
        if guarded:
            return False
        return self._is_number_at_home(f"+{code}{text}") or (
            text.startswith(code) and self._is_number_at_home(f"+{text}")
        )

    def _is_number_at_home(self, text: str) -> bool:
        found = self._normaliser.blocks.find(text)
        return found > 0 or (found == 0 and self._normaliser.normalise(text).kind is NumberKind.E164)


def _likely(octets: NDArray[np.uint8], where: Fields, rows: NDArray[np.bool_]) -> NDArray[np.int64]:
    """The places of cells that may hold a number, by their length, their first character and their digits."""
    lengths = where.ends - where.starts
    places = np.flatnonzero((lengths >= _SHORTEST) & (lengths <= _LONGEST) & rows)
    if len(places) == 0:
        return places
    places = places[_BEGINS[octets[where.starts[places]]]]
    if len(places) == 0:
        return places
    cells = Fields(where.starts[places], where.ends[places])
    enough = (_digits(octets, cells) >= _DIGITS) & (_matching(octets, cells, _IS_STRANGE) <= _MOST_STRANGE)
    return places[enough]


def _decimals(octets: NDArray[np.uint8], where: Fields) -> NDArray[np.bool_]:
    """Cells that are decimals at a glance: 48.8566; not what may be a whole number, or begin as a number is dialled."""
    first, last = octets[where.starts], octets[where.ends - 1]
    one_point = _matching(octets, where, _IS_POINT) == 1
    shaped = (first > ord("0")) & (first <= ord("9")) & (last > ord("0")) & (last <= ord("9"))
    all_digits = _digits(octets, where) == where.ends - where.starts - 1
    # With no more than ten digits before the point, as `shapes.is_other` has it.
    point_early = _matching(octets, Fields(where.starts, np.minimum(where.ends, where.starts + 10)), _IS_POINT) == 1
    return np.asarray(one_point & shaped & all_digits & point_early, np.bool_)


def _digits(octets: NDArray[np.uint8], where: Fields) -> NDArray[np.int64]:
    return _matching(octets, where, _IS_DIGIT)


def _matching(octets: NDArray[np.uint8], where: Fields, table: NDArray[np.bool_]) -> NDArray[np.int64]:
    """How many octets of each cell are in a table."""
    lengths = where.ends - where.starts
    at = where.starts[:, None] + np.arange(int(lengths.max()))
    inside = at < where.ends[:, None]
    return np.asarray((table[octets[np.minimum(at, len(octets) - 1)]] & inside).sum(axis=1), np.int64)
