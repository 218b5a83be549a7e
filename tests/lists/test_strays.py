"""Telling that digits are no number, without asking the normaliser."""

import random

import pytest

from gatekeeper.phone import DialPlan, Normaliser
from gatekeeper.phone.bare import BareDigits
from gatekeeper.registries.reading.cell import ListCellReader


@pytest.mark.parametrize("home", ["FR", "BE", "HK", "DE", "IT", "US", "GB", "ES", "NL", "RU", "CH"])
def test_what_is_passed_over_is_no_number(home: str) -> None:
    """Whatever digits are said to be nobody's, the normaliser reads no number in them."""
    bare = BareDigits(home)
    reader = ListCellReader(Normaliser(DialPlan(home=home, prefixes=())), home)
    draw = random.Random(home)
    drawn = ["".join(draw.choices("0123456789", k=draw.randint(1, 16))) for _ in range(500)]
    drawn += ["0" + digits for digits in drawn[:200]] + ["00" + digits for digits in drawn[:50]]
    wrong = [digits for digits in drawn if not bare.may_be(digits) and reader.read(digits).numbers]
    assert wrong == []
