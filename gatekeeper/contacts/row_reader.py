r"""Row reader: reads the cells of one CSV row at a time, for the rows that NumPy cannot cut.

Every byte is looked at a bounded number of times, whatever the text is. Two things see to that:

- a quoted cell ends at the first odd run of quotation marks behind its first one. A search that passes the beginning of
  another quoted cell finds an even run there, so that this cell ends within its own run: searches do not overlap;
- of a row that comes to nothing it is remembered where its cells began, and where it would have ended: a later row that
  comes upon one of them ends as that one did.

The patterns use neither possessive quantifiers nor atomic groups: `re` before Python 3.11.5 miscompiles them
(https://github.com/python/cpython/issues/106052). None can backtrack over what it has matched: a class is followed by
something that none of its characters begins.
"""

import re
from functools import lru_cache
from typing import NamedTuple

ByteSpan = tuple[int, int]

_BROKEN = -1


class ContactRow(NamedTuple):
    """One row.

    Attributes:
        end: the place of its line end's last byte; the length of the text where it has no line end.
        cells: where the contents of its cells are, without the quotation marks around them.
    """

    end: int
    cells: list[ByteSpan]


class _Patterns(NamedTuple):
    """Cells with what ends them, and a run of quotation marks.

    In the first two, group 1 is what the cell holds, and group 2 is there where a delimiter ends it: else its row ends.
    """

    plain: re.Pattern[bytes]
    quoted: re.Pattern[bytes]
    closed: re.Pattern[bytes]
    quotes: re.Pattern[bytes]


@lru_cache(maxsize=8)
def _patterns(delimiter: str, newline: bytes) -> _Patterns:
    separator = re.escape(delimiter.encode())
    end = rb"\r?(?:\n|\Z)" if newline == b"\n" else rb"(?:\r|\Z)"
    stop = rb"(?:(" + separator + rb")|" + end + rb")"
    return _Patterns(
        plain=re.compile(rb"([^\r\n" + separator + rb"]*)" + stop),
        quoted=re.compile(rb'"([^"]*)"' + stop),
        closed=re.compile(rb'()"' + stop),
        quotes=re.compile(rb'"+'),
    )


class RowReader:
    r"""Reads rows of one text.

    Args:
        data: the text, in an encoding in which ASCII characters are single bytes.
        delimiter: one ASCII character.
        newline: `\n` or `\r`.
        most_bytes: that a row may have, its line end included.
    """

    def __init__(self, data: bytes, delimiter: str, newline: bytes, most_bytes: int) -> None:
        self._data = data
        self._patterns = _patterns(delimiter, newline)
        self._newline = newline[0]
        self._most = most_bytes
        self._ends: dict[int, int] = {}

    def read(self, start: int) -> ContactRow | None:
        """The row that begins here; None where its quoting is broken, or it is longer than a row may be.

        A row that is not ended is read as if the text ended here: its `end` is the text's length.
        """
        cells: list[ByteSpan] = []
        begins: list[int] = []
        at = start
        while True:
            end = self._ends.get(at)
            if end is not None and (end == _BROKEN or self._too_long(start, end)):
                break
            begins.append(at)
            cell = self._cell(at)
            if cell is None:
                end = _BROKEN
                break
            cells.append((at + self._data.startswith(b'"', at), cell.end(1)))
            at = cell.end()
            if cell[2] is None:
                end = at - 1 if self._data[at - 1] == self._newline else len(self._data)
                if self._too_long(start, end):
                    break
                return ContactRow(end, cells)
        self._ends.update(dict.fromkeys(begins, end))
        return None

    def _cell(self, at: int) -> re.Match[bytes] | None:
        """The cell that begins here, together with what ends it."""
        if not self._data.startswith(b'"', at):
            return self._patterns.plain.match(self._data, at)
        simple = self._patterns.quoted.match(self._data, at)
        return simple or self._with_quotes(at)

    def _with_quotes(self, at: int) -> re.Match[bytes] | None:
        """The same for a quoted cell in which quotation marks are doubled."""
        for run in self._patterns.quotes.finditer(self._data, at + 1):
            if len(run[0]) % 2:
                return self._patterns.closed.match(self._data, run.end() - 1)
        return None

    def _too_long(self, start: int, end: int) -> bool:
        return min(end + 1, len(self._data)) - start > self._most
