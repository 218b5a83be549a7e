"""Which columns of contacts hold telephone numbers: as told, or found out."""

import re
import unicodedata
from collections.abc import Sequence

from gatekeeper.contacts.errors import ContactsError
from gatekeeper.phone import Normaliser, NumberKind

_WORDS = re.compile(
    r"(?:^|[^a-z])(?:(?:alt|home|work|main|mobile|cell)?(?:tele)?(?:phone|fon|fono|foon)s?\d*"
    r"|tel\d*|mobile?\d*|portable?\d*|gsm\d*|cell(?:ulare?)?\d*|handy\d*|msisdn\d*|numero|numtel\d*|fixe\d*)"
    r"(?:$|[^a-z])"
)
_NOT_NUMBERS = re.compile(r"code|type|prefix|date|status|statut|owner|operateur|carrier|model")
_SHARE = 0.5


def choose_columns(
    wanted: Sequence[str], names: Sequence[str], width: int, rows: Sequence[Sequence[str]], normaliser: Normaliser
) -> tuple[int, ...]:
    """The columns of numbers, counted from 0, in their order.

    Without being told: every column whose name says so and in which at least one number stands (or nothing at all), and
    every column at least half of whose cells, where not empty, are complete numbers. Rather one too many than an
    alternate number that goes unchecked.

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


def _is_number_column(column: int, names: Sequence[str], rows: Sequence[Sequence[str]], normaliser: Normaliser) -> bool:
    cells = [row[column] for row in rows if column < len(row) and row[column].strip()]
    numbers = sum(normaliser.normalise(cell).kind is NumberKind.E164 for cell in cells)
    if cells and numbers >= _SHARE * len(cells):
        return True
    name = _plain(names[column]) if column < len(names) else ""
    if not _WORDS.search(name) or _NOT_NUMBERS.search(name):
        return False
    return numbers > 0 or not cells


def _plain(name: str) -> str:
    """Lower-case ASCII letters and digits, anything else a blank; `alt_phone` and `Téléphone 2` alike."""
    spread = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name)
    return re.sub(r"[^a-z0-9]+", " ", unicodedata.normalize("NFKD", spread).encode("ascii", "ignore").decode().lower())
