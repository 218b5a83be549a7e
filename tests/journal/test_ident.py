"""Ids of decisions: ULIDs of their moment, whose rest is chance."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st
from ulid import ULID

from gatekeeper.journal import bytes_of_ident, first_ident, ident_of, new_ident
from gatekeeper.journal.ident import millisecond_of

MOMENTS = st.integers(min_value=0, max_value=2**48 * 1000 - 1)


@given(MOMENTS)
def test_a_new_id_is_a_ulid_of_its_moment(at: int) -> None:
    """Other than that it is chance, it is what the library would have written."""
    ident = new_ident(at)

    assert ULID.from_str(ident).milliseconds == millisecond_of(ident) == at // 1000
    assert first_ident(at) <= ident <= ident_of(at, b"\xff" * 10)
    assert ident == ident_of(at, bytes_of_ident(ident)[6:])


def test_each_letter_of_chance_is_as_likely_at_each_place() -> None:
    """Two decisions of a millisecond must not share an id."""
    count = 8_000
    idents = {new_ident(1_764_000_000_000_000) for _ in range(count)}

    assert len(idents) == count
    for place in range(10, 26):
        seen = Counter(ident[place] for ident in idents)
        # 250 of each, with a standard deviation of 16: ten of them are never seen.
        assert len(seen) == 32
        assert all(90 < times < 410 for times in seen.values())
