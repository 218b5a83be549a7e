"""Rows of a table of contacts: what is read of them, and what is to become of them."""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any, NamedTuple

Key = int | str


class RowAction(StrEnum):
    """What is done to a contact that may not be called."""

    MARK = "mark"
    """Its mark is set."""
    DELETE = "delete"
    """Its row is deleted."""
    LEAVE = "leave"
    """Nothing: none of its numbers is understood, or it has none. It is told, and nobody says that it objected."""
    EMPTY = "empty"
    """The numbers that may not be called are emptied; it keeps the others."""


@dataclass(frozen=True, slots=True)
class TableSpec:
    """Which contacts.

    Attributes:
        url: of the database, as SQLAlchemy writes them.
        table: its name, with a schema and a dot before it where it needs one.
        columns: of the numbers; empty finds out.
        key: a column with a different number or text in every row; None is the primary key.
        mark: column and value that say that a contact must not be called; None where nothing is to be marked.
        where: an SQL condition that chooses rows, or "".
        code: the column of the country calling codes, `none`, or None to find out.
    """

    url: str
    table: str
    columns: tuple[str, ...] = ()
    key: str | None = None
    mark: tuple[str, str] | None = None
    where: str = ""
    code: str | None = None


class TableRow(NamedTuple):
    """A contact as it was read.

    Attributes:
        key: of the row.
        numbers: as the database holds them, in the order of the columns.
        mark: what stands in the mark's column, or None.
        code: what stands in the column of country codes, or None.
    """

    key: Key
    numbers: tuple[Any, ...]
    mark: Any
    code: Any = None


class Change(NamedTuple):
    """What is to become of a contact.

    Attributes:
        row: as it was read: where a number is no longer the same, nothing is changed.
        action: what to do.
        columns: for `EMPTY` the places of the numbers among the number columns.
    """

    row: TableRow
    action: RowAction
    columns: tuple[int, ...] = ()


def number_text(value: Any) -> str:
    """A number as it would be dialled, from what a database or spreadsheet holds; "" for nothing."""
    if value is None or isinstance(value, bool):
        return ""
    if isinstance(value, (float, Decimal)) and value == value // 1:
        return str(int(value))
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    return str(value)
