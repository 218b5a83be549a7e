"""Layout of the lists on disk: names the files of a data folder."""

import re
from pathlib import Path
from typing import NamedTuple

LISTS_FILE = "lists.sqlite3"
"""The main database: which lists there are, which version of each is in force, and the changes made by hand."""

JOURNAL_BESIDE = "journal.sqlite3"
"""The journal's file in the same folder: where it is, calls were guarded here before."""

_VERSION_FILE = re.compile(r"(\d+)\.(?:sqlite3|bloom)")


class Layout(NamedTuple):
    """The files in a data folder.

    Attributes:
        data_dir: the data folder.
    """

    data_dir: Path

    @property
    def database(self) -> Path:
        """The main database."""
        return self.data_dir / LISTS_FILE

    @property
    def signal(self) -> Path:
        """The change signal: written after each commit to the main database (`gatekeeper.storage.change_signal`)."""
        return self.data_dir / "lists.bell"

    @property
    def rejects(self) -> Path:
        """The folder of what imports could not take."""
        return self.data_dir / "rejects"

    def folder(self, name: str) -> Path:
        """The folder of a list's versions."""
        return self.data_dir / "lists" / name

    def exact(self, name: str, version: int) -> Path:
        """The SQLite file of a version's numbers."""
        return self.folder(name) / f"{version}.sqlite3"

    def filter(self, name: str, version: int) -> Path:
        """The saved filter of a version."""
        return self.folder(name) / f"{version}.bloom"

    def raw(self, name: str) -> Path:
        """The folder of a list's files as delivered."""
        return self.folder(name) / "raw"

    def lock(self, name: str) -> Path:
        """The lock of the one process that imports into a list."""
        return self.folder(name) / "import.lock"


def version_of(path: Path) -> int | None:
    """Which version a file in a list's folder belongs to; None for a file that is not a finished one of a version."""
    found = _VERSION_FILE.fullmatch(path.name)
    return int(found[1]) if found else None
