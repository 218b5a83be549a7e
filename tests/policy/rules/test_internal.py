"""The rule `internal`."""

import pytest

from gatekeeper.phone import NumberKind
from gatekeeper.policy import NO_FACTS, Facts, Outcome, Reason
from gatekeeper.policy.rules.internal import Internal
from tests.policy.attempts import EVERYTHING, OTHERS, PERSON, allow, attempt

TABLE = {
    NumberKind.E164: None,
    **dict.fromkeys(OTHERS),
    NumberKind.INTERNAL: allow(Reason.INTERNAL),
}


@pytest.mark.parametrize("facts", [NO_FACTS, EVERYTHING])
@pytest.mark.parametrize(("kind", "outcome"), TABLE.items())
def test_an_internal_destination_is_allowed(kind: NumberKind, outcome: Outcome | None, facts: Facts) -> None:
    """An internal destination is allowed; the rule has no opinion on anything else."""
    assert Internal()(attempt(OTHERS.get(kind, PERSON)), facts) == outcome
    assert (kind in Internal.concerns) is (outcome is not None)
