"""Recording by hand: a consent or an event as a person or a program writes it, read strictly for the ledger."""

from collections.abc import Callable, Mapping
from typing import Final
from zoneinfo import ZoneInfo

from gatekeeper.consents.importing.cells import GRACE, read_end, read_terms, read_when
from gatekeeper.consents.importing.file_place import FilePlace
from gatekeeper.consents.model import GivenConsent, GivenEvent
from gatekeeper.errors import ConsentError, RejectedConsentError
from gatekeeper.policy.ledger import ENDING, EventKind
from gatekeeper.translation import phrase

_ZONES: Final = {"FR": "Europe/Paris"}

FieldNames = Callable[[str], str]
"""How a field is called where it was written: `collected_at` as `--collected-at`."""

CONSENT_FIELDS: Final = frozenset(
    {
        "principal", "third_parties", "goods", "text", "collected_at", "until", "slots", "channel", "items", "robot",
        "written",
    }
)  # fmt: skip
"""What a consent says, beside whose it is, its proof and the zone of its times."""

EVENT_FIELDS: Final = frozenset({"principal", "goods", "at", "channel"})
"""The same of an event."""


def read_consent(
    number: int,
    contact: str,
    said: Mapping[str, str],
    *,
    proof: str,
    zone: str,
    now: int,
    named: FieldNames = str,
    where: str = "",
) -> GivenConsent:
    """A consent.

    Args:
        number: the consumer's (E.164), 0 where only the contact is known.
        contact: the contact, or "".
        said: what else is said, by `CONSENT_FIELDS`; what is missing is not said.
        proof: what an entry's `proof` says.
        zone: of times that have none.
        now: in microseconds since the epoch.
        named: how fields are called in errors.
        where: what is called so in errors.

    Raises:
        ConsentError: a field can't be read, or the times can't be.
    """
    try:
        when = read_when(said.get("collected_at", ""), ZoneInfo(zone), named("collected_at"))
        end = read_end(said["until"], ZoneInfo(zone), named("until")) if said.get("until") else 0
        terms = read_terms(said, hour_known=when.hour_known, zone=zone, where=FilePlace(where or phrase("a consent")))
    except RejectedConsentError as error:
        raise ConsentError(phrase("{error}; nothing was changed", error=error)) from None
    if when.at > now + GRACE or (end and end <= when.at):
        raise ConsentError(
            phrase(
                "{field} is to come, or behind {end}; nothing was changed",
                field=named("collected_at"),
                end=named("until"),
            )
        )
    return GivenConsent(number, contact, when.at, end, terms, proof)


def read_event(
    number: int,
    contact: str,
    kind: EventKind,
    said: Mapping[str, str],
    *,
    proof: str,
    zone: str,
    now: int,
    named: FieldNames = str,
) -> GivenEvent:
    """An event, now where `at` is not said. Arguments and errors as those of `read_consent`, by `EVENT_FIELDS`.

    Of a day alone, what ends a consent stands at the day's end, or now: a consent of that day may have been before it.
    Everything else stands at its beginning, from where time limits run out sooner.
    """
    try:
        at = now
        if said.get("at"):
            at = read_when(said["at"], ZoneInfo(zone), named("at")).at
            if kind in ENDING and at <= now:
                at = min(max(at, read_end(said["at"], ZoneInfo(zone), named("at")) - 1), now)
    except RejectedConsentError as error:
        raise ConsentError(phrase("{error}; nothing was changed", error=error)) from None
    if at > now:
        raise ConsentError(
            phrase("{field} is to come: write it down when it has happened; nothing was changed", field=named("at"))
        )
    return GivenEvent(
        number, contact, kind, at, said.get("principal", ""), said.get("goods", ""), said.get("channel", ""), proof
    )


def read_zone(given: str, home: str) -> str:
    """The name of the zone of times that have none.

    Args:
        given: as it was given; "" for that of the home country, where it has but one.
        home: the home country.

    Raises:
        ConsentError: there is no such zone.
    """
    name = given or _ZONES.get(home, "")
    try:
        return ZoneInfo(name).key
    except (ValueError, KeyError, OSError):
        raise ConsentError(
            phrase("{name!r} is no time zone: give one such as Europe/Paris or America/New_York", name=name[:40])
        ) from None
