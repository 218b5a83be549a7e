"""One number in the files of the lists: which versions that are still there hold it, and its contracts."""

import contextlib
import sqlite3
from typing import NamedTuple

from sqlalchemy import Connection, select

from gatekeeper.lists.ledger.in_force import opened_base
from gatekeeper.lists.ledger.overlay import REMOVE
from gatekeeper.lists.model import ListKind
from gatekeeper.lists.paths import Layout
from gatekeeper.lists.tables import lists, overlay, versions
from gatekeeper.lists.version.file import open_version
from gatekeeper.registries.contract_row import OPEN_END
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
    """

    list: str
    version: int
    principal: str
    subject: str
    since: int
    until: int | None
    ended: bool


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
    found = []
    for row in connection.execute(select(lists).where(lists.c.kind == ListKind.CONTRACT).order_by(lists.c.name)):
        with opened_base(connection, layout, row) as file:
            if file is None:
                continue
            by_hand = select(overlay.c.op).where(overlay.c.list_id == row.id, overlay.c.number == number)
            ended = connection.execute(by_hand).scalar() == REMOVE
            try:
                rows = file.contracts_of(number)
            except sqlite3.Error as error:
                raise translate(error, file.path) from error
            found += [
                RegisteredContract(
                    row.name, row.version, one.principal, one.subject, one.since,
                    None if one.until >= OPEN_END else one.until, ended,
                )
                for one in rows
            ]  # fmt: skip
    return found
