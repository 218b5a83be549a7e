"""The rule `validity`."""

import pytest

from gatekeeper.phone import NumberKind
from gatekeeper.policy import NO_FACTS, Facts, Reason
from gatekeeper.policy.rules.validity import Validity
from tests.policy.attempts import ABROAD, EVERYTHING, OTHERS, PERSON, attempt, block


@pytest.mark.parametrize("kind", sorted(OTHERS))
def test_what_is_no_public_number_is_blocked(kind: NumberKind) -> None:
    """By the time this rule is asked, each kind that was not let by is refused."""
    assert Validity()(attempt(OTHERS[kind]), NO_FACTS) == block(Reason.NUMBER_INVALID)
    assert kind in Validity.concerns


@pytest.mark.parametrize("facts", [NO_FACTS, EVERYTHING])
def test_a_public_number_is_left_to_the_others(facts: Facts) -> None:
    """Of a complete public number, of whatever country, the rule has no opinion."""
    assert Validity()(attempt(PERSON), facts) is None
    assert Validity()(attempt(ABROAD), facts) is None
