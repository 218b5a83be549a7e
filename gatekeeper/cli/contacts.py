"""Contacts as arguments of a command: the options that say which, and what opens a file, or a table of a database."""

from typing import TYPE_CHECKING, Annotated

import typer

from gatekeeper.translation import phrase

if TYPE_CHECKING:
    from gatekeeper.contacts.address import Contacts

ColumnsOption = Annotated[
    list[str] | None,
    typer.Option(metavar="COLUMN", help="A column of numbers: its name, or counted from 1. Repeat it for others."),
]
CountryCodeOption = Annotated[
    str | None, typer.Option(metavar="COLUMN", help="With the numbers' country codes; found by its name, or none.")
]
TableOption = Annotated[str, typer.Option(metavar="NAME", help="Of a database: the table, or SCHEMA.TABLE.")]
WhereOption = Annotated[
    str, typer.Option(metavar="CONDITION", help="Of a table: which rows, in SQL, as 'list_id = 101'.")
]


def read_contacts(
    given: str,
    table: str,
    columns: tuple[str, ...],
    code: str | None,
    *,
    where: str = "",
    key: str | None = None,
    mark: tuple[str, str] | None = None,
) -> "Contacts":
    """The contacts at an address, by `gatekeeper.contacts.address.contacts_at`.

    Raises:
        typer.BadParameter: a database without a table.
    """
    from gatekeeper.contacts.address import contacts_at, is_database

    if is_database(given) and not table:
        raise typer.BadParameter(phrase("which table of the database?"), param_hint="--table")
    return contacts_at(given, table, columns, code, where=where, key=key, mark=mark)
