"""A segment: imported entries in a SQLite file that never changes, asked for one consumer."""

import sqlite3
from array import array
from bisect import bisect_right
from pathlib import Path

from gatekeeper.consents.model import LedgerEntry
from gatekeeper.consents.page import entries_of
from gatekeeper.errors import StoreError
from gatekeeper.storage.sqlite.engine import open_immutable, raw_connection
from gatekeeper.translation import phrase

_ABOUT = "SELECT value FROM about WHERE key = ?"
_PAGE = "SELECT data FROM page WHERE id = ?"


class SegmentFile:
    """An open segment.

    The first subject of each page is held in memory: 8 bytes for some dozens of entries.

    Args:
        path: of the file.
        build: the token that the ledger has of it.

    Raises:
        StoreError: it is not the file that the ledger means.
        sqlite3.Error: it can't be read.
    """

    def __init__(self, path: Path, build: str) -> None:
        if not path.exists():
            raise StoreError(
                phrase("{path} is missing, but consents.sqlite3 names it", path=path),
                phrase("restore it from a backup"),
            )
        self.path = path
        self._connection = raw_connection(open_immutable(path))
        try:
            self._execute = self._connection.cursor().execute
            self._check(build)
            self.firsts = array("q", self._about("firsts"))
        except BaseException:
            self._connection.close()
            raise

    def _check(self, build: str) -> None:
        if self._about("build") != build.encode():
            raise StoreError(
                phrase("{path} is not the file that consents.sqlite3 means", path=self.path),
                phrase("restore both from one backup"),
            )

    def _about(self, key: str) -> bytes:
        row = self._execute(_ABOUT, (key,)).fetchone()
        if row is None:
            raise StoreError(phrase("{path} is not complete", path=self.path), phrase("restore it from a backup"))
        return bytes(row[0])

    def entries(self, subject: int) -> list[LedgerEntry]:
        """The entries of a subject, by id."""
        place = bisect_right(self.firsts, subject)
        return entries_of(self.page(place), subject) if place else []

    def page(self, place: int) -> bytes:
        """A page, counted from 1.

        Raises:
            sqlite3.DatabaseError: it is not there.
        """
        row = self._execute(_PAGE, (place,)).fetchone()
        if row is None:
            raise sqlite3.DatabaseError(f"page {place} is missing")
        data: bytes = row[0]
        return data

    def close(self) -> None:
        """Close the file."""
        self._connection.close()
