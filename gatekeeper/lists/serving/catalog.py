"""Catalog: reads from the main database what is in force, on one raw connection. The daemon asks it at every call."""

from datetime import date
from pathlib import Path
from typing import NamedTuple

from sqlalchemy import Select, and_, bindparam, func, literal_column, select
from sqlalchemy.dialects import sqlite

from gatekeeper.lists.tables import answers, changes, hand_contracts, lists, overlay, versions
from gatekeeper.registries.contract_row import ContractRow
from gatekeeper.registries.query.source import QueryOutcome
from gatekeeper.registries.query.terms import KeptAnswer
from gatekeeper.storage import migrate, open_engine, raw_connection

MIGRATIONS = "gatekeeper.lists.migrations"


class ListRow(NamedTuple):
    """A list as the database has it. Times in microseconds since the epoch.

    Attributes:
        id: its key.
        name: of the list.
        kind: of the list.
        title: its name for people.
        version: number of the version in force; 0 for none.
        count: numbers listed.
        changes: how many changes were made by hand so far.
        build: the version's token; "" for none.
        imported_at: when the version was imported.
        valid_until: until when it holds.
        source_date: of when its source is.
        prefixes: what it covers, divided by blanks; "" for all.
        territory: the country code within which it says anything, where it has prefixes.
        canary: a number that it holds, or None.
        absent: a number that it does not hold, or None.
    """

    id: int
    name: str
    kind: str
    title: str
    version: int
    count: int  # type: ignore[assignment] # hides tuple.count, which nobody needs of a record
    changes: int
    build: str
    imported_at: int | None
    valid_until: int | None
    source_date: int | None
    prefixes: str
    territory: str
    canary: int | None
    absent: int | None

    @property
    def base(self) -> tuple[int, str]:
        """What the changes by hand lie over."""
        return self.version, self.build


class HandContract(NamedTuple):
    """A contract that was written down by hand.

    Attributes:
        row: the contract.
        alone: whether those of the register's file had been ended before.
    """

    row: ContractRow
    alone: bool


class Catalog:
    """A connection to the main database that reads.

    Args:
        path: of the database, which exists.

    Raises:
        StoreError: it can't be read, or it is not at the newest schema and can't be brought there.
    """

    def __init__(self, path: Path) -> None:
        self._engine = open_engine(path, create=False, busy_timeout_ms=250)
        migrate(self._engine, MIGRATIONS, create=False)
        self._connection = raw_connection(self._engine)
        self._execute = self._connection.cursor().execute

    def data_version(self) -> int:
        """A number that changes when another connection, of any process, commits."""
        return int(self._execute("PRAGMA data_version").fetchone()[0])

    def rows(self) -> list[ListRow]:
        """Every list."""
        return [ListRow(*row) for row in self._execute(_ROWS).fetchall()]

    def by_hand(self, list_id: int) -> dict[int, bool]:
        """The whole overlay of a list: number to whether it is listed."""
        return {number: op == "add" for number, op in self._execute(_OVERLAY, (list_id,))}

    def changed_since(self, list_id: int, seq: int) -> list[tuple[int, bool | None]]:
        """The numbers changed after a list's change `seq`: whether each is listed by hand now; None: as imported."""
        found = self._execute(_CHANGED, (list_id, seq)).fetchall()
        return [(number, None if op is None else op == "add") for number, op in found]

    def answers(self, list_id: int, number: int) -> list[KeptAnswer]:
        """What a registry that is asked said of a number, newest first."""
        return [
            KeptAnswer(QueryOutcome(outcome), date.fromisoformat(consent) if consent else None, region, asked_at, until)
            for outcome, consent, region, asked_at, until in self._execute(_ANSWERS, (list_id, number))
        ]

    def contracts(self, list_id: int, number: int) -> list[HandContract]:
        """The contracts of a number that were written down by hand and not ended."""
        return [
            HandContract(ContractRow(*row[:-1]), bool(row[-1])) for row in self._execute(_CONTRACTS, (list_id, number))
        ]

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()
        self._engine.dispose()


def _sql(query: Select[tuple[object, ...]]) -> str:
    return str(query.compile(dialect=sqlite.dialect(paramstyle="qmark")))


_ROWS = _sql(
    select(
        lists.c.id,
        lists.c.name,
        lists.c.kind,
        lists.c.title,
        lists.c.version,
        lists.c.count,
        lists.c.changes,
        func.coalesce(versions.c.build, literal_column("''")),
        versions.c.imported_at,
        versions.c.valid_until,
        versions.c.source_date,
        func.coalesce(versions.c.prefixes, literal_column("''")),
        func.coalesce(versions.c.territory, literal_column("''")),
        versions.c.canary,
        versions.c.absent,
    ).select_from(
        lists.outerjoin(versions, and_(versions.c.list_id == lists.c.id, versions.c.version == lists.c.version))
    )
)
_OVERLAY = _sql(select(overlay.c.number, overlay.c.op).where(overlay.c.list_id == bindparam("list_id")))
_MOST_ANSWERS = 100
"""Answers about a number that are looked through: what none of them says is asked anew."""

_ANSWERS = _sql(
    select(answers.c.outcome, answers.c.consent, answers.c.region, answers.c.asked_at, answers.c.until)
    .where(answers.c.list_id == bindparam("list_id"), answers.c.number == bindparam("number"))
    .order_by(answers.c.id.desc())
    .limit(literal_column(str(_MOST_ANSWERS)))
    .offset(literal_column("0"))
)
_CONTRACTS = _sql(
    select(
        *(hand_contracts.c[name] for name in ("number", "principal", "subject", "since", "until", "alone")),
    ).where(
        hand_contracts.c.list_id == bindparam("list_id"),
        hand_contracts.c.number == bindparam("number"),
        hand_contracts.c.ended == literal_column("0"),
    )
)
_CHANGED = _sql(
    select(changes.c.number, overlay.c.op)
    .select_from(
        changes.outerjoin(overlay, and_(overlay.c.list_id == changes.c.list_id, overlay.c.number == changes.c.number))
    )
    .where(changes.c.list_id == bindparam("list_id"), changes.c.seq > bindparam("seq"))
    .order_by(changes.c.seq)
)
