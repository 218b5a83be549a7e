"""Rows of the journal as decisions, with every gate that their calls met."""

from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import Connection, select

from gatekeeper.journal.reader import StoredDecision
from gatekeeper.journal.row import DecisionRow
from gatekeeper.journal.sqlite.tables import decision, met
from gatekeeper.journal.stamp import Stamp

ROW: Final = len(DecisionRow._fields) + 1
"""Where the columns of a `DecisionRow` end, behind `seq`."""

COLUMNS: Final = tuple(decision.c[name] for name in ("seq", *DecisionRow._fields, "correction", *Stamp._fields))
"""The columns that `stored` takes."""


def stored(connection: Connection, rows: Sequence[Any]) -> list[StoredDecision]:
    """Decisions of rows.

    Args:
        connection: in the transaction in which the rows were read.
        rows: of `COLUMNS`.
    """
    gates = {row.id: [row.gate] for row in rows}
    if gates:
        others = select(met.c.decision, met.c.gate).where(met.c.decision.in_(gates)).order_by(met.c.seq)
        for ident, gate in connection.execute(others):
            gates[ident].append(gate)
    return [
        StoredDecision(
            row[0],
            DecisionRow._make(row[1:ROW]),
            _in_order(gates[row.id]),
            correction=bool(row.correction),
            stamp=Stamp._make(row[ROW + 1 :]),
        )
        for row in rows
    ]


def _in_order(gates: list[str]) -> str:
    return " ".join(dict.fromkeys(gates))
