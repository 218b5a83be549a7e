"""Shadow counts: the query that counts the calls which shadow alone lets by."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, case, func, literal, select

from gatekeeper.journal.shadow import SPAN_US
from gatekeeper.journal.sqlite.tables import decision


def shadow_query(conditions: Sequence[ColumnElement[bool]]) -> Select[Any]:
    """The query; its columns are those of `ShadowCount`.

    Args:
        conditions: which decisions are counted.
    """
    later = decision.alias("later")
    replaced = select(later.c.supersedes).where(later.c.supersedes != "", later.c.correction == 0)
    span = (decision.c.at - decision.c.at % SPAN_US).label("span")
    allowed = decision.c.verdict == "ALLOW"
    reason = case((allowed, decision.c.would_block), else_=literal("")).label("shadow_reason")
    provision = case((allowed, decision.c.would_provision), else_=literal("")).label("shadow_provision")
    groups = (span, decision.c.campaign, reason, provision)
    counted = select(*groups, func.count()).where(*conditions, decision.c.id.not_in(replaced))
    return counted.group_by(*groups).order_by(*groups)
