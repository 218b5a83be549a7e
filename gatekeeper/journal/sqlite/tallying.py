"""Queries of the tally: the sorts of decisions of a part of the journal, and what they take the place of."""

from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, FromClause, Select, func, literal, select

from gatekeeper.journal.ident import first_ident
from gatekeeper.journal.shadow import SPAN_US
from gatekeeper.journal.sqlite.tables import decision
from gatekeeper.journal.tally import TallyKey, TallyLine, TallyPart

_SAMPLE: Final = 5_000
_SLACK: Final = 10_000
"""Rows that had to wait are written in parts of some hundreds, among those of their time."""

_EARLIER: Final = decision.alias("earlier")


def _key(table: FromClause) -> list[ColumnElement[Any]]:
    """The columns of a `TallyKey`."""
    span = (table.c.at - table.c.at % SPAN_US).label("span")
    return [span, *(table.c[name] for name in ("principal", "verdict", "reason", "campaign", "asked_by", "gate"))]


def count_part(connection: Connection, after: int, last: int, since: int) -> TallyPart:
    """The rows of a part; questions over the interface are left out, as in statistics.

    Args:
        connection: in one short transaction.
        after: the `seq` that the part lies behind.
        last: the last `seq` of the part.
        since: only decisions of this moment or later, in microseconds since the epoch.
    """
    part = (decision.c.seq > after, decision.c.seq <= last, decision.c.gate != "API_ASK")
    groups = _key(decision)
    counted = select(*groups, func.count(), func.sum(decision.c.bypass)).where(*part, decision.c.at >= since)
    lines = [_line(row) for row in connection.execute(counted.group_by(*groups))]
    replaced = (
        select(_EARLIER.c.id, *_key(_EARLIER), literal(1), _EARLIER.c.bypass)
        .join_from(decision, _EARLIER, _EARLIER.c.id == decision.c.supersedes)
        .where(*part, decision.c.supersedes != "", _EARLIER.c.at >= since)
    )
    return TallyPart(lines, [(row[0], _line(row[1:])) for row in connection.execute(replaced)])


def _line(row: Any) -> TallyLine:
    return TallyLine(TallyKey._make(row[:-2]), int(row[-2]), int(row[-1] or 0))


def seq_before(since: int) -> Select[Any]:
    """The query for a `seq` that lies before the decisions of a moment and later; NULL where there are none.

    It looks at the first thousands of them by id, for the first of all may have been written late.

    Args:
        since: the moment, in microseconds since the epoch.
    """
    first = select(decision.c.seq).where(decision.c.id >= first_ident(since)).order_by(decision.c.id).limit(_SAMPLE)
    return select(func.min(first.subquery().c.seq) - _SLACK)
