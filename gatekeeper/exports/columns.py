"""Columns of an exported file: what each is called, in French and English, and what stands in it."""

from collections.abc import Callable
from datetime import tzinfo
from functools import cache
from typing import Final

from gatekeeper.clock import moment_of
from gatekeeper.journal.export import COLUMNS, record
from gatekeeper.journal.reader import StoredDecision
from gatekeeper.policy import Reason, info_of
from gatekeeper.words import Language, Sentence, sentence

REASON_TEXT: Final = "reason_text"
"""The reason's sentence, which the journal itself does not hold."""

TITLES: Final[dict[str, Sentence]] = {
    "id": Sentence("Decision", "Décision"),
    "at": Sentence("Time", "Heure"),
    "dialled": Sentence("Dialled", "Composé"),
    "number": Sentence("Number", "Numéro"),
    "verdict": Sentence("Verdict", "Verdict"),
    "reason": Sentence("Reason", "Motif"),
    REASON_TEXT: Sentence("Reason in words", "Motif en toutes lettres"),
    "rule": Sentence("Rule", "Règle"),
    "list": Sentence("List", "Liste"),
    "list_version": Sentence("Version of the list", "Version de la liste"),
    "facts": Sentence("Versions of all lists", "Versions de toutes les listes"),
    "campaign": Sentence("Campaign", "Campagne"),
    "principal": Sentence("Principal", "Mandant"),
    "caller_id": Sentence("Caller ID", "Numéro présenté"),
    "channel": Sentence("Channel", "Canal"),
    "uniqueid": Sentence("Id of the channel", "Identifiant du canal"),
    "linkedid": Sentence("Id of the call", "Identifiant de l'appel"),
    "gate": Sentence("Gate", "Point de contrôle"),
    "micros": Sentence("Microseconds", "Microsecondes"),
    "supersedes": Sentence("Takes the place of", "Remplace"),
    "bypass": Sentence("Bypass", "Contournement"),
    "provision": Sentence("Provision", "Disposition"),
    "basis": Sentence("Legal basis", "Fondement"),
    "law": Sentence("Law", "Loi"),
    "rules": Sentence("Rules in force", "Règles en vigueur"),
    "retry_at": Sentence("May be called from", "Appel possible dès"),
    "proof": Sentence("Consent", "Consentement"),
    "attempt_no": Sentence("Attempt", "Tentative"),
    "would_block": Sentence("Would have blocked", "Aurait bloqué"),
    "would_provision": Sentence("Provision in shadow", "Disposition à blanc"),
    "purpose": Sentence("Purpose", "Objet"),
    "sector": Sentence("Trade", "Secteur"),
    "goods": Sentence("Goods", "Biens"),
    "dial_mode": Sentence("Mode of dialling", "Mode de numérotation"),
    "callee": Sentence("Whom it calls", "Appelé"),
    "subcontractor": Sentence("Subcontractor", "Sous-traitant"),
    "contact": Sentence("Contact", "Contact"),
    "postcode": Sentence("Postcode", "Code postal"),
    "asked_by": Sentence("Asked by", "Demandé par"),
    "gates": Sentence("Gates that were met", "Points rencontrés"),
    "correction": Sentence("Correction", "Correction"),
    "node": Sentence("Writer", "Rédacteur"),
    "sequence": Sentence("Number in its writer's sequence", "Numéro dans la suite du rédacteur"),
}

NAMES: Final = tuple(name for column in COLUMNS for name in ([column, REASON_TEXT] if column == "reason" else [column]))
"""The columns, in order."""

_MOMENTS: Final = ("at", "retry_at")


def headings(language: Language) -> list[str]:
    """What stands above the columns."""
    return [sentence(TITLES[name], language) for name in NAMES]


def cells(stored: StoredDecision, language: Language, zone: tzinfo, fit: Callable[[str], str]) -> list[str]:
    """A decision's row: texts alone, times in a zone with its distance from UTC.

    Args:
        stored: the decision.
        language: of the reason's sentence.
        zone: the time zone.
        fit: makes a text fit for the file.
    """
    shown = record(stored)
    shown[REASON_TEXT] = _sentence_of(stored.row.reason, language)
    for name in _MOMENTS:
        at: int = getattr(stored.row, name)
        shown[name] = moment_of(at).astimezone(zone).isoformat(timespec="milliseconds") if at else ""
    return [fit(value) if isinstance(value, str) else _plain(value) for value in map(shown.__getitem__, NAMES)]


@cache
def _sentence_of(code: str, language: Language) -> str:
    try:
        return sentence(info_of(Reason(code)), language)
    except ValueError:
        return ""  # of a later version


def _plain(value: int | None) -> str:
    return "" if value is None else str(value)
