"""What the names of columns say."""

import pytest

from gatekeeper.contacts.columns import choose_code_column, choose_columns
from gatekeeper.errors import ContactsError
from gatekeeper.phone import DialPlan, Normaliser
from gatekeeper.tabular.column_names import ColumnMeaning, column_meaning

TELEPHONES = """
    telephone|tel|téléphone|Tél.|TEL1|tel_2|Téléphone 2|mobile|portable|gsm|GSM2|phone_number|alt_phone|altPhone|num_tel
    numTel
    NumeroTelephone|NUMERO_TELEPHONE|N° de téléphone|Numéro mobile|Fixe|Téléphone_fixe|home phone|homephone|cell
    cellphone
    msisdn|tel_portable|telephone_client|customer_mobile|Handy|Telefonnummer|telefoon|telefono|teléfono móvil
    phone (home)
    mobilephone|mobile_phone_2|tél_pro|tel.domicile|PHONE
"""
OTHERS = """
    siren|SIRET|n_siret|latitude|lat|lng|longitude|date|date_tel|montant|Prix (EUR)|code_postal|CP|zip|id
    lead_id|phone_id
    vendor_lead_code|numero_client|n_contrat|customer_number|birthday|IBAN|entry_date|numero_rue|ref
"""
CODES = (
    "phone_code|indicatif|Indicatif pays|dial code|dialCode|country_code|calling_code|code pays|country calling code"
)
NORMALISER = Normaliser(DialPlan())


def words(text: str) -> list[str]:
    """The names of a list."""
    return [name.strip() for line in text.splitlines() for name in line.split("|") if name.strip()]


@pytest.mark.parametrize(
    ("names", "meanings"),
    [
        (TELEPHONES, {ColumnMeaning.NUMBER}),
        (OTHERS, {ColumnMeaning.OTHER, ColumnMeaning.UNLIKELY, ColumnMeaning.DATE}),
        (CODES, {ColumnMeaning.COUNTRY_CODE}),
    ],
    ids=("telephones", "others", "codes"),
)
def test_names_are_understood(names: str, meanings: set[ColumnMeaning]) -> None:
    """With accents, capitals, digits and any separator."""
    assert [name for name in words(names) if column_meaning(name) not in meanings] == []


@pytest.mark.parametrize("cells", [["", ""], ["n/a", "?"], ["0612345678", ""]])
def test_a_telephones_name_is_enough(cells: list[str]) -> None:
    """Whatever stands in the rows that are looked at."""
    names = [*words(TELEPHONES), "nom"]
    rows = [[cell] * len(names) for cell in cells]
    assert set(range(len(names) - 1)) <= set(choose_columns((), names, len(names), rows, NORMALISER))


@pytest.mark.parametrize(
    "cells",
    [
        ["48.856614", "43.2965", "-1.5536211"],
        ["2026-11-26", "2025-01-31"],
        ["26/11/2026", "31/01/2025"],
        ["20261126", "19800229"],
        ["1234567.80", "612345678.50"],
        ["732829320", "552100554", "443061841", "542065479", "775670417"],
        ["73282932000074", "55210055400013", "44306184100047", "54206547900012"],
    ],
)
@pytest.mark.parametrize("home", ["FR", "DK", "US"])
def test_what_is_shaped_like_something_else_is_no_telephone(cells: list[str], home: str) -> None:
    """Also where no name says so, and in a country in which the digits would be a number."""
    rows = [[cell, "x"] for cell in cells]
    with pytest.raises(ContactsError, match="no column was found"):
        choose_columns((), (), 2, rows, Normaliser(DialPlan(home=home)))


def test_the_column_of_country_codes_is_found_or_told() -> None:
    """By its name where it holds such codes; the one of telephones rather than the one of countries."""
    names = ["country_code", "phone_code", "tel"]
    assert choose_code_column(None, names, 3, [["FRA", "33", "0612345678"]]) == 1
    assert choose_code_column(None, names, 3, [["FR", "", "0612345678"]]) == 1
    assert choose_code_column(None, ["country_code", "tel"], 2, [["FRA", "0612345678"]]) is None
    assert choose_code_column(None, ["country_code", "tel"], 2, [["BE", "0612345678"]]) == 0
    assert choose_code_column("3", names, 3, []) == 2
    assert choose_code_column("none", names, 3, []) is None
    with pytest.raises(ContactsError, match="several columns"):
        choose_code_column(None, ["phone_code", "indicatif"], 2, [["33", "32"]])
