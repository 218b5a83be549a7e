"""Queries that count calls: by what is wanted, and those that shadow alone lets by."""

from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, case, func, literal, select

from gatekeeper.journal.shadow import SPAN_US
from gatekeeper.journal.sqlite.tables import decision, elsewhere
from gatekeeper.journal.stats import OF_TIME, StatKey

_LATER: Final = decision.alias("later")
_REPLACED: Final = select(_LATER.c.supersedes).where(_LATER.c.supersedes != "", _LATER.c.correction == 0)
_REPLACED_ELSEWHERE: Final = select(elsewhere.c.id).where(elsewhere.c.correction == 0)

_COLUMNS: Final = {StatKey.AGENT: "asked_by"}
"""The columns that keys without one of their own name are read from."""


def _last_of_its_call(after: int) -> ColumnElement[bool]:
    """A call on which a later gate decided anew counts by its last decision; a question over the interface never does.

    What let a call by was written before that was answered, and so before whatever takes its place: where only rows
    after a `seq` are counted, only those after it have to be looked through.
    """
    replaced = _REPLACED.where(_LATER.c.seq > after)
    in_force = decision.c.id.not_in(replaced) & decision.c.id.not_in(_REPLACED_ELSEWHERE)
    return in_force & (decision.c.gate != "API_ASK")


def shadow_query(conditions: Sequence[ColumnElement[bool]], after: int) -> Select[Any]:
    """The query; its columns are those of `ShadowCount`.

    Args:
        conditions: which decisions are counted.
        after: the `seq` that all of them lie behind.
    """
    span = (decision.c.at - decision.c.at % SPAN_US).label("span")
    allowed = decision.c.verdict == "ALLOW"
    reason = case((allowed, decision.c.would_block), else_=literal("")).label("shadow_reason")
    provision = case((allowed, decision.c.would_provision), else_=literal("")).label("shadow_provision")
    groups = (span, decision.c.campaign, reason, provision)
    counted = select(*groups, func.count()).where(*conditions, _last_of_its_call(after))
    return counted.group_by(*groups).order_by(*groups)


def count_query(conditions: Sequence[ColumnElement[bool]], by: Sequence[StatKey], after: int) -> Select[Any]:
    """The query; its columns are the quarter of an hour (or 0), the other keys in their order, and three counts.

    Args:
        conditions: which decisions are counted.
        by: the keys.
        after: the `seq` that all of them lie behind.
    """
    span = decision.c.at - decision.c.at % SPAN_US if set(by) & OF_TIME.keys() else literal(0)
    columns = ((key, _COLUMNS.get(key, key.value)) for key in by if key not in OF_TIME)
    groups = [span.label("span"), *(decision.c[column].label(f"by_{key.value}") for key, column in columns)]
    blocked = func.sum(case((decision.c.verdict == "BLOCK", 1), else_=0))
    counted = select(*groups, func.count(), blocked, func.sum(decision.c.bypass))
    return counted.where(*conditions, _last_of_its_call(after)).group_by(*groups)
