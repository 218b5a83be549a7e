"""SQLite's errors as the journal's: which kind, what happened, and what to do."""

import sqlite3
from pathlib import Path
from types import TracebackType
from typing import Final

from sqlalchemy.exc import OperationalError

from gatekeeper.errors import FullError, JournalError, LockedError, RowError, StoreError
from gatekeeper.storage import translate, translated
from gatekeeper.translation import phrase

_OLDER: Final = ("no such column", "no such table: attempt", "no such table: archive", "no such table: elsewhere")
"""How SQLite says that a file was written by a version that did not have all we ask for."""


def journal_error(error: BaseException, path: Path, kind: type[JournalError] = JournalError) -> JournalError:
    """The `JournalError` that tells of a database or file error."""
    told = translate(error, path, kind=kind)
    if isinstance(told, JournalError):
        return told
    renamed = kind(str(told))
    renamed.remedy = told.remedy
    return renamed


def write_error(error: Exception, path: Path) -> JournalError:
    """The `JournalError` of the kind that tells what becomes of rows that could not be written."""
    code = getattr(error, "sqlite_errorcode", None)
    primary = code & 0xFF if isinstance(code, int) else None
    if primary in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_PROTOCOL}:
        return journal_error(error, path, LockedError)
    if primary == sqlite3.SQLITE_FULL:
        return journal_error(error, path, FullError)
    if primary in {None, sqlite3.SQLITE_CONSTRAINT, sqlite3.SQLITE_MISMATCH, sqlite3.SQLITE_TOOBIG}:
        return RowError(
            phrase("{path}: a decision can't be stored ({name})", path=path, name=type(error).__name__),
            phrase("report it as a fault"),
        )
    return journal_error(error, path)


class JournalReading:
    """Lets the database errors of a look at the journal out as `JournalError`.

    Args:
        path: the journal's file.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._translated = translated(path, JournalError)

    def __enter__(self) -> None:
        if not self._path.exists():
            raise JournalError(
                phrase("{path} does not exist", path=self._path),
                phrase("is this the daemon's data folder? It makes the journal"),
            )
        self._translated.__enter__()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if isinstance(error, OperationalError) and str(error.orig).startswith(_OLDER):
            raise JournalError(
                phrase("{path} was written by an older Gatekeeper", path=self._path),
                phrase("start the daemon: it brings the file up to date"),
            ) from error
        try:
            self._translated.__exit__(kind, error, trace)
        except StoreError as told:
            raise journal_error(told, self._path) from error
