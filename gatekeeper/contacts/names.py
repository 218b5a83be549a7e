"""What a column's name says of what stands in it: a telephone, a country code, surely something else, or nothing."""

import re
import unicodedata
from enum import Enum
from functools import lru_cache


class Sense(Enum):
    """What a column's name says."""

    TELEPHONE = "telephone"
    PERHAPS = "perhaps"
    """A word that stands for telephones and for other things: `numero`, `contact`."""
    CODE = "code"
    """The country calling code of the telephones beside it."""
    OTHER = "other"
    """Surely no telephone: an identifier, a date, an amount, a place."""
    NOTHING = "nothing"


_LINES = (
    r"(?:alt|home|work|main|other|second|land|mobile|autre|pro|perso|bureau|domicile|maison|num|numero|no)?"
    r"(?:(?:tele?|tel)?(?:phones?|fon[eo]?s?|foons?)|tels?|teleph|telep|tlf|tlfn|mobiles?|mob|mobil[en]?|moviles?|movil"
    r"|portables?|port|gsm|cell|cells|cellphones?|cellular|cellulare|cellulaires?|cel|celular|handy|handynummer|msisdn"
    r"|fixes?|landlines?|telefonnummer|telefonnr|rufnummer|telnr|telnum|numtel|notel|gsmnummer|mobilnummer)"
)
_TELEPHONE = re.compile(_LINES)
_PERHAPS = re.compile(r"numeros?|numbers?|num|nummer|no|nr|contact|ligne|line")
_CODE_WORDS = re.compile(
    r"(?:phone|tel|telephone|dial|dialling|dialing|calling|intl|international|area) (?:country )?code"
    r"|indicatif(?: (?:pays|tel|telephonique|international))?|(?:country|pays) (?:calling|dial|dialling|phone|tel) code"
    r"|code (?:tel|telephonique|telephone|international)|(?:phone|tel|telephone) (?:country|prefix|indicatif)"
    r"|vorwahl|landesvorwahl|landnummer|phonecode|dialcode|prefixe? (?:tel|telephonique|pays)"
)
_COUNTRY_WORDS = re.compile(r"country ?code|code pays|landcode|laendercode")
_NEVER = re.compile(
    r"siren|siret|nic|tva|vat|iban|bic|rib|naf|ape|nir|insee|lat|latitude|lon|lng|long|longitude|gps|coord|x|y|dates?"
    r"|time|timestamp|datetime|heure|hour|epoch|birthday|birth|naissance|dob|ne|jour|day|annee|year|amount|montant"
    r"|price|prix|total|solde|balance|salaire|revenu|capital|ca|eur|euros?|usd|zip|zipcode|cp|plz|postcode|postale?"
    r"|codepostal|ids?|uid|uuid|guid|key|cle|ref|reference|code|matricule|dossier|contrat|contract|facture|invoice"
    r"|commande|order|compte|account|police|policy|siege|serial|serie|hash|md5|crc|ip|age|rue|street|voie|adresse"
    r"|address"
)
_ABOUT_TELEPHONES = re.compile(
    r"types?|kind|prefixe?|dates?|time|status|statut|state|owner|operateur|operator|carrier|model|modele|marque|brand"
    r"|ok|valide?|verified|verifie|validated|confirmed|optin|optout|opt|consent|consentement|has|is|count|nb|nombre|ext"
    r"|extension|label|libelle|notes?|comment|commentaire|source|flag|timezone|result|lang|os|app|email|mail|id|uuid"
    r"|codes?|country|pays|indicatif|hash|score|cost|cout|duration|duree|calls?|appels"
)
_OF_CLIENTS = re.compile(r"clients?|customer|lead|vendor|agent|user|liste?|rang|rank|item")


@lru_cache(4096)
def sense_of(name: str) -> Sense:
    """What a column's name says; accents, case, digits and whatever separates its words do not matter."""
    words = plain_words(name)
    if not words:
        return Sense.NOTHING
    if code_rank(name):
        return Sense.CODE
    telephone = _any(_TELEPHONE, words)
    if telephone and not _any(_ABOUT_TELEPHONES, words):
        return Sense.TELEPHONE
    if _any(_NEVER, words) or any(word.startswith(("siren", "siret", "postal")) for word in words):
        return Sense.OTHER
    if _any(_PERHAPS, words) and not telephone:
        return Sense.OTHER if _any(_OF_CLIENTS, words) else Sense.PERHAPS
    return Sense.NOTHING


def _any(pattern: re.Pattern[str], words: list[str]) -> bool:
    return any(pattern.fullmatch(word) for word in words)


def code_rank(name: str) -> int:
    """How surely a column holds country calling codes: 2 by a telephone's word, 1 by a country's, 0 not at all."""
    text = " ".join(plain_words(name))
    if _CODE_WORDS.fullmatch(text) and not text.startswith("area"):
        return 2
    return 1 if _COUNTRY_WORDS.fullmatch(text) else 0


def plain_words(name: str) -> list[str]:
    """The words of a name in lower-case ASCII letters: `altPhone2`, `Téléphone_portable`, `N° de tél.`."""
    spread = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name.replace("°", "o").replace("º", "o"))
    letters = unicodedata.normalize("NFKD", spread).encode("ascii", "ignore").decode().lower()
    return [word for word in re.split(r"[^a-z]+", letters) if word and word not in {"de", "du", "d", "of", "the", "le"}]
