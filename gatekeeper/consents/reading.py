"""The statements by which the consent ledger's database is read, on one raw connection: calls wait for them."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from sqlalchemy import Select, bindparam, literal_column, select
from sqlalchemy.dialects import sqlite

from gatekeeper.consents.model import LedgerEntry
from gatekeeper.consents.shared_terms import COLUMNS
from gatekeeper.consents.tables import entries, segments, terms
from gatekeeper.errors import StoreError
from gatekeeper.storage import migrate, open_engine, raw_connection
from gatekeeper.translation import phrase

MIGRATIONS = "gatekeeper.consents.migrations"

SLICE = 5_000
"""Entries read at a time while the daemon answers: some milliseconds."""


class SegmentRow(NamedTuple):
    """A segment that counts."""

    name: str
    build: str
    entries: int


class LedgerReader:
    """A connection to the ledger's database that reads.

    Args:
        path: of the database, which exists.

    Raises:
        StoreError: it can't be read, or is not at the newest schema and can't be brought there.
    """

    def __init__(self, path: Path) -> None:
        self._engine = open_engine(path, create=False, busy_timeout_ms=250)
        migrate(self._engine, MIGRATIONS, create=False)
        self._connection = raw_connection(self._engine)
        self._execute = self._connection.cursor().execute

    def data_version(self) -> int:
        """A number that changes when another connection, of any process, commits."""
        return int(self._execute("PRAGMA data_version").fetchone()[0])

    def segments(self) -> list[SegmentRow]:
        """The segments that count, oldest first."""
        return [SegmentRow(*row) for row in self._execute(_SEGMENTS)]

    def entries(self, subject: int) -> list[LedgerEntry]:
        """The entries of a subject in the database itself, by id."""
        return [LedgerEntry(*row) for row in self._execute(_ENTRIES, (subject,))]

    def subjects_after(self, ident: int) -> list[tuple[int, int]]:
        """Id and subject of the next some entries by id."""
        return self._execute(_SUBJECTS, (ident,)).fetchall()

    def terms(self, key: int) -> Mapping[str, Any]:
        """The row of terms.

        Raises:
            StoreError: there is none.
        """
        row = self._execute(_TERMS, (key,)).fetchone()
        if row is None:
            raise StoreError(
                phrase("consents.sqlite3 has no terms {key} that an entry names", key=key),
                phrase("restore it from a backup"),
            )
        return dict(zip(COLUMNS, row, strict=True))

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()
        self._engine.dispose()


def _sql(query: Select[Any]) -> str:
    return str(query.compile(dialect=sqlite.dialect(paramstyle="qmark")))


_SEGMENTS = _sql(
    select(segments.c.name, segments.c.build, segments.c.count)
    .where(segments.c.active == literal_column("1"))
    .order_by(segments.c.id)
)
_ENTRIES = _sql(
    select(
        entries.c.id,
        entries.c.kind,
        entries.c.terms_id,
        entries.c.source_id,
        entries.c.at,
        entries.c.until,
        entries.c.number,
        entries.c.contact,
        entries.c.proof,
    )
    .where(entries.c.subject == bindparam("subject"))
    .order_by(entries.c.id)
)
_SUBJECTS = _sql(
    select(entries.c.id, entries.c.subject)
    .where(entries.c.id > bindparam("id"))
    .order_by(entries.c.id)
    .limit(literal_column(str(SLICE)))
    .offset(literal_column("0"))
)
_TERMS = _sql(select(*(terms.c[name] for name in COLUMNS)).where(terms.c.id == bindparam("id")))
