"""Pages of the whole journal for people: its own file and its archives, merged by the time of the decisions.

A decision that was written late may lie in a later file than its neighbours, so files overlap. A look goes through the
file that reaches furthest first. It keeps an edge, up to which all is known: what it has found beyond that waits until
the other files that reach there were looked through as well.

An archive that is not unpacked is such an edge, too. Where the span index knows that it has nothing that is wanted, it
is passed over.
"""

import contextlib
import logging
import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Final, NamedTuple, TypeVar

from gatekeeper.clock import DAY_US
from gatekeeper.closeable import Closeable
from gatekeeper.errors import StoreError
from gatekeeper.journal.archive import ArchiveInfo
from gatekeeper.journal.filter import DecisionFilter
from gatekeeper.journal.ident import first_ident, millisecond_of
from gatekeeper.journal.page import LOOK_S, PAGE_ROWS, JournalPage
from gatekeeper.journal.reader import StoredDecision
from gatekeeper.journal.row import DecisionRow, MetRow
from gatekeeper.journal.sqlite.paging import FoundDecisionRows, newer_page, older_page
from gatekeeper.journal.sqlite.reader import SqliteReader
from gatekeeper.journal.sqlite.span_index import SpanIndex
from gatekeeper.journal.sqlite.span_ranges import ranges_of
from gatekeeper.journal.sqlite.unpacked import UnpackedArchives
from gatekeeper.logs import SeldomLog

log = logging.getLogger(__name__)

_MOST_ARCHIVES: Final = 2
"""So many archives are looked into for one page: the copies of others stay."""

_Found = TypeVar("_Found")


class _Source(NamedTuple):
    """A file of the journal.

    Attributes:
        info: the archive; None for the journal's own file.
        low: no decision in it has a smaller id; "" where that is not known.
        high: all have smaller ones; "" where that is not known.
    """

    info: ArchiveInfo | None
    low: str = ""
    high: str = ""


class ArchivedAttempt(NamedTuple):
    """What is found of a decision by its id.

    Attributes:
        found: the decision in force, with where else its call was met; None where no decision has that id.
        file: the archive that it was found in, or in which it may be; None for the journal's own file.
        share: how much of that archive is unpacked, from 0 to 1: less than 1 where one has to ask again.
    """

    found: tuple[DecisionRow, list[MetRow]] | None
    file: ArchiveInfo | None = None
    share: float = 1.0


class JournalPager(Closeable):
    """Turns the pages of a journal with its archives. Safe from any thread.

    Args:
        path: the journal's file.
        archives: the copies of archives.
        spans: the index of what occurs when; None without one.
    """

    def __init__(self, path: Path, archives: UnpackedArchives, spans: SpanIndex | None = None) -> None:
        self._own = SqliteReader(path)
        self._archives = archives
        self._spans = spans
        self._seldom = SeldomLog(log)

    def close(self) -> None:
        """Let go of the journal's file."""
        self._own.close()

    def archives(self) -> list[ArchiveInfo]:
        """The archives, in the order of writing. Raises `JournalError`."""
        return self._own.archives()

    def share(self, info: ArchiveInfo) -> float | None:
        """How much of an archive is unpacked, from 0 to 1; None where it is not being unpacked.

        Raises:
            JournalError: it can't be unpacked.
        """
        return self._archives.share(info)

    def page(
        self,
        wanted: DecisionFilter,
        *,
        before: str = "",
        after: str = "",
        size: int = PAGE_ROWS,
        seconds: float = LOOK_S,
        unpack: bool = False,
    ) -> JournalPage:
        """A page of what matches, the newest first.

        Args:
            wanted: which.
            before: only what is older than this id.
            after: only what is younger than this id; where nothing is, the newest page.
            size: rows to a page.
            seconds: for how long what does not match is looked through.
            unpack: whether an archive is unpacked where the page comes to one; else it ends there.

        Raises:
            JournalError: the journal, or an archive, can't be read.
        """

        def look(archives: list[ArchiveInfo], store: sqlite3.Connection | None) -> JournalPage:
            merge = _Merge(self, archives, store, wanted, size, seconds, unpack=unpack)
            if after and not before:
                found = merge.newer(after)
                if found.rows or found.stopped:
                    return newer_page(found, after, size)._replace(archive=merge.waits(found))
            found = merge.older(before)
            return older_page(found, before, size)._replace(archive=merge.waits(found))

        return self._settled(look)

    def attempt(self, ident: str) -> ArchivedAttempt:
        """The decision in force under an id, in the journal's own file or an archive, which is unpacked if need be.

        Raises:
            JournalError: the journal, or an archive, can't be read.
        """
        moment = millisecond_of(ident)

        def look(archives: list[ArchiveInfo], _store: sqlite3.Connection | None) -> ArchivedAttempt:
            own = self._own.attempt(ident)
            if own is not None:
                return ArchivedAttempt(own)
            for info in reversed(archives):  # a correction lies in the later one
                if info.may_have(DecisionFilter(id=ident), moment):
                    with self._archives.reading(info) as reader:
                        if reader is None:
                            return ArchivedAttempt(None, info, min(0.99, self.share(info) or 0.0))
                        found = reader.attempt(ident)
                    if found is not None:
                        return ArchivedAttempt(found, info)
            return ArchivedAttempt(None)

        return self._settled(look)

    def _settled(self, look: Callable[[list[ArchiveInfo], sqlite3.Connection | None], _Found]) -> _Found:
        """What is found while no month is archived."""
        while True:
            with self._index() as store:
                archives = self._own.archives()
                found = look(archives, store)
                if self._own.archives() == archives:
                    return found

    @contextlib.contextmanager
    def _index(self) -> Iterator[sqlite3.Connection | None]:
        """The index; without it a look only takes longer."""
        if self._spans is None:
            yield None
            return
        with contextlib.ExitStack() as stack:
            try:
                store = stack.enter_context(self._spans.reading())
            except StoreError as error:
                self._seldom.warning("index", f"the journal is looked through without its index: {error}")
                store = None
            yield store

    @contextlib.contextmanager
    def reading(self, info: ArchiveInfo | None, *, unpack: bool) -> Iterator[SqliteReader | None]:
        """A reader of a file of the journal; None where it is an archive that is not unpacked."""
        if info is None:
            yield self._own
            return
        with self._archives.reading(info, unpack=unpack) as reader:
            yield reader


class _Merge:
    """One look through the files of a journal."""

    def __init__(
        self,
        pager: JournalPager,
        archives: list[ArchiveInfo],
        store: sqlite3.Connection | None,
        wanted: DecisionFilter,
        size: int,
        seconds: float,
        *,
        unpack: bool,
    ) -> None:
        self._pager = pager
        self._store = store
        self._wanted = wanted
        self._size = size
        self._seconds = seconds
        self._unpack = unpack
        self._behind = max((info.last for info in archives), default=0)
        self._waiting: tuple[str, ArchiveInfo] | None = None
        self._looked_into = 0
        moment = millisecond_of(wanted.id) if wanted.id else None
        self._sources = [_Source(None), *(_source(info) for info in archives if info.may_have(wanted, moment))]

    def waits(self, found: FoundDecisionRows) -> ArchiveInfo | None:
        """The archive that has to be unpacked before one can go on where a look has stopped."""
        stopped_there = self._waiting is not None and found.stopped == self._waiting[0]
        return self._waiting[1] if self._waiting is not None and stopped_there else None

    def older(self, before: str) -> FoundDecisionRows:
        """The newest rows of before an id ("" for the very newest)."""
        edge, rows = "", list[StoredDecision]()
        self._looked_into = 0
        for source in sorted(self._sources, key=lambda one: (one.high == "", one.high), reverse=True):
            if edge and source.high and source.high <= edge:
                break
            if before and source.low and source.low >= before:
                continue
            wanted = replace(self._wanted, id_from=max(self._wanted.id_from, edge))
            found = self._look(source, wanted, before=before)
            if found is None:
                stop = min(filter(None, (source.high, before)))
                self._waiting, edge = (stop, _info(source)), max(edge, stop)
            else:
                rows = sorted([*rows, *found.rows], key=_ident, reverse=True)
                edge = max(edge, found.stopped)
            if len(rows) > self._size:
                edge = max(edge, rows[self._size].row.id)
            rows = [one for one in rows if one.row.id >= edge]
        return FoundDecisionRows(rows[: self._size + 1], edge if len(rows) <= self._size else "")

    def newer(self, after: str) -> FoundDecisionRows:
        """The oldest rows of after an id."""
        edge, rows = "", list[StoredDecision]()
        self._looked_into = 0
        for source in sorted(self._sources, key=lambda one: one.low):
            if edge and source.low >= edge:
                break
            if source.high and source.high <= after:
                continue
            bound = min(filter(None, (self._wanted.id_before, edge)), default="")
            found = self._look(source, replace(self._wanted, id_before=bound), after=after)
            if found is None:
                stop = max(source.low, after)
                self._waiting, edge = (stop, _info(source)), min(filter(None, (edge, stop)))
            else:
                rows = sorted([*rows, *found.rows], key=_ident)
                edge = min(filter(None, (edge, found.stopped)), default="")
            if len(rows) > self._size:
                edge = min(filter(None, (edge, rows[self._size].row.id)))
            rows = [one for one in rows if not edge or one.row.id <= edge]
        return FoundDecisionRows(rows[: self._size + 1], edge if len(rows) <= self._size else "")

    def _look(
        self, source: _Source, wanted: DecisionFilter, *, before: str = "", after: str = ""
    ) -> FoundDecisionRows | None:
        """What is found in a file; None where it is not unpacked."""
        ranges = ranges_of(self._store, wanted, self._behind, source.info)
        if source.info is not None:
            low = max(filter(None, (source.low, wanted.id_from, after)), default="")
            high = min(filter(None, (source.high, wanted.id_before, before)), default="")
            if ranges is not None and next(ranges.known((low, high)), None) is None:
                return FoundDecisionRows([])
            # One that reaches where the page begins is always looked into: the next page would begin there again.
            further = source.low > after if after else not before or source.high < before
            if further and self._looked_into >= _MOST_ARCHIVES:
                return None
            self._looked_into += 1
        with self._pager.reading(source.info, unpack=self._unpack) as reader:
            if reader is None:
                return None
            return reader.look(
                wanted,
                before=before,
                after=after,
                size=self._size,
                behind=self._behind if source.info is None else 0,
                seconds=self._seconds,
                ranges=ranges,
            )


def _source(info: ArchiveInfo) -> _Source:
    """An archive. Its bounds tell days and months, and no moment of anybody's decision."""
    return _Source(info, first_ident(info.begins // DAY_US * DAY_US), first_ident(info.until))


def _info(source: _Source) -> ArchiveInfo:
    if source.info is None:
        raise RuntimeError("the journal's own file is never unpacked")
    return source.info


def _ident(one: StoredDecision) -> str:
    return one.row.id
