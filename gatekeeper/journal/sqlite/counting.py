"""Counting of calls: by what is wanted, and those that shadow alone lets by; part by part, each in a short transaction.

A call on which a later gate decided anew counts by its last decision; a question over the interface never does. A part
counts all of its rows. What its rows take the place of is taken away again, once, wherever that lies: so no transaction
has to see more than its part.
"""

from collections.abc import Iterator, Sequence
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, case, func, literal, select

from gatekeeper.journal.filter import DecisionFilter
from gatekeeper.journal.shadow import SPAN_US, ShadowCount
from gatekeeper.journal.sqlite.conditions import conditions
from gatekeeper.journal.sqlite.tables import decision, elsewhere
from gatekeeper.journal.stats import OF_TIME, DecisionCount, StatKey

_LATER: Final = decision.alias("later")
_REPLACED_ELSEWHERE: Final = select(elsewhere.c.id).where(elsewhere.c.correction == 0)

_COLUMNS: Final = {StatKey.AGENT: "asked_by"}
"""The columns that keys without one of their own name are read from."""

_BLOCKED: Final = case((decision.c.verdict == "BLOCK", 1), else_=0)


class CallCount:
    """Counts calls by groups.

    Args:
        wanted: which decisions are counted.
        groups: by what, as columns that have labels.
        after: the `seq` that all of them lie behind.
        last: the `seq` of the last decision that is looked at.
    """

    def __init__(self, wanted: DecisionFilter, groups: Sequence[ColumnElement[Any]], *, after: int, last: int) -> None:
        self._groups = groups
        # The part leads to the rows, and so does what takes the place of one: no other index.
        self._counted = (
            decision.c.seq + 0 > after,
            decision.c.seq + 0 <= last,
            *conditions(wanted, by_number=False, upto=last),
            decision.c.id.not_in(_REPLACED_ELSEWHERE),
            decision.c.gate != "API_ASK",
        )
        self._sums: dict[tuple[Any, ...], list[int]] = {}
        self._replaced: set[str] = set()

    def take(self, connection: Connection, after: int, last: int) -> None:
        """Count a part.

        Args:
            connection: in one short transaction.
            after: the `seq` that the part lies behind.
            last: the last `seq` of the part.
        """
        sums = (func.count(), func.sum(_BLOCKED), func.sum(decision.c.bypass))
        counted = select(*self._groups, *sums).where(*self._counted, decision.c.seq > after, decision.c.seq <= last)
        for row in connection.execute(counted.group_by(*self._groups)):
            if row[-3]:
                self._add(row[:-3], row[-3:], 1)
        replaced = (
            select(decision.c.id, *self._groups, literal(1), _BLOCKED, decision.c.bypass)
            .join_from(_LATER, decision, decision.c.id == _LATER.c.supersedes)
            .where(_LATER.c.seq > after, _LATER.c.seq <= last, _LATER.c.supersedes != "", _LATER.c.correction == 0)
            .where(*self._counted)
        )
        for row in connection.execute(replaced):
            # Two may take the place of one: it goes once.
            if row[0] not in self._replaced:
                self._replaced.add(row[0])
                self._add(row[1:-3], row[-3:], -1)

    def _add(self, key: Sequence[Any], sums: Sequence[int | None], sign: int) -> None:
        found = self._sums.setdefault(tuple(key), [0, 0, 0])
        for place, more in enumerate(sums):
            found[place] += sign * int(more or 0)

    def counted(self) -> Iterator[tuple[tuple[Any, ...], list[int]]]:
        """What was counted: by groups, the calls, how many of them were blocked, and how many were bypasses."""
        return ((key, sums) for key, sums in self._sums.items() if sums[0])


def shadow_groups() -> list[ColumnElement[Any]]:
    """By what calls are counted that shadow lets by."""
    span = (decision.c.at - decision.c.at % SPAN_US).label("span")
    allowed = decision.c.verdict == "ALLOW"
    reason = case((allowed, decision.c.would_block), else_=literal("")).label("shadow_reason")
    provision = case((allowed, decision.c.would_provision), else_=literal("")).label("shadow_provision")
    return [span, decision.c.campaign, reason, provision]


def shadow_counts_of(count: CallCount) -> list[ShadowCount]:
    """What was counted by `shadow_groups`."""
    return sorted(ShadowCount._make((*key, sums[0])) for key, sums in count.counted())


def stat_groups(by: Sequence[StatKey]) -> list[ColumnElement[Any]]:
    """By what calls are counted: the quarter of an hour (or 0), and the other keys in their order."""
    span = decision.c.at - decision.c.at % SPAN_US if set(by) & OF_TIME.keys() else literal(0)
    columns = ((key, _COLUMNS.get(key, key.value)) for key in by if key not in OF_TIME)
    return [span.label("span"), *(decision.c[column].label(f"by_{key.value}") for key, column in columns)]


def stat_counts_of(count: CallCount) -> list[DecisionCount]:
    """What was counted by `stat_groups`."""
    return [DecisionCount(key[0], tuple(key[1:]), *sums) for key, sums in count.counted()]
