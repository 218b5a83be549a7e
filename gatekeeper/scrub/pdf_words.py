"""The words of the certificate's PDF, in French and English."""

from typing import NamedTuple

from gatekeeper.words import Language


class Words(NamedTuple):
    """One language's words; `{}` stands for what is filled in."""

    title: str
    statement: str
    identity: str
    lists: str
    result: str
    reasons: str
    ground: str
    files: str
    page: str
    seal: str
    no_lists: str
    none_removed: str
    fields: dict[str, str]
    imported: str
    list_headings: tuple[str, str, str, str]
    reason_headings: tuple[str, str, str]
    file_headings: tuple[str, str, str]
    roles: dict[str, str]
    laws: tuple[str, str, str, str, str, str, str]
    counts: dict[str, str]
    not_checked: str
    kinds: dict[str, str]
    thousands: str


WORDS = {
    Language.EN: Words(
        title="Certificate of scrubbing",
        statement="The contacts named below were compared, number by number, with the lists named below, in the "
        "versions that were in force at the stated time. Contacts without any number that may be called were taken "
        "out. This certificate holds no person's number; it names the files by their SHA-256 fingerprints.",
        identity="Who, when, what",
        lists="Lists that were applied",
        result="Result",
        reasons="Why contacts were taken out",
        ground="Numbers that may be called, {}",
        files="Files",
        page="page {} of {}",
        seal="SHA-256 of the certificate's JSON form",
        no_lists="No list applies to this campaign.",
        none_removed="No contact was taken out.",
        fields={
            "id": "Certificate",
            "by": "Made by",
            "host": "On",
            "started_at": "Begun (UTC)",
            "finished_at": "Ended (UTC)",
            "campaign": "Campaign",
            "principal": "On behalf of",
            "source": "Contacts",
            "columns": "Number columns",
            "rules": "Rules asked",
            "program": "Program",
        },
        imported="imported",
        list_headings=("List, source, SHA-256 of the source", "Version", "Numbers", "Found"),
        reason_headings=("Reason", "Meaning", "Contacts"),
        file_headings=("File, SHA-256", "Content", "Bytes"),
        laws=(
            "Law",
            "Fingerprint of the rules",
            "Sources as of",
            "Switch",
            "Changed:",
            "In shadow (takes nobody out)",
            "Numbers by provision",
        ),
        roles={"input": "read", "clean": "may be called", "removed": "taken out"},
        counts={
            "contacts_read": "Contacts read",
            "contacts_kept": "Contacts that may be called",
            "contacts_removed": "Contacts taken out",
            "contacts_kept_that_lost_a_number": "of those kept: lost a number",
            "contacts_left": "Contacts without a readable number, left as they are",
            "contacts_blocked": "not to be called: a number of theirs may not be called",
            "contacts_unreadable": "not to be called: no number that can be read",
            "contacts_without_number": "not to be called: no number",
            "rows_unreadable": "of the unreadable: rows that are damaged",
            "blank_lines": "Blank lines (left in place)",
            "numbers_checked": "Numbers checked",
            "numbers_removed": "Numbers that may not be called",
            "cells_with_several_numbers": "Cells with several numbers (all checked, counted once)",
            "numbers_not_checked": "Numbers in other columns, NOT CHECKED",
        },
        not_checked="Not all numbers were checked. These columns hold telephone numbers that were not compared with "
        "any list: {}.",
        kinds={
            "opposition": "opposition list",
            "red": "company's own red list",
            "wash": "answers of a registry",
            "contract": "register of running contracts",
        },
        thousands=",",
    ),
    Language.FR: Words(
        title="Certificat d'épuration",
        statement="Les contacts désignés ci-dessous ont été comparés, numéro par numéro, aux listes désignées "
        "ci-dessous, dans les versions en vigueur à l'heure indiquée. Les contacts dont aucun numéro ne peut être "
        "appelé ont été retirés. Ce certificat ne contient le numéro d'aucune personne ; il désigne les fichiers par "
        "leurs empreintes SHA-256.",
        identity="Qui, quand, quoi",
        lists="Listes appliquées",
        result="Résultat",
        reasons="Pourquoi des contacts ont été retirés",
        ground="Numéros pouvant être appelés, {}",
        files="Fichiers",
        page="page {} sur {}",
        seal="SHA-256 de la forme JSON du certificat",
        no_lists="Aucune liste ne s'applique à cette campagne.",
        none_removed="Aucun contact n'a été retiré.",
        fields={
            "id": "Certificat",
            "by": "Établi par",
            "host": "Sur",
            "started_at": "Début (UTC)",
            "finished_at": "Fin (UTC)",
            "campaign": "Campagne",
            "principal": "Pour le compte de",
            "source": "Contacts",
            "columns": "Colonnes de numéros",
            "rules": "Règles appliquées",
            "program": "Programme",
        },
        imported="importée le",
        list_headings=("Liste, source, SHA-256 de la source", "Version", "Numéros", "Trouvés"),
        reason_headings=("Motif", "Signification", "Contacts"),
        file_headings=("Fichier, SHA-256", "Contenu", "Octets"),
        laws=(
            "Loi",
            "Empreinte des règles",
            "Sources au",
            "Option",
            "Modifié :",
            "En observation (ne retire personne)",
            "Numéros par disposition",
        ),
        roles={"input": "lu", "clean": "à appeler", "removed": "retirés"},
        counts={
            "contacts_read": "Contacts lus",
            "contacts_kept": "Contacts pouvant être appelés",
            "contacts_removed": "Contacts retirés",
            "contacts_kept_that_lost_a_number": "parmi les conservés : un numéro retiré",
            "contacts_left": "Contacts sans numéro lisible, laissés tels quels",
            "contacts_blocked": "à ne pas appeler : un de leurs numéros ne peut être appelé",
            "contacts_unreadable": "à ne pas appeler : aucun numéro lisible",
            "contacts_without_number": "à ne pas appeler : sans numéro",
            "rows_unreadable": "parmi les illisibles : lignes endommagées",
            "blank_lines": "Lignes vides (laissées en place)",
            "numbers_checked": "Numéros vérifiés",
            "numbers_removed": "Numéros ne pouvant être appelés",
            "cells_with_several_numbers": "Cellules à plusieurs numéros (tous vérifiés, comptées une fois)",
            "numbers_not_checked": "Numéros dans d'autres colonnes, NON VÉRIFIÉS",
        },
        not_checked="Tous les numéros n'ont pas été vérifiés. Ces colonnes contiennent des numéros de téléphone qui "
        "n'ont été comparés à aucune liste : {}.",
        kinds={
            "opposition": "liste d'opposition",
            "red": "liste rouge de l'entreprise",
            "wash": "réponses d'un registre",
            "contract": "registre des contrats en cours",
        },
        thousands=" ",
    ),
}
