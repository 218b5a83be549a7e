"""The cell of a proof: a file to be kept, a SHA-256, a reference to what is kept elsewhere, or nothing."""

import hashlib
import re
from collections.abc import Callable
from pathlib import Path
from typing import Final

from gatekeeper.consents.page import MOST_TEXT
from gatekeeper.errors import RejectedConsentError
from gatekeeper.translation import phrase

_NOTHING: Final = frozenset(
    (
        "",
        "-",
        "0",
        "no",
        "n",
        "non",
        "none",
        "aucun",
        "aucune",
        "false",
        "faux",
        "yes",
        "y",
        "oui",
        "true",
        "vrai",
        "1",
        "x",
    )
)
"""`yes` names no proof that could be shown."""

_SUM: Final = re.compile(r"(?:sha-?256:)?([0-9a-fA-F]{64})")
_PATH: Final = re.compile(r"[^:]*[/\\][^:]*|[^:]*\.[A-Za-z0-9]{2,4}")
"""A folder, or the ending of a file's name; a web address has a colon."""


class ProofCells:
    """Reads the cells of proofs.

    Args:
        folder: within which the files are that are named.
        keep: keeps a file, and gives its SHA-256; None: the file is only read.
    """

    def __init__(self, folder: Path, keep: Callable[[Path], str] | None) -> None:
        self._folder = folder.resolve()
        self._keep = keep
        self.kept: dict[str, Path] = {}

    def read(self, cell: str) -> str:
        """What an entry's `proof` says.

        Raises:
            RejectedConsentError: it names a file that there is not, or is too long.
        """
        said = read_reference(cell)
        return self._file(cell.strip().removeprefix("file:")) if said is None else said

    def _file(self, name: str) -> str:
        file = (self._folder / name).resolve()
        if not file.is_relative_to(self._folder) or not file.is_file():
            raise RejectedConsentError(
                phrase(
                    "proof names a file that is not beside the consents: put it there (--proofs FOLDER), or write ref: "
                    "before what is only a reference"
                )
            )
        if self._keep is None:
            with file.open("rb") as opened:
                digest = hashlib.file_digest(opened, "sha256").hexdigest()
        else:
            digest = self._keep(file)
            self.kept[digest] = file
        return f"sha256:{digest}"


def read_reference(cell: str) -> str | None:
    """What an entry's `proof` says, of a cell that names no file; None of one that does.

    Raises:
        RejectedConsentError: it is too long.
    """
    text = cell.strip()
    if text.casefold() in _NOTHING:
        return ""
    if found := _SUM.fullmatch(text):
        return f"sha256:{found[1].lower()}"
    if text.startswith("file:") or (not text.startswith("ref:") and _PATH.fullmatch(text)):
        return None
    said = "ref:" + text.removeprefix("ref:").strip()
    if len(said.encode()) > MOST_TEXT:
        raise RejectedConsentError(phrase("proof is longer than any reference"))
    return said
