"""Paging through the journal by id: looks through it part by part, and stops when a page is full or its time is over.

The columns that people filter by have no index, for each would cost every call some microseconds; the index on ids,
which is there, bounds each part. A part's bound is a full second, and not somebody's id. Where it is known which times
have what is wanted (`span_index`), the others are passed over.
"""

import time
from collections.abc import Callable, Iterator, Sequence
from typing import Any, Final, NamedTuple, Protocol

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


class FoundDecisionRows(NamedTuple):
    """The same, as decisions of the journal."""

    rows: Sequence[StoredDecision]
    stopped: str = ""


IdRange = tuple[str, str]
"""The smallest id, itself included, and the greatest, itself excluded; "" without one."""


class IdRanges(Protocol):
    """Tells where in the journal something that is wanted may be; what lies between is not looked at."""

    def __call__(self, connection: Connection, within: IdRange, *, newest_first: bool) -> Iterator[IdRange]:
        """Ranges that have no id in common, in the direction of the look.

        Args:
            connection: in the transaction in which the journal is read.
            within: what is asked about; ranges may reach beyond.
            newest_first: the direction.
        """


class PageLook:
    """Looks for the rows of one page.

    Args:
        connection: in one short transaction.
        columns: what is read of each row.
        wanted: which rows.
        behind: only what was written after this `seq`: what lies before is in archives.
        seconds: for how long.
        ranges: where the wanted may be; None where nobody knows.
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
        ranges: IdRanges | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._connection = connection
        self._columns = columns
        self._clock = clock
        self._until = clock() + seconds
        self._low, self._high = _bounds(wanted)
        self._together = self._few(wanted)
        self._ranges = None if self._together else ranges
        self._conditions = [*conditions(wanted, by_number=self._together), decision.c.seq > behind]

    def older(self, before: str, size: int) -> FoundRows:
        """The newest rows of before an id ("" for the very newest)."""
        high = min(filter(None, (self._high, before)), default="")
        return self._look((self._low, high), size, newest_first=True)

    def newer(self, after: str, size: int) -> FoundRows:
        """The oldest rows of after an id."""
        low = max(self._low, after)
        return self._look((low, self._high), size, newest_first=False, behind=after if after >= self._low else "")

    def _look(self, within: IdRange, size: int, *, newest_first: bool, behind: str = "") -> FoundRows:
        """Look through a range, part by part.

        Args:
            within: the range.
            size: rows to a page.
            newest_first: the direction.
            behind: an id that is itself excluded where a range begins at it.
        """
        rows: list[Any] = []
        ranges = self._where(within, newest_first=newest_first)
        width, left = _FIRST_PART, next(ranges, None)
        while left is not None:
            began = self._clock()
            low, high = left
            bound = "" if self._together else self._bound(left, width, newest_first=newest_first)
            part = (bound or low, high) if newest_first else (low, bound or high)
            rows += self._part(part, size + 1 - len(rows), newest_first=newest_first, exclusive=low == behind != "")
            if len(rows) > size:
                return FoundRows(rows)
            if bound:
                left = (low, bound) if newest_first else (bound, high)
                width = int(width * max(0.5, min(_GROWTH, _PART_S / max(self._clock() - began, 1e-6))))
            else:
                left = next(ranges, None)
            if left is not None and self._clock() >= self._until:
                return FoundRows(rows, left[1] if newest_first else left[0])
        return FoundRows(rows)

    def _where(self, within: IdRange, *, newest_first: bool) -> Iterator[IdRange]:
        """The ranges that have to be looked through."""
        low, high = within
        if self._ranges is None:
            yield within
            return
        for first, end in self._ranges(self._connection, within, newest_first=newest_first):
            part = max(first, low), min(filter(None, (end, high)), default="")
            if not part[1] or part[0] < part[1]:
                yield part

    def _part(self, part: IdRange, count: int, *, newest_first: bool, exclusive: bool) -> Sequence[Any]:
        low, high = part
        query = select(*self._columns).where(*self._conditions)
        if low:
            query = query.where(decision.c.id > low if exclusive else decision.c.id >= low)
        if high:
            query = query.where(decision.c.id < high)
        query = query.order_by(decision.c.id.desc() if newest_first else decision.c.id).limit(count)
        return self._connection.execute(query).fetchall()

    def _bound(self, left: IdRange, width: int, *, newest_first: bool) -> str:
        """Where a part of about so many rows ends: at a full second; "" where fewer are left."""
        low, high = left
        query = select(decision.c.id).where(decision.c.id >= low)
        query = query.where(decision.c.id < high) if high else query
        ordered = query.order_by(decision.c.id.desc() if newest_first else decision.c.id)
        found = self._connection.execute(ordered.limit(1).offset(width)).scalar()
        if found is None:
            return ""
        second = millisecond_of(str(found)) * _MILLISECOND // SECOND_US
        bound = first_ident((second if newest_first else second + 1) * SECOND_US)
        if newest_first:
            return bound if bound > low else ""
        return bound if not high or bound < high else ""

    def _few(self, wanted: DecisionFilter) -> bool:
        """Whether an index finds what is wanted, or nearly."""
        if wanted.id:
            return True
        if wanted.number is None and not wanted.numberless:
            return False
        own = decision.c.number.is_(None) if wanted.number is None else decision.c.number == wanted.number
        some = select(decision.c.seq).where(own).limit(_FEW + 1).subquery()
        return int(self._connection.execute(select(func.count()).select_from(some)).scalar() or 0) <= _FEW


def older_page(found: FoundDecisionRows, before: str, size: int) -> JournalPage:
    """The page of a look towards the past.

    Args:
        found: what the look has found.
        before: the id that it began at, or "".
        size: rows to a page.
    """
    rows = list(found.rows[:size])
    newer = rows[0].row.id if before and rows else before
    if len(found.rows) > size:
        return JournalPage(rows, rows[-1].row.id, newer)
    return JournalPage(rows, found.stopped, newer, _reached(found.stopped))


def newer_page(found: FoundDecisionRows, after: str, size: int) -> JournalPage:
    """The page of a look towards the present; the arguments are as those of `older_page`."""
    rows = list(reversed(found.rows[:size]))
    older = rows[-1].row.id if rows else after
    if len(found.rows) > size:
        return JournalPage(rows, older, rows[0].row.id)
    return JournalPage(rows, older, found.stopped, _reached(found.stopped))


def _reached(stopped: str) -> int | None:
    return millisecond_of(stopped) * _MILLISECOND if stopped else None


def _bounds(wanted: DecisionFilter) -> IdRange:
    """The range of a filter. Ids tell milliseconds."""
    low, high = wanted.id_from, wanted.id_before
    if wanted.since is not None:
        low = max(low, first_ident(micros_of(wanted.since)))
    if wanted.until is not None:
        high = min(filter(None, (high, first_ident(micros_of(wanted.until) + _MILLISECOND))))
    return low, high
