"""Paging through the journal by id: looks through it part by part, and stops when a page is full or its time is over.

The columns that people filter by have no index, for each would cost every call some microseconds; the index on ids,
which is there, bounds each part. A part's bound is a full second, and not somebody's id.
"""

import time
from collections.abc import Callable, Sequence
from typing import Any, Final, NamedTuple

from sqlalchemy import ColumnElement, Connection, func, select

from gatekeeper.clock import SECOND_US
from gatekeeper.journal.filter import DecisionFilter
from gatekeeper.journal.ident import first_ident, millisecond_of
from gatekeeper.journal.page import JournalPage
from gatekeeper.journal.reader import StoredDecision
from gatekeeper.journal.sqlite.conditions import conditions, micros_of
from gatekeeper.journal.sqlite.tables import decision

_FEW: Final = 20_000
"""Up to so many decisions on a number are looked at together; on a number that has more they are met often enough."""

_FIRST_PART: Final = 2_000
_PART_S: Final = 0.01
"""How long a part should take."""
_GROWTH: Final = 8
_MILLISECOND: Final = 1000


class FoundRows(NamedTuple):
    """What was found on the way.

    Attributes:
        rows: the rows, in the direction of the look; one more than the page has where there is more.
        stopped: the id before (or after) which nothing was looked at any more, or "" where all was looked through.
    """

    rows: Sequence[Any]
    stopped: str = ""


class PageLook:
    """Looks for the rows of one page.

    Args:
        connection: in one short transaction.
        columns: what is read of each row.
        wanted: which rows.
        behind: only what was written after this `seq`: what lies before is in archives.
        seconds: for how long.
        clock: tells seconds.
    """

    def __init__(
        self,
        connection: Connection,
        columns: Sequence[ColumnElement[Any]],
        wanted: DecisionFilter,
        *,
        behind: int,
        seconds: float,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._connection = connection
        self._columns = columns
        self._clock = clock
        self._until = clock() + seconds
        self._low, self._high = _bounds(wanted)
        self._together = self._few(wanted)
        self._conditions = [*conditions(wanted, by_number=self._together), decision.c.seq > behind]

    def older(self, before: str, size: int) -> FoundRows:
        """The newest rows of before an id ("" for the very newest)."""
        high = min(filter(None, (self._high, before)), default="")
        return self._look(high, size, newest_first=True)

    def newer(self, after: str, size: int) -> FoundRows:
        """The oldest rows of after an id."""
        return self._look(max(self._low, after), size, newest_first=False, exclusive=after >= self._low)

    def _look(self, start: str, size: int, *, newest_first: bool, exclusive: bool = False) -> FoundRows:
        rows: list[Any] = []
        width, bound = _FIRST_PART, ""
        while True:
            began = self._clock()
            bound = "" if self._together else self._bound(start, width, newest_first=newest_first)
            low, high = (bound, start) if newest_first else (start, bound)
            rows += self._part(low, high, size + 1 - len(rows), newest_first=newest_first, exclusive=exclusive)
            if len(rows) > size or not bound:
                return FoundRows(rows)
            now = self._clock()
            if now >= self._until:
                return FoundRows(rows, bound)
            width = int(width * max(0.5, min(_GROWTH, _PART_S / max(now - began, 1e-6))))
            start, exclusive = bound, False

    def _part(self, low: str, high: str, count: int, *, newest_first: bool, exclusive: bool) -> Sequence[Any]:
        low = low or self._low
        high = high or self._high
        query = select(*self._columns).where(*self._conditions)
        if low:
            query = query.where(decision.c.id > low if exclusive else decision.c.id >= low)
        if high:
            query = query.where(decision.c.id < high)
        query = query.order_by(decision.c.id.desc() if newest_first else decision.c.id).limit(count)
        return self._connection.execute(query).fetchall()

    def _bound(self, start: str, width: int, *, newest_first: bool) -> str:
        """Where a part of about so many rows ends: at a full second; "" where fewer are left."""
        query = select(decision.c.id)
        if newest_first:
            ordered = query.where(decision.c.id >= self._low).order_by(decision.c.id.desc())
            ordered = ordered.where(decision.c.id < start) if start else ordered
        else:
            ordered = query.where(decision.c.id > start).order_by(decision.c.id)
            ordered = ordered.where(decision.c.id < self._high) if self._high else ordered
        found = self._connection.execute(ordered.limit(1).offset(width)).scalar()
        if found is None:
            return ""
        second = millisecond_of(str(found)) * _MILLISECOND // SECOND_US
        bound = first_ident((second if newest_first else second + 1) * SECOND_US)
        if newest_first:
            return bound if bound > self._low else ""
        return bound if not self._high or bound < self._high else ""

    def _few(self, wanted: DecisionFilter) -> bool:
        """Whether an index finds what is wanted, or nearly."""
        if wanted.id:
            return True
        if wanted.number is None and not wanted.numberless:
            return False
        own = decision.c.number.is_(None) if wanted.number is None else decision.c.number == wanted.number
        some = select(decision.c.seq).where(own).limit(_FEW + 1).subquery()
        return int(self._connection.execute(select(func.count()).select_from(some)).scalar() or 0) <= _FEW


def older_page(rows: list[StoredDecision], found: FoundRows, before: str, size: int) -> JournalPage:
    """The page of a look towards the past.

    Args:
        rows: its decisions, the newest first.
        found: what the look has found.
        before: the id that it began at, or "".
        size: rows to a page.
    """
    newer = rows[0].row.id if before and rows else before
    if len(found.rows) > size:
        return JournalPage(rows, rows[-1].row.id, newer)
    return JournalPage(rows, found.stopped, newer, _reached(found))


def newer_page(rows: list[StoredDecision], found: FoundRows, after: str, size: int) -> JournalPage:
    """The page of a look towards the present; the arguments are as those of `older_page`."""
    older = rows[-1].row.id if rows else after
    if len(found.rows) > size:
        return JournalPage(rows, older, rows[0].row.id)
    return JournalPage(rows, older, found.stopped, _reached(found))


def _reached(found: FoundRows) -> int | None:
    return millisecond_of(found.stopped) * _MILLISECOND if found.stopped else None


def _bounds(wanted: DecisionFilter) -> tuple[str, str]:
    """The smallest id, itself included, and the greatest, itself excluded; "" without one. Ids tell milliseconds."""
    low, high = wanted.id_from, wanted.id_before
    if wanted.since is not None:
        low = max(low, first_ident(micros_of(wanted.since)))
    if wanted.until is not None:
        high = min(filter(None, (high, first_ident(micros_of(wanted.until) + _MILLISECOND))))
    return low, high
