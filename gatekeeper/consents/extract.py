"""Everything that the ledger has of a consumer, as people read it: for `consent show`, and for the consumer's copy."""

from collections.abc import Sequence
from typing import NamedTuple

from gatekeeper.consents.importing.cells import lacks
from gatekeeper.consents.ledger import ConsentLedger
from gatekeeper.consents.model import EntryKind
from gatekeeper.consents.proof_keeping import BY_SUM
from gatekeeper.consents.slot_text import said_slots
from gatekeeper.consents.store import ConsentStore
from gatekeeper.phone import display
from gatekeeper.translation import marked, phrase

_WAYS = (marked("command line"), marked("desk"), marked("socket"), marked("interface"))
"""By which way somebody writes; another one stands as it is."""


class ExtractEntry(NamedTuple):
    """An entry with everything that it names.

    Attributes:
        id: its number in the ledger.
        kind: `consent`, or what happened.
        number: the number that it is of, or "".
        contact: the contact, or "".
        at: when it was collected, or happened.
        hour_known: whether that has its hour.
        until: the end of the consumer's period; 0 for none.
        principal: the company.
        third_parties: who was named as calling for it.
        goods: what it is about.
        text: the name of the text that was shown.
        channel: how it came.
        items: what the request showed.
        slots: when the consumer accepted to be called.
        zone: in which times were written, or "".
        robot: whether it was given for automated calls.
        written: whether it was given in writing.
        proof: `sha256:...`, `ref:...`, or "".
        proof_shared: whether its principal gets the file that is its proof; who sees all principals gets it anyway.
        lacks: what a law may ask for, and it has not.
        written_at: when it was written down.
        written_by: who did, and by which way.
        note: what else was kept.
    """

    id: int
    kind: str
    number: str
    contact: str
    at: int
    hour_known: bool
    until: int
    principal: str
    third_parties: tuple[str, ...]
    goods: tuple[str, ...]
    text: str
    channel: str
    items: tuple[str, ...]
    slots: str
    zone: str
    robot: bool
    written: bool
    proof: str
    proof_shared: bool
    lacks: str
    written_at: int
    written_by: str
    note: str


def extract_of(ledger: ConsentLedger, store: ConsentStore, number: int, contact: str) -> list[ExtractEntry]:
    """The entries of a consumer, in the order in which they were written down.

    Raises:
        StoreError: the ledger can't be read.
    """
    entries = [entry for entry in ledger.entries(number, contact) if entry.kind != EntryKind.LINK]
    sources = store.sources([entry.source for entry in entries])
    found = []
    for entry in entries:
        terms, source = store.terms(entry.terms), sources[entry.source]
        kind = EntryKind(entry.kind)
        own = entry.number or (0 if entry.contact else number)
        found.append(
            ExtractEntry(
                id=entry.id,
                kind=kind.name.lower().replace("_", "-"),
                number=display(own) if own else "",
                contact=entry.contact,
                at=entry.at,
                hour_known=terms.hour_known,
                until=entry.until,
                principal=terms.principal,
                third_parties=terms.third_parties,
                goods=terms.goods,
                text=terms.text,
                channel=terms.channel,
                items=tuple(sorted(terms.items)),
                slots=said_slots(terms.slots),
                zone=terms.zone,
                robot=terms.robot,
                written=terms.written,
                proof=entry.proof,
                proof_shared=entry.proof.startswith(BY_SUM)
                and (not source.bound or store.holds_proof(terms.principal, entry.proof)),
                lacks=lacks(terms, proved=entry.proof != "") if kind is EntryKind.CONSENT else "",
                written_at=source.at,
                written_by=f"{source.by} ({phrase(source.via)})" + (f", {source.file}" if source.file else ""),
                note=source.note,
            )
        )
    return found


def gives_proof(entries: Sequence[ExtractEntry], proof: str, *, whole: bool) -> bool:
    """Whether one of the entries that somebody may see gives him the file of a proof.

    Args:
        entries: those that he may see.
        proof: `sha256:...`.
        whole: whether he sees all principals.
    """
    return any(one.proof == proof and (whole or one.proof_shared) for one in entries)
