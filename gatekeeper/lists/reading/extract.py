"""From a block of lines to numbers: the plain majority by NumPy, the rest one by one."""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from gatekeeper.lists.reading import answers
from gatekeeper.lists.reading.cell import CellReader, spoilt_by_spreadsheet
from gatekeeper.lists.reading.codes import Coded, CountryCodes
from gatekeeper.lists.reading.dialect import Dialect, join_area
from gatekeeper.lists.reading.records import records, without_quotes
from gatekeeper.lists.reading.strays import Strays, Watch
from gatekeeper.lists.reading.text import MAX_LINE, Block
from gatekeeper.phone import Normaliser
from gatekeeper.phone.bulk import BulkNormaliser, Fields, Integers, split_column, split_lines

_TOO_LONG = f"the line is longer than {MAX_LINE} bytes"
_UNCLEAR = "the answer says neither that the number may be called nor that it may not"
_SHOWN = 200
_SEPARATORS = b" .-"
_WORTH_IT = 1000
"""Cells that NumPy did not understand in a block, from which on a second try pays."""
_NONE: NDArray[np.uint64] = np.empty(0, np.uint64)


class Reject(NamedTuple):
    """A record without a usable number.

    Attributes:
        line: where it begins, counted from 1.
        reason: why.
        text: what stood there, cut to 200 characters.
    """

    line: int
    reason: str
    text: str


class Extract(NamedTuple):
    """What a block holds. `records == len(numbers) + len(removed) + len(callable) + len(rejects)`.

    Numbers are uint64, in the order of the file, repetitions included.

    Attributes:
        numbers: those that are listed.
        rejects: the records without a number, and those whose answer is not clear.
        records: how many records there are: a line that has several numbers is as many.
        blank: how many blank lines.
        removed: those that are no longer listed; of a delta only.
        callable: those that may be called; of a washed file only.
        newest: the latest date that can be one, where the dialect has dates.
        odd: how many dates can be none, for they are to come or long past.
        strays: numbers in columns that were not taken.
    """

    numbers: NDArray[np.uint64]
    rejects: list[Reject]
    records: int
    blank: int
    removed: NDArray[np.uint64] = _NONE
    callable: NDArray[np.uint64] = _NONE
    newest: date | None = None
    odd: int = 0
    strays: Strays | None = None


class _Cells(NamedTuple):
    """What one column of a block gave.

    Attributes:
        numbers: one for each line, 0 for none.
        further: other numbers of a cell: the line's place, and the number.
        bad: the place of a line, and why its cell is no number.
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
        self, normaliser: Normaliser, dialect: Dialect, *, sheet: bool = False, today: date | None = None
    ) -> None:
        country = normaliser.plan.home
        self._reader = CellReader(normaliser, country, sheet=sheet)
        self._bulk = BulkNormaliser(normaliser)
        self._codes = CountryCodes(country, sheet=sheet) if dialect.code is not None else None
        self._dialect = dialect
        self._today = today
        self._watch: Watch | None = None
        if dialect.watched is not None:
            width = max(dialect.width, dialect.columns)
            self._watch = Watch(self._reader, self._bulk, country, dialect.watched, width)

    def read(self, block: Block) -> Extract:
        """The numbers of a block of whole lines."""
        data, first = block
        dialect = self._dialect
        if b'"' in data:
            simple = without_quotes(data, dialect.delimiter)
            if simple is None:
                return self._read_records(data, first)
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
        self._respell(data, numbers, plain)
        cells = _Cells(numbers, [], [], [])
        for index in np.flatnonzero(numbers == 0).tolist():
            cell = data[where.starts[index] : where.ends[index]]
            if lines.ends[index] - lines.starts[index] > MAX_LINE:
                cells.bad.append((index, _TOO_LONG))
            elif not cell.strip():
                cells.empty.append(index)
            else:
                reader = coded.readers[coded.which[index]] if coded is not None else None
                self._one(cell, index, cells, reader or self._reader)
        return cells

    def _respell(self, data: bytes, numbers: Integers, where: Fields) -> None:
        """Read numbers written in groups (06 12 34 56 78): without what separates these, NumPy understands them, too.

        A property test holds this to what the normaliser says of them as they stand.
        """
        left = np.flatnonzero((numbers == 0) & (where.ends > where.starts))
        if len(left) < _WORTH_IT:
            return
        cells = [data[where.starts[index] : where.ends[index]] for index in left.tolist()]
        joint = b"\n".join(b"" if spoilt_by_spreadsheet(cell) else cell for cell in cells)
        again, _ = self._bulk.lines(joint.translate(None, _SEPARATORS) + b"\n")
        numbers[left] = again

    @staticmethod
    def _one(cell: bytes, index: int, cells: _Cells, reader: CellReader) -> None:
        """Read one cell, and put what it says into its place."""
        found, reason = reader.read(cell.decode("utf-8", "replace"))
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
            Reject(first + index, reason, _shown(line(index))) for column in columns for index, reason in column.bad
        ]
        blank = 0
        for index in set.intersection(*(set(column.empty) for column in columns)):
            if text := line(index).strip():
                rejects.append(Reject(first + index, self._missing(text), _shown(line(index))))
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
        unclear = which[codes == answers.UNCLEAR].tolist()
        rejects.extend(Reject(first + index, _UNCLEAR, _shown(line(index))) for index in unclear)
        newest, odd = None, 0
        if dialect.date is not None and dialect.delimiter:
            dates = answers.column(data, dialect.delimiter, dialect.date)
            newest, odd = answers.newest(dates.texts, self._today)
        return _parted(numbers, codes, Extract(_NONE, sorted(rejects), 0, blank, newest=newest, odd=odd))

    def _missing(self, line: bytes) -> str:
        column = min((self._dialect.column, *self._dialect.more))
        if line.count(self._dialect.delimiter) < column:
            return f"the line has no column {column + 1}"
        return "no number"

    def _read_records(self, data: bytes, first: int) -> Extract:
        """The long way: records with quotes, which may hold delimiters and line ends."""
        taken: list[_Entry] = []
        rows: dict[int, list[str]] = {}
        rejects: list[Reject] = []
        blank = 0
        places = (self._dialect.column, *self._dialect.more)
        for index, text, given in records(data, self._dialect):
            line = first + index
            row = join_area(given, self._dialect.area) if self._dialect.area else given
            cells = [cell for place in places if place < len(row) and (cell := row[place].strip())]
            if not text.strip():
                blank += 1
            elif len(text) > MAX_LINE:
                rejects.append(Reject(line, _TOO_LONG, _shown(text)))
            elif not cells:
                missing = len(row) <= min(places)
                reason = f"the line has no column {min(places) + 1}" if missing else "no number"
                rejects.append(Reject(line, reason, _shown(text)))
            else:
                rows[line] = row
                taken += [_Entry(line, text, row, cell.encode("latin-1")) for cell in cells]
        found = self._entries(taken, rejects)
        numbers = np.array([number for _, number in found], np.int64).view(np.uint64)
        codes = np.zeros(len(numbers), np.uint8)
        if self._dialect.answers is not None:
            meanings = self._dialect.answers
            said = [answers.CODES[meanings.meaning(_cell(entry.row, self._dialect.answer))] for entry, _ in found]
            codes = np.array(said, np.uint8)
        unclear = [entry for (entry, _), code in zip(found, codes.tolist(), strict=True) if code == answers.UNCLEAR]
        rejects.extend(Reject(entry.line, _UNCLEAR, _shown(entry.text)) for entry in unclear)
        dates = {_cell(row, self._dialect.date) for row in rows.values()}
        newest, odd = answers.newest(dates, self._today)
        extract = Extract(_NONE, sorted(rejects), 0, blank, newest=newest, odd=odd, strays=self._strays(rows, found))
        return _parted(numbers, codes, extract)

    def _entries(self, taken: Sequence["_Entry"], rejects: list[Reject]) -> list[tuple["_Entry", int]]:
        """The numbers of cells, each with where it is from."""
        readers = [self._codes.reader(_cell(entry.row, self._dialect.code)) if self._codes else None for entry in taken]
        # A line end within a cell would make two of it here; as a NUL it is no number either, and is read below.
        plain = (b"" if reader else entry.cell for entry, reader in zip(taken, readers, strict=True))
        buffer = b"".join(cell.replace(b"\n", b"\x00") + b"\n" for cell in plain)
        numbers, where = self._bulk.lines(buffer)
        self._respell(buffer, numbers, where)
        found: list[tuple[_Entry, int]] = []
        for entry, reader, number in zip(taken, readers, numbers.tolist(), strict=True):
            if number:
                found.append((entry, number))
                continue
            read = (reader or self._reader).read(entry.cell.decode("utf-8", "replace"))
            found += [(entry, one) for one in read.numbers]
            if not read.numbers:
                rejects.append(Reject(entry.line, read.reason, _shown(entry.text)))
        return found

    def _strays(self, rows: dict[int, list[str]], found: Sequence[tuple["_Entry", int]]) -> Strays | None:
        if self._watch is None:
            return None
        mine: dict[int, list[int]] = {}
        for entry, number in found:
            mine.setdefault(entry.line, []).append(number)
        strays = Strays()
        for line, row in rows.items():
            self._watch.row(row, mine.get(line, ()), strays)
        return strays


class _Entry(NamedTuple):
    """A cell of a record."""

    line: int
    text: bytes
    row: list[str]
    cell: bytes


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
    further = [pair for column in columns for pair in column.further]
    numbers = np.concatenate([*(column.numbers for column in columns), [number for _, number in further]])
    which = np.concatenate([*(np.arange(len(column.numbers)) for column in columns), [at for at, _ in further]])
    order = np.argsort(which, kind="stable")
    order = order[numbers[order] != 0]
    return numbers[order].astype(np.int64).view(np.uint64), which[order].astype(np.int64)


def _parted(numbers: NDArray[np.uint64], codes: NDArray[np.uint8], extract: Extract) -> Extract:
    """Numbers by the codes of their answers, and all of it counted."""
    parted = [numbers[codes == code] for code in (answers.LISTED, answers.REMOVED, answers.CALLABLE)]
    records = sum(map(len, parted)) + len(extract.rejects)
    return extract._replace(records=records, numbers=parted[0], removed=parted[1], callable=parted[2])


def _cell(row: Sequence[str], place: int | None) -> str:
    """A cell as text; "" where there is none. The row's characters are bytes."""
    return row[place].encode("latin-1").decode("utf-8", "replace") if place is not None and place < len(row) else ""


def _shown(text: bytes) -> str:
    return text[:_SHOWN].decode("utf-8", "replace")
