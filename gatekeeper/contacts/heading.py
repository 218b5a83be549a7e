"""The heading: finds the row of column names, also below a title: `Export of 26/11/2026`, a blank row, the names."""

from collections.abc import Sequence

from gatekeeper.tabular.column_names import ColumnMeaning, column_meaning

_DIGITS = 5
"""A row with a cell of so many digits names no columns."""

_MOST_ABOVE = 10
_MOST_WORDS = 3


def is_heading(row: Sequence[str]) -> bool:
    """Whether a row may name columns: it is not empty, and no cell has the digits of a number in it."""
    return any(cell.strip() for cell in row) and not any(
        sum(character.isdecimal() for character in cell) >= _DIGITS for cell in row
    )


def rows_above(rows: Sequence[Sequence[str]]) -> int:
    """How many rows stand above the one that names the columns: titles, which fill one cell at most, and blank rows.

    Args:
        rows: the first of a file.
    """
    width = max(map(_filled, rows), default=0)
    for place, row in enumerate(rows[: _MOST_ABOVE + 1]):
        if width == 1 and is_heading(row) and _is_telephone(row):
            return place
        if _filled(row) > 1:
            return (
                place
                if is_heading(row) and any(column_meaning(cell) is not ColumnMeaning.UNKNOWN for cell in row)
                else 0
            )
    return 0


def _filled(row: Sequence[str]) -> int:
    return sum(bool(cell.strip()) for cell in row)


def _is_telephone(row: Sequence[str]) -> bool:
    """The name of the only column, and no sentence about it."""
    (name,) = [cell for cell in row if cell.strip()] or [""]
    return len(name.split()) <= _MOST_WORDS and column_meaning(name) in {ColumnMeaning.NUMBER, ColumnMeaning.PERHAPS}
