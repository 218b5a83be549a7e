"""Records of CSV: cuts text into rows and cells by byte offsets, without copying or decoding any of it.

A row is what RFC 4180 says, with any one-byte delimiter and with LF, CR LF or CR ends. Two departures from it are
understood as every reader does: a quotation mark inside a cell that does not begin with one is a character like any
other, and rows may have too few or too many cells. A row whose quoting is really broken (a cell that begins with a
quotation mark and has no end, or something behind its end) is cut at the end of its first line and said to be broken:
so it can't swallow the rows after it. A row with a CR in it that ends no row is said to be broken, too: other readers
see two contacts there.

Where all quoting is in order, and in all text without quotation marks, this is done with NumPy.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from gatekeeper.contacts.row_reader import ByteSpan, RowReader
from gatekeeper.phone.bulk import Fields

Offsets = NDArray[np.int64]
Flags = NDArray[np.bool_]

MOST_BYTES = 256 << 10
"""Bytes that a row with quotation marks in it may have; a longer one is broken quoting."""

_QUOTE, _LF, _CR = b'"\n\r'


class Records(NamedTuple):
    """Rows of a buffer, and the cells of some of their columns. Offsets are bytes into `data`.

    Attributes:
        data: the buffer.
        starts: of the rows.
        ends: of the rows, their line ends included.
        bodies: of the rows, their line ends not included.
        widths: how many cells each row has.
        cells: for each column asked for, where the cells' contents are, without the quotation marks around them; empty
            where a row has no such cell or is broken.
        broken: rows whose quoting is broken.
        used: how many bytes of the buffer are in rows; the rest is the beginning of another one.
    """

    data: bytes
    starts: Offsets
    ends: Offsets
    bodies: Offsets
    widths: Offsets
    cells: list[Fields]
    broken: Flags
    used: int

    @property
    def blank(self) -> Flags:
        """Rows with nothing in them."""
        return np.equal(self.starts, self.bodies)


class _Marks(NamedTuple):
    """Where, outside of quoted cells, delimiters and line ends are."""

    delimiters: Offsets
    newlines: Offsets


def cut(data: bytes, delimiter: str, newline: bytes, columns: tuple[int, ...], *, last: bool) -> Records:
    r"""The rows of a buffer that begins with a row.

    Args:
        data: the text, in an encoding in which ASCII characters are single bytes.
        delimiter: one ASCII character.
        newline: `\n` or `\r`.
        columns: whose cells are wanted, counted from 0.
        last: whether the text ends here; else what is behind the last line end is left for the next buffer.
    """
    octets = np.frombuffer(data, np.uint8)
    separator, end_of_line = ord(delimiter), newline[0]
    if b'"' in data:
        quoted = (octets == _QUOTE).view(np.uint8)
        inside = np.bitwise_xor.accumulate(quoted).view(np.bool_)
        if not _in_order(octets, separator, end_of_line):
            return _cut_with_care(data, octets, separator, newline, columns, last=last)
        outside = ~inside
        marks = _Marks(
            np.flatnonzero((octets == separator) & outside), np.flatnonzero((octets == end_of_line) & outside)
        )
        left = len(octets) - (int(marks.newlines[-1]) + 1 if len(marks.newlines) else 0)
        newlines = _with_end(marks.newlines, len(octets), last=last)
        too_long = len(newlines) and int((newlines - _starts(newlines)).max()) >= MOST_BYTES
        if too_long or (inside[-1] and (last or left > MOST_BYTES)):
            return _cut_with_care(data, octets, separator, newline, columns, last=last)
    else:
        outside = None
        marks = _Marks(np.flatnonzero(octets == separator), np.flatnonzero(octets == end_of_line))
        newlines = _with_end(marks.newlines, len(octets), last=last)
    made = _records(data, octets, marks.delimiters, _starts(newlines), newlines, columns)
    _note_stray_ends(made, octets, newline, outside)
    return made


def _in_order(octets: NDArray[np.uint8], separator: int, newline: int) -> bool:
    """Whether every quoted cell begins and ends where a cell does, taking each second quotation mark for an end."""
    quotes = np.flatnonzero(octets == _QUOTE)
    opening, closing = quotes[::2], quotes[1::2]
    before = octets[np.maximum(opening - 1, 0)]
    begins = (before == separator) | (before == newline) | (opening == 0)
    doubled = np.zeros(len(opening), np.bool_)
    doubled[1:] = opening[1:] == closing[: len(opening) - 1] + 1
    if not (begins | doubled).all():
        return False
    after = octets[np.minimum(closing + 1, len(octets) - 1)]
    ends = (after == separator) | (after == newline) | (closing == len(octets) - 1)
    if newline == _LF:
        # CR LF; a CR that is the last byte of a buffer is not known to be one yet.
        second = octets[np.minimum(closing + 2, len(octets) - 1)]
        ends |= (after == _CR) & ((second == _LF) | (closing + 2 >= len(octets)))
    reopened = np.zeros(len(closing), np.bool_)
    count = min(len(closing), len(opening) - 1)
    reopened[:count] = doubled[1 : count + 1]
    return bool((ends | reopened).all())


def _with_end(newlines: Offsets, size: int, *, last: bool) -> Offsets:
    """The line ends, and at the end of the text an imagined one where the last row has none."""
    if last and size and (len(newlines) == 0 or newlines[-1] != size - 1):
        return np.append(newlines, size)
    return newlines


def _starts(newlines: Offsets) -> Offsets:
    starts = np.empty_like(newlines)
    starts[:1] = 0
    starts[1:] = newlines[:-1] + 1
    return starts


def _records(
    data: bytes,
    octets: NDArray[np.uint8],
    delimiters: Offsets,
    starts: Offsets,
    newlines: Offsets,
    columns: tuple[int, ...],
) -> Records:
    """Rows from `starts` to `newlines`, their cells cut at `delimiters`."""
    bodies = newlines
    if b"\r" in data and len(newlines):
        bodies = newlines - ((newlines > starts) & (octets[np.maximum(newlines - 1, 0)] == _CR))
    first = np.searchsorted(delimiters, starts)
    widths = np.searchsorted(delimiters, newlines) - first + 1
    padded = np.append(delimiters, np.zeros(1, np.int64))
    cells = []
    for column in columns:
        there = widths > column
        begins = starts if column == 0 else np.where(there, padded[np.where(there, first + column - 1, -1)] + 1, starts)
        inner = widths > column + 1
        ends = np.where(there, np.where(inner, padded[np.where(inner, first + column, -1)], bodies), starts)
        cells.append(_unquoted(octets, begins, np.maximum(ends, begins)))
    used = int(newlines[-1]) + 1 if len(newlines) else 0
    ends = np.minimum(newlines + 1, len(octets))
    return Records(data, starts, ends, bodies, widths, cells, np.zeros(len(starts), np.bool_), min(used, len(octets)))


def _note_stray_ends(made: Records, octets: NDArray[np.uint8], newline: bytes, outside: Flags | None) -> None:
    """Rows with a CR in them that ends no row (or, where CR ends rows, an LF): other readers see two rows there."""
    stray = _CR if newline == b"\n" else _LF
    if bytes([stray]) not in made.data or len(made.starts) == 0:
        return
    places = np.flatnonzero(octets == stray if outside is None else (octets == stray) & outside)
    places = places[places < made.ends[-1]]
    rows = np.searchsorted(made.starts, places, side="right") - 1
    made.broken[rows[places < made.bodies[rows]]] = True


def _unquoted(octets: NDArray[np.uint8], begins: Offsets, ends: Offsets) -> Fields:
    """The cells without the quotation marks around them."""
    if len(octets) == 0 or len(begins) == 0:
        return Fields(begins, ends)
    limit = len(octets) - 1
    quoted = (ends - begins > 1) & (octets[np.minimum(begins, limit)] == _QUOTE)
    quoted &= octets[np.maximum(ends - 1, 0)] == _QUOTE
    return Fields(begins + quoted, ends - quoted)


def _cut_with_care(
    data: bytes, octets: NDArray[np.uint8], separator: int, newline: bytes, columns: tuple[int, ...], *, last: bool
) -> Records:
    """The same where quotation marks stand in unusual places: lines with one are looked at one by one."""
    newlines = _with_end(np.flatnonzero(octets == newline[0]), len(octets), last=last)
    lines = _starts(newlines)
    with_quotes = np.unique(np.searchsorted(lines, np.flatnonzero(octets == _QUOTE), side="right") - 1)
    is_row = np.ones(len(lines), np.bool_)
    row_newlines = newlines.copy()
    special: dict[int, list[ByteSpan] | None] = {}
    reader = RowReader(data, chr(separator), newline, MOST_BYTES)
    done = -1
    with_quotes = with_quotes[with_quotes >= 0]  # where no line has an end yet, there is nothing to look at
    for line, start, newline_at in zip(
        with_quotes.tolist(), lines[with_quotes].tolist(), newlines[with_quotes].tolist(), strict=True
    ):
        if line <= done:
            continue
        read = reader.read(start)
        if read is not None and read.end == len(data) and not last:
            read = None
        if read is None and not last and len(data) - start <= MOST_BYTES:
            # It may go on in the next buffer.
            is_row[line:] = False
            break
        special[line] = read.cells if read is not None else None
        if read is not None and read.end > newline_at:
            end_line = int(np.searchsorted(newlines, read.end))
            is_row[line + 1 : end_line + 1] = False
            row_newlines[line] = newlines[end_line]
            done = end_line
    rows = np.flatnonzero(is_row)
    made = _records(data, octets, np.flatnonzero(octets == separator), lines[rows], row_newlines[rows], columns)
    _note_stray_ends(made, octets, newline, None)
    return _with_special(made, special, rows, columns)


def _with_special(
    made: Records, special: dict[int, list[ByteSpan] | None], rows: Offsets, columns: tuple[int, ...]
) -> Records:
    """Put in the cells of the rows that were read one by one."""
    places = np.searchsorted(rows, np.fromiter(special, np.int64, len(special)))
    read = list(special.values())
    made.broken[places] = [cells is None for cells in read]
    made.widths[places] = [1 if cells is None else len(cells) for cells in read]
    for place, column in enumerate(columns):
        nothing = [(start, start) for start in made.starts[places].tolist()]
        spans = [
            cells[column] if cells and column < len(cells) else none for cells, none in zip(read, nothing, strict=True)
        ]
        both = np.array(spans, np.int64).reshape(-1, 2)
        made.cells[place].starts[places], made.cells[place].ends[places] = both[:, 0], both[:, 1]
    return made
