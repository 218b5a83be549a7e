"""Names of columns: tell of telephone numbers, a country code, dates, or surely none of these.

Names as people, CRMs and registries write them, in French, English, Dutch, German and Spanish: `Téléphone 2`,
`alt_phone`, `numTelPortable`, `Rufnummer`, `phone_code`. What a name does not say is left to what stands in the column.
"""

import re
import unicodedata
from enum import StrEnum
from functools import lru_cache


class ColumnMeaning(StrEnum):
    """What a column's name says."""

    NUMBER = "number"
    """Telephone numbers: to be taken, whatever its first rows hold."""
    PERHAPS = "perhaps"
    """Numbers, it does not say of what (`Numéro`): telephones where telephone numbers stand in it."""
    COUNTRY_CODE = "country code"
    """What belongs before the number beside it: 33, or a country's two letters."""
    DATE = "date"
    """Days or times."""
    OTHER = "other"
    """Surely none of these, even where its cells look like telephones: SIREN, latitude, postcode."""
    UNLIKELY = "unlikely"
    """An identifier, an amount, an address: no telephones where it is one of contacts, whose telephones have columns of
    their own. A list of numbers alone may call them so all the same (`id`)."""
    UNKNOWN = "unknown"
    """It does not say."""


_LINE = (
    r"tele(?:phonique|phone|fono|fone|foon|fon|ph|p)|tel|tlfn?|phone|fono|fon|foon|mobil[eo]?|mob|mobiel|movil(?:e(?=s))?"
    r"|portable|port|gsm|natel|handy|msisdn|cell(?:phone|ular|ulare|ulaire)?|cel|celular|rufnummer|festnetz|landline"
    r"|fixe|fijo|telefax|fax|whatsapp|sms|e164"
)
_BEFORE = r"alt|main|home|work|office|business|primary|privat|fest|fix|num|numero|no|nr|contact|kontakt"
_BEHIND = (
    r"number|nummer|num|numero|nr|no|fixe|portable|domicile|bureau|travail|pro|perso|principal|prive|privat|home|work"
    r"|main|alt|secondaire|maison|client|fijo"
)
_PHONE = re.compile(rf"(?:{_BEFORE})*(?:{_LINE})+s?(?:{_BEHIND})*s?")
_GENERIC = re.compile(r"(?:num|numero|number|nummer|rufnr)s?")
_DATE = re.compile(
    r"(?:(?:geburts|geboorte|erstell|anmelde|call|last|birth|entry|modify)?(?:date?|datum|fecha)s?|date\w*|\w+datum"
    r"|jour|tag|day|heure|hour|time|tijd|zeit|hora|timestamp|horodatage|birthday|dob|naissance|geboren|geburtstag"
    r"|cree|(?:created|updated|modified)at|created|creation|updated|modified|modifie|maj|inscrit|inscription|registered|aangemaakt|erstellt|since"
    r"|depuis|until|seit|sinds|desde)"
)
_DAY = re.compile(r"jour|tag|day|dag|dia")
"""Beside a telephone's word: when it is answered (`Téléphone jour`)."""
_CODE = re.compile(r"code|codigo|kode|prefix|prefixe|prefijo|vorwahl|kennzahl|indicatif")
_COUNTRY = re.compile(r"country|pays|land|landes|laender|lander|pais|national|intl|international|calling|dial|dial+ing")
_NATION = re.compile(r"country|pays|landes|laender|lander|pais")
"""Not `land`: a `land phone` is a telephone."""
_WHOLE_CODE = re.compile(
    r"(?:phone|tel|dial|dial+ing|calling|country|isd)(?:code|prefix)|(?:countrycalling|countrydial)code|codepays"
    r"|(?:landes|laender|lander|international)vorwahl|(?:lande?n?|laender|lander)code|landenummer|landnummer|landeskennzahl|codigopais"
    r"|prefijopais|indicatif(?:pays|tel)?|indicatifpays|codetel"
)
_NATIONS_CODE = re.compile(
    r"(?:country|isd)(?:code|codigo|prefix)|code(?:pays|country)|(?:lande?n?|laender|lander|pais)code|codigo(?:de)?pais"
)
"""Of a country, whatever it serves for."""
_LOCAL = re.compile(r"area|region|regional|zone|local|interurbain|ville|city|ort|orts|npa|postal|post")
_BESIDE = re.compile(
    r"type|typ|kind|genre|status|statut|etat|state|owner|proprietaire|operateur|operator|carrier|model|modele|marque"
    r"|brand|valid|valide|verified|verifie|ok|ext|extension|poste|count|nb|nombre|anzahl|aantal|label|libelle|format"
    r"|length|hash|optin|consent|consentement|flag|score|called|appels|calls|duree|duration"
)
"""Beside a telephone's or a number's word: what is said about it."""
_KEY = re.compile(r"ids?|uuid|code|codigo|kode|key|cle|ref|reference|referentie|referenz")
"""With another word: what a program calls something. Alone, it may be a telephone number that serves for that."""
_WHOSE = re.compile(
    r"clients?|customers?|kunden?|klant|cliente|lead|contrat|contract|vertrag|contrato|facture|invoice|rechnung|factuur"
    r"|factura|order|commande|bestellung|bestelling|pedido|dossier|ticket|matricule|account|compte|konto|voie|rue"
    r"|street|strasse|straat|calle|house|row|serie|serial|article|produit|product|fiscal|tax|securite|secu"
)
"""Beside a number's word: what it is the number of."""
_SURE = re.compile(
    r"siren|siret|naf|ape|rcs|rna|tva|vat|btw|ust|ustid|nif|cif|dni|nie|kbo|bce|kvk|ondernemingsnummer|steuernummer"
    r"|iban|bic|swift|rib|kontonummer|lat|latitude|lon|lng|longitude|coord\w*|gps|ortsvorwahl|netnummer|areacode"
    r"|breitengrad|laengengrad|langengrad|breedtegraad|lengtegraad|latitud|longitud|altitude"
    r"|zip|zipcode|postcode|postalcode|codepostal|cp|plz|postleitzahl|cedex|insee|hausnummer|huisnummer"
    r"|kundennummer|klantnummer|vertragsnummer|rechnungsnummer|insz|niss|bsn|montant|amount|betrag|bedrag|importe"
    r"|total|solde|revenue|effectif|age|alter|annee|year|jahr|jaar|price|prix|cost|cout|ip|url|email|mail|courriel"
    r"|ean|gtin|isbn|sku|pdl|prm|pce|imei|iccid|puk|pin"
)
_UNLIKELY = re.compile(
    r"siren\w*|siret\w*|postal\w*|nic|nir|rib|x|y|long|epoch|birth|ne|revenu|capital|ca|salaire|salary|balance|eur|euros?"
    r"|usd|ids?|uid|guid|uuid|key|cle|ref|reference|code|matricule|dossier|contrat|contract|facture|invoice|commande|order"
    r"|compte|account|police|policy|siege|serial|serie|hash|md5|crc|rue|street|voie|adresse|address|vendor|agent|user"
    r"|liste?|rang|rank|item"
)
"""Where no telephone's word stands beside it."""
_LINE_OF = re.compile(r"contact|ligne|line")
"""Whose telephone it is, or a person's name, or the line of a file."""
_PLAIN = str.maketrans({"ß": "ss", "œ": "oe", "æ": "ae", "ø": "o"})
_NUMERO = re.compile(r"[nN][°º]|№")
_HUMP = re.compile(r"(?<=[a-zß-öø-ÿ])(?=[A-Z])")


_NUMBERED = re.compile(r"n[or][_ .-]*[0-9]*")
_FILLING = frozenset(
    ("de", "du", "des", "d", "l", "le", "la", "les", "of", "the", "van", "der", "von", "del", "el", "n", "nr", "no")
)


@lru_cache(4096)
def column_meaning(name: str) -> ColumnMeaning:
    """What a column's name says of what stands in it."""
    words = _words(name)
    if not words:
        return ColumnMeaning.PERHAPS if _NUMBERED.fullmatch(name.strip(" .:#").casefold()) else ColumnMeaning.UNKNOWN
    sure = _sure_meaning(words, "".join(words))
    if sure not in {ColumnMeaning.PERHAPS, ColumnMeaning.UNKNOWN}:
        return sure
    if any(map(_UNLIKELY.fullmatch, words)):
        return ColumnMeaning.UNLIKELY
    return ColumnMeaning.PERHAPS if any(map(_LINE_OF.fullmatch, words)) else sure


def _sure_meaning(words: list[str], whole: str) -> ColumnMeaning:
    """What is said by words that are seldom used otherwise."""
    phone = _PHONE.fullmatch(whole) is not None or any(map(_PHONE.fullmatch, words))
    if _is_country_code(words, whole, phone=phone):
        return ColumnMeaning.COUNTRY_CODE
    dates = [word for word in words if _DATE.fullmatch(word) and not (phone and _DAY.fullmatch(word))]
    if dates or _DATE.fullmatch(whole):
        return ColumnMeaning.DATE
    any_of = {kind: any(map(kind.fullmatch, words)) for kind in (_GENERIC, _BESIDE, _KEY, _WHOSE, _SURE, _LOCAL, _CODE)}
    said = phone or any_of[_GENERIC]
    if (said and any_of[_BESIDE]) or (any_of[_KEY] and len(words) > 1) or (any_of[_CODE] and any_of[_LOCAL]):
        return ColumnMeaning.OTHER
    if phone:
        return ColumnMeaning.NUMBER
    if any_of[_SURE] or _SURE.fullmatch(whole) or (any_of[_GENERIC] and any_of[_WHOSE]):
        return ColumnMeaning.OTHER
    return ColumnMeaning.PERHAPS if any_of[_GENERIC] else ColumnMeaning.UNKNOWN


def code_rank(name: str) -> int:
    """How surely a column holds country calling codes: 2 by a telephone's word, 1 by a country's alone, 0 not at all.

    A German's `Vorwahl` is more often that of a town: who believes this looks into the column.
    """
    whole = "".join(_words(name))
    if _NATIONS_CODE.fullmatch(whole):
        return 1
    return 2 if whole == "vorwahl" or column_meaning(name) is ColumnMeaning.COUNTRY_CODE else 0


def _is_country_code(words: list[str], whole: str, *, phone: bool) -> bool:
    if any(map(_LOCAL.fullmatch, words)):
        return False
    if _WHOLE_CODE.fullmatch(whole) or any(map(_WHOLE_CODE.fullmatch, words)):
        return True
    if any(map(_PHONE.fullmatch, words)) and any(map(_NATION.fullmatch, words)):
        return True
    return any(map(_CODE.fullmatch, words)) and (phone or any(map(_COUNTRY.fullmatch, words)))


def _words(name: str) -> list[str]:
    """The words in small ASCII letters, without the digits that count columns: `numTel2` is num, tel."""
    spread = _HUMP.sub(" ", _NUMERO.sub(" num ", name[:200])).casefold().replace("e.164", "e164")
    plain = unicodedata.normalize("NFKD", spread.translate(_PLAIN)).encode("ascii", "ignore").decode()
    words = re.findall(r"e164|[a-z]+", plain)
    return [word for word in words if word not in _FILLING]
