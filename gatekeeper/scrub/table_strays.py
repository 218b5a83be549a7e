"""Numbers in a table's columns that are not checked: counted over all rows that are scrubbed, before any is changed."""

from gatekeeper.contacts.table import ContactTable
from gatekeeper.contacts.table_rows import Key, number_text
from gatekeeper.phone import Normaliser
from gatekeeper.scrub.strays import Strays

_PAGE = 5000
"""Rows that are read at a time."""


def survey(table: ContactTable, normaliser: Normaliser) -> dict[str, int]:
    """How many numbers stand in the columns that are not checked, by column, in the rows that are scrubbed.

    Raises:
        ContactsError: the database can't be read.
    """
    if not table.others:
        return {}
    strays = Strays(table.others, len(table.others), (), table.sample, normaliser)
    after: Key | None = None
    while True:
        after, rows = table.page_of_others(after, _PAGE)
        if after is None:
            return strays.by_name(table.others)
        for row in rows:
            for column, value in enumerate(row):
                strays.text(number_text(value), column)
