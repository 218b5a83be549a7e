"""Columns of a list: chooses those of numbers, as told, by name or by what stands in them, and those to watch.

The beginning of a file can't tell that a column is empty to the end. So a column whose name says that it holds
telephones is always taken, and unless somebody said which columns count, numbers in all the others are looked for while
the whole file is read (see `gatekeeper.registries.reading.strays`).
"""

from collections.abc import Callable, Sequence
from typing import NamedTuple

from gatekeeper.errors import ImportRefused, TableError
from gatekeeper.tabular.column_names import ColumnMeaning
from gatekeeper.tabular.columns import (
    DeliveredColumn,
    code_columns,
    columns_of,
    number_of,
    place_of,
    shown_names,
)
from gatekeeper.translation import counted, phrase

WantedColumn = str | int | tuple[str | int, ...] | None
Numberish = Callable[[str], bool]

_HALF = 0.5  # the share of a column's cells that must be numbers for it to be taken for the numbers' column
_SURELY_NOT = (ColumnMeaning.OTHER, ColumnMeaning.DATE, ColumnMeaning.COUNTRY_CODE)


class Chosen(NamedTuple):
    """What was chosen; columns are counted from 0.

    Attributes:
        columns: those of the numbers, at least one.
        watched: those in which numbers are looked for, too; None where nobody need look.
        code: the one of the country codes, or None.
    """

    columns: tuple[int, ...]
    watched: tuple[int, ...] | None
    code: int | None


def choose(
    names: Sequence[str], body: Sequence[Sequence[str]], wanted: WantedColumn, numberish: Numberish, name: str
) -> Chosen:
    """The columns of a file.

    Args:
        names: what the heading says; empty without one.
        body: some rows.
        wanted: the columns as told, by name or number; None to find out.
        numberish: whether a cell is a telephone number.
        name: of the file, for errors.

    Raises:
        ImportRefused: a column is not there, or can't be told.
    """
    table = columns_of(names, body)
    width = len(table)
    codes = code_columns([column for column in table if column.meaning is ColumnMeaning.COUNTRY_CODE])
    code = codes[0].place if codes else None
    if wanted is not None:
        asked = wanted if isinstance(wanted, tuple) else (wanted,)
        columns = tuple(dict.fromkeys(_told(names, width, one, name) for one in asked))
        return Chosen(columns, None, code if code not in columns else None)
    columns = _found(table, len(body), numberish, name, names) if width > 1 else (0,)
    watched = tuple(at for at in range(width) if at not in columns and table[at].meaning not in _SURELY_NOT)
    return Chosen(columns, watched, code)


def placed(wanted: str | int, names: Sequence[str], width: int, name: str) -> int | None:
    """The place of a column of the file of that name, or None.

    Raises:
        ImportRefused: several columns are called so.
    """
    try:
        return place_of(wanted, names, width)
    except TableError as error:
        raise ImportRefused(phrase("{name}: {error}", name=name, error=error)) from error


def shown(names: Sequence[str], width: int) -> str:
    """The columns, for an error."""
    some = shown_names(names)
    if some:
        return phrase("its columns are {names}", names=some)
    return counted("it has {count} column and no header", "it has {count} columns and no header", width)


def _told(names: Sequence[str], width: int, wanted: str | int, name: str) -> int:
    place = placed(wanted, names, width, name)
    if place is not None:
        return place
    if (number := number_of(wanted)) is not None:
        raise ImportRefused(
            phrase(
                "{name} has no column {number}: it has {width}, counted from 1",
                name=name,
                number=number + 1,
                width=width,
            )
        )
    raise ImportRefused(
        phrase("{name} has no column {wanted!r}: {shown}", name=name, wanted=wanted, shown=shown(names, width))
    )


def _found(
    table: Sequence[DeliveredColumn], rows: int, numberish: Numberish, name: str, names: Sequence[str]
) -> tuple[int, ...]:
    """The columns whose names say so, or the one column that is mostly numbers."""
    width = len(table)
    may_be = [column for column in table if column.meaning not in _SURELY_NOT]
    shares = {column.place: column.count(numberish) / max(rows, 1) for column in may_be}
    say_so = [column.place for column in may_be if column.meaning is ColumnMeaning.NUMBER]
    full = [place for place, share in shares.items() if share >= _HALF]
    if say_so and set(full) <= set(say_so):
        return tuple(say_so)
    if len(full) > 1 or say_so:
        which = phrase(" and ").join(str(at + 1) for at in sorted({*full, *say_so}))
        raise ImportRefused(
            phrase(
                "{name} has numbers in the columns {which}: say which to take; {shown}",
                name=name,
                which=which,
                shown=shown(names, width),
            )
        )
    if full:
        return (full[0],)
    best = max(may_be, key=lambda column: (shares[column.place], column.meaning is ColumnMeaning.PERHAPS), default=None)
    if best is None or (shares[best.place] == 0 and best.meaning is not ColumnMeaning.PERHAPS):
        raise ImportRefused(
            phrase(
                "{name} has no column that holds telephone numbers of this country: say which column, and which "
                "country; {shown}",
                name=name,
                shown=shown(names, width),
            )
        )
    return (best.place,)
