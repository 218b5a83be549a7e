"""The history of changes by hand: every addition to a list and removal from it, as it was recorded."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from sqlalchemy import Connection, Engine, Row, select

from gatekeeper.lists.tables import changes, lists

_PAGE = 1000


class ListChange(NamedTuple):
    """A change by hand.

    Attributes:
        list: the list.
        seq: its number among those of the list: `57` of the version `12+57`.
        at: when, in microseconds since the epoch.
        number: E.164 as an integer.
        op: `add`, `remove`, or `lapse`: an import had the number that was removed, which so was listed again.
        by: who.
        note: why.
    """

    list: str
    seq: int
    at: int
    number: int
    op: str
    by: str
    note: str


def latest_changes(connection: Connection, row: Row[Any], before: int | None, limit: int) -> list[ListChange]:
    """The newest changes of one list, the newest first.

    Args:
        connection: to the lists' database.
        row: of the list.
        before: only those with a smaller number; None for the newest there are.
        limit: how many at most.
    """
    columns = (changes.c.seq, changes.c.at, changes.c.number, changes.c.op, changes.c.by, changes.c.note)
    query = select(*columns).where(changes.c.list_id == row.id).order_by(changes.c.seq.desc()).limit(limit)
    if before is not None:
        query = query.where(changes.c.seq < before)
    return [ListChange(row.name, *one) for one in connection.execute(query)]


def read_changes(engine: Engine, name: str, since: int, until: int | None) -> Iterator[ListChange]:
    """Changes in the order of their commits, page by page: who reads slowly keeps nobody from writing.

    Args:
        engine: of the lists' database.
        name: of the list; "" for all.
        since: the earliest time, itself included.
        until: the latest time, itself excluded; None for no end.
    """
    columns = (lists.c.name, changes.c.seq, changes.c.at, changes.c.number, changes.c.op, changes.c.by, changes.c.note)
    query = select(changes.c.id, *columns).join(lists, lists.c.id == changes.c.list_id).where(changes.c.at >= since)
    if name:
        query = query.where(lists.c.name == name)
    if until is not None:
        query = query.where(changes.c.at < until)
    query = query.order_by(changes.c.id).limit(_PAGE)
    last = 0
    while True:
        with engine.connect() as connection:
            page = connection.execute(query.where(changes.c.id > last)).fetchall()
        for row in page:
            yield ListChange._make(row[1:])
        if len(page) < _PAGE:
            return
        last = page[-1].id
