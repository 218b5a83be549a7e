"""Actions: what people did in the desk, with their reasons; written down, read, and never taken out."""

from collections.abc import Sequence
from typing import Final, NamedTuple

from sqlalchemy import insert, select

from gatekeeper.accounts.database import AccountDatabase
from gatekeeper.accounts.tables import actions
from gatekeeper.clock import now_micros
from gatekeeper.text import printable

_LONGEST: Final = 2000


class DeskAction(NamedTuple):
    """What somebody did; the attributes are the columns, in order.

    Attributes:
        seq: its place.
        at: when, in microseconds since the epoch.
        by: who.
        address: where from.
        action: what kind of thing, as `list.add`.
        what: to what.
        why: for what reason, as the person gave it.
    """

    seq: int
    at: int
    by: str
    address: str
    action: str
    what: str
    why: str


class Actions:
    """The record. Every method may be called from any thread, and raises `StoreError`."""

    def __init__(self, database: AccountDatabase) -> None:
        self._database = database

    def add(self, *, by: str, address: str, action: str, what: str = "", why: str = "") -> None:
        """Write one down."""
        values = {
            "at": now_micros(),
            "by": by,
            "address": address[:64],
            "action": action,
            "what": printable(what)[:_LONGEST],
            "why": printable(why)[:_LONGEST],
        }
        with self._database.writing() as connection:
            connection.execute(insert(actions).values(values))

    def page(self, *, before: int | None = None, by: str = "", size: int = 50) -> Sequence[DeskAction]:
        """The newest, before a `seq`, of one person or of all."""
        asked = select(actions).order_by(actions.c.seq.desc()).limit(size)
        if before is not None:
            asked = asked.where(actions.c.seq < before)
        if by:
            asked = asked.where(actions.c.by == by)
        with self._database.reading() as connection:
            return [DeskAction(*row) for row in connection.execute(asked)]
