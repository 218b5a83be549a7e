"""The North American plan: states, provinces, countries and clocks by area code, held against phonenumbers."""

import re
from collections import defaultdict

import phonenumbers
import pytest
from phonenumbers.geodata import GEOCODE_DATA
from phonenumbers.tzdata import TIMEZONE_DATA

from gatekeeper.territory import Place, place_of
from gatekeeper.territory.tables import read_numbers
from tests.territory.clocks import clock

AREA = re.compile(r"1([2-9]\d\d)\d*")
EVERY = place_of(18005550199)

# What phonenumbers has more, and why we do not follow it.
NOT_OURS = {
    "474": ({"America/Winnipeg"}, "the overlay of 306 and 639: Saskatchewan"),
    "689": ({"America/Chicago"}, "the overlay of 407: Orlando, Florida"),
    "867": ({"America/Vancouver"}, "Yukon, which left the clock of Vancouver in November 2020"),
    "907": ({"Pacific/Honolulu"}, "the Aleutians, which have summer time (America/Adak)"),
}
# What we have more: it knows exchanges of fixed lines, and gives an overlay one clock for all.
SPLIT = "the area is split, and phonenumbers gives one clock"
OVERLAY = "the overlay of an area that is split"
OURS = {
    "250": ({"America/Fort_Nelson"}, SPLIT),
    "306": ({"America/Edmonton"}, SPLIT),
    "418": ({"America/Blanc-Sablon"}, SPLIT),
    "709": ({"America/Blanc-Sablon"}, SPLIT),
    "807": ({"America/Atikokan"}, SPLIT),
    "867": ({"America/Atikokan"}, SPLIT),
    "915": ({"America/Chicago"}, "the border of the zones runs along that of the area; both, for caution"),
    **{area: ({"America/Edmonton", "America/Fort_Nelson"}, OVERLAY) for area in ("236", "257", "672", "778")},
    "364": ({"America/Chicago"}, OVERLAY),
    **{area: ({"America/Blanc-Sablon", "America/Halifax"}, OVERLAY) for area in ("367", "581")},
    "448": ({"America/Chicago"}, OVERLAY),
    "458": ({"America/Denver"}, OVERLAY),
    "474": ({"America/Edmonton", "America/Regina"}, OVERLAY),
    "639": ({"America/Edmonton"}, OVERLAY),
    "689": ({"America/New_York"}, NOT_OURS["689"][1]),
    "879": ({"America/Halifax"}, OVERLAY),
    "930": ({"America/Chicago"}, OVERLAY),
}


def _areas(table: dict[str, tuple[str, ...]]) -> dict[str, set[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    for prefix, values in table.items():
        area = AREA.fullmatch(prefix)
        if area:
            found[area[1]].update(values)
    return found


def _more(zones: set[str], than: set[str]) -> set[str]:
    """The zones whose clock none of the others has."""
    clocks = {clock(zone) for zone in than}
    return {zone for zone in zones if clock(zone) not in clocks}


def test_the_clocks_of_an_area_are_those_that_phonenumbers_knows() -> None:
    """All prefixes of an area together; each difference is wanted, and says why."""
    theirs = _areas(TIMEZONE_DATA)
    ours = {area: set(place_of(int(f"1{area}")).zones) for area in theirs}
    assert {area: more for area in theirs if (more := _more(theirs[area], ours[area]))} == {
        area: zones for area, (zones, _) in NOT_OURS.items()
    }
    assert {area: more for area in theirs if (more := _more(ours[area], theirs[area]))} == {
        area: zones for area, (zones, _) in OURS.items()
    }


def test_the_states_of_an_area_are_those_that_phonenumbers_knows() -> None:
    """But for exchanges of New Jersey that serve a place in New York."""
    towns = {prefix: tuple(re.findall(r", ([A-Z]{2})$", names.get("en", ""))) for prefix, names in GEOCODE_DATA.items()}
    differences = {
        area: states - {region[3:] for region in place_of(int(f"1{area}")).regions}
        for area, states in _areas(towns).items()
    }
    assert {area: more for area, more in differences.items() if more} == {"201": {"NY"}}


@pytest.mark.parametrize("country", phonenumbers.COUNTRY_CODE_TO_REGION_CODE[1])
def test_every_area_in_service_is_in_the_table(country: str) -> None:
    """Whatever area code phonenumbers' metadata has for a country, it is that country's here."""
    law = "US" if country in {"PR", "VI", "GU", "MP", "AS"} else country
    for area in range(200, 1000):
        number = phonenumbers.PhoneNumber(country_code=1, national_number=area * 10**7 + 2345678)
        if phonenumbers.is_valid_number_for_region(number, country):
            found = place_of(1 * 10**10 + area * 10**7 + 2345678)
            if found is EVERY:
                assert phonenumbers.number_type(number) in {
                    phonenumbers.PhoneNumberType.TOLL_FREE,
                    phonenumbers.PhoneNumberType.PREMIUM_RATE,
                    phonenumbers.PhoneNumberType.PERSONAL_NUMBER,
                }
            else:
                assert found.country == law
                assert law == country or found.regions == (f"US-{country}",)


def test_no_state_and_no_province_is_missing() -> None:
    """Fifty states, the district, five territories; ten provinces and three territories."""
    regions = {region for possible in read_numbers("north_america").values() for region, _ in possible.spots}
    assert sum(region.startswith("US-") for region in regions) == 56
    assert sum(region.startswith("CA-") for region in regions) == 13
    assert set(EVERY.regions) == regions - {""}


EAST, CENTRAL, MOUNTAIN, PACIFIC = "America/New_York", "America/Chicago", "America/Denver", "America/Los_Angeles"


def us(state: str, *zones: str) -> Place:
    """A place in one state."""
    return Place("US", (f"US-{state}",), zones)


@pytest.mark.parametrize(
    ("area", "postcode", "where"),
    [
        (212, "", us("NY", EAST)),
        (305, "", us("FL", EAST)),
        (689, "", us("FL", EAST)),
        (850, "", us("FL", CENTRAL, EAST)),
        (448, "", us("FL", CENTRAL, EAST)),
        (219, "", us("IN", CENTRAL, EAST)),
        (812, "", us("IN", CENTRAL, EAST)),
        (317, "", us("IN", EAST)),
        (270, "", us("KY", CENTRAL, EAST)),
        (502, "", us("KY", EAST)),
        (423, "", us("TN", CENTRAL, EAST)),
        (615, "", us("TN", CENTRAL)),
        (865, "", us("TN", EAST)),
        (906, "", us("MI", CENTRAL, EAST)),
        (208, "", us("ID", MOUNTAIN, PACIFIC)),
        (541, "", us("OR", MOUNTAIN, PACIFIC)),
        (701, "", us("ND", CENTRAL, MOUNTAIN)),
        (605, "", us("SD", CENTRAL, MOUNTAIN)),
        (308, "", us("NE", CENTRAL, MOUNTAIN)),
        (785, "", us("KS", CENTRAL, MOUNTAIN)),
        (915, "", us("TX", CENTRAL, MOUNTAIN)),
        (214, "", us("TX", CENTRAL)),
        (928, "", us("AZ", MOUNTAIN, "America/Phoenix")),
        (808, "", us("HI", "Pacific/Honolulu")),
        (787, "", us("PR", "America/Puerto_Rico")),
        (671, "", us("GU", "Pacific/Guam")),
        (876, "", Place("JM", (), ("America/Jamaica",))),
        (242, "", Place("BS", (), ("America/Nassau",))),
        (416, "", Place("CA", ("CA-ON",), ("America/Toronto",))),
        (902, "", Place("CA", ("CA-NS", "CA-PE"), ("America/Halifax",))),
        *((area, "", EVERY) for area in (800, 833, 888, 500, 521, 900, 710, 999, 123)),
        # A postcode of a place that the area allows.
        (850, "32301", us("FL", EAST)),
        (850, "32501-1234", us("FL", CENTRAL)),
        (850, "32456", us("FL", CENTRAL, EAST)),
        (219, "46402", us("IN", CENTRAL)),
        (812, "47401", us("IN", EAST)),
        (208, "83814", us("ID", PACIFIC)),
        (305, "33101", us("FL", EAST)),
        (305, "32456", us("FL", EAST)),
        (800, "10001", us("NY", EAST)),
        (800, "V6B 1A1", Place("CA", ("CA-BC",), ("America/Vancouver",))),
        (902, "C1A 4P3", Place("CA", ("CA-PE",), ("America/Halifax",))),
        (250, "v8w", Place("CA", ("CA-BC",), ("America/Vancouver",))),
        (867, "Y1A 1A1", Place("CA", ("CA-YT",), ("America/Whitehorse",))),
        # A postcode elsewhere: both are possible.
        (305, "32501", us("FL", CENTRAL, EAST)),
        (212, "90001", Place("US", ("US-CA", "US-NY"), (PACIFIC, EAST))),
        (212, "M5V 2T6", Place("US", ("CA-ON", "US-NY"), (EAST, "America/Toronto"))),
        (416, "10001", Place("CA", ("CA-ON", "US-NY"), (EAST, "America/Toronto"))),
        (860, "06390", Place("US", ("US-CT", "US-NY"), (EAST,))),
        (876, "33101", Place("JM", ("US-FL",), ("America/Jamaica", EAST))),
        # A postcode that says nothing.
        *(
            (850, unread, us("FL", CENTRAL, EAST))
            for unread in ("2301", "09012", "34001", "96201", "323", "3230l", "D1A 1A1")
        ),
    ],
)
def test_an_area_and_a_postcode_tell_where(area: int, postcode: str, where: Place) -> None:
    """Mobile numbers travel: a postcode narrows only to what the area allows."""
    assert place_of(area * 10**7 + 10**10 + 5550123, postcode) == where


@pytest.mark.parametrize("state", [region for region in EVERY.regions if region.startswith("US-")])
def test_every_state_has_zip_codes_and_every_zip_code_clocks_of_its_state(state: str) -> None:
    """The two tables name the same states with the same clocks."""
    by_area = {
        zone for each in read_numbers("north_america").values() for region, zone in each.spots if region == state
    }
    toll_free = [place_of(18005550199, f"{head:03d}01") for head in range(1000)]
    by_zip = {zone for place in toll_free if place.regions == (state,) for zone in place.zones}
    shared = {zone for place in toll_free if state in place.regions and place is not EVERY for zone in place.zones}
    assert by_zip <= by_area <= shared
