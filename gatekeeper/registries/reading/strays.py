"""Numbers in columns that were not taken: counted while the whole file is read, so that none is left out in silence."""

from collections import Counter
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from gatekeeper.phone.bare import BareDigits
from gatekeeper.phone.bulk import BulkNormaliser, Fields, split_column
from gatekeeper.registries.reading.cell import ListCellReader
from gatekeeper.registries.reading.text import text_of

_ENOUGH = 1000
"""Numbers in a column that was not taken, from which on those that take long to read are not counted any more."""


class StrayCounts(Counter[int]):
    """How many numbers a column (counted from 0) has."""


class Watch:
    """Looks for numbers.

    Args:
        reader: of cells.
        bulk: its quick twin.
        country: whose national numbers they are.
        columns: where to look.
        width: beyond so many columns, cells that only some lines have are looked at, too.
    """

    def __init__(
        self, reader: ListCellReader, bulk: BulkNormaliser, country: str, columns: Sequence[int], width: int
    ) -> None:
        self._reader = reader
        self._bulk = bulk
        self._columns = tuple(columns)
        self._width = width
        self._bare = BareDigits(country)
        self._fewest = self._bare.fewest
        self._sum = StrayCounts()

    def block(self, data: bytes, delimiter: bytes, taken: Sequence[NDArray[np.int64]]) -> StrayCounts:
        """Count in simple lines.

        Args:
            data: the lines.
            delimiter: between their cells.
            taken: for each column that was taken the number of each line: the same one beside it is not a stray.
        """
        found = StrayCounts()
        octets = np.frombuffer(data, np.uint8)
        digits = _counted((octets >= ord("0")) & (octets <= ord("9")))
        others = _counted(octets >= 0x80)  # noqa: PLR2004 - beyond ASCII there are digits of other scripts
        for column in self._columns:
            where, _ = split_column(data, delimiter, column)
            own = digits[where.ends] - digits[where.starts]
            enough = own + others[where.ends] - others[where.starts] >= self._fewest
            worth = enough & ~self._bare.nobody(octets, where, own)
            if not worth.any():
                continue
            numbers = self._bulk.fields(data, where)
            count = self._new(numbers, taken)
            rest = np.flatnonzero(worth & (numbers == 0)).tolist() if self._sum[column] < _ENOUGH else []
            for at in rest:
                count += self._of(_cell(data, where, at), [int(one[at]) for one in taken])
                if count >= _ENOUGH:
                    break
            if count:
                found[column] = count
                self._sum[column] += count
        found.update(self._beyond(data, delimiter, taken))
        return found

    def row(self, cells: Sequence[str], taken: Sequence[int], found: StrayCounts) -> None:
        """Count in one record (each byte one character), given the numbers that were taken from it."""
        for at in (*self._columns, *range(self._width, len(cells))):
            # A cell has no fewer bytes than characters.
            if at < len(cells) and len(cells[at]) >= self._fewest and self._sum[at] < _ENOUGH:
                text = text_of(cells[at].encode("latin-1"))
                if count := self._of(text, taken):
                    found[at] += count
                    self._sum[at] += count

    def _beyond(self, data: bytes, delimiter: bytes, taken: Sequence[NDArray[np.int64]]) -> StrayCounts:
        """Count in the cells that only some lines have."""
        where, _ = split_column(data, delimiter, self._width)
        found = StrayCounts()
        for at in np.flatnonzero(where.ends > where.starts).tolist():
            end = data.find(b"\n", int(where.starts[at]))
            rest = text_of(data[where.starts[at] : end if end >= 0 else len(data)].rstrip(b"\r"))
            for place, cell in enumerate(rest.split(delimiter.decode("ascii"))):
                if count := self._of(cell, [int(one[at]) for one in taken]):
                    found[self._width + place] += count
        return found

    @staticmethod
    def _new(numbers: NDArray[np.int64], taken: Sequence[NDArray[np.int64]]) -> int:
        new = numbers != 0
        for one in taken:
            new &= numbers != one
        return int(new.sum())

    def _of(self, text: str, taken: Sequence[int]) -> int:
        text = text.strip()
        if text.isascii() and text.isdecimal():
            if not self._bare.may_be(text):
                return 0
        elif len(text) < self._fewest or sum(map(str.isdecimal, text)) < self._fewest:
            return 0
        return sum(number not in taken for number in self._reader.read(text).numbers)


def _counted(which: NDArray[np.bool_]) -> NDArray[np.int64]:
    """How many there are before each place."""
    found = np.zeros(len(which) + 1, np.int64)
    np.cumsum(which, out=found[1:])
    return found


def _cell(data: bytes, where: Fields, at: int) -> str:
    return text_of(data[where.starts[at] : where.ends[at]])
