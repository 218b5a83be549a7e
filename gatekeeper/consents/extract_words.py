"""The words of the consumer's copy, in French and English."""

from typing import Final, NamedTuple

from gatekeeper.words import Language


class ExtractWords(NamedTuple):
    """One language's words; `{}` stands for what is filled in."""

    title: str
    statement: str
    nothing: str
    page: str
    kinds: dict[str, str]
    fields: dict[str, str]
    items: dict[str, str]
    yes: str
    file: str
    reference: str
    no_proof: str
    no_hour: str
    texts: str
    days: tuple[str, ...]


WORDS: Final = {
    Language.EN: ExtractWords(
        title="Proof of consent to telephone calls",
        statement="Everything that is recorded of consents to telephone calls, and of what ended them, for {}, as of "
        "{}. You may withdraw a consent at any time, as easily as it was given; the withdrawal takes effect at once. "
        "This copy is free of charge (article R.223-2 of the French consumer code).",
        nothing="Nothing is recorded.",
        page="page {} of {}",
        kinds={
            "consent": "Consent",
            "withdrawal": "Withdrawal",
            "objection": "Objection to calls",
            "refusal": "Refusal",
            "call-back-request": "Request to be called back",
            "purchase": "Purchase",
            "inquiry": "Inquiry",
        },
        fields={
            "at": "Date and hour",
            "number": "Number",
            "contact": "Contact",
            "principal": "Professional",
            "third_parties": "Calling for it",
            "goods": "Goods or services",
            "until": "Valid until",
            "slots": "Hours accepted",
            "channel": "Collected by",
            "items": "The request showed",
            "text": "Text shown",
            "robot": "Automated calls",
            "written": "Written and signed",
            "proof": "Proof",
            "written_at": "Recorded at",
            "written_by": "Recorded by",
            "note": "Note",
        },
        items={
            "principal": "the professional and the third party that calls for it",
            "goods": "the nature of the goods or services",
            "choice": "a choice to accept or refuse",
            "period": "the period of the consent",
            "withdrawal": "the right to withdraw, and how",
            "proof-access": "how to obtain the proof",
            "act": "given by a clear positive act",
        },
        yes="yes",
        file="file kept, SHA-256 {}",
        reference="kept under the reference {}",
        no_proof="none",
        no_hour="hour not recorded",
        texts="Texts shown",
        days=("mon", "tue", "wed", "thu", "fri", "sat", "sun"),
    ),
    Language.FR: ExtractWords(
        title="Preuve du consentement aux appels téléphoniques",
        statement="Tout ce qui est enregistré des consentements aux appels téléphoniques, et de ce qui y a mis fin, "
        "pour {}, au {}. Un consentement peut être retiré à tout moment, aussi simplement qu'il a été donné ; le "
        "retrait prend effet immédiatement. Cette copie est gratuite (article R.223-2 du code de la consommation).",
        nothing="Rien n'est enregistré.",
        page="page {} sur {}",
        kinds={
            "consent": "Consentement",
            "withdrawal": "Retrait",
            "objection": "Opposition aux appels",
            "refusal": "Refus",
            "call-back-request": "Demande de rappel",
            "purchase": "Achat",
            "inquiry": "Demande de renseignements",
        },
        fields={
            "at": "Date et heure",
            "number": "Numéro",
            "contact": "Contact",
            "principal": "Professionnel",
            "third_parties": "Appelant pour lui",
            "goods": "Biens ou services",
            "until": "Valable jusqu'au",
            "slots": "Créneaux acceptés",
            "channel": "Recueilli par",
            "items": "La demande indiquait",
            "text": "Texte présenté",
            "robot": "Appels automatisés",
            "written": "Écrit et signé",
            "proof": "Preuve",
            "written_at": "Enregistré le",
            "written_by": "Enregistré par",
            "note": "Note",
        },
        items={
            "principal": "le professionnel et le tiers appelant pour lui",
            "goods": "la nature des biens ou services",
            "choice": "la possibilité d'accepter ou de refuser",
            "period": "la durée du consentement",
            "withdrawal": "le droit de retrait et ses modalités",
            "proof-access": "l'accès à la preuve",
            "act": "donné par un acte positif clair",
        },
        yes="oui",
        file="fichier conservé, SHA-256 {}",
        reference="conservée sous la référence {}",
        no_proof="aucune",
        no_hour="heure non enregistrée",
        texts="Textes présentés",
        days=("lun", "mar", "mer", "jeu", "ven", "sam", "dim"),
    ),
}
