"""What columns' names say, as CRMs, dialers, registries and people write them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gatekeeper.tabular.column_names import ColumnMeaning, column_meaning

NUMBER, PERHAPS, CODE, DATE, OTHER, UNLIKELY, UNKNOWN = ColumnMeaning

NAMES = {
    NUMBER: """Téléphone|telephone|TELEPHONE 2|Tel.|tel1|tel_2|N° de téléphone|Numéro de téléphone|numTel|
        num_tel|numeroTelephone|Téléphone portable|tel_portable|TelMobile|telDomicile|Portable|
        Mobile|Mobile 3|GSM|Fixe|Tél. fixe|phone|Phone Number|phone_number|phoneNumber|phonenumber|
        alt_phone|home phone|HomePhone|workphone|cell|Cell Phone|cellphone|msisdn|MSISDN2|
        mobile_number|customer_phone|tel_client|Telefoon|telefoonnummer|GSM-nummer|gsmnummer|mobiel|
        Mobiel nummer|Telefon|Telefonnummer|Rufnummer|Handy|Handynummer|Mobilnummer|Mobiltelefon|
        Festnetz|Telefon privat|teléfono|Teléfono móvil|móvil|celular|telefono fijo|fax|
        Télécopie fax|Téléphone jour|day phone|Telefon Tag|
        mob|port|landline|land phone|landlines|móviles|cel|tlfn|teleph|
        WhatsApp|E.164|e164|phone_2|Phone1|contact phone|tel principal|Telephones""",
    PERHAPS: "Numéro|numero|Number|nummer|Número|num|Numéro 2|Contact|Numéro de ligne|line number|No|Nr.",
    CODE: """phone_code|phoneCode|Phone Code|indicatif|Indicatif pays|indicatif_tel|country_code|
        CountryCode|countrycode|code pays|Code_Pays|dial code|dialing_code|calling code|
        country calling code|Landesvorwahl|Ländervorwahl|landcode|landnummer|Landnummer|prefijo país|
        código país|codigo_pais|phone_prefix|préfixe téléphonique|phone_country|tel pays|dialling code|Ländercode""",
    DATE: """date|Date d'inscription|date_appel|datum|Geburtsdatum|geboortedatum|fecha|fecha_alta|
        created_at|createdAt|updated_at|timestamp|last_call_time|entry_date|phone_date|date tel|tel birthday|heure tel|
        date de naissance|birthday|Erstellt|cree le""",
    OTHER: """SIREN|siret|N° SIRET|n° TVA|VAT number|Latitude|longitude|lat|lng|GPS|code postal|
        Code_Postal|cp|ZIP|zip code|PLZ|Postleitzahl|postcode|código postal|lead_id|client id|
        vendor_lead_code|Numéro client|Kundennummer|klantnummer|customer number|contract number|
        n° de contrat|n° facture|IBAN|phone_type|phone type|tel_status|type téléphone|
        operateur mobile|phone_model|has_phone_ok|phone_hash|tel ext|nb_tel|SIREN siège|
        numero clients|area_code|area code phone|
        indicatif régional|Ortsvorwahl|insee|montant|age|numero de rue|house_id|email|e-mail|
        ondernemingsnummer|NISS""",
    UNLIKELY: """id|code|reference|ref|n_contrat|contrat|facture|adresse|salaire|hash|x|numero_agent|user number|
        numero de police|uid""",
    UNKNOWN: "client|status|nom|city|société|remarks|foo||  |123|ville|prénom|Bemerkung",
}
CASES = [(name.strip(), meaning) for meaning, names in NAMES.items() for name in names.replace("\n", "").split("|")]


@pytest.mark.parametrize(("name", "meaning"), CASES)
def test_a_name_says_what_stands_in_its_column(name: str, meaning: ColumnMeaning) -> None:
    """Each name as one meets it."""
    assert column_meaning(name) is meaning


@pytest.mark.parametrize(("name", "meaning"), CASES)
def test_capitals_underscores_and_counting_do_not_matter(name: str, meaning: ColumnMeaning) -> None:
    """All of them ways to write one name."""
    spread = name.replace(" ", "_").replace("_", "-")
    for variant in (name.lower(), spread, f" {name} ", f"{name}_3", f"{name.upper()} 2"):
        assert column_meaning(variant) is meaning, variant


@given(st.text(max_size=300))
def test_any_name_has_a_meaning(name: str) -> None:
    """None is too odd."""
    assert column_meaning(name) in ColumnMeaning
