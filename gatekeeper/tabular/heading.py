"""Finding the row that names the columns, also below titles: `Export of 26/11/2026`, a blank row, then the names."""

from collections.abc import Callable, Collection, Iterator, Sequence
from typing import NamedTuple

from gatekeeper.tabular.column_names import ColumnMeaning, column_meaning

_Row = Sequence[str]
IsNumber = Callable[[str], bool]

_DIGITS = 5
"""A cell with so many digits is a number for who has nobody to ask."""

_MOST_ABOVE = 20
_MOST_WORDS = 3


class Heading(NamedTuple):
    """Where a table's heading is.

    Attributes:
        above: rows above it, of when and by whom; without a heading, 0.
        there: whether the row behind these names the columns.
    """

    above: int
    there: bool


def find_heading(
    rows: Sequence[_Row],
    *,
    told: bool | None = None,
    wanted: Collection[str] = (),
    is_number: IsNumber | None = None,
) -> Heading:
    """The heading of a table.

    Args:
        rows: the first of it; blank lines may be left out.
        told: whether there is one, as a person says it; None finds out.
        wanted: names of columns that a person asked for. One that stands in no row is for who looks it up to tell.
        is_number: whether a cell is a number that must not be lost, where that can be asked. Rows are then a heading
            above numbers, or none; else cells with five digits are taken for numbers.
    """
    if told is False or not rows:
        return Heading(0, there=False)
    above = _rows_above(rows, frozenset(name.strip().casefold() for name in wanted), is_number)
    return Heading(above, bool(wanted) or _names_columns(rows[above:], is_number) if told is None else told)


def has_digits(cell: str) -> bool:
    """Whether a cell has the digits of a number in it."""
    return sum(character.isdecimal() for character in cell) >= _DIGITS


def says_number(cell: str) -> bool:
    """Whether a cell can only be the name of a column of telephones."""
    return column_meaning(cell) is ColumnMeaning.NUMBER


def _names_columns(rows: Sequence[_Row], is_number: IsNumber | None) -> bool:
    """Whether the first row names the columns of those below it."""
    first = [cell for cell in rows[0] if cell.strip()]
    if not first or any(map(is_number or has_digits, first)):
        return False
    if is_number is None:
        return True
    if any(map(_is_digits, first)):
        return False
    # The numbers below may all be far below, where a name says that they are there.
    return any(map(says_number, first)) or any(is_number(cell) for row in rows[1:] for cell in row)


def _is_digits(cell: str) -> bool:
    """A cell of a number's characters only is not a name of a column, even where it is not a valid number."""
    return sum(character.isdigit() for character in cell) * 2 > len(cell)


def _rows_above(rows: Sequence[_Row], wanted: frozenset[str], is_number: IsNumber | None) -> int:
    """How many rows stand above the one that names the columns: titles, which fill one cell, and blank rows."""
    width = max(map(_filled, rows), default=0)
    before = list(_before_numbers(rows[: _MOST_ABOVE + 1], width, is_number))
    if wanted:
        return _first(before, lambda row: not wanted.isdisjoint(cell.strip().casefold() for cell in row)) or 0
    if width == 1:
        sure = _first(before, _is_telephone)
        return sure if sure is not None else _first(before, lambda row: any(map(says_number, row))) or 0
    several = [row if _filled(row) > 1 else () for row in before]
    sure = _first(several, lambda row: any(map(says_number, row)))
    if sure is not None:
        return sure
    perhaps = _first(several, bool)
    # A name of the numbers' column is no title of a row that names none: that row may be a record, not to be lost.
    named = _first(before if perhaps is None else before[:perhaps], _is_telephone)
    if named is not None:
        return named
    if perhaps is not None and _says_something(several[perhaps]):
        # What may be a bad number of a list is not passed over for names that only may be some.
        above = before[: perhaps + 1]
        if is_number is None or not any(_is_digits(cell) for row in above for cell in row if cell.strip()):
            return perhaps
    return _first(before, _is_telephone) or 0


def _before_numbers(rows: Sequence[_Row], width: int, is_number: IsNumber | None) -> Iterator[_Row]:
    """The rows among which the heading is: it is above the first number, and no number is passed over.

    Where nobody can be asked what a number is, it is also the first row of several cells, or there is none.
    """
    for row in rows:
        if is_number is not None and any(map(is_number, row)):
            return
        several = _filled(row) > 1 or width == 1
        # In one cell of several, digits may be a title's: a date, a hotline.
        if is_number is None and several and any(map(has_digits, row)):
            return
        yield row
        if is_number is None and _filled(row) > 1:
            return


def _first(rows: Sequence[_Row], fits: Callable[[_Row], bool]) -> int | None:
    return next((place for place, row in enumerate(rows) if fits(row)), None)


def _filled(row: _Row) -> int:
    return sum(bool(cell.strip()) for cell in row)


def _says_something(row: _Row) -> bool:
    return any(column_meaning(cell) is not ColumnMeaning.UNKNOWN for cell in row)


def _is_telephone(row: _Row) -> bool:
    """The name of the only column, and no sentence about it."""
    filled = [cell for cell in row if cell.strip()]
    if len(filled) != 1:
        return False
    name = filled[0]
    return len(name.split()) <= _MOST_WORDS and column_meaning(name) in {ColumnMeaning.NUMBER, ColumnMeaning.PERHAPS}
