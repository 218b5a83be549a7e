"""Extracts: what was read out of a block of a list, numbers, rejects and counts."""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from gatekeeper.phone.bulk import BulkNormaliser, Fields, Integers
from gatekeeper.registries.reading import answers
from gatekeeper.registries.reading.cell import spoilt_by_spreadsheet
from gatekeeper.registries.reading.strays import StrayCounts
from gatekeeper.registries.reading.text import MAX_LINE, text_of
from gatekeeper.translation import phrase


def too_long() -> str:
    """Why a line was rejected: it is longer than any that is meant."""
    return phrase("the line is longer than {most} bytes", most=MAX_LINE)


def unclear() -> str:
    """Why a line was rejected: nobody can tell what its answer means."""
    return phrase("the answer says neither that the number may be called nor that it may not")


def without(column: int, *, there: bool) -> str:
    """Why a line was rejected: it has no number.

    Args:
        column: where it would stand, counted from 0.
        there: whether the line has that column.
    """
    return phrase("no number") if there else phrase("the line has no column {column}", column=column + 1)


_SHOWN = 200
_SEPARATORS = b" .-"
_WORTH_IT = 1000
"""Cells that NumPy did not understand in a block, from which on a second try pays."""
NONE: NDArray[np.uint64] = np.empty(0, np.uint64)


class Reject(NamedTuple):
    """A record without a usable number.

    Attributes:
        line: where it begins, counted from 1.
        reason: why.
        text: what stood there, cut to 200 characters.
    """

    line: int
    reason: str
    text: str


class Extract(NamedTuple):
    """What a block holds. `records == len(numbers) + len(removed) + len(callable) + len(rejects)`.

    Numbers are uint64, in the order of the file, repetitions included.

    Attributes:
        numbers: those that are listed.
        rejects: the records without a number, and those whose answer is not clear.
        records: how many records there are: a line that has several numbers is as many.
        blank: how many blank lines.
        removed: those that are no longer listed; of a delta only.
        callable: those that may be called; of a washed file only.
        newest: the latest date that can be one, where the dialect has dates.
        odd: how many dates can be none, for they are to come or long past.
        strays: numbers in columns that were not taken.
    """

    numbers: NDArray[np.uint64]
    rejects: list[Reject]
    records: int
    blank: int
    removed: NDArray[np.uint64] = NONE
    callable: NDArray[np.uint64] = NONE
    newest: date | None = None
    odd: int = 0
    strays: StrayCounts | None = None


def respell(bulk: BulkNormaliser, data: bytes, numbers: Integers, where: Fields) -> None:
    """Read numbers written in groups (06 12 34 56 78): without what separates these, NumPy understands them, too.

    A property test holds this to what the normaliser says of them as they stand.
    """
    left = np.flatnonzero((numbers == 0) & (where.ends > where.starts))
    if len(left) < _WORTH_IT:
        return
    cells = [data[where.starts[index] : where.ends[index]] for index in left.tolist()]
    joint = b"\n".join(b"" if spoilt_by_spreadsheet(cell) else cell for cell in cells)
    again, _ = bulk.lines(joint.translate(None, _SEPARATORS) + b"\n")
    numbers[left] = again


def parted(numbers: NDArray[np.uint64], codes: NDArray[np.uint8], extract: Extract) -> Extract:
    """Numbers by the codes of their answers, and all of it counted."""
    parted = [numbers[codes == code] for code in (answers.LISTED, answers.REMOVED, answers.CALLABLE)]
    records = sum(map(len, parted)) + len(extract.rejects)
    return extract._replace(records=records, numbers=parted[0], removed=parted[1], callable=parted[2])


def cell_of(row: Sequence[str], place: int | None) -> str:
    """A cell as text; "" where there is none. The row's characters are bytes."""
    return text_of(row[place].encode("latin-1")) if place is not None and place < len(row) else ""


def shown(text: bytes) -> str:
    """The beginning of a record, for people."""
    return text_of(text)[:_SHOWN]
