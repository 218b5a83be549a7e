"""The reading side of the journal in SQLite: never waits for the writer, and never makes it wait.

Every page is one short read transaction. A long one would keep the write-ahead log from being emptied.
"""

import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

from sqlalchemy import ColumnElement, Connection, Select, String, bindparam, func, select
from sqlalchemy.exc import OperationalError

from gatekeeper.errors import JournalError, StoreError
from gatekeeper.journal.archive import ArchiveInfo
from gatekeeper.journal.attempt import AttemptRow
from gatekeeper.journal.filter import DecisionFilter
from gatekeeper.journal.ident import first_ident
from gatekeeper.journal.page import LOOK_S, PAGE_ROWS, JournalPage
from gatekeeper.journal.reader import Looked, StoredDecision
from gatekeeper.journal.row import DecisionRow, MetRow
from gatekeeper.journal.shadow import ShadowCount
from gatekeeper.journal.sqlite.conditions import about, conditions, micros_of
from gatekeeper.journal.sqlite.counting import count_query, shadow_query
from gatekeeper.journal.sqlite.errors import journal_error
from gatekeeper.journal.sqlite.paging import PageLook, newer_page, older_page
from gatekeeper.journal.sqlite.tables import SELECT_ATTEMPTS, archive, decision, met
from gatekeeper.journal.sqlite.tallying import count_part, seq_before
from gatekeeper.journal.stamp import Stamp
from gatekeeper.journal.stats import DecisionCount, StatKey
from gatekeeper.journal.tally import TallyPart
from gatekeeper.storage import open_engine, translated
from gatekeeper.translation import phrase

_ROW: Final = len(DecisionRow._fields) + 1
_COLUMNS: Final = tuple(decision.c[name] for name in ("seq", *DecisionRow._fields, "correction", *Stamp._fields))
_ARCHIVE_COLUMNS: Final = tuple(archive.c[name] for name in ArchiveInfo._fields)
_MET_COLUMNS: Final = tuple(met.c[name] for name in MetRow._fields)
_SEQ: Final = decision.c.seq + 0
"""Keeps SQLite from walking through the table for the first or last: the index on ids, which times are looked up by, is
ten times smaller."""

_LOOK: Final = 20_000
"""Rows that a look goes through where somebody is told of each: some hundredths of a second."""

_OLDER: Final = ("no such column", "no such table: attempt", "no such table: archive", "no such table: elsewhere")
"""How SQLite says that a file was written by a version that did not have all we ask for."""


_IDENT: Final = bindparam("ident", type_=String)

# Made once: the daemon asks this of its loop.
_ATTEMPT: Final = select(*_COLUMNS).where(about(_IDENT)).order_by(decision.c.seq.desc()).limit(1)
_MET: Final = select(*_MET_COLUMNS).where(met.c.decision == _IDENT).order_by(met.c.seq)


class SqliteReader:
    """Reads the journal, whether or not a daemon writes it.

    Args:
        path: the journal's file.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._engine = open_engine(path, read_only=True)

    def close(self) -> None:
        """Let go of the file."""
        self._engine.dispose()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def archives(self) -> list[ArchiveInfo]:
        """The archives of the journal, in the order of writing.

        Raises:
            JournalError: the journal can't be read.
        """
        with self._reading(), self._engine.connect() as connection:
            rows = connection.execute(select(*_ARCHIVE_COLUMNS).order_by(archive.c.last))
            return [ArchiveInfo._make(row) for row in rows]

    def latest(self, wanted: DecisionFilter, limit: int, *, after: int = 0) -> list[StoredDecision]:
        """The newest decisions that match, at most `limit`, in the order of writing.

        Args:
            wanted: which.
            limit: how many.
            after: only what was written after this `seq`.

        Raises:
            JournalError: the journal can't be read.
        """
        query = select(*_COLUMNS).where(decision.c.seq > self._behind(wanted, after), *conditions(wanted))
        if wanted.until is not None:
            end = first_ident(micros_of(wanted.until) + _MILLISECOND)
            last = select(func.max(_SEQ)).where(decision.c.id < end)
            query = query.where(decision.c.seq <= self._number(last))
        return self._rows(query.order_by(decision.c.seq.desc()).limit(limit))[::-1]

    def pages(
        self, wanted: DecisionFilter, *, after: int = 0, size: int = 1000, looked: Looked | None = None
    ) -> Iterator[list[StoredDecision]]:
        """All decisions that match, in the order of writing, page by page.

        Args:
            wanted: which.
            after: only what was written after this `seq`.
            size: rows to a page.
            looked: told after each look up to which `seq` it went; with it, each goes through few rows.

        Raises:
            JournalError: the journal can't be read.
        """
        after = self._behind(wanted, after)
        if looked is not None:
            yield from self._short_looks(wanted, after, size, looked)
            return
        while True:
            page = self._rows(self._query(wanted).where(self._after(after)).limit(size))
            if page:
                yield page
                after = page[-1].seq
            if len(page) < size:
                return

    def _short_looks(
        self, wanted: DecisionFilter, after: int, size: int, looked: Looked
    ) -> Iterator[list[StoredDecision]]:
        last = self.last_seq()
        while after < last:
            end = min(after + _LOOK, last)
            page = self._rows(self._query(wanted).where(self._after(after), decision.c.seq <= end).limit(size))
            after = page[-1].seq if len(page) == size else end
            if page:
                yield page
            looked(after)

    def page(
        self,
        wanted: DecisionFilter,
        *,
        before: str = "",
        after: str = "",
        size: int = PAGE_ROWS,
        behind: int = 0,
        seconds: float = LOOK_S,
    ) -> JournalPage:
        """A page of what matches, the newest first.

        Args:
            wanted: which.
            before: only what is older than this id.
            after: only what is younger than this id; where nothing is, the newest page.
            size: rows to a page.
            behind: only what was written after this `seq`.
            seconds: for how long what does not match is looked through.

        Raises:
            JournalError: the journal can't be read.
        """
        with self._reading(), self._engine.connect() as connection:
            look = PageLook(connection, _COLUMNS, wanted, behind=behind, seconds=seconds)
            if after and not before:
                found = look.newer(after, size)
                rows = _stored(connection, found.rows[:size])[::-1]
                if rows or found.stopped:
                    return newer_page(rows, found, after, size)
            found = look.older(before, size)
            return older_page(_stored(connection, found.rows[:size]), found, before, size)

    def shadow_counts(self, wanted: DecisionFilter, *, after: int = 0) -> list[ShadowCount]:
        """How many calls were decided on, and which of them shadow alone lets by.

        Raises:
            JournalError: the journal can't be read.
        """
        after = self._behind(wanted, after)
        query = shadow_query([decision.c.seq > after, *conditions(wanted)], after)
        with self._reading(), self._engine.connect() as connection:
            return [ShadowCount._make(row) for row in connection.execute(query)]

    def counts(self, wanted: DecisionFilter, by: Sequence[StatKey], *, after: int = 0) -> list[DecisionCount]:
        """How many calls were decided on, and how, by some keys.

        Raises:
            JournalError: the journal can't be read.
        """
        after = self._behind(wanted, after)
        query = count_query([decision.c.seq > after, *conditions(wanted)], by, after)
        with self._reading(), self._engine.connect() as connection:
            return [
                DecisionCount(row[0], tuple(row[1:-3]), *map(int, row[-3:]))
                for row in connection.execute(query)
                if row[-3]
            ]

    def tally(self, after: int, last: int, since: int) -> TallyPart:
        """The sorts of decisions of a part of the journal, in one short transaction.

        Args:
            after: the `seq` that the part lies behind.
            last: the last `seq` of the part.
            since: only decisions of this moment or later, in microseconds since the epoch.

        Raises:
            JournalError: the journal can't be read.
        """
        with self._reading(), self._engine.connect() as connection:
            return count_part(connection, after, last, since)

    def seq_before(self, since: int) -> int:
        """A `seq` that lies before the decisions of a moment (microseconds) and later, as near as is found quickly.

        Raises:
            JournalError: the journal can't be read.
        """
        with self._reading(), self._engine.connect() as connection:
            found = connection.execute(seq_before(since)).scalar()
        return self.last_seq() if found is None else max(0, int(found))

    def follow(
        self, wanted: DecisionFilter, *, after: int, stop: Callable[[], bool], poll: float = 0.25
    ) -> Iterator[StoredDecision]:
        """Decisions that match as they are written, until `stop` says so.

        Args:
            wanted: which.
            after: only what was written after this `seq`; see `last_seq`.
            stop: asked between two looks.
            poll: seconds between two looks.

        Raises:
            JournalError: the journal can't be read.
        """
        while not stop():
            # What does not match is passed over for good, so that a look costs no more than what is new.
            newest = self.last_seq()
            if newest <= after:
                time.sleep(poll)
                continue
            for page in self.pages(wanted, after=after):
                yield from page
                newest = max(newest, page[-1].seq)
            after = newest

    def attempt(self, ident: str) -> tuple[DecisionRow, list[MetRow]] | None:
        """The decision in force under an id, with where else its call was met; None where no decision has that id.

        Raises:
            JournalError: the journal can't be read.
        """
        with self._reading(), self._engine.connect() as connection:
            found = connection.execute(_ATTEMPT, {"ident": ident}).first()
            if found is None:
                return None
            return DecisionRow._make(found[1:_ROW]), [
                MetRow._make(row) for row in connection.execute(_MET, {"ident": ident})
            ]

    def attempts(self, consumer: int, since: int) -> list[AttemptRow]:
        """All that is said of attempts under a consumer's key since a moment (microseconds), as it is committed.

        Raises:
            JournalError: the log can't be read.
        """
        with self._reading(), self._engine.connect() as connection:
            found = connection.exec_driver_sql(SELECT_ATTEMPTS, (consumer, since)).fetchall()
        return [AttemptRow._make(row) for row in found]

    def last_seq(self) -> int:
        """The `seq` of the newest decision, 0 in an empty log.

        Raises:
            JournalError: the journal can't be read.
        """
        return self._number(select(func.max(decision.c.seq)))

    @staticmethod
    def _query(wanted: DecisionFilter) -> Select[Any]:
        return select(*_COLUMNS).where(*conditions(wanted)).order_by(decision.c.seq)

    @staticmethod
    def _after(seq: int) -> ColumnElement[bool]:
        return decision.c.seq > seq

    def _behind(self, wanted: DecisionFilter, after: int) -> int:
        """The `seq` before the first decision of the time that is wanted, by its id: to the millisecond."""
        begin = wanted.id_from
        if wanted.since is not None:
            begin = max(begin, first_ident(micros_of(wanted.since)))
        if not begin:
            return after
        first = self._number(select(func.min(_SEQ)).where(decision.c.id >= begin))
        return max(after, first - 1 if first else self.last_seq())

    def _number(self, query: Select[Any]) -> int:
        with self._reading(), self._engine.connect() as connection:
            return int(connection.execute(query).scalar() or 0)

    def _rows(self, query: Select[Any]) -> list[StoredDecision]:
        with self._reading(), self._engine.connect() as connection:
            return _stored(connection, connection.execute(query).fetchall())

    def _reading(self) -> "_Reading":
        return _Reading(self._path)


class _Reading:
    """Lets database errors out as `JournalError`."""

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


def _stored(connection: Connection, rows: Sequence[Any]) -> list[StoredDecision]:
    gates = {row.id: [row.gate] for row in rows}
    if gates:
        others = select(met.c.decision, met.c.gate).where(met.c.decision.in_(gates)).order_by(met.c.seq)
        for ident, gate in connection.execute(others):
            gates[ident].append(gate)
    return [
        StoredDecision(
            row[0],
            DecisionRow._make(row[1:_ROW]),
            _in_order(gates[row.id]),
            correction=bool(row.correction),
            stamp=Stamp._make(row[_ROW + 1 :]),
        )
        for row in rows
    ]


def _in_order(gates: list[str]) -> str:
    return " ".join(dict.fromkeys(gates))


_MILLISECOND: Final = 1000
"""In microseconds: ids tell moments no closer."""
