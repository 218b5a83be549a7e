"""What holds for every number and every postcode."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gatekeeper.territory import Place, place_of
from gatekeeper.territory.bulk import places
from gatekeeper.territory.lookup import LONGEST, PLACES
from gatekeeper.territory.postcodes import read

BEGINNINGS = sorted(prefix for prefix in PLACES if prefix)
NUMBERS = st.builds(
    lambda head, rest: int(head + rest), st.sampled_from(BEGINNINGS), st.from_regex(r"[0-9]{0,9}", fullmatch=True)
)
BEYOND_TEXT = 10**5000  # Python refuses to write it down
ANY = st.one_of(NUMBERS, st.integers(), st.just(BEYOND_TEXT), st.integers(-(10**18), 10**18))
POSTCODES = st.one_of(
    st.from_regex(r"[0-9]{4,5}", fullmatch=True),
    st.from_regex(r"[A-Z][0-9][A-Z]( [0-9][A-Z][0-9])?", fullmatch=True),
    st.text(max_size=20),
)


def _of_postcode(place: Place, number: int, postcode: str) -> tuple[set[str], set[str]]:
    prefix = next((str(number)[:size] for size in range(LONGEST, 0, -1) if str(number)[:size] in PLACES), "")
    _, spots = read(prefix, place.country, postcode)
    return {region for region, _ in spots if region}, {zone for _, zone in spots}


@given(ANY, POSTCODES)
def test_any_number_has_a_place(number: int, postcode: str) -> None:
    """Nothing raises, there is always a zone, all is sorted, and the same place is the same object."""
    found = place_of(number, postcode)
    assert found.zones
    assert list(found.regions) == sorted(set(found.regions))
    assert list(found.zones) == sorted(set(found.zones))
    assert place_of(number, postcode) is found


@pytest.mark.parametrize("number", [0, -1, -33612345678, 10**15, 999, 210123456])
def test_what_is_no_number_may_be_anywhere(number: int) -> None:
    """No country, and every clock."""
    found = place_of(number, "75001")
    assert found is PLACES[""]
    assert found.country == ""
    assert len(found.zones) > 50


@given(NUMBERS, POSTCODES)
def test_a_postcode_never_makes_up_a_place(number: int, postcode: str) -> None:
    """All that is possible with it is possible by the number or by the postcode."""
    alone, found = place_of(number), place_of(number, postcode)
    regions, zones = _of_postcode(alone, number, postcode)
    assert set(found.regions) <= set(alone.regions) | regions
    assert set(found.zones) <= set(alone.zones) | zones


@given(NUMBERS, POSTCODES)
def test_a_postcode_narrows_or_takes_nothing_away(number: int, postcode: str) -> None:
    """Either what is possible is a part of what the number allows, or all that the number allows is still possible."""
    alone, found = place_of(number), place_of(number, postcode)
    narrower = set(found.regions) <= set(alone.regions) and set(found.zones) <= set(alone.zones)
    wider = set(found.regions) >= set(alone.regions) and set(found.zones) >= set(alone.zones)
    assert narrower or wider
    assert found.country == alone.country or (alone.country, found.country) == ("US", "CA")


@given(st.lists(st.one_of(NUMBERS, st.integers(-(2**63), 2**63 - 1))))
def test_many_places_are_those_of_one_by_one(numbers: list[int]) -> None:
    """What is found for many numbers at once is what is found for each; no place is listed twice or for nobody."""
    which, found = places(np.array(numbers, np.int64))
    assert [found[place] for place in which.tolist()] == [place_of(number) for number in numbers]
    assert len(set(found)) == len(found) == len(set(which.tolist()))


def test_every_beginning_is_found_among_many() -> None:
    """Each line of the tables, alone and followed by its lowest and highest numbers."""
    numbers = [int(head + rest) for head in BEGINNINGS for rest in ("", "0000000", "9999999")]
    which, found = places(np.array(numbers, np.int64))
    assert [found[place] for place in which.tolist()] == [place_of(number) for number in numbers]
