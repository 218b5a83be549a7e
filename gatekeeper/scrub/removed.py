"""The rows of `*.removed.csv`: the contact as it was, and behind it what was taken out and why."""

from collections.abc import Iterator, Sequence
from functools import cache

import numpy as np

from gatekeeper.contacts.dialect import Dialect
from gatekeeper.contacts.records import Flags, Records
from gatekeeper.policy import Decision, Reason, Verdict, info_of
from gatekeeper.scrub.cells import EMPTY, Codes
from gatekeeper.scrub.rows import RowOutcome, first_reason
from gatekeeper.scrub.words import COLUMNS, CONTACT, NO_NUMBER, NUMBER, UNREADABLE, shown_list
from gatekeeper.words import Language, sentence


class RemovedRows:
    """Writes rows with our columns behind theirs.

    Our cells begin with a letter or a digit and are quoted where they have to be: no spreadsheet takes one for a
    formula. A row that can't be read stands in the first cell, whole, so that the file as such can be read.

    Args:
        dialect: of the file.
        columns: of the numbers, counted from 0.
        decisions: those of the bulk screening, which may grow.
        language: of the sentences.
    """

    def __init__(
        self, dialect: Dialect, columns: tuple[int, ...], decisions: Sequence[Decision], language: Language
    ) -> None:
        self._dialect = dialect
        self._columns = columns
        self._decisions = decisions
        self._language = language
        self._encoding = "utf-8" if dialect.wide else dialect.encoding
        self._delimiter = dialect.delimiter.encode()
        # What stands behind a row depends on the decisions alone, of which there are few.
        self._behind = cache(self._make_behind)

    def header(self, records: Records, row: int) -> bytes:
        """The header with the names of our columns behind it."""
        body = records.data[records.starts[row] : records.bodies[row]]
        names = self._delimiter.join(name.encode() for name in COLUMNS)
        return body + self._delimiter + names + self._end(records, row)

    def rows(
        self, records: Records, outcome: RowOutcome, codes: Sequence[Codes], unreadable: Flags, line: int
    ) -> Iterator[bytes]:
        """Every row that was removed or lost a number.

        Args:
            records: the rows.
            outcome: what becomes of them.
            codes: the decisions on their numbers.
            unreadable: rows that can't be relied on.
            line: number of the buffer's first line in the file.
        """
        places = np.flatnonzero(outcome.removed | outcome.reduced)
        if len(places) == 0:
            return
        newlines = np.flatnonzero(np.frombuffer(records.data, np.uint8) == self._dialect.newline[0])
        lines = np.searchsorted(newlines, records.starts[places]) + line
        chosen = np.stack([column[places] for column in codes], axis=1)
        data, width, delimiter, behind = records.data, self._dialect.width, self._delimiter, self._behind
        # Plain lists: a NumPy scalar costs as much as the whole row.
        for row, at, decided, start, end, cells, is_lost, is_removed in zip(
            places.tolist(),
            lines.tolist(),
            map(tuple, chosen.tolist()),
            records.starts[places].tolist(),
            records.bodies[places].tolist(),
            records.widths[places].tolist(),
            unreadable[places].tolist(),
            outcome.removed[places].tolist(),
            strict=True,
        ):
            body = data[start:end]
            if is_lost:
                body = b'"' + body.replace(b'"', b'""') + b'"' + delimiter * (width - 1)
            elif cells > width:
                body = body[: width - cells]
            elif cells < width:
                body += delimiter * (width - cells)
            yield b"%b%b%b%d%b" % (
                body,
                delimiter,
                behind(None if is_lost else decided, is_removed),
                at,
                self._end(records, row),
            )

    def _end(self, records: Records, row: int) -> bytes:
        """The row's line end; one like the others' where the last has none."""
        end = records.data[records.bodies[row] : records.ends[row]]
        if end:
            return end
        crlf = self._dialect.newline == b"\n" and b"\r\n" in records.data
        return b"\r\n" if crlf else self._dialect.newline

    def _make_behind(self, decided: tuple[int, ...] | None, is_removed: bool) -> bytes:
        cells = [CONTACT if is_removed else NUMBER, *self._why(decided)]
        text = "".join(self._quoted(cell) + self._dialect.delimiter for cell in cells)
        return text.encode(self._encoding, "replace")

    def _why(self, decided: tuple[int, ...] | None) -> tuple[str, str, str, str, str]:
        """Reason, list and sentence of the first number that may not be called, all such by column, its provision."""
        if decided is None:
            return Reason.NUMBER_INVALID.value, "", sentence(UNREADABLE, self._language), "", ""
        blocked = [
            (column, self._decisions[code])
            for column, code in zip(self._columns, decided, strict=True)
            if code != EMPTY and self._decisions[code].verdict is Verdict.BLOCK
        ]
        if not blocked:
            return Reason.NUMBER_INVALID.value, "", sentence(NO_NUMBER, self._language), "", ""
        first = first_reason([decision for _, decision in blocked])
        each = [f"column {column + 1} {why.reason.value} {shown_list(why)}".strip() for column, why in blocked]
        why = sentence(info_of(first.reason), self._language)
        return first.reason.value, shown_list(first), why, " / ".join(each), first.provision

    def _quoted(self, cell: str) -> str:
        special = self._dialect.delimiter in cell or '"' in cell
        return '"' + cell.replace('"', '""') + '"' if special else cell
