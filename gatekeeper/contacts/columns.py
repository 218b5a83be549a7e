"""Columns of contacts: finds those with telephone numbers, as told or by what stands in them."""

from collections.abc import Sequence

from gatekeeper.contacts.shapes import is_other_column
from gatekeeper.errors import ContactsError, TableError
from gatekeeper.phone import Normaliser, NumberKind
from gatekeeper.phone.cells import read_cell, read_code
from gatekeeper.tabular.column_names import ColumnMeaning, code_rank
from gatekeeper.tabular.columns import DeliveredColumn, code_columns, columns_of, place_of, shown_names
from gatekeeper.translation import counted, phrase

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
    found = tuple(column.place for column in columns_of(names, rows, width) if _holds_numbers(column, normaliser))
    if not found:
        raise ContactsError(
            phrase(
                "no column was found to hold telephone numbers; say which: --column NAME (or its number, counted "
                "from 1). {there_are}",
                there_are=_there_are(names, width),
            )
        )
    return found


def _find(wanted: str, names: Sequence[str], width: int) -> int:
    try:
        place = place_of(wanted, names, width)
    except TableError as error:
        raise ContactsError(str(error)) from None
    if place is None:
        raise ContactsError(
            phrase("there is no column {wanted!r}. {there_are}", wanted=wanted[:60], there_are=_there_are(names, width))
        )
    return place


def _there_are(names: Sequence[str], width: int) -> str:
    shown = shown_names(names)
    if shown:
        return phrase("The columns are: {names}", names=shown)
    return counted("There is {count} column without a name", "There are {count} columns without names", width)


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
    found = code_columns([column for column in columns_of(names, rows, width) if _holds_codes(column)])
    best = [column.place for column in found]
    if len(best) > 1:
        which = ", ".join(repr(names[place]) for place in best)
        raise ContactsError(
            phrase(
                "several columns may hold country codes ({which}): say which, --country-code-column NAME", which=which
            )
        )
    return best[0] if best else None


def _holds_codes(column: DeliveredColumn) -> bool:
    """A telephone's code column has a code that is understood, or nothing yet; a country's has nothing else."""
    rank = code_rank(column.name)
    understood = column.count(lambda cell: read_code(cell) is not None) if rank else 0
    return understood == len(column.cells) if rank == 1 else understood > 0 or (rank > 1 and not column.cells)


def guarded_columns(names: Sequence[str], width: int, rows: Sequence[Sequence[str]]) -> frozenset[int]:
    """The columns whose name or shape says that bare digits in them are not telephone numbers."""
    return frozenset(
        column.place
        for column in columns_of(names, rows, width)
        if column.meaning in _NO_NUMBERS or is_other_column(column.cells)
    )


def _holds_numbers(column: DeliveredColumn, normaliser: Normaliser) -> bool:
    if column.meaning is ColumnMeaning.NUMBER or column.meaning in _NO_NUMBERS:
        return column.meaning is ColumnMeaning.NUMBER
    cells = column.cells
    numbers = column.count(lambda cell: all(one.kind is NumberKind.E164 for one in read_cell(cell, normaliser)))
    if column.meaning is ColumnMeaning.PERHAPS:
        return numbers > 0 or not cells
    return bool(cells) and numbers >= _SHARE * len(cells) and not is_other_column(cells)
