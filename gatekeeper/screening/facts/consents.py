"""What the consent ledger says of a consumer: consents, objections, requests, purchases."""

from pathlib import Path
from typing import TYPE_CHECKING, Final, Protocol

from gatekeeper.consents import ConsentLedger, ConsentStore
from gatekeeper.consents.paths import ConsentLayout
from gatekeeper.policy import Need
from gatekeeper.policy.ledger import Dossier
from gatekeeper.policy.needs import CallBackNeed, ConsentNeed, LastEvent
from gatekeeper.policy.requests import consent_standing, last_event, request_state
from gatekeeper.screening.facts.source import Asked

if TYPE_CHECKING:
    from gatekeeper.screening.facts.many import Many, Numbers

GIVES: Final = (ConsentNeed, LastEvent, CallBackNeed)


class Dossiers(Protocol):
    """What is needed of the ledger."""

    def close(self) -> None:
        """Let go of it."""

    def refresh(self) -> bool:
        """Take over what other processes changed; True where something did."""

    def dossier(self, number: int, contact: str = "", *, claimed: bool = False) -> Dossier:
        """Everything that is held of a number, and of the contact that it belongs to."""


class LedgerFacts:
    """Asks the consent ledger, once for all that rules need of it.

    Args:
        ledger: the ledger.
    """

    def __init__(self, ledger: Dossiers) -> None:
        self._ledger = ledger

    def close(self) -> None:
        """Let go of the ledger."""
        self._ledger.close()

    def one(self, number: int, asked: Asked, needs: tuple[Need, ...], /) -> tuple[object, ...]:
        """What the ledger says of a number, for each need.

        Raises:
            StoreError: it can't be read.
        """
        self._ledger.refresh()
        claimed = "contact" not in asked.attempt.campaign.call_may_loosen
        dossier = self._ledger.dossier(number, asked.contact, claimed=claimed)
        return tuple(_said(dossier, asked, need) for need in needs)

    def many(self, numbers: "Numbers", asked: Asked, needs: tuple[Need, ...], /) -> "Many[tuple[object, ...]]":
        """The same for many numbers.

        Raises:
            StoreError: it can't be read.
        """
        from gatekeeper.screening.facts.many import of_each  # NumPy

        return of_each(self.one(number, asked, needs) for number in numbers.tolist())


def _said(dossier: Dossier, asked: Asked, need: Need) -> object:
    attempt = asked.attempt
    principal, call, at, zones = attempt.principal, attempt.call, attempt.at, attempt.place.zones
    if isinstance(need, ConsentNeed):
        return consent_standing(dossier, principal, call, at, zones, need)
    if isinstance(need, LastEvent):
        return last_event(dossier, principal, call, at, zones, need)
    if isinstance(need, CallBackNeed):
        return request_state(dossier, principal, call, at, zones, need)
    raise LookupError(f"the consent ledger knows nothing of {need!r}")


def make(data_dir: Path) -> LedgerFacts:
    """The source over the ledger of a data folder; of a site that has none yet, it is made.

    Raises:
        StoreError: it can't be made.
    """
    if not ConsentLayout(data_dir).database.exists():
        with ConsentStore(data_dir):
            pass
    return LedgerFacts(ConsentLedger.open(data_dir, patient=True))
