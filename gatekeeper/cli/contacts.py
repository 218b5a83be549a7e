"""Contacts as arguments of a command: opens a file, or a table of a database."""

from typing import TYPE_CHECKING

import typer

from gatekeeper.translation import phrase

if TYPE_CHECKING:
    from gatekeeper.contacts.address import Contacts


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
