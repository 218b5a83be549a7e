"""The one door: what contacts are in is decided in one place, for a scrub and for a deposit alike."""

import ast
from pathlib import Path

import pytest

from gatekeeper.contacts.address import Contacts, Kind, contacts_at, kind_of
from gatekeeper.contacts.table_rows import TableSpec

PACKAGE = Path(__file__).parents[2] / "gatekeeper"
TABLE = TableSpec("mysql://u:secret@localhost/x", "leads", ("phone",), "id", ("status", "DNC"), "list_id = 1", "code")

DECIDERS = {"kind_of", "is_database", "scrub_csv", "scrub_xlsx", "scrub_table"}
"""Whoever calls one of these decides what contacts are in."""


@pytest.mark.parametrize(
    ("given", "expected", "kind"),
    [
        ("contacts.csv", Path("contacts.csv"), Kind.TEXT),
        ("contacts", Path("contacts"), Kind.TEXT),
        ("/srv/contacts.txt", Path("/srv/contacts.txt"), Kind.TEXT),
        ("contacts.xlsx", Path("contacts.xlsx"), Kind.WORKBOOK),
        ("CONTACTS.XLSX", Path("CONTACTS.XLSX"), Kind.WORKBOOK),
        ("contacts.xlsm", Path("contacts.xlsm"), Kind.WORKBOOK),
        ("contacts.xlsx.csv", Path("contacts.xlsx.csv"), Kind.TEXT),
        ("mysql://u:secret@localhost/x", TABLE, Kind.TABLE),
        ("mysql://u:secret@localhost/x.xlsx", None, Kind.TABLE),
    ],
)
def test_the_name_says_what_contacts_are_in(given: str, expected: Contacts | None, kind: Kind) -> None:
    """A name with `://` is a database, whatever its end; of a file the suffix says it, small letters or large."""
    mark = ("status", "DNC")
    found = contacts_at(given, "leads", ("phone",), "code", where="list_id = 1", key="id", mark=mark)
    assert kind_of(found) is kind
    if expected is not None:
        assert found == expected


def test_it_is_decided_in_one_place() -> None:
    """Six places did, and a seventh kind would have been forgotten in five of them."""
    found: dict[str, set[str]] = {}
    for path in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in DECIDERS:
                found.setdefault(path.relative_to(PACKAGE).as_posix(), set()).add(node.func.id)
    assert found == {
        "contacts/address.py": {"is_database"},
        "scrub/door.py": {"kind_of", "scrub_csv", "scrub_xlsx", "scrub_table"},
        "scrub/contact_numbers.py": {"kind_of"},
        # These ask in order to say what is missing or too much, before anything is opened.
        "cli/contacts.py": {"is_database"},
        "config/scrub_checks.py": {"is_database"},
    }
