"""Columns that a scrub adds to contacts that are kept: from when on they may be called, and on what ground."""

from collections.abc import Sequence
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from gatekeeper.clock import moment_of
from gatekeeper.policy import Verdict
from gatekeeper.screening.bulk import NOTHING_BESIDE, Beside
from gatekeeper.screening.bulk_retry import first_moments
from gatekeeper.scrub.cells import EMPTY, Codes, ReadCells
from gatekeeper.scrub.options import ScrubOptions
from gatekeeper.scrub.run import ScrubRun
from gatekeeper.territory import place_of

FROM = "gatekeeper_callable_from"
GROUND = ("gatekeeper_ground", "gatekeeper_provision", "gatekeeper_proof")
"""The names of the columns. Programs read them: they are the same in every language."""

_NEVER = 1 << 62


class AddedColumns:
    """Makes the cells behind contacts that are kept.

    Args:
        run: decided on them.
        options: which columns are wanted.
    """

    def __init__(self, run: ScrubRun, options: ScrubOptions) -> None:
        self._run = run
        self._from, self._ground = options.callable_from, options.ground

    @property
    def names(self) -> list[str]:
        """The names of the columns; none where none is wanted."""
        return [*([FROM] if self._from else []), *(GROUND if self._ground else ())]

    def cells(
        self, rows: NDArray[np.intp], codes: Sequence[Codes], read: Sequence[ReadCells], beside: Beside
    ) -> list[list[str]]:
        """The cells of some rows.

        Args:
            rows: their places.
            codes: by column, of all rows, the places of the decisions.
            read: by column, of all rows, the numbers.
            beside: what is known of all rows beside their numbers.

        Raises:
            StoreError: a store can't be read.
        """
        behind: list[list[str]] = [[] for _ in rows]
        if self._from:
            for place, text in enumerate(self._moments(rows, codes, read, beside)):
                behind[place].append(text)
        if self._ground:
            for place, row in enumerate(rows.tolist()):
                behind[place] += self._why(row, codes, read, beside)
        return behind

    def _moments(
        self, rows: NDArray[np.intp], codes: Sequence[Codes], read: Sequence[ReadCells], beside: Beside
    ) -> list[str]:
        """From when on one of a contact's numbers may be called, by the clock there; "" where no such minute comes."""
        best = np.full(len(rows), _NEVER, np.int64)
        whose = np.zeros(len(rows), np.int64)
        of_row = np.full(int(rows.max(initial=-1)) + 1, -1, np.intp)
        of_row[rows] = np.arange(len(rows))
        for column, cells in zip(codes, read, strict=True):
            moments = self._of_cells(rows, self._allowed(column[rows]), cells, beside, of_row)
            better = moments < best
            best[better], whose[better] = moments[better], cells.firsts[rows][better]
        return [
            "" if moment == _NEVER else _shown(moment, number)
            for moment, number in zip(best.tolist(), whose.tolist(), strict=True)
        ]

    def _of_cells(
        self,
        rows: NDArray[np.intp],
        allowed: NDArray[np.bool_],
        cells: ReadCells,
        beside: Beside,
        of_row: NDArray[np.intp],
    ) -> NDArray[np.int64]:
        """For each row the moment from when on every number of its cell may be called."""
        firsts = cells.firsts[rows]
        moments = np.where(allowed, self._run.started, _NEVER)
        asked = np.flatnonzero(allowed & (firsts > 0))
        moments[asked] = self._first(firsts[asked], rows[asked], beside)
        more = [(int(of_row[row]), number) for row, number in cells.others if row < len(of_row) and of_row[row] >= 0]
        if more:
            places, numbers = (np.array(part, np.int64) for part in zip(*more, strict=True))
            later = self._first(numbers, rows[places], beside)
            np.maximum.at(moments, places, later)
        return moments

    def _first(self, numbers: NDArray[np.int64], rows: NDArray[np.intp], beside: Beside) -> NDArray[np.int64]:
        known = NOTHING_BESIDE if beside.nothing else beside.of(rows.tolist())
        found = first_moments(self._run.screening, self._run.question, numbers, self._run.started, known)
        return np.where(found == 0, _NEVER, found)

    def _allowed(self, codes: Codes) -> NDArray[np.bool_]:
        # One place more: EMPTY, which is -1, finds the last.
        decisions = self._run.bulk.decisions
        allows = np.array([one.verdict is not Verdict.BLOCK for one in decisions] + [False], np.bool_)
        found: NDArray[np.bool_] = allows[codes]
        return found

    def _why(self, row: int, codes: Sequence[Codes], read: Sequence[ReadCells], beside: Beside) -> list[str]:
        """Reason, provision and proof of the first number that may be called."""
        for column, cells in zip(codes, read, strict=True):
            code = int(column[row])
            decision = self._run.bulk.decisions[code] if code != EMPTY else None
            if decision is not None and decision.verdict is not Verdict.BLOCK:
                contact = beside.contacts[row] if beside.contacts else ""
                proof = self._run.bulk.proof(decision, int(cells.firsts[row]), contact)
                return [decision.reason.value, decision.provision, str(proof or "")]
        return ["", "", ""]


def _shown(moment: int, number: int) -> str:
    """A moment by the callee's clock, with its offset: by the clock of the last zone, where several are possible."""
    zone = place_of(number).zones[-1] if number else "UTC"
    return moment_of(moment).astimezone(ZoneInfo(zone)).isoformat(timespec="minutes")
