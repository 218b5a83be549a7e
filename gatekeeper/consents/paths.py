"""Paths of the consent ledger on disk."""

from pathlib import Path
from typing import Final, NamedTuple

CONSENTS_FILE: Final = "consents.sqlite3"
"""The ledger's database: what was written by hand or in a call, and which imported files count."""


class ConsentLayout(NamedTuple):
    """The ledger's files in a data folder.

    Attributes:
        data_dir: the data folder.
    """

    data_dir: Path

    @property
    def database(self) -> Path:
        """The main database."""
        return self.data_dir / CONSENTS_FILE

    @property
    def signal(self) -> Path:
        """Rung after each commit to the main database."""
        return self.data_dir / "consents.bell"

    @property
    def segments(self) -> Path:
        """The folder of what was imported."""
        return self.data_dir / "consents"

    @property
    def proofs(self) -> Path:
        """The folder of the proofs, each named by its SHA-256."""
        return self.data_dir / "proofs"

    @property
    def rejects(self) -> Path:
        """The folder of what imports could not take."""
        return self.data_dir / "rejects"

    @property
    def lock(self) -> Path:
        """Held by the one process that imports."""
        return self.segments / "import.lock"

    def segment(self, name: str) -> Path:
        """The file of an imported segment."""
        return self.segments / f"{name}.sqlite3"

    def proof(self, sha256: str) -> Path:
        """The file of a proof."""
        return self.proofs / sha256
