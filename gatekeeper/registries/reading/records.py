"""Records of CSV with quotes: which lines belong to one, and which quotes need no csv reader."""

import csv
from collections.abc import Callable, Iterator
from collections.abc import Set as AbstractSet

import numpy as np

from gatekeeper.registries.reading.dialect import ListDialect, split_cells
from gatekeeper.registries.reading.text import BLANKS, MAX_LINE, MAX_RECORD_LINES

_NOT_CLOSED = "unexpected end of data"  # how csv says that a quoted field goes on beyond the record


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


def records(
    data: bytes, dialect: ListDialect, numbers: Callable[[list[str]], AbstractSet[int]]
) -> Iterator[tuple[int, bytes, list[str]]]:
    """The records of a block: index of the first line, the text, and the cells (each byte one character, as latin-1).

    A quote that is opened and never closed must not swallow what follows: such a line stands for itself.

    Args:
        data: the lines.
        dialect: of the text.
        numbers: those that a record of these cells would have.
    """
    lines = data.split(b"\n")
    if lines[-1] == b"":
        lines.pop()
    index = 0
    while index < len(lines):
        count, cells = _record(lines, index, dialect, numbers)
        yield index, b"\n".join(lines[index : index + count]).rstrip(b"\r"), cells
        index += count


def _record(
    lines: list[bytes], index: int, dialect: ListDialect, numbers: Callable[[list[str]], AbstractSet[int]]
) -> tuple[int, list[str]]:
    """How many lines the record at `index` has, and its cells."""
    delimiter = dialect.delimiter.decode("ascii")
    line = lines[index].rstrip(b"\r").decode("latin-1")
    if not delimiter:
        cell = line.strip(BLANKS)
        # ="0612345678" is a spreadsheet's formula, not a cell in quotes.
        return 1, [cell if cell.startswith("=") else cell.removeprefix('"').removesuffix('"')]
    if '"' not in line or len(line) > MAX_LINE:
        return 1, line.split(delimiter)
    try:
        return 1, split_cells(line, delimiter)
    except csv.Error as error:
        longer = _over_lines(lines, index, dialect) if str(error) == _NOT_CLOSED else None
        if longer is not None and not _swallows(lines[index : index + longer[0]], longer[1], dialect, numbers):
            return longer
    return 1, _leniently(line, delimiter)


def _over_lines(lines: list[bytes], index: int, dialect: ListDialect) -> tuple[int, list[str]] | None:
    """A record over several lines: it must have all its columns."""
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
        return (count, cells) if len(cells) == dialect.columns and _is_whole(cells, dialect) else None
    return None


def _swallows(
    lines: list[bytes], cells: list[str], dialect: ListDialect, numbers: Callable[[list[str]], AbstractSet[int]]
) -> bool:
    """Whether a line of a record may be one of its own, with a number that the record has not: a mark meant inches."""
    own, delimiter = numbers(cells), dialect.delimiter.decode("ascii")
    return any(numbers(_leniently(line.rstrip(b"\r").decode("latin-1"), delimiter)) - own for line in lines)


def _is_whole(cells: list[str], dialect: ListDialect) -> bool:
    """Whether the numbers' cells are cells, and not a record and the beginning of the next."""
    taken = [cells[place] for place in (dialect.column, *dialect.more) if place < len(cells)]
    return not any("\n" in cell and dialect.delimiter.decode("ascii") in cell for cell in taken)


def _leniently(line: str, delimiter: str) -> list[str]:
    """A line whose quotes make no sense: cells as they stand, a pair of quotes around one taken off."""
    return [cell.removeprefix('"').removesuffix('"') for cell in line.split(delimiter)]
