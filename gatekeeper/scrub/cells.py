"""Cells of a scrub: makes decisions of number cells, and of the country codes beside them."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from gatekeeper.phone import Normaliser, NumberKind, PhoneNumber
from gatekeeper.phone.bulk import BulkNormaliser, Fields
from gatekeeper.phone.cells import read_cell, read_code
from gatekeeper.policy import Verdict
from gatekeeper.screening.bulk import NOTHING_BESIDE, Beside, BulkScreening

Codes = NDArray[np.int32]

EMPTY = -1
"""Stands for no number, where the place of a decision would stand."""

_REMEMBERED = 200_000
"""Spellings whose outcome is kept at a time, of those that are not plain: files repeat themselves."""

_MOST = 1000
"""Bytes of a cell that are looked at: no number is longer."""


class _Decided(NamedTuple):
    """What a cell holds: numbers, or none and the place of the decision on that."""

    numbers: tuple[int, ...]
    code: int


class ReadCells(NamedTuple):
    """The numbers of a column's cells.

    Attributes:
        firsts: of each cell the first number; 0 for none.
        others: the further ones, each with the place of its cell.
    """

    firsts: NDArray[np.int64]
    others: list[tuple[int, int]]


def cells_of_column(read: ReadCells, column: int, width: int) -> ReadCells:
    """The cells of one column, of cells that were read row by row."""
    others = [(at // width, number) for at, number in read.others if at % width == column]
    return ReadCells(read.firsts.reshape(-1, width)[:, column], others)


class CellReader:
    """Decides on cells. One that holds several numbers may be called if each of them may.

    Args:
        normaliser: reads what is dialled.
        screening: decides on what was read.
    """

    def __init__(self, normaliser: Normaliser, screening: BulkScreening) -> None:
        self._normaliser = normaliser
        self._bulk = BulkNormaliser(normaliser)
        self._screening = screening
        self._seen: dict[tuple[bytes, str | None], _Decided] = {}
        self._country: dict[bytes, str | None] = {}
        self.several = 0
        """How many cells had more than one number."""
        self.read: list[ReadCells] = []
        """The numbers of the cells that were decided on last, by column."""

    def decide(
        self,
        data: bytes,
        columns: Sequence[Fields],
        encoding: str,
        country: Fields | None = None,
        beside: Beside = NOTHING_BESIDE,
    ) -> list[Codes]:
        """For each cell of each column the place of its decision in `decisions`; `EMPTY` for a cell without anything.

        Args:
            data: the buffer.
            columns: where the cells are.
            encoding: of the text.
            country: where the country calling codes of the numbers are, one to a row.
            beside: what is known of each row beside that.

        Raises:
            StoreError: the lists can't be read.
        """
        countries = None if country is None else self._countries(data, country, encoding)
        # Without a country code, or with that of home, a number is what it is without such a column.
        foreign = None if countries is None else np.array([one not in self._at_home for one in countries], np.bool_)
        codes, numbers, more = [], [], []
        for where in columns:
            found = self._bulk.fields(data, where)
            if foreign is not None:
                found[foreign] = 0
            states = np.full(len(found), EMPTY, np.int32)
            more.append(self._slowly(data, where, encoding, found, states, countries))
            codes.append(states)
            numbers.append(found)
        if columns:
            together = np.concatenate(numbers)
            verdicts = np.concatenate(codes)
            read = np.flatnonzero(together)
            rows = read % len(columns[0].starts)
            verdicts[read] = self._screening.numbers(together[read], _of_rows(beside, rows))
            codes = np.split(verdicts, len(columns))
        for states, others in zip(codes, more, strict=True):
            self._weigh(states, others, beside)
        self.read = [ReadCells(firsts, others) for firsts, others in zip(numbers, more, strict=True)]
        return codes

    def texts(
        self, texts: Sequence[str], country: Sequence[str] | None = None, beside: Beside = NOTHING_BESIDE
    ) -> Codes:
        """The same for texts, such as those of a database.

        Args:
            texts: of the cells.
            country: the country calling code beside each.
            beside: what is known of each beside that.

        Raises:
            StoreError: the lists can't be read.
        """
        codes = np.full(len(texts), EMPTY, np.int32)
        numbers = np.zeros(len(texts), np.int64)
        others: list[tuple[int, int]] = []
        for place, text in enumerate(texts):
            if text.strip():
                outcome = self._read(text, read_code(country[place]) if country is not None else "")
                numbers[place], codes[place] = (outcome.numbers or (0,))[0], outcome.code
                others += [(place, number) for number in outcome.numbers[1:]]
                self.several += len(outcome.numbers) > 1
        read = np.flatnonzero(numbers)
        codes[read] = self._screening.numbers(numbers[read], _of_rows(beside, read))
        self._weigh(codes, others, beside)
        self.read = [ReadCells(numbers, others)]
        return codes

    @property
    def _at_home(self) -> tuple[str, str]:
        return "", self._normaliser.country_code

    def _countries(self, data: bytes, where: Fields, encoding: str) -> list[str | None]:
        found: list[str | None] = []
        known = self._country
        for start, end in zip(where.starts.tolist(), where.ends.tolist(), strict=True):
            raw = data[start : min(end, start + _MOST)]
            if raw not in known:
                if len(known) >= _REMEMBERED:
                    known.clear()
                known[raw] = read_code(raw.decode(encoding, "replace"))
            found.append(known[raw])
        return found

    def _slowly(
        self,
        data: bytes,
        where: Fields,
        encoding: str,
        found: NDArray[np.int64],
        states: Codes,
        beside: Sequence[str | None] | None,
    ) -> list[tuple[int, int]]:
        """What the vectorised reading left over. Returns the further numbers of cells, by place."""
        others: list[tuple[int, int]] = []
        left = np.flatnonzero((found == 0) & (where.ends > where.starts))
        spans = zip(left.tolist(), where.starts[left].tolist(), where.ends[left].tolist(), strict=True)
        for place, start, end in spans:
            country = "" if beside is None else beside[place]
            key = data[start : min(end, start + _MOST)], country
            outcome = self._seen.get(key)
            if outcome is None:
                text = key[0].decode(encoding, "replace").replace('""', '"')
                outcome = self._read(text, country) if text.strip() else _Decided((), EMPTY)
                if len(self._seen) >= _REMEMBERED:
                    self._seen.clear()
                self._seen[key] = outcome
            found[place], states[place] = (outcome.numbers or (0,))[0], outcome.code
            if len(outcome.numbers) > 1:
                self.several += 1
                others += [(place, number) for number in outcome.numbers[1:]]
        return others

    def _read(self, text: str, country: str | None) -> _Decided:
        if country is None and not text.strip().startswith("+"):
            # The code beside it is none, so nobody knows whose number it is.
            unknown = PhoneNumber(NumberKind.INVALID, 0, text, "the country code beside it is none")
            return _Decided((), self._screening.other(unknown))
        numbers = read_cell(text, self._normaliser, country or "")
        if all(number.kind is NumberKind.E164 for number in numbers):
            return _Decided(tuple(number.e164 for number in numbers), EMPTY)
        return _Decided((), self._screening.other(numbers[0]))

    def _weigh(self, codes: Codes, others: Sequence[tuple[int, int]], beside: Beside) -> None:
        """Let a cell's further numbers have their say: one that may not be called decides on the cell."""
        if not others:
            return
        rows = np.array([place for place, _ in others], np.intp)
        numbers = np.array([number for _, number in others], np.int64)
        verdicts = self._screening.numbers(numbers, _of_rows(beside, rows))
        decisions = self._screening.decisions
        for (place, _), verdict in zip(others, verdicts.tolist(), strict=True):
            if decisions[codes[place]].verdict is not Verdict.BLOCK:
                codes[place] = verdict


def _of_rows(beside: Beside, rows: NDArray[np.intp]) -> Beside:
    return beside if beside.nothing else beside.of(rows.tolist())
