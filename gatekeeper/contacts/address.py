"""Where contacts are: a file, a workbook, or a database. Pure, and quick to import."""

from pathlib import Path
from typing import Final

from gatekeeper.contacts.errors import ContactsError

_WORKBOOKS: Final = frozenset({".xlsx", ".xlsm"})


def must_be_file(path: Path) -> None:
    """Make sure that contacts are in a file that can be read twice, and whose end is there.

    Raises:
        ContactsError: it is a pipe, a device or a folder. (One that is missing is found out when it is opened.)
    """
    if path.exists() and not path.is_file():
        what = "a folder" if path.is_dir() else "a pipe or device"
        raise ContactsError(f"{path} is {what} and no file: write the contacts to a file, and give that")


def is_database(given: str) -> bool:
    """Whether something names a database rather than a file."""
    return "://" in given


def is_workbook(path: Path) -> bool:
    """Whether a file is a workbook, by its name; if not, it is text."""
    return path.suffix.lower() in _WORKBOOKS
