"""Database errors turned into sentences an admin can act on."""

import errno
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy.exc import DBAPIError

from gatekeeper.errors import StoreError

# By SQLite's primary result code (sqlite.org/rescode.html); what happened, and what to do.
_BY_CODE: dict[int, tuple[str, str]] = {
    sqlite3.SQLITE_BUSY: ("is locked by another process", "wait for it to end, or find it with `fuser` and stop it"),
    sqlite3.SQLITE_LOCKED: ("is locked by another connection", "wait for it to end, and try again"),
    sqlite3.SQLITE_READONLY: (
        "is read-only",
        "give Gatekeeper's user the right to write file and folder, and look whether the disk is mounted read-only",
    ),
    sqlite3.SQLITE_PERM: (
        "may not be opened",
        "give Gatekeeper's user the right to read and write the file and its folder",
    ),
    sqlite3.SQLITE_AUTH: (
        "may not be opened",
        "give Gatekeeper's user the right to read and write the file and its folder",
    ),
    sqlite3.SQLITE_CANTOPEN: (
        "can't be opened",
        "check that the file and its folder exist and that Gatekeeper's user may read and write them",
    ),
    sqlite3.SQLITE_CORRUPT: ("is corrupt", "restore it from a backup, or move it away and import again"),
    sqlite3.SQLITE_NOTADB: ("is not a database", "restore it from a backup, or move it away and import again"),
    sqlite3.SQLITE_FULL: ("can't grow: the disk is full", "make room on the disk"),
    sqlite3.SQLITE_IOERR: (
        "can't be read or written",
        "look at the system's log for disk errors, and at the free space",
    ),
    sqlite3.SQLITE_NOMEM: ("can't be used: out of memory", "free memory, or give the process more"),
    sqlite3.SQLITE_PROTOCOL: ("is locked by another process", "wait for it to end, and try again"),
}
_OTHER = ("does not answer as it should", "check it with `PRAGMA integrity_check`, or restore it from a backup")

_BY_ERRNO: dict[int, tuple[str, str]] = {
    errno.ENOSPC: ("can't be written: the disk is full", "make room on the disk"),
    errno.EDQUOT: ("can't be written: the quota is used up", "make room, or raise the quota"),
    errno.EFBIG: ("can't be written: it would be larger than allowed", "raise the limit on the size of files"),
    errno.EROFS: ("can't be written: the disk is mounted read-only", "mount it read-write"),
    errno.EACCES: ("may not be opened", "give Gatekeeper's user the right to read and write the file and its folder"),
    errno.EPERM: ("may not be opened", "give Gatekeeper's user the right to read and write the file and its folder"),
    errno.ENOENT: ("does not exist", "restore it from a backup, or run `gatekeeper init`"),
}


def translate(error: BaseException, path: Path | str, *, kind: type[StoreError] = StoreError) -> StoreError:
    """The `StoreError` that tells of a database or file error.

    Args:
        error: from sqlite3, SQLAlchemy or the operating system.
        path: of the database, for the text.
        kind: which `StoreError` to make.
    """
    if isinstance(error, StoreError):
        return error
    cause: BaseException = error
    if isinstance(error, DBAPIError) and error.orig is not None:
        cause = error.orig
    if isinstance(cause, OSError) and cause.errno in _BY_ERRNO:
        what, remedy = _BY_ERRNO[cause.errno]
        return kind(f"{path} {what}", remedy)
    code = getattr(cause, "sqlite_errorcode", None)
    if isinstance(code, int):
        what, remedy = _BY_CODE.get(code & 0xFF, _OTHER)
        # The name says more than the primary code: SQLITE_IOERR_WRITE, SQLITE_CANTOPEN_ISDIR.
        name = getattr(cause, "sqlite_errorname", "")
        return kind(f"{path} {what} ({name})", remedy)
    return kind(f"{path} {_OTHER[0]} ({type(cause).__name__})", _OTHER[1])


@contextmanager
def translated(path: Path | str, kind: type[StoreError] = StoreError) -> Iterator[None]:
    """Let database and file errors out as `StoreError`s about this path."""
    try:
        yield
    except StoreError:
        raise
    except (sqlite3.Error, DBAPIError, OSError) as error:
        raise translate(error, path, kind=kind) from error
