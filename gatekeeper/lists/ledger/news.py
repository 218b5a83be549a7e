"""News of the lists in the order of their commits: changes by hand, and versions that were put in force."""

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import Connection, func, select

from gatekeeper.lists.model import shown_version
from gatekeeper.lists.tables import activations, changes, lists, versions


class ListNews(NamedTuple):
    """Something that has changed a list.

    Attributes:
        id: its number among those of its sort.
        list: the list.
        kind: the list's kind.
        change: `add`, `remove`, `lapse`, or `version` where another version was put in force.
        at: when, in microseconds since the epoch.
        number: of a change by hand (E.164 as an integer); 0 else.
        version: the list's version with it: `12+57`.
        numbers: of a version, how many it has; 0 else.
        by: who.
        note: why.
    """

    id: int
    list: str
    kind: str
    change: str
    at: int
    number: int
    version: str
    numbers: int
    by: str
    note: str


class ListsReached(NamedTuple):
    """How far the news were read.

    Attributes:
        change: the number of the last change by hand.
        activation: that of the last version that was put in force.
    """

    change: int
    activation: int


def changes_after(connection: Connection, ident: int, most: int) -> Sequence[ListNews]:
    """The changes by hand behind a number, at most so many. `version` has the change's own number alone: `+57`."""
    query = (
        select(changes, lists.c.name, lists.c.kind)
        .join(lists, lists.c.id == changes.c.list_id)
        .where(changes.c.id > ident)
        .order_by(changes.c.id)
        .limit(most)
    )
    return [
        ListNews(row.id, row.name, row.kind, row.op, row.at, row.number, f"+{row.seq}", 0, row.by, row.note)
        for row in connection.execute(query)
    ]


def activations_after(connection: Connection, ident: int, most: int) -> Sequence[ListNews]:
    """The versions that were put in force behind a number, at most so many."""
    query = (
        select(activations, lists.c.name, lists.c.kind, versions.c.count.label("numbers"))
        .join(lists, lists.c.id == activations.c.list_id)
        .join(
            versions,
            (versions.c.list_id == activations.c.list_id) & (versions.c.version == activations.c.version),
        )
        .where(activations.c.id > ident)
        .order_by(activations.c.id)
        .limit(most)
    )
    return [
        ListNews(
            row.id,
            row.name,
            row.kind,
            "version",
            row.at,
            0,
            shown_version(row.version, 0),
            row.numbers,
            row.by,
            row.note,
        )
        for row in connection.execute(query)
    ]


def reached(connection: Connection) -> ListsReached:
    """The numbers of the newest of both."""
    newest = (connection.execute(select(func.max(table.c.id))).scalar() or 0 for table in (changes, activations))
    return ListsReached(*newest)
