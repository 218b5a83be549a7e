"""Emergency numbers behind everything that callers dial before them, in every country that is known."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gatekeeper.phone import DialPlan, Normaliser, NumberKind, emergency_numbers
from gatekeeper.phone.dialplan import EMERGENCY_BY_HOME
from gatekeeper.phone.emergency import MOST_PREFIXES

FRENCH = Normaliser(DialPlan())
HOMES = sorted(EMERGENCY_BY_HOME)
PREFIXES = st.sampled_from(("0", "9", "#31#", "*31#", "3651", "+33", "0033"))
NUMBERS = st.sampled_from(sorted(DialPlan().emergency))


def normaliser_of(home: str, *prefixes: str) -> Normaliser:
    """A site in a country, with prefixes of its own."""
    return Normaliser(DialPlan(home=home, prefixes=prefixes, emergency=emergency_numbers(home)))


@pytest.mark.parametrize(
    "dialled",
    [
        "0112",
        "9115",
        "+3317",
        "0033196",
        "0114",
        "0#31#112",
        "#31#0112",
        "9#31#018",
        "3651015",
        "90112",
        "9,112",
        "1 1 2",
    ],
)
def test_an_emergency_number_behind_what_callers_dial(dialled: str) -> None:
    """An emergency number is one behind each prefix, behind several, and with separators in it."""
    assert FRENCH.normalise(dialled).kind is NumberKind.EMERGENCY


@given(st.lists(PREFIXES, max_size=MOST_PREFIXES), NUMBERS)
def test_prefixes_in_any_order_are_taken_off(before: list[str], number: str) -> None:
    """Up to three prefixes in any order leave an emergency number one, unless the whole is somebody's number."""
    found = FRENCH.normalise("".join(before) + number)
    assert found.kind is NumberKind.EMERGENCY or (found.kind is NumberKind.E164 and found.e164 > 0)


@given(st.lists(PREFIXES, min_size=1, max_size=MOST_PREFIXES), NUMBERS)
def test_a_combination_that_is_nobodys_number_is_an_emergency(before: list[str], number: str) -> None:
    """What is told to be mistakable is all that is refused this way."""
    dialled = "".join(before) + number
    expected = NumberKind.E164 if dialled in FRENCH.emergency.mistakable() else NumberKind.EMERGENCY
    assert FRENCH.normalise(dialled).kind is expected


@given(st.from_regex(r"[+]?[0-9]{7,15}", fullmatch=True))
def test_no_valid_public_number_is_an_emergency(dialled: str) -> None:
    """Digits that the plan knows as somebody's number are never called an emergency, whatever they end in."""
    if FRENCH._read(dialled)[0]:
        assert FRENCH.normalise(dialled).kind is not NumberKind.EMERGENCY


@pytest.mark.parametrize("home", HOMES)
def test_every_country_has_its_own_prefixes(home: str) -> None:
    """Outside line, country code and the codes that hide the caller ID may stand before it in each known country."""
    country = normaliser_of(home)
    for prefix in country.emergency.prefixes:
        for number in emergency_numbers(home):
            dialled = prefix + number
            expected = NumberKind.E164 if dialled in country.emergency.mistakable() else NumberKind.EMERGENCY
            assert country.normalise(dialled).kind is expected, dialled


def test_the_prefixes_of_the_site_count_too() -> None:
    """A prefix of the configuration may stand before an emergency number, and behind others."""
    site = normaliser_of("GB", "8", "1234#")
    for dialled in ("8999", "1234#999", "91234#112", "0044999"):
        assert site.normalise(dialled).kind is NumberKind.EMERGENCY, dialled


def test_a_digit_of_the_number_is_not_taken_for_a_prefix() -> None:
    """9911 is 911 behind an outside line, and 911 itself is not 11 behind a 9."""
    american = normaliser_of("US")
    for dialled in ("911", "9911", "1911", "+1911", "*67911", "9*67911"):
        assert american.normalise(dialled).kind is NumberKind.EMERGENCY, dialled
    assert american.normalise("9111").kind is not NumberKind.EMERGENCY
