"""Freshness of a list: until when it may be relied on, and the marks on the way there that people are told of."""

from collections.abc import Mapping
from typing import Final, NamedTuple, Protocol

from gatekeeper.clock import DAY_US
from gatekeeper.lists.model import ListKind

DUE_DAYS: Final = (7, 3, 1)
"""How many days before its end people are told of a list, and once more at the moment itself."""

_WARN: Final = DUE_DAYS[0] * DAY_US

_WITHOUT_END: Final = frozenset({ListKind.RED, ListKind.CONTRACT, ListKind.QUERY})
"""The kinds of list that hold whatever their age; of a query list each answer has an end of its own."""


class DatedList(Protocol):
    """What is needed of a list (`ListState`, `ListStatus`). Times are in microseconds since the epoch."""

    @property
    def name(self) -> str:
        """Its name."""

    @property
    def kind(self) -> ListKind:
        """Its kind."""

    @property
    def imported_at(self) -> int | None:
        """When the version in force was imported; None before the first."""

    @property
    def source_date(self) -> int | None:
        """Of when its source is, where that was said."""

    @property
    def valid_until(self) -> int | None:
        """Until when its source says that it holds, where it does."""


class Freshness(NamedTuple):
    """Whether a list may be relied on.

    Attributes:
        state: `fresh`, `due` (it ends within seven days), `stale`, `missing` (never imported) or, for a red list and a
            contract register, `in force`.
        until: the end of its time in microseconds since the epoch, or None where it has none.
        left: how long that is from now on, in microseconds; below 0 where it is past; None where it has no end.
        span: how long its time is from its import on, in microseconds; None where it has no end.
    """

    state: str
    until: int | None
    left: int | None = None
    span: int | None = None

    @property
    def days(self) -> int | None:
        """The whole days that are left; below 0 since when it is past."""
        return None if self.left is None else self.left // DAY_US

    @property
    def days_begun(self) -> int:
        """The days that are left, a begun one counted; 0 from the end on."""
        return max(0, -(-(self.left or 0) // DAY_US))

    @property
    def mark(self) -> int | None:
        """The mark that it has passed last: 7, 3 or 1 days before its end, or 0 from the end on; None before them all.

        Marks before its import don't count: a list that is good for three days is not due as soon as it is there.
        A list that was never imported is at 0: calls are blocked because of it.
        """
        if self.state == "missing":
            return 0
        if self.left is None or self.span is None:
            return None
        if self.left <= 0:
            return 0
        passed = (days for days in reversed(DUE_DAYS) if self.left <= days * DAY_US < self.span)
        return next(passed, None)


def freshness(one: DatedList, max_age: Mapping[str, int], now: int) -> Freshness:
    """Whether a list may be relied on at a moment.

    Args:
        one: the list.
        max_age: by list name, how many microseconds after its import a list may be relied on.
        now: the moment, in microseconds since the epoch.
    """
    if one.kind in _WITHOUT_END:
        return Freshness("in force", None)
    if one.imported_at is None:
        return Freshness("missing", None)
    ends = [one.valid_until] if one.valid_until is not None else []
    age = max_age.get(one.name)
    if age is not None and one.kind != ListKind.WASH:
        # What was old when it was imported did not grow younger by it.
        ends.append(min(one.imported_at, one.imported_at if one.source_date is None else one.source_date) + age)
    until = min(ends, default=None)
    if until is None:
        return Freshness("fresh", None)
    left = until - now
    return Freshness(
        "stale" if left <= 0 else "due" if left <= _WARN else "fresh", until, left, until - one.imported_at
    )
