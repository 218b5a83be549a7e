"""What the consent ledger says of a consumer: consents, objections, requests, purchases."""

from pathlib import Path
from typing import TYPE_CHECKING, Final

from gatekeeper.consents import ConsentLedger, ConsentStore
from gatekeeper.consents.paths import ConsentLayout
from gatekeeper.policy import Need
from gatekeeper.policy.calendar import begins, local_day
from gatekeeper.policy.ledger import EMPTY_DOSSIER, ConsentStanding, Dossier
from gatekeeper.policy.needs import CallBackNeed, ConsentNeed, LastEvent
from gatekeeper.policy.requests import answers
from gatekeeper.screening.facts.source import Asked

if TYPE_CHECKING:
    from gatekeeper.screening.dossier_sorts import ManyDossiers
    from gatekeeper.screening.facts.many import Many, Numbers

GIVES: Final = (ConsentNeed, LastEvent, CallBackNeed)


class LedgerFacts:
    """Asks the consent ledger, once for all that rules need of it.

    Args:
        ledger: the ledger.
    """

    def __init__(self, ledger: ConsentLedger) -> None:
        self._ledger = ledger
        self._many: ManyDossiers | None = None

    def close(self) -> None:
        """Let go of the ledger."""
        self._ledger.close()

    def one(self, number: int, asked: Asked, needs: tuple[Need, ...], /) -> tuple[object, ...]:
        """What the ledger says of a number, for each need.

        Raises:
            StoreError: it can't be read.
        """
        self._ledger.refresh()
        return _said(self._dossier(number, asked.contact, asked), asked, needs)

    def many(self, numbers: "Numbers", asked: Asked, needs: tuple[Need, ...], /) -> "Many[tuple[object, ...]]":
        """The same for many numbers, as far as rules can tell it apart (`_as_told`).

        Raises:
            StoreError: it can't be read.
        """
        import numpy as np  # not where calls are served

        from gatekeeper.screening.dossier_sorts import ALONE, NOTHING, ManyDossiers
        from gatekeeper.screening.facts.many import Many

        self._ledger.refresh()
        if self._many is None:
            self._many = ManyDossiers(self._ledger)
        contacts = asked.contacts or ((asked.contact,) * len(numbers) if asked.contact else ())
        attempt = asked.attempt
        sorts = self._many.sorts(numbers, contacts, needs, attempt.at, attempt.place.zones)
        values: dict[tuple[object, ...], int] = {_told(EMPTY_DOSSIER, asked, needs): NOTHING}

        def place_of(place: int, contact: str) -> int:
            dossier = self._dossier(int(numbers[place]), contact, asked)
            return values.setdefault(_told(dossier, asked, needs), len(values))

        places = np.array([NOTHING, *(place_of(one, "") for one in sorts.examples)], np.intp)
        alone = np.flatnonzero(sorts.which == ALONE)
        which = places[np.where(sorts.which == ALONE, NOTHING, sorts.which)]
        which[alone] = [place_of(one, contacts[one] if contacts else "") for one in alone.tolist()]
        return Many(which, list(values))

    def proof(self, number: int, asked: Asked, place: int) -> int:
        """The id of a consent that is told of by its place in the dossier, counted from 1.

        Raises:
            StoreError: it can't be read.
        """
        return self._dossier(number, asked.contact, asked).consents[place - 1].ident

    def _dossier(self, number: int, contact: str, asked: Asked) -> Dossier:
        claimed = "contact" not in asked.attempt.campaign.call_may_loosen
        return self._ledger.dossier(number, contact, claimed=claimed)


def _said(dossier: Dossier, asked: Asked, needs: tuple[Need, ...]) -> tuple[object, ...]:
    attempt = asked.attempt
    return answers(dossier, attempt.principal, attempt.call, attempt.at, attempt.place.zones, needs)


def _told(dossier: Dossier, asked: Asked, needs: tuple[Need, ...]) -> tuple[object, ...]:
    """What a dossier says, as far as rules can tell it apart: of many numbers there must be few values.

    A consent is named by its place among those of the dossier, counted from 1; a moment by the day that it is of, in
    every zone, or where it does not matter when it was, by any.
    """
    said = _said(dossier, asked, needs)
    return tuple(_as_told(one, dossier, asked, need) for one, need in zip(said, needs, strict=True))


def _as_told(said: object, dossier: Dossier, asked: Asked, need: Need) -> object:
    if isinstance(said, ConsentStanding) and said.ident:
        place = next(place for place, one in enumerate(dossier.consents, start=1) if one.ident == said.ident)
        return said._replace(ident=place)
    if isinstance(need, LastEvent) and isinstance(said, int) and said:
        return max(begins(local_day(said, zone), zone) for zone in asked.attempt.place.zones) if need.dated else 1
    return said


def make(data_dir: Path) -> LedgerFacts:
    """The source over the ledger of a data folder; of a site that has none yet, it is made.

    Raises:
        StoreError: it can't be made.
    """
    if not ConsentLayout(data_dir).database.exists():
        with ConsentStore(data_dir):
            pass
    return LedgerFacts(ConsentLedger.open(data_dir, patient=True))
