"""Plain blocks of a CSV, taken column by column: no quotes, the same cells in every line, moments written alike.

What is claimed here is exactly what `records.ConsentReader` makes of the same lines; whatever is spelled otherwise is
left to it, a whole block at a time.
"""

from collections.abc import Callable, Mapping
from typing import NamedTuple
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from gatekeeper.consents.importing.moments import MomentReader
from gatekeeper.consents.importing.rows import RECORD_TYPE, EntryRows, Integers, Octets, by_subject, put_pieces
from gatekeeper.consents.importing.shared_cells import LONGEST_RUN, Groups, GroupValue, SharedCells
from gatekeeper.phone.bulk import BulkNormaliser, Fields

_OWN = frozenset(("number", "collected_at", "proof"))
"""Columns in which each line says something else; cells of the others are taken for the many lines that share them."""

_HEX = 64
_SHORTEST_REFERENCE = 7
"""Characters from which on no reference is a word that says yes or no."""


class _Proofs(NamedTuple):
    """A sort of proof: what stands before it in the ledger, and which characters it has."""

    prefix: bytes
    signs: NDArray[np.bool_]

    @property
    def others(self) -> int:
        """How many characters of the prefix are none of these."""
        return sum(not self.signs[sign] for sign in self.prefix)


def _signs(*ranges: bytes) -> NDArray[np.bool_]:
    signs = np.zeros(256, np.bool_)
    for first, last in ranges:
        signs[first : last + 1] = True
    return signs


_REFERENCES = _Proofs(b"ref:", _signs(b"09", b"AZ", b"az", b"--", b"__"))
_SUMS = _Proofs(b"sha256:", _signs(b"09", b"af"))


class PlainBlock(NamedTuple):
    """What was read of a block.

    Attributes:
        rows: its consents, by subject, so that all are brought into that order with fewer leaps; `id` is the place in
            the block.
        groups: which group each line is of.
        unproved: which lines have no proof.
    """

    rows: EntryRows
    groups: Groups
    unproved: NDArray[np.bool_]


class PlainReader:
    """Reads plain blocks.

    Args:
        places: of the columns.
        delimiter: between them.
        numbers: reads the numbers.
        zone: of moments without one.
        latest: no consent is of after this.
        group: what the shared cells of a line say; None where they can't be taken here.
    """

    def __init__(
        self,
        places: Mapping[str, int],
        delimiter: bytes,
        numbers: BulkNormaliser,
        zone: ZoneInfo,
        latest: int,
        group: Callable[[dict[str, str]], GroupValue | None],
    ) -> None:
        self._places = dict(places)
        self._delimiter = delimiter
        self._numbers = numbers
        self._moments = MomentReader(zone, latest)
        self._shared = SharedCells({name: place for name, place in places.items() if name not in _OWN}, group)

    def read(self, data: bytes) -> PlainBlock | None:
        """The consents of whole lines; None where they are not plain."""
        if b'"' in data or b"\r" in data or "number" not in self._places or "contact" in self._places:
            return None
        padded = data + bytes(LONGEST_RUN)
        octets = np.frombuffer(padded, np.uint8)
        cells = self._cells(octets[: len(data)])
        if cells is None:
            return None
        starts, ends = cells
        place = self._places["number"]
        numbers = self._numbers.fields(data, Fields(starts[place], ends[place]))
        place = self._places["collected_at"]
        at = self._moments.read(octets, starts[place], ends[place] - starts[place])
        if at is None or not numbers.all():
            return None
        groups = self._shared.read(padded, octets, starts, ends)
        if groups is None:
            return None
        until = groups.until[groups.places]
        if ((until != 0) & (until <= at)).any():
            return None
        order = by_subject(numbers)
        proofs = self._proofs(octets, starts, ends, order)
        if proofs is None:
            return None
        texts, lengths = proofs
        records = np.zeros(len(numbers), RECORD_TYPE)
        records["id"] = order
        records["at"] = at[order]
        records["terms"] = groups.terms[groups.places[order]]
        records["until"] = until[order]
        records["proof"] = lengths
        unproved = np.zeros(len(numbers), np.bool_)
        unproved[order] = lengths == 0
        return PlainBlock(EntryRows(numbers[order], records, texts), groups, unproved)

    def _cells(self, octets: Octets) -> tuple[Integers, Integers] | None:
        """Where each cell begins and ends: a row for each column."""
        newlines = octets == ord("\n")
        lines = int(np.count_nonzero(newlines))
        marks = np.flatnonzero(newlines | (octets == self._delimiter[0])).astype(np.int64, copy=False)
        if not lines or not newlines[-1] or len(marks) != lines * len(self._places):
            return None
        ends = np.ascontiguousarray(marks.reshape(lines, -1).T)
        if not newlines[ends[-1]].all():
            return None  # a line has more cells, and another fewer
        starts = np.empty_like(ends)
        starts[0, 0] = 0
        starts[0, 1:] = ends[-1, :-1] + 1
        starts[1:] = ends[:-1] + 1
        return starts, ends

    def _proofs(
        self, octets: Octets, starts: Integers, ends: Integers, order: Integers
    ) -> tuple[Octets, Integers] | None:
        """The texts of the proofs in an order, and how long each is: plain references, or sums."""
        place = self._places.get("proof")
        if place is None:
            return np.empty(0, np.uint8), np.zeros(starts.shape[1], np.int64)
        begins, lengths = starts[place][order], (ends[place] - starts[place])[order]
        if (lengths == _HEX).all():
            found = _prefixed(_SUMS, octets, begins, lengths)
            if found is not None:
                return found
        if ((lengths > 0) & ((lengths < _SHORTEST_REFERENCE) | (lengths >= _HEX))).any():
            return None
        return _prefixed(_REFERENCES, octets, begins, lengths)


def _prefixed(sort: _Proofs, octets: Octets, begins: Integers, lengths: Integers) -> tuple[Octets, Integers] | None:
    """The texts of proofs of a sort, and how long each is; None where they are of another."""
    before = np.where(lengths > 0, len(sort.prefix), 0)
    wholes = lengths + before
    behind = np.cumsum(wholes)
    texts = np.empty(int(behind[-1]), np.uint8)
    put_pieces(texts, behind - wholes, np.frombuffer(sort.prefix, np.uint8), np.zeros_like(before), before)
    put_pieces(texts, behind - lengths, octets, begins, lengths)
    others = texts.size - int(np.count_nonzero(sort.signs[texts]))
    return (texts, wholes) if others == sort.others * int(np.count_nonzero(lengths)) else None
