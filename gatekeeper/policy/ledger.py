"""What the consent ledger holds of a consumer, and whether a consent stands at a moment. Pure.

Sources: articles L.223-1 and R.223-1 to R.223-3 of the French code de la consommation, in force from 11 August 2026.
What another law asks of a consent is said by its `ConsentTerms`.
"""

from dataclasses import dataclass
from datetime import date
from enum import Enum, StrEnum
from functools import lru_cache
from typing import Final, NamedTuple

from gatekeeper.clock import DAY_US
from gatekeeper.policy.calendar import day_begins
from gatekeeper.policy.lasting import YEAR_DAYS, lasts_until
from gatekeeper.policy.slots import Slot, exact_only, next_within, within

__all__ = [
    "ALL_ITEMS",
    "EMPTY_DOSSIER",
    "ENDING",
    "Consent",
    "ConsentItem",
    "ConsentStanding",
    "ConsentState",
    "ConsentTerms",
    "Dossier",
    "EventKind",
    "GivenBy",
    "LedgerEvent",
    "Slot",
    "latest_consent",
    "name_key",
    "next_exact",
    "standing",
]

_NEVER: Final = 1 << 62
"""A moment that does not come, in microseconds since the epoch."""


class ConsentItem(StrEnum):
    """What the request for a consent showed (R.223-1, I), and that it was given by an act."""

    PRINCIPAL = "principal"
    """The professional, and the third party that calls for him, were named."""
    GOODS = "goods"
    """The nature of the goods or services was named."""
    CHOICE = "choice"
    """Yes or no could be said, for that person and that object."""
    PERIOD = "period"
    """The period for which it is given was shown."""
    WITHDRAWAL = "withdrawal"
    """The right to withdraw was shown, and how."""
    PROOF_ACCESS = "proof-access"
    """How to get at the proof was shown."""
    ACT = "act"
    """It was given by a clear positive act; a pre-written clause is none, nor is browsing on."""


ALL_ITEMS: Final = frozenset(ConsentItem)
"""Everything that a complete request shows."""


class GivenBy(Enum):
    """Who gave a consent, seen from a call that is asked about."""

    CALLEE = "callee"
    """Whom it calls, as far as it says who that is, on the number that it calls or on none in particular."""
    ON_OTHER_NUMBER = "on-other-number"
    """The same person, on another number."""
    OTHER_PERSON = "other-person"
    """Somebody else who is called on the same number."""


class Consent(NamedTuple):
    """A consent as it was collected. Names are as `name_key` gives them, times in microseconds since the epoch.

    Attributes:
        ident: its number in the ledger.
        principal: the company that it was given to.
        third_parties: those that were named as calling for it.
        goods: what it may call about.
        collected_at: when it was given.
        hour_known: whether that has its hour; else it is the day's beginning.
        until: the end of the consumer's period, not included; 0 where none was said.
        slots: when the consumer accepted to be called; none: at any time.
        items: what the request showed.
        proved: whether there is a proof.
        robot: whether it was given for automated or recorded calls.
        written: whether it was given in writing, and signed.
        zone: in which it was collected, or "".
        given_by: who gave it, seen from the call.
    """

    ident: int
    principal: str
    third_parties: tuple[str, ...]
    goods: tuple[str, ...]
    collected_at: int
    hour_known: bool
    until: int
    slots: tuple[Slot, ...]
    items: frozenset[ConsentItem]
    proved: bool
    robot: bool
    written: bool
    zone: str
    given_by: GivenBy = GivenBy.CALLEE


class EventKind(StrEnum):
    """What else happened between a consumer and a company."""

    WITHDRAWAL = "withdrawal"
    """A consent was withdrawn."""
    OBJECTION = "objection"
    """The consumer said not to be called any more."""
    REFUSAL = "refusal"
    """An offer was refused in a call."""
    CALL_BACK_REQUEST = "call-back-request"
    PURCHASE = "purchase"
    INQUIRY = "inquiry"


ENDING: Final = frozenset({EventKind.WITHDRAWAL, EventKind.OBJECTION, EventKind.REFUSAL})
"""What ends every consent given before."""


class LedgerEvent(NamedTuple):
    """An event. Names are as `name_key` gives them.

    Attributes:
        ident: its number in the ledger.
        kind: what happened.
        principal: whom it concerns; "" for whoever calls.
        goods: what it concerns; "" for all.
        at: when, in microseconds since the epoch.
        proved: whether there is a proof.
    """

    ident: int
    kind: EventKind
    principal: str
    goods: str
    at: int
    proved: bool


class Dossier(NamedTuple):
    """Everything that the ledger holds of a consumer.

    Attributes:
        consents: in the order in which they were written down.
        events: the same.
    """

    consents: tuple[Consent, ...]
    events: tuple[LedgerEvent, ...]


EMPTY_DOSSIER: Final = Dossier((), ())
"""Nothing is known."""


@dataclass(frozen=True)
class ConsentTerms:
    """What a law asks of a consent.

    Attributes:
        items: what its request must have shown.
        proof: whether it must be proved.
        hour: whether its hour must be known.
        goods: whether it must name the goods that are called about.
        valid_days: for how many days of 24 hours it holds; 0 for ever.
        robot: whether it must have been given for automated calls.
        written: whether it must have been given in writing.
        slots: whether slots that were accepted bind.
        not_before: consents collected before this day, wherever the consumer may be, do not count; None where all do.
        all_numbers: whether one that was given on another number of the same person counts.
        whole_line: whether one that was given by somebody else on the same number does.
        anniversary: whether `valid_days` are years, of 365 each, until the end of the day of the year that is so many
            years later, where the consumer is; else they are counted to the second.

    Raises:
        ValueError: `valid_days` are to be years, and are none.
    """

    items: frozenset[ConsentItem]
    proof: bool
    hour: bool
    goods: bool
    valid_days: int
    robot: bool = False
    written: bool = False
    slots: bool = True
    not_before: date | None = None
    anniversary: bool = False
    all_numbers: bool = False
    whole_line: bool = False

    def __post_init__(self) -> None:
        if self.anniversary and self.valid_days % YEAR_DAYS:
            raise ValueError(
                f"valid_days: {self.valid_days} are no whole years of {YEAR_DAYS} days, for an anniversary"
            )


class ConsentState(StrEnum):
    """How a consent stands."""

    VALID = "valid"
    NONE = "none"
    """There is none for this principal and these goods."""
    WITHDRAWN = "withdrawn"
    """It was withdrawn, or the consumer objected or refused since."""
    FORM = "form"
    """Something that its request must show is missing, or it was not given for calls of this sort."""
    PROOF = "proof"
    """There is no proof, or its hour is not known."""
    TIME = "time"
    """It is over, has not begun, or the moment is outside of its slots."""


class ConsentStanding(NamedTuple):
    """How the best of a consumer's consents stands at a moment.

    Attributes:
        state: how it stands.
        ident: the consent that this is said of; 0 for none.
        exact: whether the moment is in a slot of which date and hours were accepted.
        opens_at: the first later moment at which it would be valid by itself, in microseconds since the epoch; or 0.
    """

    state: ConsentState
    ident: int = 0
    exact: bool = False
    opens_at: int = 0


_NO_CONSENT: Final = ConsentStanding(ConsentState.NONE)
RANK: Final = {
    state: rank
    for rank, state in enumerate(
        (
            ConsentState.NONE,
            ConsentState.WITHDRAWN,
            ConsentState.FORM,
            ConsentState.PROOF,
            ConsentState.TIME,
            ConsentState.VALID,
        )
    )
}
"""The states, the better the higher."""


@lru_cache(maxsize=4096)
def name_key(name: str) -> str:
    """A company's name, or that of goods, as it is compared: capitals and blanks don't matter."""
    return " ".join(name.split()).casefold()


def standing(
    dossier: Dossier, principal: str, goods: str, at: int, zones: tuple[str, ...], terms: ConsentTerms
) -> ConsentStanding:
    """How the best of a consumer's consents stands at a moment.

    Args:
        dossier: everything that is held of the consumer.
        principal: the company that is called for; nobody consents to a call for a company that is not said.
        goods: what it calls about.
        at: the moment, in microseconds since the epoch.
        zones: the consumer's, all that are possible; none: those of the consents.
        terms: what the law asks.
    """
    if not dossier.consents:
        return _NO_CONSENT
    principal, goods = name_key(principal), name_key(goods)
    best, opens, since = _NO_CONSENT, 0, _since(terms, zones)
    for consent in dossier.consents:
        if not _concerns(consent, principal, goods, terms, since):
            continue
        ended = _ended_at(dossier, consent, principal, goods) if dossier.events else _NEVER
        found = _judged(consent, ended, at, zones, terms)
        if found.opens_at and (not opens or found.opens_at < opens):
            opens = found.opens_at
        if (RANK[found.state], found.exact) > (RANK[best.state], best.exact):
            best = found
    return best if best.state is ConsentState.VALID else best._replace(opens_at=opens)


def latest_consent(dossier: Dossier, principal: str, at: int) -> Consent | None:
    """The consent that was given last to a company, of those that are neither over nor ended at a moment.

    Its form and its proof are not judged: this tells on which day the consumer was last known to have the number.

    Args:
        dossier: everything that is held of the consumer.
        principal: the company.
        at: the moment, in microseconds since the epoch.
    """
    of = name_key(principal)
    running = [
        one
        for one in dossier.consents
        if of
        and one.principal == of
        and one.given_by is GivenBy.CALLEE
        and one.collected_at <= at < (one.until or _NEVER)
        and any(_ended_at(dossier, one, of, goods) > at for goods in one.goods or ("",))
    ]
    return max(running, key=lambda one: one.collected_at, default=None)


def next_exact(
    dossier: Dossier, principal: str, goods: str, at: int, zones: tuple[str, ...], terms: ConsentTerms
) -> int:
    """The first moment after `at` that is in an exactly dated slot of a consent that is then valid; 0: none.

    What only such a slot lifts (closed days and hours) is over then. Arguments as of `standing`.
    """
    dated = [(one, exact_only(one.slots)) for one in dossier.consents if one.slots]
    if not dated:
        return 0
    principal, goods = name_key(principal), name_key(goods)
    found, since = [], _since(terms, zones)
    for consent, slots in dated:
        if slots and _concerns(consent, principal, goods, terms, since) and not _lacks(consent, terms):
            own = _zones(consent, zones)
            begins, ends = _span(consent, _ended_at(dossier, consent, principal, goods), terms, own)
            moment = next_within(slots, max(at + 1, begins), ends, own)
            if moment:
                found.append(moment)
    return min(found, default=0)


def _since(terms: ConsentTerms, zones: tuple[str, ...]) -> int:
    """From which moment on consents count, in whichever of the zones the consumer is."""
    return day_begins(terms.not_before, zones)[1] if terms.not_before is not None else -_NEVER


def _concerns(consent: Consent, principal: str, goods: str, terms: ConsentTerms, since: int) -> bool:
    return (
        consent.principal == principal
        and bool(principal)
        and (not terms.goods or goods in consent.goods)
        and consent.collected_at >= since
        and (consent.given_by is GivenBy.CALLEE or _counts_too(consent.given_by, terms))
    )


def _counts_too(given_by: GivenBy, terms: ConsentTerms) -> bool:
    return terms.whole_line if given_by is GivenBy.OTHER_PERSON else terms.all_numbers


def _ended_at(dossier: Dossier, consent: Consent, principal: str, goods: str) -> int:
    """When the consumer ended a consent: at or after its collection."""
    ended = _NEVER
    for event in dossier.events:
        if (
            event.kind in ENDING
            and consent.collected_at <= event.at < ended
            and (not event.principal or event.principal == principal)
            and (not event.goods or not goods or event.goods == goods)
        ):
            ended = event.at
    return ended


def _lacks(consent: Consent, terms: ConsentTerms) -> ConsentState | None:
    """What time will not cure."""
    if (
        not terms.items <= consent.items
        or (terms.robot and not consent.robot)
        or (terms.written and not consent.written)
    ):
        return ConsentState.FORM
    if (terms.proof and not consent.proved) or (terms.hour and not consent.hour_known):
        return ConsentState.PROOF
    return None


def _span(consent: Consent, ended: int, terms: ConsentTerms, zones: tuple[str, ...]) -> tuple[int, int]:
    """From which moment to which, the second not included, a consent may be relied on, its slots left aside."""
    ends = min(ended, consent.until or _NEVER)
    if terms.anniversary and terms.valid_days:
        ends = min(ends, lasts_until(consent.collected_at, terms.valid_days, zones))
    elif terms.valid_days:
        ends = min(ends, consent.collected_at + terms.valid_days * DAY_US)
    return consent.collected_at, ends


def _zones(consent: Consent, zones: tuple[str, ...]) -> tuple[str, ...]:
    return zones or ((consent.zone,) if consent.zone else ())


def _judged(consent: Consent, ended: int, at: int, zones: tuple[str, ...], terms: ConsentTerms) -> ConsentStanding:
    if ended <= at:
        return ConsentStanding(ConsentState.WITHDRAWN, consent.ident)
    lacks = _lacks(consent, terms)
    if lacks is not None:
        return ConsentStanding(lacks, consent.ident)
    own = _zones(consent, zones)
    begins, ends = _span(consent, ended, terms, own)
    binding = consent.slots if terms.slots else ()
    if begins <= at < ends and (not binding or within(binding, at, own)):
        exact = bool(consent.slots) and within(exact_only(consent.slots), at, own)
        return ConsentStanding(ConsentState.VALID, consent.ident, exact)
    if binding:
        return ConsentStanding(
            ConsentState.TIME, consent.ident, opens_at=next_within(binding, max(at + 1, begins), ends, own)
        )
    return ConsentStanding(ConsentState.TIME, consent.ident, opens_at=begins if at < begins < ends else 0)
