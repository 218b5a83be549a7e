"""Known facts of a call beside its number: the date of the consent that it rests on, and the state that is called."""

from collections.abc import Iterable
from datetime import date
from pathlib import Path

from gatekeeper.consents import CONSENTS_FILE, ConsentLedger
from gatekeeper.policy.calendar import local_day
from gatekeeper.policy.ledger import Consent, latest_consent
from gatekeeper.registries.query.terms import Known, KnownOfCall, QueryTerms, nothing_known
from gatekeeper.territory import Place, place_of


class LedgerKnowledge:
    """Knows the date of a consent by the ledger, and the state by the number (`Known`).

    A consent's date is that of the place where it was given. Where that is not known, it is the earliest that is
    possible where the number is: a registry that is asked with an earlier date says more against a call.

    Args:
        data_dir: the data folder.
    """

    def __init__(self, data_dir: Path) -> None:
        self._data_dir = data_dir
        self._ledger: ConsentLedger | None = None

    def __call__(self, number: int, principal: str, at: int, /) -> KnownOfCall:
        """What is known of a call to a number, for a company, at a moment.

        Raises:
            StoreError: the ledger can't be read.
        """
        place = place_of(number)
        consent = self._consent(number, principal, at)
        day = _day(consent, place) if consent is not None else None
        return KnownOfCall(day, place.regions[0] if len(place.regions) == 1 else "")

    def _consent(self, number: int, principal: str, at: int) -> Consent | None:
        if self._ledger is None:
            if not (self._data_dir / CONSENTS_FILE).exists():
                return None  # nobody has written a consent down so far
            self._ledger = ConsentLedger.open(self._data_dir)
        self._ledger.refresh()
        return latest_consent(self._ledger.dossier(number), principal, at)

    def close(self) -> None:
        """Close the ledger."""
        if self._ledger is not None:
            self._ledger.close()


def _day(consent: Consent, place: Place) -> date:
    zones = (consent.zone,) if consent.zone else place.zones
    return date.fromordinal(min(local_day(consent.collected_at, zone) for zone in zones))


def known_of_calls(terms: Iterable[QueryTerms], data_dir: Path) -> Known:
    """What registries are asked with beside a number, and by which of their answers a call is judged.

    Args:
        terms: those of each registry that is asked.
        data_dir: the data folder.
    """
    return LedgerKnowledge(data_dir) if any(one.by_consent or one.by_region for one in terms) else nothing_known
