"""The terms that many entries share: how they are kept in a row of the database, and what rules see of them."""

import hashlib
import json
from collections.abc import Callable, Mapping
from typing import Any, Final, NamedTuple

from sqlalchemy import Connection, insert, select

from gatekeeper.consents.model import EVENTS_BY_ENTRY, LedgerEntry, SharedTerms
from gatekeeper.consents.slot_text import read_slots, slots_text
from gatekeeper.consents.tables import terms as terms_table
from gatekeeper.policy.ledger import Consent, ConsentItem, LedgerEvent, name_key

_MOST_HELD: Final = 50_000
"""Terms that a process holds in memory; beyond that it begins anew."""

COLUMNS: Final = (
    "principal", "third_parties", "goods", "text", "channel", "items", "slots", "zone", "hour_known", "robot",
    "written",
)  # fmt: skip


def row_of(terms: SharedTerms) -> dict[str, Any]:
    """The row that keeps terms."""
    row: dict[str, Any] = {
        "principal": terms.principal,
        "third_parties": "\n".join(terms.third_parties),
        "goods": "\n".join(terms.goods),
        "text": terms.text,
        "channel": terms.channel,
        "items": "\n".join(item.value for item in ConsentItem if item in terms.items),
        "slots": slots_text(terms.slots),
        "zone": terms.zone,
        "hour_known": int(terms.hour_known),
        "robot": int(terms.robot),
        "written": int(terms.written),
    }
    row["digest"] = hashlib.sha256(json.dumps([row[name] for name in COLUMNS]).encode()).hexdigest()
    return row


def terms_of(row: Mapping[str, Any]) -> SharedTerms:
    """The terms that a row keeps."""
    return SharedTerms(
        principal=row["principal"],
        third_parties=_lines(row["third_parties"]),
        goods=_lines(row["goods"]),
        text=row["text"],
        channel=row["channel"],
        items=frozenset(ConsentItem(item) for item in _lines(row["items"])),
        slots=read_slots(row["slots"]),
        zone=row["zone"],
        hour_known=bool(row["hour_known"]),
        robot=bool(row["robot"]),
        written=bool(row["written"]),
    )


def keep_terms(connection: Connection, terms: SharedTerms) -> int:
    """The key of terms, within a write transaction: of those that are there, or a new one's."""
    row = row_of(terms)
    query = select(terms_table.c.id).where(terms_table.c.digest == row["digest"])
    found = connection.execute(query).scalar()
    if found is None:
        connection.execute(insert(terms_table).values(row))
        found = connection.execute(query).scalar_one()
    return int(found)


def _lines(text: str) -> tuple[str, ...]:
    return tuple(text.split("\n")) if text else ()


class RuledTerms(NamedTuple):
    """What rules see of terms: names as they are compared."""

    principal: str
    third_parties: tuple[str, ...]
    goods: tuple[str, ...]
    hour_known: bool
    slots: tuple[Any, ...]
    items: frozenset[ConsentItem]
    robot: bool
    written: bool
    zone: str


class TermsBook:
    """Terms by their keys, read when they are first asked for.

    Args:
        read: gives the row of a key.
    """

    def __init__(self, read: Callable[[int], Mapping[str, Any]]) -> None:
        self._read = read
        self._stored: dict[int, RuledTerms] = {}

    def __getitem__(self, key: int) -> RuledTerms:
        found = self._stored.get(key)
        if found is None:
            if len(self._stored) >= _MOST_HELD:
                self._stored.clear()
            found = self._stored[key] = _ruled(terms_of(self._read(key)))
        return found

    def written(self, key: int) -> SharedTerms:
        """Terms as they were written, with what no rule looks at, such as the channel."""
        return terms_of(self._read(key))

    def consent(self, entry: LedgerEntry) -> Consent:
        """An entry as a consent."""
        principal, third_parties, goods, hour_known, slots, items, robot, written, zone = self[entry.terms]
        return Consent(
            entry.id, principal, third_parties, goods, entry.at, hour_known, entry.until, slots, items,
            entry.proof != "", robot, written, zone,
        )  # fmt: skip

    def event(self, entry: LedgerEntry) -> LedgerEvent:
        """An entry as an event."""
        stored = self[entry.terms]
        goods = stored.goods[0] if stored.goods else ""
        return LedgerEvent(entry.id, EVENTS_BY_ENTRY[entry.kind], stored.principal, goods, entry.at, entry.proof != "")


def _ruled(terms: SharedTerms) -> RuledTerms:
    return RuledTerms(
        principal=name_key(terms.principal),
        third_parties=tuple(map(name_key, terms.third_parties)),
        goods=tuple(map(name_key, terms.goods)),
        hour_known=terms.hour_known,
        slots=terms.slots,
        items=terms.items,
        robot=terms.robot,
        written=terms.written,
        zone=terms.zone,
    )
