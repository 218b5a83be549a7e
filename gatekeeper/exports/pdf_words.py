"""Words of the PDF for an inspector, in French and English."""

from typing import Final, NamedTuple

from gatekeeper.words import Language


class ExportWords(NamedTuple):
    """The words of one language.

    Attributes:
        title: above it all.
        site: the machine.
        journal: up to when the journal is in it.
        period: the time that it is about.
        filter: what must hold of a decision.
        made: who asked, and when it was made.
        decisions: how many there are.
        verdicts: of which so many were let by, and so many blocked.
        sha256: before the sum of the CSV.
        statement: what this is.
        headings: of the table.
        reasons: above the reasons that occur.
        nothing: said where nothing was found.
        page: at the foot of each page.
        thousands: what stands between thousands.
    """

    title: str
    site: str
    journal: str
    period: str
    filter: str
    made: str
    decisions: str
    verdicts: str
    sha256: str
    statement: str
    headings: tuple[str, ...]
    reasons: str
    nothing: str
    page: str
    thousands: str


WORDS: Final = {
    Language.EN: ExportWords(
        title="Decisions on calls",
        site="Site",
        journal="Journal",
        period="Period",
        filter="Filter",
        made="Made",
        decisions="Decisions",
        verdicts="{0}: {1} allowed, {2} blocked",
        sha256="SHA-256 of the CSV",
        statement="Extract of the journal of Gatekeeper, which has a row for every call that was to be placed, written "
        "before the call was let by or blocked. The CSV of the same decisions, with all columns, goes with it; its "
        "SHA-256 ties the two together. Times are those of the zone {0}.",
        headings=("Time", "Number", "Verdict", "Reason", "List", "Campaign / principal", "Provision", "Decision"),
        reasons="Reasons that occur",
        nothing="No decision matches.",
        page="page {0} of {1}",
        thousands=",",
    ),
    Language.FR: ExportWords(
        title="Décisions sur les appels",
        site="Site",
        journal="Journal",
        period="Période",
        filter="Filtre",
        made="Établi",
        decisions="Décisions",
        verdicts="{0} : {1} permis, {2} bloqués",
        sha256="SHA-256 du CSV",
        statement="Extrait du journal de Gatekeeper, qui comporte une ligne pour chaque appel à passer, écrite avant "
        "que l'appel ne soit permis ou bloqué. Le CSV des mêmes décisions, avec toutes les colonnes, l'accompagne ; "
        "son SHA-256 lie les deux. Les heures sont celles du fuseau {0}.",
        headings=("Heure", "Numéro", "Verdict", "Motif", "Liste", "Campagne / mandant", "Disposition", "Décision"),
        reasons="Motifs rencontrés",
        nothing="Aucune décision ne correspond.",
        page="page {0} sur {1}",
        thousands=" ",
    ),
}
