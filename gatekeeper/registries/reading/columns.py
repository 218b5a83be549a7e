"""Columns of a list: chooses those of numbers, as told, by name or by what stands in them, and those to watch.

The beginning of a file can't tell that a column is empty to the end. So a column whose name says that it holds
telephones is always taken, and unless somebody said which columns count, numbers in all the others are looked for while
the whole file is read (see `gatekeeper.registries.reading.strays`).
"""

from collections.abc import Callable, Sequence
from typing import NamedTuple

from gatekeeper.errors import ImportRefused
from gatekeeper.tabular.column_names import ColumnMeaning, column_meaning

WantedColumn = str | int | tuple[str | int, ...] | None
Numberish = Callable[[str], bool]

_HALF = 0.5  # the share of a column's cells that must be numbers for it to be taken for the numbers' column
_SHOWN = 20  # columns named in an error
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
    width = max((len(row) for row in [names, *body]), default=0)
    meanings = [column_meaning(names[at]) if at < len(names) else ColumnMeaning.UNKNOWN for at in range(width)]
    code = next((at for at, meaning in enumerate(meanings) if meaning is ColumnMeaning.COUNTRY_CODE), None)
    if wanted is not None:
        asked = wanted if isinstance(wanted, tuple) else (wanted,)
        columns = tuple(dict.fromkeys(_told(names, width, one, name) for one in asked))
        return Chosen(columns, None, code if code not in columns else None)
    columns = _found(names, body, meanings, numberish, name) if width > 1 else (0,)
    watched = tuple(at for at in range(width) if at not in columns and meanings[at] not in _SURELY_NOT)
    return Chosen(columns, watched, code)


def fixed(wanted: WantedColumn) -> int | None:
    """The place of a column that is told by its number."""
    if isinstance(wanted, tuple):
        return None
    return int(wanted) - 1 if isinstance(wanted, int) or (wanted is not None and wanted.isdigit()) else None


def named(names: Sequence[str], wanted: str) -> int | None:
    """The place of a column by its name; capitals do not matter."""
    folded = [name.strip().casefold() for name in names]
    key = wanted.strip().casefold()
    return folded.index(key) if key in folded else None


def says_number(cell: str) -> bool:
    """Whether a cell can only be the name of a column of telephones."""
    return column_meaning(cell) is ColumnMeaning.NUMBER


def shown(names: Sequence[str], width: int) -> str:
    """The columns, for an error."""
    if not any(names):
        return f"it has {width} column{'s' * (width != 1)} and no header"
    some = ", ".join(repr(name[:40]) for name in names[:_SHOWN])
    return f"its columns are {some}" + (" and more" if len(names) > _SHOWN else "")


def _told(names: Sequence[str], width: int, wanted: str | int, name: str) -> int:
    if isinstance(wanted, str) and (by_name := named(names, wanted)) is not None:
        return by_name
    if (number := fixed(wanted)) is not None:
        if not 0 <= number < width:
            raise ImportRefused(f"{name} has no column {number + 1}: it has {width}, counted from 1")
        return number
    raise ImportRefused(f"{name} has no column {wanted!r}: {shown(names, width)}")


def _found(
    names: Sequence[str],
    body: Sequence[Sequence[str]],
    meanings: Sequence[ColumnMeaning],
    numberish: Numberish,
    name: str,
) -> tuple[int, ...]:
    """The columns whose names say so, or the one column that is mostly numbers."""
    width = len(meanings)
    may_be = [at for at in range(width) if meanings[at] not in _SURELY_NOT]
    shares = {at: sum(len(row) > at and numberish(row[at]) for row in body) / max(len(body), 1) for at in may_be}
    say_so = [at for at in may_be if meanings[at] is ColumnMeaning.NUMBER]
    full = [at for at in may_be if shares[at] >= _HALF]
    if say_so and set(full) <= set(say_so):
        return tuple(say_so)
    if len(full) > 1 or say_so:
        which = " and ".join(str(at + 1) for at in sorted({*full, *say_so}))
        raise ImportRefused(f"{name} has numbers in the columns {which}: say which to take; {shown(names, width)}")
    if full:
        return (full[0],)
    best = max(may_be, key=lambda at: (shares[at], meanings[at] is ColumnMeaning.PERHAPS), default=None)
    if best is None or (shares[best] == 0 and meanings[best] is not ColumnMeaning.PERHAPS):
        raise ImportRefused(
            f"{name} has no column that holds telephone numbers of this country: say which column, and which country; "
            f"{shown(names, width)}"
        )
    return (best,)
