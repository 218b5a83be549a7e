"""Words of the page of one number, in English and French."""

from types import MappingProxyType
from typing import Final

from gatekeeper.consents.extract import ExtractEntry
from gatekeeper.consents.said import ENTRIES
from gatekeeper.desk.wording import GATES, KINDS, VERDICTS, meaning, word
from gatekeeper.dossier.model import AttemptState
from gatekeeper.lists.said import CHANGES
from gatekeeper.policy.ledger import ConsentItem
from gatekeeper.words import Sentence

__all__ = [
    "ANSWERS",
    "CHANGES",
    "DONE",
    "ENTRIES",
    "EVENTS",
    "GATES",
    "ITEMS",
    "KINDS",
    "STATES",
    "VERDICTS",
    "meaning",
    "missing",
    "not_shown",
    "word",
]

EVENTS: Final = MappingProxyType(
    {
        "refusal": Sentence(
            "does not want to be called any more, by nobody of us (red list)",
            "ne veut plus être appelée, par personne chez nous (liste rouge)",
        ),
        "withdrawal": Sentence("withdrew a consent", "a retiré un consentement"),
        "objection": Sentence(
            "objects to calls (of one company, if named)", "s'oppose aux appels (d'une société, si nommée)"
        ),
        "offer-refused": Sentence("refused an offer in a call", "a refusé une offre pendant un appel"),
        "callback": Sentence("asked to be called back", "a demandé à être rappelée"),
        "purchase": Sentence("bought something", "a acheté quelque chose"),
        "inquiry": Sentence("asked for information", "a demandé des renseignements"),
    }
)
"""What the form records, by the `kind` of the daemon's operation `record`."""

STATES: Final = MappingProxyType(
    {
        AttemptState.COUNTED: Sentence("let by, counted", "permise, comptée"),
        AttemptState.GIVEN_BACK: Sentence("let by, did not leave", "permise, non émise"),
        AttemptState.ALLOWED: Sentence("let by", "permise"),
        AttemptState.BLOCKED: Sentence("blocked", "bloquée"),
    }
)
"""What became of an attempt."""

ITEMS: Final = MappingProxyType(
    {
        ConsentItem.PRINCIPAL: Sentence("who calls, and for whom", "qui appelle, et pour qui"),
        ConsentItem.GOODS: Sentence("the goods or services", "les biens ou services"),
        ConsentItem.CHOICE: Sentence("a choice of yes or no", "le choix entre oui et non"),
        ConsentItem.PERIOD: Sentence("the period", "la durée"),
        ConsentItem.WITHDRAWAL: Sentence("how to withdraw", "comment se rétracter"),
        ConsentItem.PROOF_ACCESS: Sentence("how to get at the proof", "comment obtenir la preuve"),
        ConsentItem.ACT: Sentence("given by a clear act", "donné par un acte clair"),
    }
)
"""What the request for a consent showed."""


def missing(entry: ExtractEntry) -> list[Sentence]:
    """What a consent lacks that a law may ask for; see `gatekeeper.consents.importing.cells.lacks`."""
    if entry.kind != "consent":
        return []
    parts = [
        (bool(entry.principal), Sentence("the principal", "le mandant")),
        (bool(entry.goods), Sentence("the goods", "les biens")),
        (entry.hour_known, Sentence("the hour", "l’heure")),
        (bool(entry.proof), Sentence("a proof", "une preuve")),
    ]
    return [said for there, said in parts if not there]


def not_shown(entry: ExtractEntry) -> list[Sentence]:
    """What the request for a consent did not show."""
    if entry.kind != "consent":
        return []
    return [said for item, said in ITEMS.items() if item.value not in entry.items]


DONE: Final = MappingProxyType(
    {
        "ADDED": Sentence("The number is on the list now.", "Le numéro est inscrit sur la liste."),
        "ALREADY": Sentence("The number was on the list already.", "Le numéro était déjà sur la liste."),
        "REMOVED": Sentence("The number is off the list now.", "Le numéro est retiré de la liste."),
        "NOT_LISTED": Sentence("The number was not on the list.", "Le numéro n'était pas sur la liste."),
        "RECORDED": Sentence(
            "It is written down, and in force for the next call.", "C'est noté, et en vigueur pour le prochain appel."
        ),
    }
)
"""What came of a change, by the `result` of the daemon's answer."""

ANSWERS: Final = MappingProxyType(
    {
        "clear": Sentence("clear", "libre"),
        "listed": Sentence("listed", "inscrit"),
        "no_data": Sentence("no data", "pas de donnée"),
    }
)
"""What a registry that is asked answered (`QueryOutcome`)."""
