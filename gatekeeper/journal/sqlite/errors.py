"""SQLite's errors as the journal's: which kind, what happened, and what to do."""

import sqlite3
from pathlib import Path

from gatekeeper.errors import FullError, JournalError, LockedError, RowError
from gatekeeper.storage import translate
from gatekeeper.translation import phrase


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
