"""Watching a scrub: takes down the numbers of the contacts that it keeps, for who asks more of them than it does."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from gatekeeper.policy import Decision, Verdict
from gatekeeper.screening.bulk import NOTHING_BESIDE, Beside
from gatekeeper.scrub.cells import Codes, ReadCells

Numbers = NDArray[np.int64]


class KeptNumbers:
    """The numbers of contacts that are kept, each with its cell and contact.

    A cell may be called when each of its numbers may, a contact when one of its cells may.
    """

    def __init__(self) -> None:
        self.contacts = 0
        """How many contacts were kept."""
        self.unnumbered: list[int] = []
        """Contacts that may be called on what is not a public number, such as an extension."""
        self._numbers: list[Numbers] = []
        self._cells: list[Numbers] = []
        self._of: list[Numbers] = []
        self._beside: tuple[list[str], list[str]] = ([], [])
        self._cell_count = 0

    def take(
        self,
        rows: NDArray[np.intp],
        codes: Sequence[Codes],
        read: Sequence[ReadCells],
        beside: Beside,
        decisions: Sequence[Decision],
    ) -> None:
        """Take down some rows. Arguments as those of `AddedColumns.cells`, and the decisions."""
        # One place more: EMPTY, which is -1, finds the last.
        allows = np.array([one.verdict is not Verdict.BLOCK for one in decisions] + [False], np.bool_)
        contact_of = np.full(int(rows.max(initial=-1)) + 1, -1, np.int64)
        contact_of[rows] = self.contacts + np.arange(len(rows))
        for column, cells in zip(codes, read, strict=True):
            chosen = rows[allows[column[rows]]]
            cell_of = np.full(len(contact_of), -1, np.int64)
            cell_of[chosen] = self._cell_count + np.arange(len(chosen))
            self._cell_count += len(chosen)
            numbers = cells.firsts[chosen]
            self.unnumbered += contact_of[chosen[numbers == 0]].tolist()
            public = chosen[numbers > 0]
            self._add(cells.firsts[public], public, cell_of, contact_of, beside)
            more = [(row, one) for row, one in cells.others if row < len(cell_of) and cell_of[row] >= 0]
            if more:
                places, others = (np.array(part, np.int64) for part in zip(*more, strict=True))
                self._add(others, places.astype(np.intp), cell_of, contact_of, beside)
        self.contacts += len(rows)

    def _add(
        self, numbers: Numbers, rows: NDArray[np.intp], cell_of: Numbers, contact_of: Numbers, beside: Beside
    ) -> None:
        self._numbers.append(numbers)
        self._cells.append(cell_of[rows])
        self._of.append(contact_of[rows])
        if not beside.nothing:
            part = beside.of(rows.tolist())
            self._beside[0].extend(part.contacts or [""] * len(rows))
            self._beside[1].extend(part.postcodes or [""] * len(rows))

    @property
    def numbers(self) -> Numbers:
        """All numbers."""
        return np.concatenate([np.empty(0, np.int64), *self._numbers])

    @property
    def beside(self) -> Beside:
        """What is known beside each."""
        return Beside(*self._beside) if self._beside[0] else NOTHING_BESIDE

    def best(self, of_numbers: Numbers, otherwise: int) -> Numbers:
        """For each contact the least of its cells, each of which is the greatest of its numbers; by value of a number.

        Args:
            of_numbers: a value of each number.
            otherwise: the least there is, which contacts without a public number have.
        """
        most = np.iinfo(np.int64).max
        cells = np.full(self._cell_count, np.iinfo(np.int64).min, np.int64)
        places = np.concatenate([np.empty(0, np.int64), *self._cells])
        np.maximum.at(cells, places, of_numbers)
        contacts = np.full(self.contacts, most, np.int64)
        np.minimum.at(contacts, np.concatenate([np.empty(0, np.int64), *self._of]), cells[places])
        contacts[self.unnumbered] = otherwise
        return contacts

    def first_of(self, chosen: NDArray[np.bool_]) -> Numbers:
        """For each contact the place of the first of its numbers that are chosen; -1 without one."""
        of = np.concatenate([np.empty(0, np.int64), *self._of])
        places = np.flatnonzero(chosen)[::-1]
        first = np.full(self.contacts, -1, np.int64)
        first[of[places]] = places
        return first
