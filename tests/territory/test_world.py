"""Every country: its code, its clocks, and the codes that several countries share."""

from pathlib import Path

import holidays
import phonenumbers
import pytest

from gatekeeper.territory import Place, place_of, tables
from gatekeeper.territory.tables import NUMBERS, read_numbers
from tests.territory import world
from tests.territory.clocks import clock, zones_of_countries

# The law of these countries is in another country's file.
LAW_OF = dict.fromkeys(("GP", "BL", "MF", "MQ", "GF", "RE", "YT", "PM", "NC", "PF", "WF"), "FR")
LAW_OF |= dict.fromkeys(("PR", "VI", "GU", "MP", "AS"), "US")
# Their numbers are those of the first country of the code, but for what the tables tell.
LIKE_THE_FIRST = {"VA": "IT", "SJ": "NO", "AX": "FI", "EH": "MA", "CC": "AU", "CX": "AU", "TA": "SH"}
KINDS = (phonenumbers.PhoneNumberType.FIXED_LINE, phonenumbers.PhoneNumberType.MOBILE)


def test_the_table_is_the_one_that_its_script_makes() -> None:
    """After an upgrade of phonenumbers or of the time zone database: `python -m tests.territory.world`."""
    file = Path(tables.__file__).with_name("world.csv")
    assert file.read_text(encoding="utf-8").splitlines() == list(world.lines())


@pytest.mark.parametrize("country", sorted(phonenumbers.SUPPORTED_REGIONS))
def test_the_example_numbers_of_a_country_are_in_it(country: str) -> None:
    """Its law, or that of the country whose code it shares; and every clock of what the number leaves open."""
    for kind in KINDS:
        example = phonenumbers.example_number_for_type(country, kind)
        if example is not None:
            found = place_of(int(phonenumbers.format_number(example, phonenumbers.PhoneNumberFormat.E164)))
            assert found.country in {LAW_OF.get(country, country), LIKE_THE_FIRST.get(country)}
            if found.country == country and country not in {"ES", "US", "CA", "PT", "GB"}:
                clocks = {clock(zone) for zone in found.zones}
                assert clocks >= {clock(zone) for zone in world.zones_of(country)}


@pytest.mark.parametrize("name", NUMBERS)
def test_every_zone_is_in_the_time_zone_database(name: str) -> None:
    """By the name that each edition of it has: old names are a package of their own in some distributions."""
    known = {zone for zones in zones_of_countries().values() for zone in zones}
    for prefix, possible in read_numbers(name).items():
        zones = {zone for _, zone in possible.spots}
        assert zones, prefix
        assert zones <= known, prefix


COMMUNITIES = tuple(sorted(f"ES-{one}" for one in holidays.country_holidays("ES").subdivisions if len(one) == 2))
SPAIN = Place("ES", COMMUNITIES, ("Atlantic/Canary", "Europe/Madrid"))
CANARY = Place("ES", ("ES-CN",), ("Atlantic/Canary",))
MADRID = Place("ES", ("ES-MD",), ("Europe/Madrid",))
PORTUGAL = Place("PT", (), ("Atlantic/Azores", "Atlantic/Madeira", "Europe/Lisbon"))
AZORES = Place("PT", (), ("Atlantic/Azores",))
LISBON = Place("PT", (), ("Europe/Lisbon",))


@pytest.mark.parametrize(
    ("number", "postcode", "where"),
    [
        (34912345678, "", MADRID),
        (34812345678, "", MADRID),
        (34871234567, "", Place("ES", ("ES-IB",), ("Europe/Madrid",))),
        (34952123456, "", Place("ES", ("ES-AN", "ES-ML"), ("Europe/Madrid",))),
        (34956123456, "", Place("ES", ("ES-AN", "ES-CE"), ("Europe/Madrid",))),
        (34956123456, "51001", Place("ES", ("ES-CE",), ("Europe/Madrid",))),
        (34940123456, "", SPAIN),
        *((int(f"34{area}123456"), "", CANARY) for area in (822, 828, 922, 928)),
        *((int(f"34{first}12345678"), "", SPAIN) for first in (6, 7)),
        (34900123456, "", SPAIN),
        (34612345678, "28013", MADRID),
        (34612345678, "35001", CANARY),
        (34612345678, "38001", CANARY),
        (34912345678, "38001", Place("ES", ("ES-CN", "ES-MD"), ("Atlantic/Canary", "Europe/Madrid"))),
        (34922123456, "51001", Place("ES", ("ES-CE", "ES-CN"), ("Atlantic/Canary", "Europe/Madrid"))),
        (34612345678, "60000", SPAIN),
        (351212345678, "", LISBON),
        (351291123456, "", Place("PT", (), ("Atlantic/Madeira",))),
        *((int(f"351{area}123456"), "", AZORES) for area in (292, 295, 296)),
        (351912345678, "", PORTUGAL),
        (351912345678, "1000-001", LISBON),
        (351912345678, "9500", AZORES),
        (351912345678, "9000-081", Place("PT", (), ("Atlantic/Madeira",))),
        (351212345678, "9500", Place("PT", (), ("Atlantic/Azores", "Europe/Lisbon"))),
        (442071234567, "", Place("GB", (), ("Europe/London",))),
        (447911123456, "", Place("GG", (), ("Europe/Guernsey",))),
        (447911223456, "", Place("GB", (), ("Europe/London",))),
        (441534123456, "", Place("JE", (), ("Europe/Jersey",))),
        (447624123456, "", Place("IM", (), ("Europe/Isle_of_Man",))),
        (390669812345, "", Place("VA", (), ("Europe/Vatican",))),
        (393123456789, "", Place("IT", (), ("Europe/Rome",))),
        (4779123456, "", Place("SJ", (), ("Arctic/Longyearbyen",))),
        (358181234567, "", Place("AX", (), ("Europe/Mariehamn",))),
        (358401234567, "", Place("FI", (), ("Europe/Helsinki",))),
        (32470123456, "", Place("BE", (), ("Europe/Brussels",))),
        (4915123456789, "", Place("DE", (), ("Europe/Berlin",))),
        (31612345678, "", Place("NL", (), ("Europe/Amsterdam",))),
        (37761234567, "", Place("MC", (), ("Europe/Monaco",))),
    ],
)
def test_a_number_tells_its_country_and_clock(number: int, postcode: str, where: Place) -> None:
    """What the number does not tell stays open, until a postcode tells it."""
    assert place_of(number, postcode) == where
