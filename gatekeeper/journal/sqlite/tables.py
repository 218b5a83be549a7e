"""The journal's tables, and the statements that write them."""

from typing import Final

from sqlalchemy import (
    BigInteger,
    ClauseElement,
    Column,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    bindparam,
    func,
    literal_column,
    select,
    text,
)
from sqlalchemy.dialects import sqlite

from gatekeeper.journal.attempt import AttemptMark, AttemptRow
from gatekeeper.journal.row import DecisionRow, MetRow
from gatekeeper.journal.stamp import Stamp

metadata = MetaData()

PAGE_BYTES: Final = 2048
"""A row touches a page of the table and one of each index, and all of each goes into the write-ahead log."""

_Seq = BigInteger().with_variant(Integer(), "sqlite")
"""Only a column that is declared INTEGER is SQLite's own row number."""


def _stamp() -> tuple[Column[str], Column[int], Column[bytes]]:
    """The columns of a `Stamp`. No index holds them: each would cost every call some microseconds."""
    return (
        Column("node", String, nullable=False, server_default=""),
        Column("sequence", BigInteger),
        Column("salt", LargeBinary, nullable=False, server_default=text("x''")),
    )


SAID: Final = DecisionRow._fields[DecisionRow._fields.index("would_block") :]
"""The last columns of a decision: what shadow says of it, and what is said of the call."""

decision = Table(
    "decision",
    metadata,
    # The order of writing. Pages of the journal are taken by it: ids and times of rows that had to wait are older.
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
    *(Column(name, String, nullable=False, server_default="") for name in ("provision", "basis", "law", "rules")),
    *(Column(name, BigInteger, nullable=False, server_default="0") for name in ("retry_at", "proof", "attempt_no")),
    *(Column(name, String, nullable=False, server_default="") for name in SAID),
    *_stamp(),
    # 1 in a correction: `supersedes` names a row that was written and never answered. Written by few, looked up often.
    Column("correction", BigInteger, nullable=False, server_default="0"),
    Index("decision_correction", "supersedes", sqlite_where=text("correction = 1")),
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
    *_stamp(),
    Index("met_decision", "decision"),
)

attempt = Table(
    "attempt",
    metadata,
    # Clustered by its key: all that is said of a consumer lies together, in the order of time, and one look finds it.
    # Nothing else is indexed, and columns are short: each row is a page of its own in the write-ahead log.
    Column("consumer", BigInteger, primary_key=True),
    Column("at", BigInteger, primary_key=True),
    Column("decision", LargeBinary(16), primary_key=True),
    Column("mark", BigInteger, primary_key=True),
    Column("principal", BigInteger, nullable=False),
    Column("subject", BigInteger, nullable=False),
    Column("other", BigInteger, nullable=False),
    Column("told", BigInteger, nullable=False),
    sqlite_with_rowid=False,
)

writer = Table(
    "writer",
    metadata,
    Column("node", String, primary_key=True),
    # The rows behind which its last is looked for from the end: those of before its first, later those noted last.
    Column("decisions", BigInteger, nullable=False),
    Column("mets", BigInteger, nullable=False),
    # The highest of its numbers that has left this file, or lies no further than those rows.
    Column("archived", BigInteger, nullable=False, server_default="0"),
)

archive = Table(
    "archive",
    metadata,
    # An `ArchiveInfo` to a row. From its commit on, decisions up to the highest `last` count in the archives alone.
    Column("name", String, primary_key=True),
    *(Column(name, BigInteger, nullable=False) for name in ("first", "last", "decisions", "mets")),
    *(Column(name, BigInteger, nullable=False) for name in ("begins", "ends", "bytes")),
    Column("sha256", String, nullable=False),
    Column("made_at", BigInteger, nullable=False),
    Column("made_by", String, nullable=False),
)

elsewhere = Table(
    "elsewhere",
    metadata,
    # In an archive: which of its decisions one in a later file takes the place of, and whether by a correction.
    Column("id", String(26), primary_key=True),
    Column("correction", BigInteger, primary_key=True, autoincrement=False),
    sqlite_with_rowid=False,
)


def _insert(table: Table, columns: tuple[str, ...], *, once: bool = False, **fixed: int) -> str:
    statement = sqlite.insert(table).values(
        {**{name: bindparam(name) for name in columns}, **{name: literal_column(str(fixed[name])) for name in fixed}}
    )
    if once:
        statement = statement.on_conflict_do_nothing(index_elements=["id"])
    return _compiled(statement, columns)


def _compiled(statement: ClauseElement, parameters: tuple[str, ...]) -> str:
    compiled = statement.compile(dialect=sqlite.dialect(paramstyle="qmark"))
    if tuple(getattr(compiled, "positiontup", None) or ()) != parameters:
        raise RuntimeError("the columns of the journal and of its rows differ in their order")
    return str(compiled)


_DECISION: Final = (*DecisionRow._fields, *Stamp._fields)

INSERT: Final = _insert(decision, _DECISION)
"""Writes a `DecisionRow`; the parameters are the row itself and its `Stamp`, as in all of these."""

INSERT_ONCE: Final = _insert(decision, _DECISION, once=True)
"""Writes a row unless one with its id is there."""

INSERT_CORRECTION: Final = _insert(decision, _DECISION, once=True, correction=1)
"""Writes a correction unless it is there."""

INSERT_MET: Final = _insert(met, (*MetRow._fields, *Stamp._fields))
"""Writes a `MetRow`."""

SELECT_BY_ID: Final = _compiled(
    select(*(decision.c[name] for name in DecisionRow._fields)).where(decision.c.id == bindparam("id")), ("id",)
)
"""Reads a `DecisionRow` by its id."""

SELECT_WRITER: Final = _compiled(
    select(writer.c.decisions, writer.c.mets, writer.c.archived).where(writer.c.node == bindparam("node")), ("node",)
)
"""Reads behind which rows a writer's last is looked for, and its highest number of before, by the writer's name."""

SELECT_ENDS: Final = _compiled(
    select(select(func.max(decision.c.seq)).scalar_subquery(), select(func.max(met.c.seq)).scalar_subquery()), ()
)
"""Reads the last rows of both tables."""

_WRITER: Final = ("node", "decisions", "mets")

INSERT_WRITER: Final = _compiled(sqlite.insert(writer).values({name: bindparam(name) for name in _WRITER}), _WRITER)
"""Notes a new writer, with the last rows of before its first."""


def _last_sequence(table: Table) -> str:
    own = select(table.c.sequence).where(table.c.node == bindparam("node"), table.c.seq > bindparam("behind"))
    return _compiled(own.order_by(table.c.seq.desc()), ("node", "behind"))


LAST_DECISION: Final = _last_sequence(decision)
"""Reads a writer's sequence backwards from its last decision, by its name and the row that its own lie behind."""

LAST_MET: Final = _last_sequence(met)
"""The same, from the last gate met."""

INSERT_ATTEMPT: Final = _compiled(
    sqlite.insert(attempt).values({name: bindparam(name) for name in AttemptRow._fields}).on_conflict_do_nothing(),
    AttemptRow._fields,
)
"""Writes an `AttemptRow` unless it is there."""

SELECT_ATTEMPTS: Final = _compiled(
    select(*(attempt.c[name] for name in AttemptRow._fields)).where(
        attempt.c.consumer == bindparam("consumer"), attempt.c.at >= bindparam("since")
    ),
    ("consumer", "since"),
)
"""Reads each `AttemptRow` of a consumer's key since a moment."""

SELECT_RESERVED: Final = _compiled(
    select(attempt.c.told).where(
        *(attempt.c[name] == bindparam(name) for name in ("consumer", "at", "decision")),
        attempt.c.mark == literal_column(str(AttemptMark.RESERVED.value)),
    ),
    ("consumer", "at", "decision"),
)
"""Reads whether an attempt was reserved, by the first columns of its row."""
