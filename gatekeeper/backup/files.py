"""Files copied with their SHA-256: what was read is what was written."""

import hashlib
import os
from pathlib import Path
from typing import Final

from gatekeeper.ownership import PRIVATE, open_new

_CHUNK: Final = 1 << 20


def copy_file(source: Path, target: Path, most: int) -> str:
    """Copy a file, durably; gives the SHA-256 of what was copied.

    Args:
        source: the file. A symbolic link is refused.
        target: where to; its folder is there.
        most: how open the copy is at most.

    Raises:
        OSError: one of them can't be used.
    """
    digest = hashlib.sha256()
    handle = os.open(source, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
    with os.fdopen(handle, "rb") as read, open_new(target, most) as written:
        while part := read.read(_CHUNK):
            digest.update(part)
            written.write(part)
        written.flush()
        os.fsync(written.fileno())
    return digest.hexdigest()


def write_private(path: Path, text: str) -> None:
    """Write a text into a file for this user alone, durably. Raises `OSError`."""
    with open_new(path, PRIVATE) as file:
        file.write(text.encode())
        file.flush()
        os.fsync(file.fileno())
