"""The shortest number of a person, by country."""

import phonenumbers
import pytest

from gatekeeper.phone.shortest import shortest_public


@pytest.mark.parametrize(
    ("home", "digits"),
    [
        *(("FR", 9), ("ES", 9), ("CH", 9), ("DK", 8), ("NO", 8), ("BE", 8), ("HK", 8), ("LU", 4), ("DE", 5), ("IT", 6)),
        *(("US", 7), ("CA", 7), ("GB", 6), ("AU", 8), ("NC", 6), ("IS", 7)),
    ],
)
def test_the_shortest_number_has_as_many_digits_as_the_plan_says(home: str, digits: int) -> None:
    """It has as many digits as the plan says, without what may be left out."""
    assert shortest_public(home) == digits


def test_no_number_of_a_person_is_shorter() -> None:
    """In no country is the example of a number of a person shorter."""
    for home in phonenumbers.SUPPORTED_REGIONS:
        for kind in (phonenumbers.PhoneNumberType.FIXED_LINE, phonenumbers.PhoneNumberType.MOBILE):
            example = phonenumbers.example_number_for_type(home, kind)
            if example is not None:
                assert len(phonenumbers.national_significant_number(example)) >= shortest_public(home), home


def test_a_country_that_is_none() -> None:
    """A country that phonenumbers does not know is an error."""
    with pytest.raises(ValueError, match="XX"):
        shortest_public("XX")
