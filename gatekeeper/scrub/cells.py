"""From the bytes of number cells to decisions."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from gatekeeper.phone import Normaliser, NumberKind
from gatekeeper.phone.bulk import BulkNormaliser, Fields
from gatekeeper.screening.bulk import Judge

Codes = NDArray[np.int16]

EMPTY = -1
"""Stands for no number, where the place of a decision would stand."""

_REMEMBERED = 200_000
"""Spellings whose outcome is kept at a time, of those that are not plain: files repeat themselves."""

_MOST = 1000
"""Bytes of a cell that are looked at: no number is longer."""


class CellReader:
    """Decides on cells.

    Args:
        normaliser: reads what is dialled.
        judge: decides on what was read.
    """

    def __init__(self, normaliser: Normaliser, judge: Judge) -> None:
        self._normaliser = normaliser
        self._bulk = BulkNormaliser(normaliser)
        self._judge = judge
        self._seen: dict[bytes, tuple[int, int]] = {}

    def decide(self, data: bytes, columns: Sequence[Fields], encoding: str) -> list[Codes]:
        """For each cell of each column the place of its decision in the judge's, `EMPTY` for a cell without anything.

        Args:
            data: the buffer.
            columns: where the cells are.
            encoding: of the text.

        Raises:
            StoreError: the lists can't be read.
        """
        codes, numbers = [], []
        for where in columns:
            found = self._bulk.fields(data, where)
            states = np.full(len(found), EMPTY, np.int16)
            self._slowly(data, where, encoding, found, states)
            codes.append(states)
            numbers.append(found)
        if columns:
            together = np.concatenate(numbers)
            read = np.flatnonzero(together)
            verdicts = np.concatenate(codes)
            verdicts[read] = self._judge.numbers(together[read])
            codes = np.split(verdicts, len(columns))
        return codes

    def texts(self, texts: Sequence[str]) -> Codes:
        """The same for texts, such as those of a database.

        Raises:
            StoreError: the lists can't be read.
        """
        codes = np.full(len(texts), EMPTY, np.int16)
        numbers = np.zeros(len(texts), np.int64)
        for place, text in enumerate(texts):
            if text.strip():
                numbers[place], codes[place] = self._read(text)
        read = np.flatnonzero(numbers)
        codes[read] = self._judge.numbers(numbers[read])
        return codes

    def _slowly(self, data: bytes, where: Fields, encoding: str, found: NDArray[np.int64], states: Codes) -> None:
        """What the vectorised reading left over."""
        left = np.flatnonzero((found == 0) & (where.ends > where.starts))
        spans = zip(left.tolist(), where.starts[left].tolist(), where.ends[left].tolist(), strict=True)
        for place, start, end in spans:
            raw = data[start : min(end, start + _MOST)]
            outcome = self._seen.get(raw)
            if outcome is None:
                text = raw.decode(encoding, "replace").replace('""', '"')
                outcome = self._read(text) if text.strip() else (0, EMPTY)
                if len(self._seen) >= _REMEMBERED:
                    self._seen.clear()
                self._seen[raw] = outcome
            found[place], states[place] = outcome

    def _read(self, text: str) -> tuple[int, int]:
        """The number and `EMPTY`, or 0 and the place of the decision on what is none."""
        number = self._normaliser.normalise(text)
        if number.kind is NumberKind.E164:
            return number.e164, EMPTY
        return 0, self._judge.other(number)
