"""Queries of the span index: the values of a part of the journal by quarters of an hour, and what proves its place."""

from typing import NamedTuple

from sqlalchemy import Connection, func, select

from gatekeeper.journal.span_values import SPAN_US, SpanValues
from gatekeeper.journal.sqlite.tables import decision


class SpannedPart(NamedTuple):
    """A part of the journal.

    Attributes:
        values: its values.
        seq: the `seq` of its last decision; 0 where it has none.
        ident: the id of that decision, or "".
    """

    values: list[SpanValues]
    seq: int
    ident: str


def values_of_part(connection: Connection, after: int, last: int) -> SpannedPart:
    """The values of a part, those of corrected rows among them.

    Args:
        connection: in one short transaction.
        after: the `seq` that the part lies behind.
        last: the last `seq` of the part.
    """
    part = (decision.c.seq > after, decision.c.seq <= last)
    begins = (decision.c.at - decision.c.at % SPAN_US).label("begins")
    same = [decision.c[name] for name in SpanValues._fields[1:-2]]
    groups = [begins, *same, (decision.c.would_block != "").label("shadowed"), decision.c.bypass]
    values = [
        SpanValues._make((row[0] // SPAN_US, *row[1:-2], bool(row[-2]), bool(row[-1])))
        for row in connection.execute(select(*groups).where(*part).group_by(*groups))
    ]
    end = select(decision.c.seq, decision.c.id).where(*part).order_by(decision.c.seq.desc()).limit(1)
    found = connection.execute(end).first()
    return SpannedPart(values, *((int(found[0]), str(found[1])) if found is not None else (0, "")))


def ident_at(connection: Connection, seq: int) -> str:
    """The id of the decision at a place in the order of writing; "" where there is none."""
    return str(connection.execute(select(decision.c.id).where(decision.c.seq == seq)).scalar() or "")


def first_moment_behind(connection: Connection, seq: int, most: int) -> int | None:
    """The earliest moment of what was written after a `seq`, in microseconds; None where nothing was.

    Args:
        connection: in the transaction in which the journal is read.
        seq: the `seq`.
        most: how many decisions are looked at; where there are more, 0 is the answer.
    """
    last = int(connection.execute(select(func.max(decision.c.seq))).scalar() or 0)
    if last - seq > most:
        return 0
    found = connection.execute(select(func.min(decision.c.at + 0)).where(decision.c.seq > seq)).scalar()
    return None if found is None else int(found)
