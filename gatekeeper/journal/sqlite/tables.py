"""The block log's tables, and the statements that write them."""

from enum import Enum, auto
from typing import Final

from sqlalchemy import BigInteger, Column, Index, Integer, MetaData, String, Table, bindparam, text
from sqlalchemy.dialects import sqlite

from gatekeeper.journal.row import DecisionRow, MetRow

metadata = MetaData()

PAGE_BYTES: Final = 2048
"""A row touches a page of the table and one of each index, and all of each goes into the write-ahead log."""

_Seq = BigInteger().with_variant(Integer(), "sqlite")
"""Only a column that is declared INTEGER is SQLite's own row number."""

decision = Table(
    "decision",
    metadata,
    # The order of writing. Pages of the log are taken by it: ids and times of rows that had to wait are older.
    Column("seq", _Seq, primary_key=True),
    Column("id", String(26), nullable=False, unique=True),
    Column("at", BigInteger, nullable=False),
    Column("dialled", String, nullable=False),
    Column("number", BigInteger),
    Column("verdict", String, nullable=False),
    Column("reason", String, nullable=False),
    Column("rule", String, nullable=False),
    Column("list", String, nullable=False),
    Column("list_version", String, nullable=False),
    Column("facts", String, nullable=False),
    Column("campaign", String, nullable=False),
    Column("principal", String, nullable=False),
    Column("caller_id", String, nullable=False),
    Column("channel", String, nullable=False),
    Column("uniqueid", String, nullable=False),
    Column("linkedid", String, nullable=False),
    Column("gate", String, nullable=False),
    Column("micros", BigInteger, nullable=False),
    Column("supersedes", String, nullable=False, server_default=""),
    Column("bypass", BigInteger, nullable=False, server_default="0"),
    Index("decision_number", "number"),
    # Calls are looked up by number; this is for the few that have none.
    Index("decision_call", "linkedid", sqlite_where=text("number IS NULL")),
)


met = Table(
    "met",
    metadata,
    Column("seq", _Seq, primary_key=True),
    Column("decision", String(26), nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("gate", String, nullable=False),
    Column("channel", String, nullable=False),
    Column("uniqueid", String, nullable=False),
    Column("linkedid", String, nullable=False),
    Index("met_decision", "decision"),
)


class Conflict(Enum):
    """What becomes of a row whose id is there already."""

    ERROR = auto()
    UPDATE = auto()
    IGNORE = auto()


def _compiled(table: Table, columns: tuple[str, ...], conflict: Conflict = Conflict.ERROR) -> str:
    statement = sqlite.insert(table).values({name: bindparam(name) for name in columns})
    if conflict is Conflict.UPDATE:
        # A commit that failed may have reached the file all the same: then the row is there with another verdict.
        changed = {name: statement.excluded[name] for name in ("verdict", "reason", "rule")}
        statement = statement.on_conflict_do_update(index_elements=["id"], set_=changed)
    elif conflict is Conflict.IGNORE:
        statement = statement.on_conflict_do_nothing(index_elements=["id"])
    compiled = statement.compile(dialect=sqlite.dialect(paramstyle="qmark"))
    if tuple(compiled.positiontup or ()) != columns:
        raise RuntimeError("the columns of the log and of its rows differ in their order")
    return str(compiled)


INSERT: Final = _compiled(decision, DecisionRow._fields)
"""Writes a `DecisionRow`; the parameters are the row itself."""

INSERT_KEPT: Final = _compiled(decision, DecisionRow._fields, Conflict.UPDATE)
"""Writes a row whose first commit failed."""

INSERT_ONCE: Final = _compiled(decision, DecisionRow._fields, Conflict.IGNORE)
"""Writes a row unless one with its id is there."""

INSERT_MET: Final = _compiled(met, MetRow._fields)
"""Writes a `MetRow`; the parameters are the row itself."""
