"""The rule `short_code`."""

import pytest

from gatekeeper.phone import NumberKind
from gatekeeper.policy import NO_FACTS, Facts, Outcome, Reason
from gatekeeper.policy.rules.short_code import ShortCode
from tests.policy.attempts import EVERYTHING, OTHERS, PERSON, allow, attempt

TABLE = {
    NumberKind.E164: None,
    **dict.fromkeys(OTHERS),
    NumberKind.SHORT_CODE: allow(Reason.SHORT_CODE),
}


@pytest.mark.parametrize("facts", [NO_FACTS, EVERYTHING])
@pytest.mark.parametrize(("kind", "outcome"), TABLE.items())
def test_a_short_service_number_is_allowed(kind: NumberKind, outcome: Outcome | None, facts: Facts) -> None:
    """A short service number is allowed; the rule has no opinion on anything else."""
    assert ShortCode()(attempt(OTHERS.get(kind, PERSON)), facts) == outcome
    assert (kind in ShortCode.concerns) is (outcome is not None)
