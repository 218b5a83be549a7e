"""What the rules see of a number."""

import numpy as np
import phonenumbers
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gatekeeper.phone import Callee, NumberKind, PhoneNumber, callee_of
from gatekeeper.phone.bulk import callees
from gatekeeper.policy import Attempt


@pytest.mark.parametrize("code", sorted(phonenumbers.COUNTRY_CODE_TO_REGION_CODE))
def test_every_country_code_is_read_from_the_number(code: int) -> None:
    """Each assigned code is found, whatever digits follow it."""
    for rest in ("00000000", "99999999", "12345678"):
        number = PhoneNumber(NumberKind.E164, int(f"{code}{rest}"), "", "")
        assert callee_of(number) == Callee(NumberKind.E164, code)


@given(st.lists(st.integers(100, 10**15 - 1), max_size=50, unique=True))
def test_many_callees_are_those_of_one_by_one(numbers: list[int]) -> None:
    """What is read of many numbers at once is what is read of each."""
    places, seen = callees(np.array(numbers, np.int64))
    assert [seen[place] for place in places.tolist()] == [
        callee_of(PhoneNumber(NumberKind.E164, number, "", "")) for number in numbers
    ]
    assert len(set(seen)) == len(seen)


@pytest.mark.parametrize("kind", sorted(set(NumberKind) - {NumberKind.E164}))
def test_what_is_no_public_number_has_no_country(kind: NumberKind) -> None:
    """Of what is not looked up in lists, only the kind is seen."""
    assert callee_of(PhoneNumber(kind, 0, "0612345678", "a note")) == Callee(kind, 0)


def test_a_rule_can_not_see_the_number() -> None:
    """Nothing in an attempt holds the number, or what was dialled."""
    number = PhoneNumber(NumberKind.E164, 33612345678, "0612345678", "")
    assert set(Callee._fields) == {"kind", "country"}
    assert Attempt.__annotations__["callee"] is Callee
    assert PhoneNumber not in Attempt.__annotations__.values()
    assert "612345678" not in repr(callee_of(number))
