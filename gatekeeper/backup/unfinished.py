"""Folder of a backup that is being made: locked by who makes it, so that what a killed run has left is told from it.

The kernel lets go of a lock on a folder (flock(2)) when its process ends, however it ends. Where a file system knows no
such lock, what has not changed for a day counts as left.
"""

import fcntl
import os
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

UNFINISHED: Final = ".part"
"""What the name of an unfinished backup ends in; it begins with a dot."""

_LEFT_S: Final = 86_400.0


@contextmanager
def unfinished(folder: Path, name: str) -> Iterator[Path]:
    """Make the folder in which a backup of this name is put together; what is left of it in the end is removed.

    Raises:
        OSError: it can't be made.
    """
    aside, handle = _made(folder / f".{name}{UNFINISHED}")
    try:
        yield aside
    finally:
        shutil.rmtree(aside, ignore_errors=True)
        os.close(handle)


def remove_left(folder: Path) -> tuple[Path, ...]:
    """Remove what killed runs have left in a folder of backups; gives what it was."""
    removed = []
    for left in sorted(folder.glob(f".gatekeeper-*{UNFINISHED}")):
        with suppress(OSError):  # it was finished or removed meanwhile, or is somebody else's
            handle = os.open(left, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
            try:
                if _is_left(handle):
                    shutil.rmtree(left)
                    removed.append(left)
            finally:
                os.close(handle)
    return tuple(removed)


def _made(path: Path) -> tuple[Path, int]:
    """The folder and its lock. Who removes what is left holds the lock: then it is made anew."""
    while True:
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        with suppress(OSError):  # a file system without locks
            fcntl.flock(handle, fcntl.LOCK_EX)
        with suppress(FileNotFoundError):
            if os.path.samestat(os.fstat(handle), path.stat()):
                return path, handle
        os.close(handle)


def _is_left(handle: int) -> bool:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:
        return time.time() - os.fstat(handle).st_mtime > _LEFT_S
    return True
