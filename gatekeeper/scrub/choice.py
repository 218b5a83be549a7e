"""Choice of columns: which of the contacts' columns a scrub checks, and what it does about numbers in the others."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

from gatekeeper.contacts.columns import choose_code_column, choose_columns
from gatekeeper.errors import ContactsError
from gatekeeper.phone import Normaliser
from gatekeeper.scrub.strays import Strays
from gatekeeper.translation import counted, phrase


class Wanted(NamedTuple):
    """What a person says of the columns.

    Attributes:
        numbers: columns of numbers, by name or number counted from 1; empty finds out.
        code: the column of country calling codes, `none`, or None to find out.
        contact: the column with the site's own ids of the consumers, or None.
        postcode: the column with their postcodes, or None.
        leave_others: whether numbers in other columns may stay unchecked, if they are told.
    """

    numbers: tuple[str, ...] = ()
    code: str | None = None
    leave_others: bool = False
    contact: str | None = None
    postcode: str | None = None


class ColumnChoice(NamedTuple):
    """The columns of some contacts.

    Attributes:
        numbers: those that are checked, counted from 0.
        code: the one with the country calling code of these numbers, or None.
        names: of all columns, for people.
        strays: counts numbers in the others.
        may_stray: whether there may be any: the columns were named by a person, or it was allowed.
        contact: the column with the site's own ids of the consumers, or None.
        postcode: the column with their postcodes, or None.
    """

    numbers: tuple[int, ...]
    code: int | None
    names: tuple[str, ...]
    strays: Strays
    may_stray: bool
    contact: int | None = None
    postcode: int | None = None

    @property
    def beside(self) -> tuple[int, ...]:
        """The columns that say something of a row's numbers: country code, contact and postcode, where there are."""
        return tuple(column for column in (self.code, self.contact, self.postcode) if column is not None)

    @property
    def number_names(self) -> tuple[str, ...]:
        """The names of those that are checked."""
        return tuple(self.names[column] for column in self.numbers)

    def settle(self) -> dict[str, int]:
        """How many numbers were found in other columns, by name, when all rows were read.

        Raises:
            ContactsError: there are some, and nobody allowed it.
        """
        found = self.strays.by_name(self.names)
        if found and not self.may_stray:
            raise stray_numbers(found)
        return found

    def about_code(self) -> dict[str, str]:
        """The columns beside the numbers, for the certificate."""
        columns = {"country_code": self.code, "contact": self.contact, "postcode": self.postcode}
        return {f"{name}_column": self.names[at] for name, at in columns.items() if at is not None}


def choose(
    wanted: Wanted,
    names: Sequence[str],
    width: int,
    rows: Sequence[Sequence[str]],
    normaliser: Normaliser,
    shown: Callable[[int], str],
) -> ColumnChoice:
    """Choose the columns.

    Args:
        wanted: what was said of them.
        names: what the header says.
        width: how many there are.
        rows: some rows, to look at.
        normaliser: reads numbers.
        shown: gives a column's name, for people.

    Raises:
        ContactsError: there is no such column, or none was found.
    """
    numbers = choose_columns(wanted.numbers, names, width, rows, normaliser)
    code = choose_code_column(wanted.code, names, width, rows)
    if code in numbers:
        raise ContactsError(
            phrase("the column {shown!r} can't hold both numbers and their country codes", shown=shown(code))
        )
    contact, postcode = (
        choose_columns((one,), names, width, rows, normaliser)[0] if one else None
        for one in (wanted.contact, wanted.postcode)
    )
    for one in (contact, postcode):
        if one in numbers:
            raise ContactsError(
                phrase("the column {shown!r} can't hold both numbers and what is said of them", shown=shown(one))
            )
    taken = {*numbers, *(one for one in (code, contact, postcode) if one is not None)}
    strays = Strays(names, width, taken, rows, normaliser)
    may_stray = bool(wanted.numbers) or wanted.leave_others
    return ColumnChoice(numbers, code, tuple(map(shown, range(width))), strays, may_stray, contact, postcode)


def stray_numbers(found: dict[str, int]) -> ContactsError:
    """The error for numbers in columns that are not checked."""
    where = ", ".join(f"{name[:40]!r} ({count})" for name, count in list(found.items())[:10])
    return ContactsError(
        counted(
            "{count:,} telephone number stands in a column that was not taken for numbers: {where}. Name every column "
            "of numbers (--column NAME, repeated), or leave it unchecked and let the certificate say so "
            "(--leave-other-numbers). Nothing was changed",
            "{count:,} telephone numbers stand in columns that were not taken for numbers: {where}. Name every "
            "column of numbers (--column NAME, repeated), or leave these unchecked and let the certificate say "
            "so (--leave-other-numbers). Nothing was changed",
            sum(found.values()),
            where=where,
        )
    )
