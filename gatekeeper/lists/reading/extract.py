"""From a block of lines to numbers: the plain majority by NumPy, the rest one by one."""

import csv
from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from gatekeeper.lists.reading import answers
from gatekeeper.lists.reading.dialect import Dialect, join_area, split_cells
from gatekeeper.lists.reading.text import MAX_LINE, MAX_RECORD_LINES, Block
from gatekeeper.phone import Normaliser, NumberKind
from gatekeeper.phone.bulk import BulkNormaliser, Fields, split_column, split_lines

_NOT_CLOSED = "unexpected end of data"  # how csv says that a quoted field goes on beyond the record
_TOO_LONG = f"the line is longer than {MAX_LINE} bytes"
_KINDS = {
    NumberKind.EMERGENCY: "an emergency number can't be listed",
    NumberKind.SHORT_CODE: "a short code is no person's number",
    NumberKind.INTERNAL: "an internal number",
    NumberKind.WITHHELD: "no number: withheld",
}
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
        records: how many records there are.
        blank: how many blank lines.
        removed: those that are no longer listed; of a delta only.
        callable: those that may be called; of a washed file only.
        newest: the latest date, where the dialect has dates.
    """

    numbers: NDArray[np.uint64]
    rejects: list[Reject]
    records: int
    blank: int
    removed: NDArray[np.uint64] = _NONE
    callable: NDArray[np.uint64] = _NONE
    newest: date | None = None


class Extractor:
    """Reads the numbers out of blocks. Several threads may use one.

    Args:
        normaliser: for the list's country.
        dialect: of the text.
        lost: what stands before national numbers and a spreadsheet takes off, such as 0; "" where none did.
    """

    def __init__(self, normaliser: Normaliser, dialect: Dialect, lost: str = "") -> None:
        self._normalise = normaliser.normalise
        self._lost = lost
        self._bulk = BulkNormaliser(normaliser)
        self._dialect = dialect

    def read(self, block: Block) -> Extract:
        """The numbers of a block of whole lines."""
        data, first = block
        delimiter = self._dialect.delimiter
        if b'"' in data:
            simple = without_quotes(data, delimiter)
            if simple is None:
                return self._read_records(data, first)
            data = simple
        if not delimiter:
            numbers, where = self._bulk.lines(data)
            return self._complete(data, first, numbers, where)
        if self._dialect.area:
            data = joined(data, delimiter, self._dialect.area)
        where, _ = split_column(data, delimiter, self._dialect.column)
        numbers = self._bulk.fields(data, where)
        return self._complete(data, first, numbers, where)

    def _complete(self, data: bytes, first: int, numbers: NDArray[np.int64], where: Fields) -> Extract:
        """Ask the normaliser for what NumPy left, and sort out blank lines and answers."""
        self._respell(data, numbers, where)
        left = np.flatnonzero(numbers == 0).tolist()
        rejects: list[Reject] = []
        blank = 0
        plain = self._dialect.answer is None and self._dialect.date is None
        lines = split_lines(data) if (left or not plain) and self._dialect.delimiter else where
        for index in left:
            line = data[lines.starts[index] : lines.ends[index]]
            if not line.strip():
                blank += 1
            elif len(line) > MAX_LINE:
                rejects.append(Reject(first + index, _TOO_LONG, _shown(line)))
            else:
                cell = data[where.starts[index] : where.ends[index]]
                reason = self._one(cell, index, numbers) if cell.strip() else self._missing(line)
                if reason:
                    rejects.append(Reject(first + index, reason, _shown(line)))
        if not plain:
            whole = Extract(numbers.view(np.uint64), rejects, len(numbers) - blank, blank)
            return self._answered(data, first, whole, lines)
        good = numbers[numbers != 0] if left else numbers
        return Extract(good.view(np.uint64), rejects, len(numbers) - blank, blank)

    def _answered(self, data: bytes, first: int, extract: Extract, lines: Fields) -> Extract:
        """Part the numbers of each line (0 for none) by the answers beside them."""
        dialect, numbers = self._dialect, extract.numbers
        newest = None
        if dialect.date is not None and dialect.delimiter:
            newest = answers.newest(answers.column(data, dialect.delimiter, dialect.date))
        if dialect.answer is None or dialect.answers is None:
            return extract._replace(numbers=numbers[numbers != 0], newest=newest)
        if dialect.delimiter:
            codes = answers.meanings(answers.column(data, dialect.delimiter, dialect.answer), dialect.answers)
        else:
            codes = np.full(len(numbers), answers.CODES[dialect.answers.empty], np.uint8)
        unclear = np.flatnonzero((numbers != 0) & (codes == answers.UNCLEAR)).tolist()
        rejects = extract.rejects + [
            Reject(first + index, _UNCLEAR, _shown(data[lines.starts[index] : lines.ends[index]])) for index in unclear
        ]
        return _parted(extract._replace(rejects=sorted(rejects), newest=newest), numbers, codes)

    def _respell(self, data: bytes, numbers: NDArray[np.int64], where: Fields) -> None:
        """Read numbers written in groups (06 12 34 56 78): without what separates these, NumPy understands them, too.

        A property test holds this to what the normaliser says of them as they stand.
        """
        left = np.flatnonzero((numbers == 0) & (where.ends > where.starts))
        if len(left) < _WORTH_IT:
            return
        cells = b"\n".join(data[where.starts[index] : where.ends[index]] for index in left.tolist())
        again, _ = self._bulk.lines(cells.translate(None, _SEPARATORS))
        numbers[left] = again

    def _one(self, cell: bytes, index: int, numbers: NDArray[np.int64]) -> str:
        """Read one cell; "" where it is a number, which is put into its place, else why it is none."""
        text = cell.decode("utf-8", "replace").strip()
        found = self._normalise(text)
        if found.kind is not NumberKind.E164 and self._lost and text.isdecimal():
            again = self._normalise(self._lost + text)
            found = again if again.kind is NumberKind.E164 else found
        if found.kind is NumberKind.E164:
            numbers[index] = found.e164
            return ""
        return _KINDS.get(found.kind) or found.note or "not a telephone number"

    def _missing(self, line: bytes) -> str:
        if line.count(self._dialect.delimiter) < self._dialect.column:
            return f"the line has no column {self._dialect.column + 1}"
        return "no number"

    def _read_records(self, data: bytes, first: int) -> Extract:
        """The long way: records with quotes, which may hold delimiters and line ends."""
        lines: list[int] = []
        cells: list[bytes] = []
        texts: list[bytes] = []
        beside: list[tuple[str, str]] = []
        rejects: list[Reject] = []
        blank = 0
        for index, text, given in records(data, self._dialect):
            line = first + index
            row = join_area(given, self._dialect.area) if self._dialect.area else given
            if not text.strip():
                blank += 1
            elif len(text) > MAX_LINE:
                rejects.append(Reject(line, _TOO_LONG, _shown(text)))
            elif len(row) <= self._dialect.column:
                rejects.append(Reject(line, f"the line has no column {self._dialect.column + 1}", _shown(text)))
            elif not (cell := row[self._dialect.column].strip()):
                rejects.append(Reject(line, "no number", _shown(text)))
            else:
                lines.append(line)
                # A line end within the cell would make two fields of it below; as a blank it is no number either.
                cells.append(cell.encode("latin-1").replace(b"\n", b"\x00"))
                texts.append(text)
                beside.append((_cell(row, self._dialect.answer), _cell(row, self._dialect.date)))
        count = len(cells) + len(rejects)
        buffer = b"\n".join(cells)
        numbers, where = self._bulk.lines(buffer)
        self._respell(buffer, numbers, where)
        rejects.extend(
            Reject(lines[index], reason, _shown(texts[index]))
            for index in np.flatnonzero(numbers == 0).tolist()
            if (reason := self._one(cells[index], index, numbers))
        )
        codes = np.zeros(len(numbers), np.uint8)
        if self._dialect.answers is not None:
            meant = [answers.CODES[self._dialect.answers.meaning(answer)] for answer, _ in beside]
            codes = np.array(meant, np.uint8)
        unclear = np.flatnonzero((numbers != 0) & (codes == answers.UNCLEAR)).tolist()
        rejects.extend(Reject(lines[index], _UNCLEAR, _shown(texts[index])) for index in unclear)
        newest = max((day for _, text in beside if (day := answers.read_date(text)) is not None), default=None)
        extract = Extract(numbers.view(np.uint64), sorted(rejects), count, blank, newest=newest)
        return _parted(extract, extract.numbers, codes)


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


def _parted(extract: Extract, numbers: NDArray[np.uint64], codes: NDArray[np.uint8]) -> Extract:
    """Numbers (0 for none) by the codes of their answers."""
    there = numbers != 0
    return extract._replace(
        numbers=numbers[there & (codes == answers.LISTED)],
        removed=numbers[there & (codes == answers.REMOVED)],
        callable=numbers[there & (codes == answers.CALLABLE)],
    )


def _cell(row: list[str], place: int | None) -> str:
    """A cell as text; "" where there is none. The row's characters are bytes."""
    return row[place].encode("latin-1").decode("utf-8", "replace") if place is not None and place < len(row) else ""


def without_quotes(data: bytes, delimiter: bytes) -> bytes | None:
    """The same lines without quotes, where those only stand around whole cells that need none; else None."""
    octets = np.frombuffer(data, np.uint8)
    quote = octets == ord('"')
    ends = octets == ord("\n")
    edge = ends | (octets == ord("\r"))
    if delimiter:
        ends |= octets == ord(delimiter)
        edge |= ends
    inside = np.bitwise_xor.accumulate(quote.view(np.uint8)).view(np.bool_)
    if inside[-1] or (inside & edge).any():
        return None
    where = np.flatnonzero(quote)
    before, after = np.roll(edge, 1), np.roll(edge, -1)
    before[0] = after[-1] = True
    # Quotes open after an edge and close before one; anything else, "" too, is left to the csv reader.
    if not before[where[0::2]].all() or not after[where[1::2]].all():
        return None
    return data.replace(b'"', b"")


def records(data: bytes, dialect: Dialect) -> Iterator[tuple[int, bytes, list[str]]]:
    """The records of a block: index of the first line, the text, and the cells (each byte one character, as latin-1).

    A quote that is opened and never closed must not swallow what follows: such a line stands for itself.
    """
    lines = data.split(b"\n")
    if lines[-1] == b"":
        lines.pop()
    index = 0
    while index < len(lines):
        count, cells = _record(lines, index, dialect)
        yield index, b"\n".join(lines[index : index + count]).rstrip(b"\r"), cells
        index += count


def _record(lines: list[bytes], index: int, dialect: Dialect) -> tuple[int, list[str]]:
    """How many lines the record at `index` has, and its cells."""
    delimiter = dialect.delimiter.decode("ascii")
    line = lines[index].rstrip(b"\r").decode("latin-1")
    if not delimiter:
        return 1, [line.strip().removeprefix('"').removesuffix('"')]
    if '"' not in line or len(line) > MAX_LINE:
        return 1, line.split(delimiter)
    try:
        return 1, split_cells(line, delimiter)
    except csv.Error as error:
        if str(error) == _NOT_CLOSED and (longer := _over_lines(lines, index, dialect)) is not None:
            return longer
    return 1, _leniently(line, delimiter)


def _over_lines(lines: list[bytes], index: int, dialect: Dialect) -> tuple[int, list[str]] | None:
    """A record over several lines: it must have all its columns, and its number must be on one line."""
    text = lines[index].decode("latin-1")
    for count in range(2, MAX_RECORD_LINES + 1):
        if index + count > len(lines) or len(text) > MAX_LINE:
            return None
        text += "\n" + lines[index + count - 1].decode("latin-1")
        if '"' not in lines[index + count - 1].decode("latin-1"):
            continue
        try:
            cells = split_cells(text.rstrip("\r"), dialect.delimiter.decode("ascii"))
        except csv.Error as error:
            if str(error) == _NOT_CLOSED:
                continue
            return None
        fits = len(cells) == dialect.columns and "\n" not in cells[dialect.column]
        return (count, cells) if fits else None
    return None


def _leniently(line: str, delimiter: str) -> list[str]:
    """A line whose quotes make no sense: cells as they stand, a pair of quotes around one taken off."""
    return [cell.removeprefix('"').removesuffix('"') for cell in line.split(delimiter)]


def _shown(text: bytes) -> str:
    return text[:_SHOWN].decode("utf-8", "replace")
