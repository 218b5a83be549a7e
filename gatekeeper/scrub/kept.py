"""The rows of `*.clean.csv`: contacts as they were, without the numbers that may not be called, and what is added."""

from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from gatekeeper.contacts.dialect import Dialect
from gatekeeper.contacts.records import Records
from gatekeeper.phone.bulk import Fields
from gatekeeper.scrub.rows import RowOutcome


def kept_bytes(records: Records, cells: Sequence[Fields], outcome: RowOutcome) -> Iterator[memoryview]:
    """The buffer without the rows removed and without the numbers lost."""
    starts, ends = [records.starts[outcome.removed]], [records.ends[outcome.removed]]
    if outcome.reduced.any():
        for where, blocked in zip(cells, outcome.blocked, strict=True):
            lost = blocked & outcome.reduced
            starts.append(where.starts[lost])
            ends.append(where.ends[lost])
    gaps = np.concatenate(starts)
    order = np.argsort(gaps, kind="stable")
    begins = np.append(0, np.concatenate(ends)[order]).tolist()
    stops = np.append(gaps[order], records.used).tolist()
    view = memoryview(records.data)
    return (view[begin:stop] for begin, stop in zip(begins, stops, strict=True) if begin < stop)


class KeptRows:
    """Writes rows with columns behind theirs.

    Args:
        dialect: of the file.
    """

    def __init__(self, dialect: Dialect) -> None:
        self._dialect = dialect
        self._encoding = "utf-8" if dialect.wide else dialect.encoding
        self._delimiter = dialect.delimiter.encode()
        self.header: int | None = None
        """The row of the next buffer that is the heading."""

    def rows(
        self,
        records: Records,
        cells: Sequence[Fields],
        outcome: RowOutcome,
        names: Sequence[str],
        behind: Mapping[int, Sequence[str]],
    ) -> Iterator[bytes]:
        """What is kept of a buffer.

        Args:
            records: the rows.
            cells: of the numbers, by column.
            outcome: what becomes of the rows.
            names: of the columns that are added.
            behind: what is added to each contact that is kept.
        """
        header, self.header = self.header, None
        data, width = records.data, self._dialect.width
        for row in np.flatnonzero(~outcome.removed).tolist():
            start, body, end = int(records.starts[row]), int(records.bodies[row]), int(records.ends[row])
            added = names if row == header else behind.get(row)
            if added is None:
                yield data[start:end]
                continue
            text = self._without_lost(records, cells, outcome, row) if outcome.reduced[row] else data[start:body]
            spare = width - int(records.widths[row])
            text = text[:spare] if spare < 0 else text + self._delimiter * spare
            more = self._delimiter.join(one.encode(self._encoding, "replace") for one in added)
            yield text + self._delimiter + more + data[body:end]

    @staticmethod
    def _without_lost(records: Records, cells: Sequence[Fields], outcome: RowOutcome, row: int) -> bytes:
        """A row without the numbers that may not be called."""
        gaps = sorted(
            (int(where.starts[row]), int(where.ends[row]))
            for where, blocked in zip(cells, outcome.blocked, strict=True)
            if blocked[row]
        )
        parts, place = [], int(records.starts[row])
        for begin, stop in gaps:
            parts.append(records.data[place:begin])
            place = stop
        return b"".join([*parts, records.data[place : int(records.bodies[row])]])
