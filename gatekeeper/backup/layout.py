"""Layout of a backup: a folder with the files as they lie in the data folder, their SHA-256 sums, and what it is.

`SHA256SUMS` has the form of sha256sum(1): `sha256sum --check SHA256SUMS` says the same as we do.
"""

import json
import re
from pathlib import Path, PurePosixPath
from typing import Any, Final

from gatekeeper.backup.files import write_private
from gatekeeper.errors import BackupError
from gatekeeper.translation import phrase

SUMS: Final = "SHA256SUMS"
ABOUT: Final = "backup.json"
FORMAT: Final = 1

_NAME: Final = re.compile(r"gatekeeper-(\d{8}T\d{6}Z)(?:-(\d+))?")
_LINE: Final = re.compile(r"([0-9a-f]{64})  (.+)")


def finished_backups(folder: Path) -> list[Path]:
    """The backups in a folder that came to their end, oldest first. Raises `OSError`."""
    found = [path for path in folder.iterdir() if _NAME.fullmatch(path.name) and (path / SUMS).is_file()]
    return sorted(found, key=age_of)


def age_of(backup: Path) -> tuple[str, int]:
    """When a backup was made, by its name: the second, and which of that second it is."""
    name = _NAME.fullmatch(backup.name)
    return (name[1], int(name[2] or 1)) if name else ("", 0)


def write_sums(folder: Path, sums: dict[str, str]) -> None:
    """Write the sums of the files below a folder. Raises `OSError`."""
    text = "".join(f"{digest}  {name}\n" for name, digest in sorted(sums.items()))
    write_private(folder / SUMS, text)


def read_sums(folder: Path) -> dict[str, str]:
    """The sums of a backup, by the names of its files.

    Raises:
        BackupError: it has none, or what stands there is none.
    """
    try:
        lines = (folder / SUMS).read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise BackupError(
            phrase(
                "{folder} is no backup, or did not come to its end: {sums} can't be read ({error})",
                folder=folder,
                sums=SUMS,
                error=error,
            )
        ) from None
    found = {}
    for number, line in enumerate(lines, 1):
        match = _LINE.fullmatch(line)
        if match is None or not _is_below(match[2]):
            raise BackupError(
                phrase(
                    "{folder}, line {number}: this is not the sum of a file of a backup",
                    folder=folder / SUMS,
                    number=number,
                )
            )
        found[match[2]] = match[1]
    return found


def read_about(folder: Path) -> dict[str, Any]:
    """What a backup says of itself.

    Raises:
        BackupError: it can't be read, or was made by a later version.
    """
    try:
        about: dict[str, Any] = json.loads((folder / ABOUT).read_text(encoding="utf-8"))
        form = about["format"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise BackupError(
            phrase("{folder} can't be read ({error}): take another backup", folder=folder / ABOUT, error=error)
        ) from None
    if form != FORMAT:
        raise BackupError(
            phrase(
                "{folder} has the form {form}, which a later Gatekeeper made: restore it with that one",
                folder=folder,
                form=form,
            )
        )
    return about


def _is_below(name: str) -> bool:
    """Whether a name stays in its folder."""
    path = PurePosixPath(name)
    return not path.is_absolute() and ".." not in path.parts and str(path) == name
