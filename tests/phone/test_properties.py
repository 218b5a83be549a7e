"""What holds for any string at all."""

import phonenumbers
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from gatekeeper.phone import DialPlan, Normaliser, NumberKind, display, emergency_numbers, metadata_version
from gatekeeper.phone.dialplan import EMERGENCY_BY_HOME
from gatekeeper.phone.spelling import MOST_CHARACTERS

NORMALISERS = {home: Normaliser(DialPlan(home=home)) for home in ("FR", "GB", "US", "DE", "IT", "HK", "AU", "NC")}
DIALLED = st.one_of(
    st.text(max_size=MOST_CHARACTERS + 20),
    st.text("0123456789+ ().-#*;,wx@:=telsip\u00a0\u0660\uff11\n", max_size=30),
    st.from_regex(r"(\+|00|0|33|#31#)?[0-9]{4,14}(w[0-9]{1,3})?", fullmatch=True),
)
SEPARATORS = st.sampled_from(["", " ", ".", "-", "\u00a0", "\u202f", "/", "(", ")"])


@pytest.mark.parametrize("home", NORMALISERS)
@settings(max_examples=150)
@given(dialled=DIALLED)
@example(dialled="\ud800")
@example(dialled="0" * 129)
def test_any_string_gets_an_answer(home: str, dialled: str) -> None:
    """No string raises; the number is there exactly for E164, and shown and read again it is the same."""
    normaliser = NORMALISERS[home]
    number = normaliser.normalise(dialled)
    assert number.dialled == dialled
    assert (number.e164 > 0) == (number.kind is NumberKind.E164)
    assert (number.kind is not NumberKind.INVALID) or number.note
    assert normaliser.normalise(dialled) == number
    if number.e164:
        again = normaliser.normalise(display(number.e164))
        assert (again.kind, again.e164) == (NumberKind.E164, number.e164)


@settings(max_examples=150)
@given(digits=st.from_regex(r"(0[1-79]|33[1-79]|\+33[1-79]|00336)[0-9]{8}", fullmatch=True), data=st.data())
def test_separators_change_nothing(digits: str, data: st.DataObject) -> None:
    """Spaces, dots, dashes and brackets anywhere after the first character leave the number what it is."""
    gaps = data.draw(st.lists(SEPARATORS, min_size=len(digits), max_size=len(digits)))
    spaced = "".join(character + gap for character, gap in zip(digits, gaps, strict=True))
    plain = NORMALISERS["FR"].normalise(digits)
    assert NORMALISERS["FR"].normalise(spaced)[:2] == plain[:2]


@settings(max_examples=150)
@given(digits=st.from_regex(r"[0-9]{9,15}", fullmatch=True), before=st.text(max_size=4), after=st.text(max_size=4))
def test_a_public_number_is_never_waved_through(digits: str, before: str, after: str) -> None:
    """With the digits of a public number in it, a string is looked up in the lists or refused; nothing else."""
    kind = NORMALISERS["FR"].normalise(before + digits + after).kind
    assert kind in (NumberKind.E164, NumberKind.INVALID)


@pytest.mark.parametrize("home", sorted(EMERGENCY_BY_HOME))
def test_known_emergency_numbers_are_at_least_those_of_the_metadata(home: str) -> None:
    """Whatever phonenumbers holds to be an emergency number of the country is in our table."""
    candidates = [f"{number:0{digits}d}" for digits in (2, 3, 4) for number in range(10**digits)]
    known = {number for number in candidates if phonenumbers.is_emergency_number(number, home)}
    assert known <= emergency_numbers(home)
    plan = Normaliser(DialPlan(home=home, emergency=emergency_numbers(home)))
    assert all(plan.normalise(number).kind is NumberKind.EMERGENCY for number in emergency_numbers(home))


def test_metadata_has_a_version() -> None:
    """What decided on validity can be written down."""
    assert metadata_version() == f"phonenumbers {phonenumbers.__version__}"
