"""One number in the files of the lists: which versions that are still there hold it, and its contracts."""

import contextlib
import sqlite3
from typing import Any, NamedTuple

from sqlalchemy import Connection, Row, select

from gatekeeper.lists.ledger.hand_contracts import was_taken_off
from gatekeeper.lists.ledger.in_force import opened_base
from gatekeeper.lists.model import ListKind
from gatekeeper.lists.paths import Layout
from gatekeeper.lists.tables import hand_contracts, lists, versions
from gatekeeper.lists.version.file import open_version
from gatekeeper.registries.contract_row import OPEN_END, ContractRow
from gatekeeper.storage.sqlite.errors import translate


class VersionHolding(NamedTuple):
    """Whether a version of a list holds a number. Times are in microseconds since the epoch.

    Attributes:
        list: the list.
        version: of it.
        holds: whether it does.
        in_force: whether this version answers now.
        imported_at: when it was imported.
        imported_by: by whom.
        source: where it came from.
    """

    list: str
    version: int
    holds: bool
    in_force: bool
    imported_at: int
    imported_by: str
    source: str


class RegisteredContract(NamedTuple):
    """A contract of a register in force.

    Attributes:
        list: the register.
        version: of it.
        principal: with whom, as it is compared.
        subject: what about, as it is compared; "" for none said.
        since: from when on, in microseconds since the epoch.
        until: until when, not included; None for no end.
        ended: whether it was ended by hand, by taking the number off the register.
        by_hand: whether it was written down by hand.
    """

    list: str
    version: int
    principal: str
    subject: str
    since: int
    until: int | None
    ended: bool
    by_hand: bool = False


def holdings(connection: Connection, layout: Layout, number: int) -> list[VersionHolding]:
    """Every version that is still there, newest first, of each list of which one holds the number.

    Raises:
        StoreError: a version's file can't be used.
    """
    query = (
        select(lists.c.name, lists.c.version.label("in_force"), versions)
        .join(versions, versions.c.list_id == lists.c.id)
        .where(versions.c.kept == 1)
        .order_by(lists.c.name, versions.c.version.desc())
    )
    found: dict[str, list[VersionHolding]] = {}
    for row in connection.execute(query):
        # The column of the version shares its name with that of the list's.
        version = row._mapping[versions.c.version]  # noqa: SLF001 - the name of SQLAlchemy's own attribute
        file = open_version(layout.exact(row.name, version), row.name, version, row.build)
        with contextlib.closing(file):
            holds = bool(file.holding([number]))
        one = VersionHolding(
            row.name, version, holds, version == row.in_force, row.imported_at, row.imported_by, row.source
        )
        found.setdefault(row.name, []).append(one)
    return [one for of_list in found.values() if any(one.holds for one in of_list) for one in of_list]


def contracts(connection: Connection, layout: Layout, number: int) -> list[RegisteredContract]:
    """The contracts of a number in the registers as they are in force, ended by hand or not.

    Raises:
        StoreError: a register's file can't be used.
    """
    found: list[RegisteredContract] = []
    for row in connection.execute(select(lists).where(lists.c.kind == ListKind.CONTRACT).order_by(lists.c.name)):
        table = hand_contracts
        query = select(table).where(table.c.list_id == row.id, table.c.number == number).order_by(table.c.id)
        hand = connection.execute(query).all()
        off = was_taken_off(connection, row.id, number) or any(one.alone and not one.ended for one in hand)
        found += [_told(row, one, ended=off) for one in _imported(connection, layout, row, number)]
        for one in hand:
            contract = ContractRow(one.number, one.principal, one.subject, one.since, one.until)
            found.append(_told(row, contract, ended=one.ended > 0)._replace(by_hand=True))
    return found


def _imported(connection: Connection, layout: Layout, row: Row[Any], number: int) -> list[ContractRow]:
    with opened_base(connection, layout, row) as file:
        try:
            return file.contracts_of(number) if file is not None else []
        except sqlite3.Error as error:
            raise translate(error, layout.exact(row.name, row.version)) from error


def _told(row: Row[Any], one: ContractRow, *, ended: bool) -> RegisteredContract:
    until = None if one.until >= OPEN_END else one.until
    return RegisteredContract(row.name, row.version, one.principal, one.subject, one.since, until, ended)
