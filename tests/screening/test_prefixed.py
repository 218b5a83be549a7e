"""Numbers behind a carrier's prefix: recognised where they can be no other, and only there."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gatekeeper.phone import DialPlan, Normaliser, NumberKind
from gatekeeper.screening.prefixed import is_behind_prefix

NORMALISE = Normaliser(DialPlan()).normalise
MOBILE = 33612345678


@pytest.mark.parametrize(
    ("dialled", "behind"),
    [
        ("99990612345678", True), ("9999612345678", True), ("99993361234567", False), ("999933612345678", True),
        ("99990033612345678", True), ("1234#0612345678", True), ("*70*0612345678", True), ("1230612345678", True),
        ("1234%230612345678", True), ("%39%39990612345678", True), ("1234%2500612345678", False),
        # numbers of their own, behind no prefix
        ("0612345678", False), ("+33612345678", False), ("33612345678", False), ("112", False), ("", False),
        # another number, whole or behind a part of the prefix
        ("99990612345679", False), ("0049612345678", False), ("99990049612345678", False), ("49612345678", False),
        ("990049612345678", False), ("9900612345678", False), ("99+33612345678", False),
        # more behind it, too long, what is no digit
        ("999906123456780", False), ("9" * 11 + "0612345678", False), ("9" * 60 + "0612345678", False),
        ("99990612345678@x", False), ("9999 0612345678", False), ("٩٩٩٩0612345678", False),
    ],
)  # fmt: skip
def test_what_may_stand_before_a_number_is_taken_off(dialled: str, behind: bool) -> None:
    """A mobile number, with what may and may not stand before it."""
    assert is_behind_prefix(dialled, MOBILE, NORMALISE) == behind


@given(
    st.text("0123456789*#+", max_size=12), st.integers(612_000_000, 612_999_999), st.integers(612_000_000, 612_999_999)
)
def test_a_prefix_never_makes_another_number(prefix: str, decided: int, dialled: int) -> None:
    """Whatever stands before a number, it is never taken for another one; nor where a part of it makes another."""
    text = f"{prefix}0{dialled}"
    if is_behind_prefix(text, 33 * 10**9 + decided, NORMALISE):
        assert decided == dialled
        ends = [NORMALISE(text[start:]) for start in range(len(prefix) + 1)]
        assert {one.e164 for one in ends if one.kind is NumberKind.E164} == {33 * 10**9 + decided}
