"""Extraction of numbers from a block of lines: the plain majority by NumPy, the rest one by one."""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from gatekeeper.phone import Normaliser
from gatekeeper.phone.bulk import BulkNormaliser, Fields, Integers, split_column, split_lines
from gatekeeper.registries.reading import answers
from gatekeeper.registries.reading.cell import ListCellReader
from gatekeeper.registries.reading.codes import Coded, CountryCodes
from gatekeeper.registries.reading.dialect import ListDialect
from gatekeeper.registries.reading.extracts import (
    NONE,
    Extract,
    Reject,
    parted,
    respell,
    shown,
    too_long,
    unclear,
    without,
)
from gatekeeper.registries.reading.quoted import RecordReader
from gatekeeper.registries.reading.records import without_quotes
from gatekeeper.registries.reading.strays import Watch
from gatekeeper.registries.reading.text import MAX_LINE, Block, text_of


class _Cells(NamedTuple):
    """What one column of a block gave.

    Attributes:
        numbers: one for each line, 0 for none.
        further: other numbers of a cell: the line's place, and the number.
        bad: the place of a line, and why its cell is not a number.
        empty: places of lines with nothing in the cell.
    """

    numbers: Integers
    further: list[tuple[int, int]]
    bad: list[tuple[int, str]]
    empty: list[int]


class Extractor:
    """Reads the numbers out of blocks. Several threads may use one.

    Args:
        normaliser: for the list's country.
        dialect: of the text.
        sheet: whether it is that of a workbook, which takes the 0 off a national number.
        today: no date after it is believed; None believes all.
    """

    def __init__(
        self, normaliser: Normaliser, dialect: ListDialect, *, sheet: bool = False, today: date | None = None
    ) -> None:
        country = normaliser.plan.home
        self._reader = ListCellReader(normaliser, country, sheet=sheet)
        self._bulk = BulkNormaliser(normaliser)
        self._codes = CountryCodes(country, sheet=sheet) if dialect.code is not None else None
        self._dialect = dialect
        self._today = today
        self._watch: Watch | None = None
        if dialect.watched is not None:
            width = max(dialect.width, dialect.columns)
            self._watch = Watch(self._reader, self._bulk, country, dialect.watched, width)
        self._records = RecordReader(dialect, self._reader, self._bulk, self._codes, self._watch, today)

    def read(self, block: Block) -> Extract:
        """The numbers of a block of whole lines."""
        data, first = block
        dialect = self._dialect
        if b'"' in data:
            simple = without_quotes(data, dialect.delimiter)
            if simple is None:
                return self._records.read(data, first)
            data = simple
        if not dialect.delimiter:
            where = split_lines(data)
            return self._complete(data, first, where, [self._column(data, where, where)])
        if dialect.area:
            data = joined(data, dialect.delimiter, dialect.area)
        lines = split_lines(data)
        coded = None
        if self._codes is not None and dialect.code is not None:
            coded = self._codes.of(answers.column(data, dialect.delimiter, dialect.code))
        places = (dialect.column, *dialect.more)
        fields = [split_column(data, dialect.delimiter, place)[0] for place in places]
        cells = [self._column(data, lines, where, coded) for where in fields]
        extract = self._complete(data, first, lines, cells)
        if self._watch is None:
            return extract
        strays = self._watch.block(data, dialect.delimiter, [column.numbers for column in cells])
        return extract._replace(strays=strays)

    def _column(self, data: bytes, lines: Fields, where: Fields, coded: Coded | None = None) -> _Cells:
        """One column: what NumPy understands, and the rest one by one."""
        plain = where
        if coded is not None:
            plain = Fields(where.starts, np.where(coded.foreign, where.starts, where.ends))
        numbers = self._bulk.fields(data, plain)
        respell(self._bulk, data, numbers, plain)
        cells = _Cells(numbers, [], [], [])
        for index in np.flatnonzero(numbers == 0).tolist():
            cell = data[where.starts[index] : where.ends[index]]
            if lines.ends[index] - lines.starts[index] > MAX_LINE:
                cells.bad.append((index, too_long()))
            elif not cell.strip():
                cells.empty.append(index)
            else:
                reader = coded.readers[coded.which[index]] if coded is not None else None
                self._one(cell, index, cells, reader or self._reader)
        return cells

    @staticmethod
    def _one(cell: bytes, index: int, cells: _Cells, reader: ListCellReader) -> None:
        """Read one cell, and put what it says into its place."""
        found, reason = reader.read(text_of(cell))
        if found:
            cells.numbers[index] = found[0]
            cells.further.extend((index, number) for number in found[1:])
        else:
            cells.bad.append((index, reason))

    def _complete(self, data: bytes, first: int, lines: Fields, columns: Sequence[_Cells]) -> Extract:
        """Put the columns together, sort out lines without a number, and look at what stands beside the numbers."""

        def line(index: int) -> bytes:
            return data[lines.starts[index] : lines.ends[index]]

        rejects = [
            Reject(first + index, reason, shown(line(index))) for column in columns for index, reason in column.bad
        ]
        blank = 0
        for index in set.intersection(*(set(column.empty) for column in columns)):
            if text := line(index).strip():
                rejects.append(Reject(first + index, self._missing(text), shown(line(index))))
            else:
                blank += 1
        numbers, which = _together(columns)
        codes = np.zeros(len(numbers), np.uint8)
        dialect = self._dialect
        if dialect.answer is not None and dialect.answers is not None:
            said = np.full(len(lines.starts), answers.CODES[dialect.answers.empty], np.uint8)
            if dialect.delimiter:
                said = answers.meanings(answers.column(data, dialect.delimiter, dialect.answer), dialect.answers)
            codes = said[which]
        undecided = which[codes == answers.UNCLEAR].tolist()
        rejects.extend(Reject(first + index, unclear(), shown(line(index))) for index in undecided)
        newest, odd = None, 0
        if dialect.date is not None and dialect.delimiter:
            dates = answers.column(data, dialect.delimiter, dialect.date)
            newest, odd = answers.newest(dates.texts, self._today)
        return parted(numbers, codes, Extract(NONE, sorted(rejects), 0, blank, newest=newest, odd=odd))

    def _missing(self, line: bytes) -> str:
        column = min((self._dialect.column, *self._dialect.more))
        return without(column, there=line.count(self._dialect.delimiter) >= column)


def joined(data: bytes, delimiter: bytes, area: int) -> bytes:
    """The same lines, with the delimiter taken out behind a first column of `area` digits."""
    octets = np.frombuffer(data, np.uint8)
    lines = split_lines(data)
    at = lines.starts + area
    last = len(octets) - 1
    fits = (at < lines.ends) & (octets[np.minimum(at, last)] == delimiter[0])
    for offset in range(area):
        digit = octets[np.minimum(lines.starts + offset, last)]
        fits &= (digit >= ord("0")) & (digit <= ord("9"))
    return np.delete(octets, at[fits]).tobytes()


def _together(columns: Sequence[_Cells]) -> tuple[NDArray[np.uint64], Integers]:
    """The numbers of all columns in the order of their lines, and the place of each one's line."""
    numbers = columns[0].numbers
    if len(columns) == 1 and not columns[0].further:
        which = np.flatnonzero(numbers)
        good = numbers if len(which) == len(numbers) else numbers[which]
        return good.view(np.uint64), which
    pairs = [pair for column in columns for pair in column.further]
    further = np.array(pairs, np.int64).reshape(-1, 2)
    numbers = np.concatenate([*(column.numbers for column in columns), further[:, 1]])
    which = np.concatenate([*(np.arange(len(column.numbers)) for column in columns), further[:, 0]])
    order = np.argsort(which, kind="stable")
    order = order[numbers[order] != 0]
    return numbers[order].view(np.uint64), which[order]
