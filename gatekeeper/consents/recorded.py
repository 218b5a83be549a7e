"""Events of the ledger in the order in which they were recorded: withdrawals, objections and refusals, to be followed.

Events that came in an imported file are not among these: they lie in segments.
"""

from collections.abc import Sequence
from typing import Final, NamedTuple

from sqlalchemy import Connection, func, select

from gatekeeper.consents.model import EVENTS_BY_ENTRY, EntryKind
from gatekeeper.consents.tables import entries, sources, terms
from gatekeeper.policy.ledger import EventKind

ENDING_ENTRIES: Final = (EntryKind.WITHDRAWAL, EntryKind.OBJECTION, EntryKind.REFUSAL)


class RecordedEvent(NamedTuple):
    """An event that was recorded.

    Attributes:
        id: its number in the ledger.
        at: when it happened, in microseconds since the epoch.
        kind: what happened.
        number: the consumer's (E.164 as an integer), 0 where only the contact is known.
        contact: the contact, or "".
        principal: whom it concerns; "" for whoever calls.
        goods: what it concerns, divided by line feeds; "" for all.
        by: who recorded it.
        via: the way.
        note: what else was kept.
    """

    id: int
    at: int
    kind: EventKind
    number: int
    contact: str
    principal: str
    goods: str
    by: str
    via: str
    note: str


def recorded_after(connection: Connection, ident: int, most: int) -> Sequence[RecordedEvent]:
    """The events behind a number of the ledger, at most so many, in order."""
    columns = (entries.c.id, entries.c.at, entries.c.kind, entries.c.subject, entries.c.number, entries.c.contact)
    query = (
        select(*columns, terms.c.principal, terms.c.goods, sources.c.by, sources.c.via, sources.c.note)
        .join(terms, terms.c.id == entries.c.terms_id)
        .join(sources, sources.c.id == entries.c.source_id)
        .where(entries.c.id > ident, entries.c.kind.in_([int(kind) for kind in ENDING_ENTRIES]))
        .order_by(entries.c.id)
        .limit(most)
    )
    found: dict[int, RecordedEvent] = {}
    for row in connection.execute(query):
        ident, at, kind, subject, number, contact, *said = row
        # One of a number and its contact stands under both; each has the other.
        found.setdefault(
            ident, RecordedEvent(ident, at, EVENTS_BY_ENTRY[kind], max(subject, 0) or number, contact, *said)
        )
    return list(found.values())


def last_entry(connection: Connection) -> int:
    """The greatest number of an entry; 0 in an empty ledger."""
    return int(connection.execute(select(func.max(entries.c.id))).scalar() or 0)
