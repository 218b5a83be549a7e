"""The reading side of the journal in SQLite: never waits for the writer, and never makes it wait.

Every page is one short read transaction. A long one would keep the write-ahead log from being emptied.
"""

import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, String, bindparam, func, select

from gatekeeper.closeable import Closeable
from gatekeeper.journal.archive import ArchiveInfo
from gatekeeper.journal.attempt import AttemptRow
from gatekeeper.journal.filter import DecisionFilter
from gatekeeper.journal.ident import first_ident
from gatekeeper.journal.page import LOOK_S, PAGE_ROWS, JournalPage
from gatekeeper.journal.reader import Looked, StoredDecision
from gatekeeper.journal.row import DecisionRow, MetRow
from gatekeeper.journal.shadow import ShadowCount
from gatekeeper.journal.sqlite.conditions import about, conditions, micros_of
from gatekeeper.journal.sqlite.counting import (
    CallCount,
    shadow_counts_of,
    shadow_groups,
    stat_counts_of,
    stat_groups,
)
from gatekeeper.journal.sqlite.errors import JournalReading
from gatekeeper.journal.sqlite.paging import FoundDecisionRows, IdRanges, PageLook, newer_page, older_page
from gatekeeper.journal.sqlite.spanning import SpannedPart, ident_at, values_of_part
from gatekeeper.journal.sqlite.stored import COLUMNS, ROW, stored
from gatekeeper.journal.sqlite.tables import SELECT_ATTEMPTS, archive, decision, met
from gatekeeper.journal.sqlite.tallying import count_part, seq_before
from gatekeeper.journal.stats import DecisionCount, StatKey
from gatekeeper.journal.tally import TallyPart
from gatekeeper.storage import open_engine

_ARCHIVE_COLUMNS: Final = tuple(archive.c[name] for name in ArchiveInfo._fields)
_MET_COLUMNS: Final = tuple(met.c[name] for name in MetRow._fields)
_SEQ: Final = decision.c.seq + 0
"""Keeps SQLite from walking through the table for the first or last: the index on ids, which times are looked up by, is
ten times smaller."""

_LOOK: Final = 20_000
"""Rows that a look goes through where somebody is told of each: some hundredths of a second."""

_IDENT: Final = bindparam("ident", type_=String)

# Made once: the daemon asks this of its loop.
_ATTEMPT: Final = select(*COLUMNS).where(about(_IDENT)).order_by(decision.c.seq.desc()).limit(1)
_MET: Final = select(*_MET_COLUMNS).where(met.c.decision == _IDENT).order_by(met.c.seq)


class SqliteReader(Closeable):
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
        last = self.last_seq()
        low, high = self._behind(wanted, after), min(last, self._last_of(wanted))
        width = high - low if by_index(wanted) else _LOOK
        query = select(*COLUMNS).where(*conditions(wanted, upto=last)).order_by(decision.c.seq.desc())
        found: list[StoredDecision] = []
        while True:
            begin = max(low, high - width)
            part = query.where(decision.c.seq > begin, decision.c.seq <= high).limit(limit - len(found))
            found += self._rows(part)
            high = begin
            if low >= high or len(found) >= limit:
                return found[::-1]

    def pages(
        self,
        wanted: DecisionFilter,
        *,
        after: int = 0,
        upto: int | None = None,
        size: int = 1000,
        looked: Looked | None = None,
    ) -> Iterator[list[StoredDecision]]:
        """All decisions that match, in the order of writing, page by page. What is written meanwhile is left out.

        Args:
            wanted: which.
            after: only what was written after this `seq`.
            upto: only what was written up to this one; None for what is there now.
            size: rows to a page.
            looked: told after each look up to which `seq` it went; each goes through few rows.

        Raises:
            JournalError: the journal can't be read.
        """
        last = self.last_seq() if upto is None else upto
        after = self._behind(wanted, after)
        width = last - after if by_index(wanted) and looked is None else _LOOK
        query = select(*COLUMNS).where(*conditions(wanted, upto=last)).order_by(decision.c.seq).limit(size)
        while True:
            end = max(after, min(after + width, last))
            page = self._rows(query.where(decision.c.seq > after, decision.c.seq <= end))
            after = page[-1].seq if len(page) == size else end
            if page:
                yield page
            if looked is not None:
                looked(after)
            if after >= last:
                return

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
        if after and not before:
            found = self.look(wanted, after=after, size=size, behind=behind, seconds=seconds)
            if found.rows or found.stopped:
                return newer_page(found, after, size)
        found = self.look(wanted, before=before, size=size, behind=behind, seconds=seconds)
        return older_page(found, before, size)

    def look(
        self,
        wanted: DecisionFilter,
        *,
        before: str = "",
        after: str = "",
        size: int = PAGE_ROWS,
        behind: int = 0,
        seconds: float = LOOK_S,
        ranges: IdRanges | None = None,
    ) -> FoundDecisionRows:
        """What of a page is found in some time; the arguments are as those of `page`.

        Args:
            wanted: which.
            before: only what is older than this id, the newest first.
            after: only what is younger than this id, the oldest first.
            size: rows to a page.
            behind: only what was written after this `seq`.
            seconds: for how long what does not match is looked through.
            ranges: where what is wanted may be; None where nobody knows.

        Raises:
            JournalError: the journal can't be read.
        """
        with self._reading(), self._engine.connect() as connection:
            look = PageLook(connection, COLUMNS, wanted, behind=behind, seconds=seconds, ranges=ranges)
            found = look.newer(after, size) if after and not before else look.older(before, size)
            return FoundDecisionRows(stored(connection, found.rows), found.stopped)

    def shadow_counts(self, wanted: DecisionFilter, *, after: int = 0) -> list[ShadowCount]:
        """How many calls were decided on, and which of them shadow alone lets by; in many short looks.

        Raises:
            JournalError: the journal can't be read.
        """
        return shadow_counts_of(self._counted(wanted, shadow_groups(), after))

    def counts(self, wanted: DecisionFilter, by: Sequence[StatKey], *, after: int = 0) -> list[DecisionCount]:
        """How many calls were decided on, and how, by some keys; in many short looks.

        Raises:
            JournalError: the journal can't be read.
        """
        return stat_counts_of(self._counted(wanted, stat_groups(by), after))

    def _counted(self, wanted: DecisionFilter, groups: Sequence[ColumnElement[Any]], after: int) -> CallCount:
        after, last = self._behind(wanted, after), self.last_seq()
        count = CallCount(wanted, groups, after=after, last=last)
        for begin in range(after, last, _LOOK):
            with self._reading(), self._engine.connect() as connection:
                count.take(connection, begin, min(begin + _LOOK, last))
        return count

    def values_by_span(self, after: int, last: int) -> SpannedPart:
        """The values of a part of the journal by quarters of an hour, in one short transaction.

        Args:
            after: the `seq` that the part lies behind.
            last: the last `seq` of the part.

        Raises:
            JournalError: the journal can't be read.
        """
        with self._reading(), self._engine.connect() as connection:
            return values_of_part(connection, after, last)

    def ident_at(self, seq: int) -> str:
        """The id of the decision at a place in the order of writing; "" where there is none.

        Raises:
            JournalError: the journal can't be read.
        """
        with self._reading(), self._engine.connect() as connection:
            return ident_at(connection, seq)

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
            return DecisionRow._make(found[1:ROW]), [
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

    def _last_of(self, wanted: DecisionFilter) -> int:
        """A `seq` behind which nothing of the time that is wanted lies."""
        if wanted.until is None:
            return self.last_seq()
        end = first_ident(micros_of(wanted.until) + _MILLISECOND)
        return self._number(select(func.max(_SEQ)).where(decision.c.id < end))

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
            return stored(connection, connection.execute(query).fetchall())

    def _reading(self) -> JournalReading:
        return JournalReading(self._path)


def by_index(wanted: DecisionFilter) -> bool:
    """Whether an index leads to what is wanted, so that no part of the journal is looked through."""
    of_call = wanted.numberless and wanted.linkedid != ""
    return wanted.number is not None or wanted.id != "" or of_call


_MILLISECOND: Final = 1000
"""In microseconds: ids tell moments no closer."""
