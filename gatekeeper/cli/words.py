"""The words of what compliance staff read, in French and English."""

from typing import NamedTuple

from gatekeeper.policy import Verdict
from gatekeeper.words import Language


class CliWords(NamedTuple):
    """The words of one language.

    Attributes:
        allow: a call that was let through.
        block: a call that was refused.
        headings: what stands above the columns of tables, by the column's name.
        statuses: how a check of `gatekeeper doctor` ended, by the status's name.
    """

    allow: str
    block: str
    headings: dict[str, str]
    statuses: dict[str, str]

    def verdict(self, verdict: str) -> str:
        """A verdict in words."""
        return self.block if verdict == Verdict.BLOCK else self.allow


WORDS = {
    Language.EN: CliWords(
        "allowed",
        "blocked",
        {
            "at": "Time",
            "number": "Number",
            "verdict": "Verdict",
            "reason": "Reason",
            "list": "List",
            "campaign": "Campaign",
            "gates": "Gates",
            "provision": "Provision",
            "retry_at": "May be called from",
            "would_block": "Would block",
            "principal": "Principal",
            "asked_by": "Asked by",
            "caller_id": "Caller ID",
            "id": "Decision",
            "code": "Code",
            "meaning": "Meaning",
            "rule": "Rule",
            "says": "Says",
            "check": "Check",
            "about": "Looks at",
            "status": "Status",
            "finding": "Finding",
        },
        {"ok": "well", "skipped": "skipped", "warning": "warning", "failed": "failed"},
    ),
    Language.FR: CliWords(
        "permis",
        "bloqué",
        {
            "at": "Heure",
            "number": "Numéro",
            "verdict": "Verdict",
            "reason": "Motif",
            "list": "Liste",
            "campaign": "Campagne",
            "gates": "Points",
            "provision": "Disposition",
            "retry_at": "Appel possible dès",
            "would_block": "Aurait bloqué",
            "principal": "Mandant",
            "asked_by": "Demandé par",
            "caller_id": "Appelant",
            "id": "Décision",
            "code": "Code",
            "meaning": "Signification",
            "rule": "Règle",
            "says": "Avis",
            "check": "Vérification",
            "about": "Porte sur",
            "status": "État",
            "finding": "Constat",
        },
        {"ok": "bon", "skipped": "non fait", "warning": "attention", "failed": "échec"},
    ),
}
