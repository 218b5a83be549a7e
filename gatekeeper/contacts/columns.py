"""Columns of contacts: finds those with telephone numbers, as told or by what stands in them."""

from collections.abc import Sequence

from gatekeeper.contacts.errors import ContactsError
from gatekeeper.contacts.shapes import is_other_column
from gatekeeper.phone import Normaliser, NumberKind
from gatekeeper.phone.cells import read_cell, read_code
from gatekeeper.tabular.column_names import ColumnMeaning, code_rank, column_meaning

_SHARE = 0.5
_NO_NUMBERS = frozenset((ColumnMeaning.OTHER, ColumnMeaning.UNLIKELY, ColumnMeaning.DATE, ColumnMeaning.COUNTRY_CODE))

NO_COLUMN = "none"
"""Given for the column of country codes: there is none, whatever the names say."""


def choose_columns(
    wanted: Sequence[str], names: Sequence[str], width: int, rows: Sequence[Sequence[str]], normaliser: Normaliser
) -> tuple[int, ...]:
    """The columns of numbers, counted from 0, in their order.

    Without being told: every column whose name says so, whatever stands in the rows that are looked at; one whose name
    may say so and in which a number stands (or nothing at all); and one whose name says nothing and at least half of
    whose cells, where not empty, are complete numbers. Rather one too many than an alternate number that goes
    unchecked. What the others hold is for who reads all rows to count.

    Args:
        wanted: names (case does not matter) or numbers counted from 1, as a person gives them.
        names: what the header says.
        width: how many columns there are.
        rows: some rows, to look at.
        normaliser: reads what is dialled.

    Raises:
        ContactsError: there is no such column, or none was found.
    """
    if wanted:
        return tuple(sorted({_find(one, names, width) for one in wanted}))
    found = tuple(column for column in range(width) if _is_number_column(column, names, rows, normaliser))
    if not found:
        raise ContactsError(
            "no column was found to hold telephone numbers; say which: --column NAME (or its number, counted from 1). "
            f"{_there_are(names, width)}"
        )
    return found


def _find(wanted: str, names: Sequence[str], width: int) -> int:
    folded = [name.strip().casefold() for name in names]
    if folded.count(wanted.strip().casefold()) > 1:
        raise ContactsError(f"there are several columns {wanted!r}: give the column's number, counted from 1")
    if wanted.strip().casefold() in folded:
        return folded.index(wanted.strip().casefold())
    if wanted.isdecimal() and 1 <= int(wanted) <= width:
        return int(wanted) - 1
    raise ContactsError(f"there is no column {wanted[:60]!r}. {_there_are(names, width)}")


def _there_are(names: Sequence[str], width: int) -> str:
    shown = ", ".join(repr(name[:40]) for name in names[:30])
    return f"The columns are: {shown}" if shown else f"There are {width} columns without names"


def choose_code_column(
    wanted: str | None, names: Sequence[str], width: int, rows: Sequence[Sequence[str]]
) -> int | None:
    """The column with the country calling codes of the numbers beside it, counted from 0; None where there is none.

    Without being told it is one whose name says so and which holds such codes.

    Args:
        wanted: name or number counted from 1, `none`, or None to find out.
        names: what the header says.
        width: how many columns there are.
        rows: some rows, to look at.

    Raises:
        ContactsError: there is no such column, or there are several.
    """
    if wanted is not None:
        return None if wanted == NO_COLUMN else _find(wanted, names, width)
    found = [
        (code_rank(name), place)
        for place, name in enumerate(names[:width])
        if code_rank(name) and _holds_codes(place, code_rank(name), rows)
    ]
    best = [place for rank, place in found if rank == max(found)[0]]
    if len(best) > 1:
        which = ", ".join(repr(names[place]) for place in best)
        raise ContactsError(f"several columns may hold country codes ({which}): say which, --country-code-column NAME")
    return best[0] if best else None


def _holds_codes(column: int, rank: int, rows: Sequence[Sequence[str]]) -> bool:
    """A telephone's code column has a code that is understood, or nothing yet; a country's has nothing else."""
    cells = cells_of(column, rows)
    understood = sum(read_code(cell) is not None for cell in cells)
    return understood == len(cells) if rank == 1 else understood > 0 or not cells


def cells_of(column: int, rows: Sequence[Sequence[str]]) -> list[str]:
    """A column's cells that are not empty."""
    return [row[column] for row in rows if column < len(row) and row[column].strip()]


def is_guarded(column: int, names: Sequence[str], rows: Sequence[Sequence[str]]) -> bool:
    """Whether name or shape of a column says that bare digits in it are not telephone numbers."""
    return _meaning(column, names) in _NO_NUMBERS or is_other_column(cells_of(column, rows))


def _meaning(column: int, names: Sequence[str]) -> ColumnMeaning:
    return column_meaning(names[column]) if column < len(names) else ColumnMeaning.UNKNOWN


def _is_number_column(column: int, names: Sequence[str], rows: Sequence[Sequence[str]], normaliser: Normaliser) -> bool:
    meaning = _meaning(column, names)
    if meaning is ColumnMeaning.NUMBER or meaning in _NO_NUMBERS:
        return meaning is ColumnMeaning.NUMBER
    cells = cells_of(column, rows)
    numbers = sum(all(one.kind is NumberKind.E164 for one in read_cell(cell, normaliser)) for cell in cells)
    if meaning is ColumnMeaning.PERHAPS:
        return numbers > 0 or not cells
    return bool(cells) and numbers >= _SHARE * len(cells) and not is_other_column(cells)
