"""Addresses of contacts: tells whether they are in text, a workbook or a database's table. Quick to import."""

from enum import Enum
from pathlib import Path
from typing import Final

from gatekeeper.contacts.table_rows import TableSpec
from gatekeeper.errors import ContactsError
from gatekeeper.translation import phrase

Contacts = Path | TableSpec
"""Contacts in a file, or in a table of a database."""

_WORKBOOKS: Final = frozenset({".xlsx", ".xlsm"})


class Kind(Enum):
    """What contacts are in."""

    TEXT = "text"
    """Rows of text: CSV."""
    WORKBOOK = "workbook"
    TABLE = "table"


def must_be_file(path: Path) -> None:
    """Make sure that contacts are in a file that can be read twice, and whose end is there.

    Raises:
        ContactsError: it is a pipe, a device or a folder. (One that is missing is found out when it is opened.)
    """
    if path.exists() and not path.is_file():
        what = phrase("a folder") if path.is_dir() else phrase("a pipe or device")
        raise ContactsError(
            phrase("{path} is {what} and no file: write the contacts to a file, and give that", path=path, what=what)
        )


def is_database(given: str) -> bool:
    """Whether something names a database rather than a file."""
    return "://" in given


def contacts_at(
    given: str,
    table: str,
    columns: tuple[str, ...],
    code: str | None,
    *,
    where: str = "",
    key: str | None = None,
    mark: tuple[str, str] | None = None,
) -> Contacts:
    """The contacts that a file's path or a database's address names. All but `given` is of tables alone.

    Args:
        given: the path or address.
        table: in the database (see `TableSpec` for this and what follows).
        columns: of the numbers.
        code: the column of country codes.
        where: which rows.
        key: unique in each row.
        mark: what marks a contact.
    """
    return TableSpec(given, table, columns, key, mark, where, code) if is_database(given) else Path(given)


def kind_of(contacts: Contacts) -> Kind:
    """What contacts are in; of a file its name says so."""
    if isinstance(contacts, TableSpec):
        return Kind.TABLE
    return Kind.WORKBOOK if contacts.suffix.lower() in _WORKBOOKS else Kind.TEXT
