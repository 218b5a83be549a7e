"""File access: whether a user could read a file, told from owners and modes alone, whoever asks."""

import os
import pwd
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Final, NamedTuple

_OTHERS: Final = stat.S_IRWXO


class FileReader(NamedTuple):
    """A user as the kernel sees it.

    Attributes:
        name: its name, or its number where it has none.
        uid: its number.
        groups: the numbers of all its groups.
    """

    name: str
    uid: int
    groups: frozenset[int]


def owner_of(path: Path) -> FileReader:
    """Whose a file is, with all of that user's groups. Raises `OSError`."""
    found = path.stat()
    try:
        entry = pwd.getpwuid(found.st_uid)
    except KeyError:
        return FileReader(str(found.st_uid), found.st_uid, frozenset({found.st_gid}))
    return FileReader(entry.pw_name, entry.pw_uid, frozenset(os.getgrouplist(entry.pw_name, entry.pw_gid)))


def hinders_reading(path: Path, account: FileReader) -> Path | None:
    """The file, or the first folder on the way to it, that keeps a user from reading it; None where nothing does."""
    for folder in reversed(path.parents):
        if not _allows(folder.stat(), account, stat.S_IXOTH):
            return folder
    return None if _allows(path.stat(), account, stat.S_IROTH) else path


def _allows(found: os.stat_result, account: FileReader, bit: int) -> bool:
    if account.uid == 0:
        return True
    if found.st_uid == account.uid:
        return bool(found.st_mode & bit << 6)
    if found.st_gid in account.groups:
        return bool(found.st_mode & bit << 3)
    return bool(found.st_mode & bit)


def open_to_others(path: Path) -> bool:
    """Whether everybody may do something with a file."""
    return bool(path.lstat().st_mode & _OTHERS) and not path.is_symlink()


def all_below(folder: Path) -> Iterator[Path]:
    """Every file and folder in a folder; what may not be looked into is left out."""
    for parent, folders, files in os.walk(folder):
        yield from (Path(parent, name) for name in (*folders, *files))
