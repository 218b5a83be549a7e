"""Millions of home numbers at once, for importers: a buffer of lines in, an array of E.164 numbers out.

What is claimed here is exactly what `Normaliser.normalise` answers for the same text, because both use the same blocks
(see `gatekeeper.phone.blocks`). What is not claimed, and whatever is spelled other than 0612345678, 33612345678 or
+33612345678, is left to it. This is the only module of the package that needs NumPy.
"""

from mmap import mmap
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from gatekeeper.phone.blocks import MIXED, SHORTEST, Blocks
from gatekeeper.phone.callee import HEAD, Callee, country_code
from gatekeeper.phone.kinds import NumberKind
from gatekeeper.phone.normaliser import Normaliser

Buffer = bytes | bytearray | memoryview | mmap
Integers = NDArray[np.int64]

_HEAD = 6  # digits, at most, that a table is indexed by: it has 8 MB then
_TAIL = 4  # digits, at least, that a block leaves open; smaller blocks are not worth learning
_WORD = 8  # characters in a 64-bit word
_MOST_DIGITS = 2 * _WORD
_WORTH_A_TABLE = 256  # fields of one length in one call; fewer are left to the Normaliser
_UNSEEN = -9
_CHUNK = 1 << 15  # fields worked on at a time, so that their words stay in the processor's cache

_POWERS = 10 ** np.arange(19, dtype=np.int64)
_COUNTRIES = np.array([country_code(f"{head:0{HEAD}d}") for head in range(10**HEAD)], np.int16)

_PLUS, _QUOTE, _NEWLINE, _RETURN = b'+"\n\r'
_ZEROS = np.uint64(0x3030303030303030)
_HIGH_NIBBLES = np.uint64(0xF0F0F0F0F0F0F0F0)
_SIXES = np.uint64(0x0606060606060606)


class Fields(NamedTuple):
    """Where fields are in a buffer: byte offsets, `data[starts[i]:ends[i]]`."""

    starts: Integers
    ends: Integers


class BulkNormaliser:
    """The vectorised twin of one `Normaliser`, for the plainest spellings of home numbers."""

    def __init__(self, normaliser: Normaliser) -> None:
        """Share the blocks of a Normaliser; tables are filled in as numbers come (a second or so in all)."""
        self._blocks: Blocks = normaliser.blocks
        self._tables: dict[tuple[int, bool], Integers] = {}
        self._bases: dict[tuple[str, int], int] = {}

    def lines(self, data: Buffer) -> tuple[Integers, Fields]:
        """One number a line: `fields` of `split_lines`."""
        where = split_lines(data)
        return self.fields(data, where), where

    def fields(self, data: Buffer, where: Fields) -> Integers:
        """One int64 per field: its E.164 number, or 0 where the Normaliser has to be asked."""
        numbers = np.zeros(len(where.starts), np.int64)
        if len(numbers) == 0:
            return numbers
        octets = np.frombuffer(data, np.uint8)
        lengths = where.ends - where.starts
        counts = np.bincount(np.clip(lengths, 0, 2 * _MOST_DIGITS), minlength=2 * _MOST_DIGITS + 1)
        known = [length for length in self._blocks.tables if length <= _MOST_DIGITS + 1]
        for length in known:
            if counts[length] < _WORTH_A_TABLE:
                continue
            alone = counts[length] == len(numbers)
            rows = None if alone else np.flatnonzero(lengths == length)
            self._fill(numbers, rows, octets, where.starts, length)
        return numbers

    def _fill(
        self,
        numbers: Integers,
        rows: Integers | None,
        octets: NDArray[np.uint8],
        starts: Integers,
        size: int,
    ) -> None:
        """Write the numbers of the fields with `size` characters (`rows`: which these are; None: all)."""
        count = len(starts) if rows is None else len(rows)
        for begin in range(0, count, _CHUNK):
            chosen = slice(begin, begin + _CHUNK) if rows is None else rows[begin : begin + _CHUNK]
            numbers[chosen] = self._same_length(octets, starts[chosen], size)

    def _same_length(self, octets: NDArray[np.uint8], starts: Integers, size: int) -> Integers:
        with_plus = octets[starts] == _PLUS
        if with_plus.all():
            return self._digits(octets, starts + 1, size - 1, plus=True)
        if not with_plus.any():
            return self._digits(octets, starts, size, plus=False)
        return np.where(
            with_plus,
            self._digits(octets, starts + 1, size - 1, plus=True),
            self._digits(octets, starts, size, plus=False),
        )

    def _digits(self, octets: NDArray[np.uint8], starts: Integers, count: int, *, plus: bool) -> Integers:
        """Numbers of `count` digits each, 0 for what is not all digits or not in a table."""
        if not SHORTEST <= count <= _MOST_DIGITS:
            return np.zeros(len(starts), np.int64)
        table = self._table(count, plus=plus)
        ends = starts + count
        first, first_is_digits = _eight_digits(_word_at(octets, starts))
        last, last_is_digits = _eight_digits(_word_at(octets, ends - _WORD))
        # The two words overlap when there are fewer than 16 digits: the first gives the digits before the last eight.
        value = first // 10 ** (2 * _WORD - count) * 10**_WORD + last
        more = max(count - _HEAD, _TAIL)
        head = value // 10**more
        good = first_is_digits & last_is_digits
        base = table[np.where(good, head, 0)]
        unseen = np.unique(head[good & (base == _UNSEEN)])
        if len(unseen):
            for each in unseen.tolist():
                if table[each] == _UNSEEN:
                    self._learn(table, f"{each:0{count - more}d}", more, "+" if plus else "")
            base = table[np.where(good, head, 0)]
        return np.where(good & (base > 0), base + (value - head * 10**more), 0)

    def _table(self, count: int, *, plus: bool) -> Integers:
        if (count, plus) not in self._tables:
            self._tables[count, plus] = np.full(10 ** min(count - _TAIL, _HEAD), _UNSEEN, np.int64)
        return self._tables[count, plus]

    def _learn(self, table: Integers, head: str, more: int, plus: str) -> None:
        """Fill in the widest block that `head` is in and that one answer holds for."""
        for size in range(1, len(head) + 1):
            wide = head[:size]
            inner = 10 ** (len(head) - size)
            base = self._base(plus + wide, len(head) - size + more)
            if base == MIXED and size < len(head):
                continue
            first = int(wide) * inner
            # The number of the block's first, and so on by heads; 0 for all where the Normaliser is to be asked.
            table[first : first + inner] = base + np.arange(inner) * 10**more if base > 0 else 0
            return

    def _base(self, head: str, more: int) -> int:
        if (head, more) not in self._bases:
            self._bases[head, more] = self._blocks.base(head, more)
        return self._bases[head, more]


def _word_at(octets: NDArray[np.uint8], at: Integers) -> NDArray[np.uint64]:
    """The eight characters from each offset on, as little-endian words."""
    words = np.ndarray(shape=(len(octets) - _WORD + 1,), dtype="<u8", buffer=octets.data, strides=(1,))
    return words[at]


def _eight_digits(words: NDArray[np.uint64]) -> tuple[Integers, NDArray[np.bool_]]:
    """The values of eight ASCII digits each, and whether they all are digits.

    Neighbours are combined in place: digits to pairs, pairs to fours, fours to eights. A character is a digit when its
    high half is 3, and stays 3 when 6 is added.
    """
    digits = ((words & _HIGH_NIBBLES) == _ZEROS) & (((words + _SIXES) & _HIGH_NIBBLES) == _ZEROS)
    value = words - _ZEROS
    value = (value * np.uint64(10) + (value >> np.uint64(8))) & np.uint64(0x00FF00FF00FF00FF)
    value = (value * np.uint64(100) + (value >> np.uint64(16))) & np.uint64(0x0000FFFF0000FFFF)
    value = (value * np.uint64(10000) + (value >> np.uint64(32))) & np.uint64(0x00000000FFFFFFFF)
    return value.astype(np.int64), digits


def split_lines(data: Buffer) -> Fields:
    """The lines of a buffer without their ends (LF or CR LF); a last line may lack its end. Blank lines are empty."""
    octets = np.frombuffer(data, np.uint8)
    newlines = np.flatnonzero(octets == _NEWLINE).astype(np.int64, copy=False)
    if len(octets) and octets[-1] != _NEWLINE:
        newlines = np.append(newlines, len(octets))
    starts = np.empty_like(newlines)
    starts[:1] = 0
    starts[1:] = newlines[:-1] + 1
    return Fields(starts, _without_return(octets, starts, newlines))


def _without_return(octets: NDArray[np.uint8], starts: Integers, ends: Integers) -> Integers:
    if not (octets == _RETURN).any():
        return ends
    before = np.maximum(ends - 1, 0)
    trimmed: Integers = ends - ((ends > starts) & (octets[before] == _RETURN))
    return trimmed


def split_column(data: Buffer, delimiter: bytes, column: int) -> tuple[Fields, Integers]:
    """Column `column` (from 0) of simple delimited lines, and the lines (from 0) that are not simple.

    Not simple is a line with a quotation mark in it or with fewer columns; it gets an empty field. A csv reader takes
    those, from their place in `split_lines`.
    """
    octets = np.frombuffer(data, np.uint8)
    lines = split_lines(data)
    if len(lines.starts) == 0:
        return lines, np.empty(0, np.int64)
    marks = np.flatnonzero(octets == delimiter[0]).astype(np.int64, copy=False)
    before = np.searchsorted(marks, lines.starts)  # how many delimiters are before each line
    marks = np.append(marks, np.full(2, len(octets), np.int64))
    last = len(marks) - 1
    starts = lines.starts if column == 0 else marks[np.minimum(before + column - 1, last)] + 1
    ends = np.minimum(marks[np.minimum(before + column, last)], lines.ends)
    simple = starts <= lines.ends
    quotes = np.flatnonzero(octets == _QUOTE)
    if len(quotes):
        simple[np.searchsorted(lines.starts, quotes, side="right") - 1] = False
    return (
        Fields(np.where(simple, starts, lines.starts), np.where(simple, ends, lines.starts)),
        np.flatnonzero(~simple).astype(np.int64, copy=False),
    )


def callees(numbers: Integers) -> tuple[NDArray[np.intp], list[Callee]]:
    """What the rules see of each number, as `gatekeeper.phone.callee_of` gives it of one.

    Args:
        numbers: E.164, each of `HEAD` digits or more.

    Returns:
        For each number the place of its callee, and the callees, each once.
    """
    digits = np.searchsorted(_POWERS, numbers, side="right")
    countries = _COUNTRIES[numbers // _POWERS[digits - HEAD]]
    seen = np.flatnonzero(np.bincount(countries, minlength=10**HEAD))
    places = np.zeros(10**HEAD, np.intp)
    places[seen] = np.arange(len(seen))
    return places[countries], [Callee(NumberKind.E164, country) for country in seen.tolist()]
