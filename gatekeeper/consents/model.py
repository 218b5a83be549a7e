"""Records of the consent ledger: what is written into it and read out of it."""

import hashlib
from enum import IntEnum
from typing import Final, NamedTuple

from gatekeeper.policy.ledger import ConsentItem, EventKind, Slot

_CONTACT_BITS: Final = (1 << 62) - 1


class EntryKind(IntEnum):
    """What an entry is."""

    CONSENT = 0
    WITHDRAWAL = 1
    OBJECTION = 2
    REFUSAL = 3
    CALL_BACK_REQUEST = 4
    PURCHASE = 5
    INQUIRY = 6
    LINK = 9
    """That a number is a contact's."""


EVENT_ENTRIES: Final = {kind: EntryKind[kind.name] for kind in EventKind}
EVENTS_BY_ENTRY: Final = {int(entry): kind for kind, entry in EVENT_ENTRIES.items()}


class SharedTerms(NamedTuple):
    """What many entries have in common, as it was written; names with their capitals.

    Attributes:
        principal: the company.
        third_parties: those that were named as calling for it.
        goods: what may be called about.
        text: the name of the text that was shown.
        channel: how it was collected.
        items: what the request showed.
        slots: when the consumer accepted to be called.
        zone: in which times were written, or "".
        hour_known: whether the moment has its hour.
        robot: whether it was given for automated or recorded calls.
        written: whether it was given in writing, and signed.
    """

    principal: str = ""
    third_parties: tuple[str, ...] = ()
    goods: tuple[str, ...] = ()
    text: str = ""
    channel: str = ""
    items: frozenset[ConsentItem] = frozenset()
    slots: tuple[Slot, ...] = ()
    zone: str = ""
    hour_known: bool = True
    robot: bool = False
    written: bool = False


class LedgerEntry(NamedTuple):
    """A row of the ledger. Times are microseconds since the epoch.

    Attributes:
        id: its number, unique; an event that concerns a number and its contact stands under both.
        kind: an `EntryKind`.
        terms: the key of its terms.
        source: the key of who wrote it down.
        at: when it was collected, or happened.
        until: the end of the consumer's period, 0 for none.
        number: of an entry of a contact, the number that it came with; 0 for none.
        contact: the contact, or "".
        proof: `sha256:...`, `ref:...`, or "".
    """

    id: int
    kind: int
    terms: int
    source: int
    at: int
    until: int
    number: int
    contact: str
    proof: str


class GivenConsent(NamedTuple):
    """A consent to be written down.

    Attributes:
        number: the consumer's (E.164 without plus), 0 where only the contact is known.
        contact: who the consumer is, as the site's own programs know him; "" for none.
        collected_at: when, in microseconds since the epoch; the day's beginning where the hour is not known.
        until: the end of the consumer's period, 0 for none.
        terms: what else was said.
        proof: `sha256:...`, `ref:...`, or "".
    """

    number: int
    contact: str
    collected_at: int
    until: int
    terms: SharedTerms
    proof: str


class GivenEvent(NamedTuple):
    """An event to be written down.

    Attributes:
        number: the consumer's, 0 where only the contact is known.
        contact: the contact, or "".
        kind: what happened.
        at: when, in microseconds since the epoch.
        principal: whom it concerns; "" for whoever calls.
        goods: what it concerns; "" for all.
        channel: how it came.
        proof: `sha256:...`, `ref:...`, or "".
    """

    number: int
    contact: str
    kind: EventKind
    at: int
    principal: str = ""
    goods: str = ""
    channel: str = ""
    proof: str = ""


class WrittenBy(NamedTuple):
    """Who writes something down.

    Attributes:
        by: a person.
        via: the way: `command line`, `feature code`, `import`.
        note: what else is to be kept.
        bound_to: the principal for whom alone he writes; "" for who may write for all.
    """

    by: str
    via: str
    note: str = ""
    bound_to: str = ""


def contact_subject(contact: str) -> int:
    """The subject of a contact's entries: 62 bits of its SHA-256, below 0.

    Two contacts may share one: whoever reads looks at the entry's `contact` as well.
    """
    digest = hashlib.sha256(contact.encode("utf-8", "surrogatepass")).digest()
    return -(int.from_bytes(digest[:8], "big") & _CONTACT_BITS) - 1
