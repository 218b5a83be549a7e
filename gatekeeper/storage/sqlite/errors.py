"""Database errors turned into sentences an admin can act on."""

import errno
import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy.exc import DBAPIError

from gatekeeper.errors import StoreError
from gatekeeper.translation import marked, phrase

# By SQLite's primary result code (sqlite.org/rescode.html); what happened, and what to do.
_BY_CODE: dict[int, tuple[str, str]] = {
    sqlite3.SQLITE_BUSY: (
        marked("is locked by another process"),
        marked("wait for it to end, or find it with `fuser` and stop it"),
    ),
    sqlite3.SQLITE_LOCKED: (marked("is locked by another connection"), marked("wait for it to end, and try again")),
    sqlite3.SQLITE_READONLY: (
        marked("is read-only"),
        marked(
            "give Gatekeeper's user the right to write file and folder, and look whether the disk is mounted read-only"
        ),
    ),
    sqlite3.SQLITE_PERM: (
        marked("may not be opened"),
        marked("give Gatekeeper's user the right to read and write the file and its folder"),
    ),
    sqlite3.SQLITE_AUTH: (
        marked("may not be opened"),
        marked("give Gatekeeper's user the right to read and write the file and its folder"),
    ),
    sqlite3.SQLITE_CANTOPEN: (
        marked("can't be opened"),
        marked("check that the file and its folder exist and that Gatekeeper's user may read and write them"),
    ),
    sqlite3.SQLITE_CORRUPT: (
        marked("is corrupt"),
        marked("restore it from a backup, or move it away and import again"),
    ),
    sqlite3.SQLITE_NOTADB: (
        marked("is not a database"),
        marked("restore it from a backup, or move it away and import again"),
    ),
    sqlite3.SQLITE_FULL: (marked("can't grow: the disk is full"), marked("make room on the disk")),
    sqlite3.SQLITE_IOERR: (
        marked("can't be read or written"),
        marked("look at the system's log for disk errors, and at the free space"),
    ),
    sqlite3.SQLITE_NOMEM: (marked("can't be used: out of memory"), marked("free memory, or give the process more")),
    sqlite3.SQLITE_PROTOCOL: (marked("is locked by another process"), marked("wait for it to end, and try again")),
}
_OTHER = (
    marked("does not answer as it should"),
    marked("check it with `PRAGMA integrity_check`, or restore it from a backup"),
)

_OUT_OF_FILES = (
    marked("can't be opened: too many files are open"),
    marked("raise the limit on open files (LimitNOFILE=, ulimit -Hn); the database itself has no part in it"),
)

_BY_ERRNO: dict[int, tuple[str, str]] = {
    errno.ENOSPC: (marked("can't be written: the disk is full"), marked("make room on the disk")),
    errno.EDQUOT: (marked("can't be written: the quota is used up"), marked("make room, or raise the quota")),
    errno.EFBIG: (
        marked("can't be written: it would be larger than allowed"),
        marked("raise the limit on the size of files"),
    ),
    errno.EROFS: (marked("can't be written: the disk is mounted read-only"), marked("mount it read-write")),
    errno.EACCES: (
        marked("may not be opened"),
        marked("give Gatekeeper's user the right to read and write the file and its folder"),
    ),
    errno.EPERM: (
        marked("may not be opened"),
        marked("give Gatekeeper's user the right to read and write the file and its folder"),
    ),
    errno.EMFILE: _OUT_OF_FILES,
    errno.ENFILE: _OUT_OF_FILES,
    errno.ENOENT: (marked("does not exist"), marked("restore it from a backup, or run `gatekeeper init`")),
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
        return _told(kind, path, _BY_ERRNO[cause.errno])
    code = getattr(cause, "sqlite_errorcode", None)
    if isinstance(code, int):
        if code & 0xFF == sqlite3.SQLITE_CANTOPEN and _is_out_of_files():
            return _told(kind, path, _OUT_OF_FILES)
        # The name says more than the primary code: SQLITE_IOERR_WRITE, SQLITE_CANTOPEN_ISDIR.
        name = getattr(cause, "sqlite_errorname", "")
        return _told(kind, path, _BY_CODE.get(code & 0xFF, _OTHER), name)
    return _told(kind, path, _OTHER, type(cause).__name__)


def _is_out_of_files() -> bool:
    """Whether no file can be opened now; SQLite does not say why it could not open one."""
    try:
        os.close(os.open(os.devnull, os.O_RDONLY | os.O_CLOEXEC))
    except OSError as error:
        return error.errno in (errno.EMFILE, errno.ENFILE)
    return False


def _told(kind: type[StoreError], path: Path | str, trouble: tuple[str, str], name: str | None = None) -> StoreError:
    what, remedy = map(phrase, trouble)
    # By `phrase`: it may last, and be told later to somebody else.
    if name is None:
        return kind(phrase("{path} {what}", path=path, what=what), remedy)
    return kind(phrase("{path} {what} ({name})", path=path, what=what, name=name), remedy)


@contextmanager
def translated(path: Path | str, kind: type[StoreError] = StoreError) -> Iterator[None]:
    """Let database and file errors out as `StoreError`s about this path."""
    try:
        yield
    except StoreError:
        raise
    except (sqlite3.Error, DBAPIError, OSError) as error:
        raise translate(error, path, kind=kind) from error
