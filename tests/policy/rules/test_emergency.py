"""The rule `emergency`."""

import pytest

from gatekeeper.phone import NumberKind
from gatekeeper.policy import NO_FACTS, Facts, Outcome, Reason
from gatekeeper.policy.rules.emergency import Emergency
from tests.policy.attempts import EVERYTHING, OTHERS, PERSON, allow, attempt

TABLE = {
    NumberKind.E164: None,
    **dict.fromkeys(OTHERS),
    NumberKind.EMERGENCY: allow(Reason.EMERGENCY),
}


@pytest.mark.parametrize("facts", [NO_FACTS, EVERYTHING])
@pytest.mark.parametrize(("kind", "outcome"), TABLE.items())
def test_an_emergency_number_is_allowed_whatever_the_facts(
    kind: NumberKind, outcome: Outcome | None, facts: Facts
) -> None:
    """An emergency number is allowed, whatever the facts; the rule has no opinion on anything else."""
    assert Emergency()(attempt(OTHERS.get(kind, PERSON)), facts) == outcome
    assert (kind in Emergency.concerns) is (outcome is not None)
