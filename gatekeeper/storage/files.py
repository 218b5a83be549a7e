"""Durable files and locks between processes."""

import fcntl
import hashlib
import os
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from gatekeeper.ownership import open_owned

DAEMON_LOCK: Final = "daemon.lock"
"""Held by the daemon that serves a data folder; lies in it."""

FileStamp = tuple[int, int, int]
"""Device-independent identity of a file's state: inode, size in bytes, time of last change in nanoseconds."""


def fsync_folder(path: Path) -> None:
    """Make the names in a folder durable: a renamed file is there after a power cut."""
    handle = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def fsync_file(path: Path) -> None:
    """Make a file's content durable."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def sum_of(path: Path) -> str:
    """The SHA-256 of a file. Raises `OSError`."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def stamp(path: Path | str) -> FileStamp:
    """Tell whether a file is still the one it was. Raises `OSError` where it is missing."""
    state = os.stat(path)  # noqa: PTH116 - half the time of Path.stat, and the daemon looks often
    return state.st_ino, state.st_size, state.st_mtime_ns


class FileLock:
    """An exclusive lock between processes, given back by the kernel when its holder dies.

    The lock file stays: removing it would let two processes lock two different files of the same name.

    Args:
        path: the lock file, made if missing.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._handle = -1

    def take(self, *, wait: bool) -> bool:
        """Take the lock. Without `wait`, false where another process holds it."""
        handle = open_owned(self._path, os.O_RDWR)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
        except BlockingIOError:
            os.close(handle)
            return False
        except BaseException:
            os.close(handle)
            raise
        self._handle = handle
        return True

    def release(self) -> None:
        """Give the lock back."""
        if self._handle >= 0:
            os.close(self._handle)
            self._handle = -1

    close = release

    def __enter__(self) -> Self:
        self.take(wait=True)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.release()
