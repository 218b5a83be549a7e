"""Quoted records, which may contain delimiters and line ends: read the long way, by the csv reader."""

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from datetime import date
from typing import NamedTuple

import numpy as np

from gatekeeper.phone.bulk import BulkNormaliser
from gatekeeper.registries.reading import answers
from gatekeeper.registries.reading.cell import ListCellReader
from gatekeeper.registries.reading.codes import CountryCodes
from gatekeeper.registries.reading.dialect import ListDialect, join_area
from gatekeeper.registries.reading.extracts import (
    NONE,
    Extract,
    Reject,
    cell_of,
    parted,
    respell,
    shown,
    too_long,
    unclear,
    without,
)
from gatekeeper.registries.reading.records import records
from gatekeeper.registries.reading.strays import StrayCounts, Watch
from gatekeeper.registries.reading.text import BLANKS, MAX_LINE, text_of


class _Entry(NamedTuple):
    """A cell of a record."""

    line: int
    text: bytes
    row: list[str]
    cell: bytes


class RecordReader:
    """Reads them.

    Args:
        dialect: of the text.
        reader: of cells.
        bulk: its quick twin.
        codes: readers by the column of country codes; None where there is none.
        watch: looks for numbers in columns that are not taken; None where nobody need look.
        today: no date after it is believed.
    """

    def __init__(
        self,
        dialect: ListDialect,
        reader: ListCellReader,
        bulk: BulkNormaliser,
        codes: CountryCodes | None,
        watch: Watch | None,
        today: date | None,
    ) -> None:
        self._dialect = dialect
        self._reader = reader
        self._bulk = bulk
        self._codes = codes
        self._watch = watch
        self._today = today

    def read(self, data: bytes, first: int) -> Extract:
        """The long way: records with quotes, which may hold delimiters and line ends."""
        taken: list[_Entry] = []
        rows: dict[int, list[str]] = {}
        rejects: list[Reject] = []
        blank = 0
        places = (self._dialect.column, *self._dialect.more)
        for index, text, given in records(data, self._dialect, self._numbers):
            line = first + index
            row = join_area(given, self._dialect.area) if self._dialect.area else given
            cells = [cell for place in places if place < len(row) and (cell := row[place].strip(BLANKS))]
            if not text.strip():
                blank += 1
            elif len(text) > MAX_LINE:
                rejects.append(Reject(line, too_long(), shown(text)))
            elif not cells:
                reason = without(min(places), there=len(row) > min(places))
                rejects.append(Reject(line, reason, shown(text)))
            else:
                rows[line] = row
                taken += [_Entry(line, text, row, cell.encode("latin-1")) for cell in cells]
        found = self._entries(taken, rejects)
        numbers = np.array([number for _, number in found], np.int64).view(np.uint64)
        codes = np.zeros(len(numbers), np.uint8)
        if self._dialect.answers is not None:
            meanings = self._dialect.answers
            said = [answers.CODES[meanings.meaning(cell_of(entry.row, self._dialect.answer))] for entry, _ in found]
            codes = np.array(said, np.uint8)
        undecided = [entry for (entry, _), code in zip(found, codes.tolist(), strict=True) if code == answers.UNCLEAR]
        rejects.extend(Reject(entry.line, unclear(), shown(entry.text)) for entry in undecided)
        dates = {cell_of(row, self._dialect.date) for row in rows.values()}
        newest, odd = answers.newest(dates, self._today)
        extract = Extract(NONE, sorted(rejects), 0, blank, newest=newest, odd=odd, strays=self._strays(rows, found))
        return parted(numbers, codes, extract)

    def _numbers(self, given: list[str]) -> AbstractSet[int]:
        """The numbers of a record with these cells."""
        row = join_area(given, self._dialect.area)
        places = (self._dialect.column, *self._dialect.more)
        cells = [text_of(row[place].encode("latin-1")) for place in places if place < len(row)]
        return {number for cell in cells for number in self._reader.read(cell).numbers}

    def _entries(self, taken: Sequence[_Entry], rejects: list[Reject]) -> list[tuple[_Entry, int]]:
        """The numbers of cells, each with where it is from."""
        readers = [
            self._codes.reader(cell_of(entry.row, self._dialect.code)) if self._codes else None for entry in taken
        ]
        # A line end within a cell would make two of it here; as a NUL it is no number either, and is read below.
        plain = (b"" if reader else entry.cell for entry, reader in zip(taken, readers, strict=True))
        buffer = b"".join(cell.replace(b"\n", b"\x00") + b"\n" for cell in plain)
        numbers, where = self._bulk.lines(buffer)
        respell(self._bulk, buffer, numbers, where)
        found: list[tuple[_Entry, int]] = []
        for entry, reader, number in zip(taken, readers, numbers.tolist(), strict=True):
            if number:
                found.append((entry, number))
                continue
            read = (reader or self._reader).read(text_of(entry.cell))
            found += [(entry, one) for one in read.numbers]
            if not read.numbers:
                rejects.append(Reject(entry.line, read.reason, shown(entry.text)))
        return found

    def _strays(self, rows: dict[int, list[str]], found: Sequence[tuple[_Entry, int]]) -> StrayCounts | None:
        if self._watch is None:
            return None
        mine: dict[int, list[int]] = {}
        for entry, number in found:
            mine.setdefault(entry.line, []).append(number)
        strays = StrayCounts()
        for line, row in rows.items():
            self._watch.row(row, mine.get(line, ()), strays)
        return strays
