"""The columns of a delivered table: found by name or number, and looked at by name and by what stands in them.

Which of them count is for who reads the table: a list takes one or refuses, contacts take one too many rather than one
too few.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import NamedTuple

from gatekeeper.errors import TableError
from gatekeeper.tabular.column_names import ColumnMeaning, code_rank, column_meaning
from gatekeeper.translation import phrase

_SHOWN = 30
_LONGEST = 40


class DeliveredColumn(NamedTuple):
    """A column, with what some rows have in it.

    Attributes:
        place: counted from 0.
        name: what the heading says; "" where it says nothing.
        meaning: what that says.
        cells: those that are not empty.
    """

    place: int
    name: str
    meaning: ColumnMeaning
    cells: list[str]

    def count(self, is_number: Callable[[str], bool]) -> int:
        """How many of its cells are numbers."""
        return sum(map(is_number, self.cells))


def columns_of(names: Sequence[str], rows: Sequence[Sequence[str]], width: int | None = None) -> list[DeliveredColumn]:
    """Every column of a table.

    Args:
        names: what the heading says; empty without one.
        rows: some rows below it.
        width: how many columns there are; None for as many as names and rows have.
    """
    if width is None:
        width = max((len(row) for row in [names, *rows]), default=0)
    return [
        DeliveredColumn(
            place,
            names[place] if place < len(names) else "",
            column_meaning(names[place]) if place < len(names) else ColumnMeaning.UNKNOWN,
            [row[place] for row in rows if place < len(row) and row[place].strip()],
        )
        for place in range(width)
    ]


def number_of(wanted: str | int) -> int | None:
    """The place (from 0) that a number counted from 1 says; None for a name. It may be beyond the table."""
    return int(wanted) - 1 if isinstance(wanted, int) or wanted.isdecimal() else None


def place_of(wanted: str | int, names: Sequence[str], width: int) -> int | None:
    """The place (from 0) of a column that a person asks for; None where there is none.

    Args:
        wanted: its name, where case does not matter, or its number, counted from 1. A name goes first.
        names: what the heading says.
        width: how many columns there are.

    Raises:
        TableError: several have that name.
    """
    if isinstance(wanted, str):
        folded = [name.strip().casefold() for name in names]
        key = wanted.strip().casefold()
        if folded.count(key) > 1:
            raise TableError(
                phrase(
                    "there are several columns {wanted!r}: give the column's number, counted from 1", wanted=wanted[:60]
                )
            )
        if key in folded:
            return folded.index(key)
    place = number_of(wanted)
    return place if place is not None and 0 <= place < width else None


def places_called(names: Sequence[str], called: Mapping[str, Iterable[str]]) -> dict[str, int]:
    """The places (from 0) of columns that may each be called by several names; of those that are there.

    Args:
        names: what the heading says.
        called: what each may be called, in small letters.
    """
    folded = [name.strip().casefold() for name in names]
    return {what: folded.index(word) for what, words in called.items() for word in words if word in folded}


def code_columns(columns: Sequence[DeliveredColumn]) -> list[DeliveredColumn]:
    """Those of country calling codes that are surest by their names: a telephone's own before a country's."""
    best = max((code_rank(column.name) for column in columns), default=0)
    return [column for column in columns if best and code_rank(column.name) == best]


def shown_names(names: Sequence[str]) -> str:
    """The columns' names, for an error; "" without any."""
    if not any(names):
        return ""
    some = ", ".join(repr(name[:_LONGEST]) for name in names[:_SHOWN])
    return some + (" and more" if len(names) > _SHOWN else "")
