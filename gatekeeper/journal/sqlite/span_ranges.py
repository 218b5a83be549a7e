"""Ranges of the journal in which a filter may find something, by the span index; what lies between is passed over."""

import json
import sqlite3
from collections.abc import Iterator
from typing import Final

from sqlalchemy import Connection

from gatekeeper.journal.archive import ArchiveInfo
from gatekeeper.journal.asked_by import is_among
from gatekeeper.journal.filter import DecisionFilter
from gatekeeper.journal.ident import first_ident, millisecond_of
from gatekeeper.journal.span_values import SPAN_US, SpanKind, values_asked
from gatekeeper.journal.sqlite.paging import IdRange
from gatekeeper.journal.sqlite.span_index import IndexedUpTo, state_of
from gatekeeper.journal.sqlite.spanning import first_moment_behind, ident_at

_TAIL: Final = 50_000
"""So many decisions may have been written since the index was filled last: a look goes through them first."""

_WINDOW: Final = 14 * 96
"""So many quarters of an hour are looked up together, then always four times as many."""


class SpanRanges:
    """Where what is wanted may be.

    Args:
        store: the index, which stays as it is meanwhile.
        state: how far the journal is in it.
        wanted: the filter.
        own: whether the journal's own file is looked through; else an archive.
    """

    def __init__(self, store: sqlite3.Connection, state: IndexedUpTo, wanted: DecisionFilter, *, own: bool) -> None:
        self._store = store
        self._state = state
        self._own = own
        self._asked = [(kind, self._words(kind, values)) for kind, values in values_asked(wanted)]

    def __call__(self, connection: Connection, within: IdRange, *, newest_first: bool) -> Iterator[IdRange]:
        """Ranges that have no id in common, in the direction of the look."""
        tail: int | None = None
        if self._own:
            moment = first_moment_behind(connection, self._state.seq, _TAIL)
            if moment == 0 or ident_at(connection, self._state.seq) != self._state.ident:
                yield within
                return
            tail = None if moment is None else moment // SPAN_US
        behind = [] if tail is None else [(first_ident(tail * SPAN_US), "")]
        if newest_first:
            yield from behind
        yield from self.known(within, newest_first=newest_first, end=tail)
        if not newest_first:
            yield from behind

    def known(self, within: IdRange, *, newest_first: bool = True, end: int | None = None) -> Iterator[IdRange]:
        """The ranges of what is in the index.

        Args:
            within: what is asked about.
            newest_first: the direction.
            end: the first quarter of an hour that is not asked about any more.
        """
        low = within[0]
        high = min(filter(None, (within[1], "" if end is None else first_ident(end * SPAN_US))), default="")
        try:
            for found in self._known(within, newest_first=newest_first, end=end):
                low, high = (low, found[0]) if newest_first else (found[1], high)
                yield found
        except sqlite3.Error:  # what is left is looked through
            yield low, high

    def _known(self, within: IdRange, *, newest_first: bool, end: int | None) -> Iterator[IdRange]:
        low, high = within
        first = max(self._state.first, _span_of(low)) if low else self._state.first
        last = min(self._state.last, _span_of(high)) if high else self._state.last
        last = last if end is None else min(last, end - 1)
        step = -1 if newest_first else 1
        run: list[int] = []
        for span in self._spans(first, last, newest_first=newest_first):
            if run and span != run[-1] + step:
                yield _range_of(run)
                run = []
            run = [run[0], span] if run else [span]
        if run:
            yield _range_of(run)

    def _spans(self, first: int, last: int, *, newest_first: bool) -> Iterator[int]:
        """The quarters of an hour that have a value of each kind that is asked for."""
        width = _WINDOW
        while first <= last:
            begin = max(first, last - width + 1) if newest_first else first
            end = last if newest_first else min(last, first + width - 1)
            yield from sorted(self._of_window(begin, end), reverse=newest_first)
            first, last = (first, begin - 1) if newest_first else (end + 1, last)
            width *= 4

    def _of_window(self, begin: int, end: int) -> set[int]:
        found: set[int] | None = None
        for kind, words in self._asked:
            seen = self._store.execute(_SEEN, (words, begin, end, kind, begin, end))
            spans = {span for (span,) in seen}
            found = spans if found is None else found & spans
        return found or set()

    def _words(self, kind: SpanKind, values: frozenset[str]) -> str:
        """The numbers of the values that are asked for, as JSON."""
        known = self._store.execute("SELECT id, text FROM word WHERE kind = ?", (kind,))
        if kind is SpanKind.AGENT:
            return json.dumps([ident for ident, text in known if any(is_among(one, text) for one in values)])
        return json.dumps([ident for ident, text in known if text in values])


def ranges_of(
    store: sqlite3.Connection | None, wanted: DecisionFilter, behind: int, archive: ArchiveInfo | None = None
) -> SpanRanges | None:
    """Where a filter may find something; None where nobody knows.

    Args:
        store: the index (`SpanIndex.reading`).
        wanted: the filter.
        behind: the `seq` that what counts in the journal's own file lies behind.
        archive: the archive that is looked through; None for the journal's own file.
    """
    try:
        state = state_of(store) if store is not None else None
        if store is None or state is None or not state.ident or not values_asked(wanted):
            return None
        if archive is None:
            return SpanRanges(store, state, wanted, own=True) if state.floor <= behind <= state.seq else None
        known = store.execute("SELECT 1 FROM archive WHERE name = ? AND sha256 = ?", (archive.name, archive.sha256))
        return SpanRanges(store, state, wanted, own=False) if known.fetchone() is not None else None
    except sqlite3.Error:  # it is damaged: the next one who writes makes it anew
        return None


_SEEN: Final = """
SELECT span FROM seen WHERE word IN (SELECT value FROM json_each(?)) AND span BETWEEN ? AND ?
UNION SELECT span FROM unknown WHERE kind = ? AND span BETWEEN ? AND ?
"""


def _span_of(ident: str) -> int:
    return millisecond_of(ident) * 1000 // SPAN_US


def _range_of(run: list[int]) -> IdRange:
    return first_ident(min(run) * SPAN_US), first_ident((max(run) + 1) * SPAN_US)
