"""The rule `staleness`."""

import pytest

from gatekeeper.policy import NO_FACTS, Campaign, Facts, Outcome, Reason
from gatekeeper.policy.rules.staleness import Staleness
from tests.policy.attempts import BLOCTEL, RED, REGISTER, SURVEY, TPS, attempt, block


@pytest.mark.parametrize("campaign", [Campaign(), SURVEY], ids=["default", "survey"])
@pytest.mark.parametrize(
    ("facts", "outcome"),
    [
        (NO_FACTS, None),
        (Facts(stale=TPS), block(Reason.LIST_STALE, TPS)),
        (
            Facts(stale=TPS, red=RED, listed=BLOCTEL, unscrubbed=BLOCTEL, contract=REGISTER),
            block(Reason.LIST_STALE, TPS),
        ),
        (Facts(red=RED, listed=BLOCTEL, unscrubbed=BLOCTEL, contract=REGISTER), None),
    ],
)
def test_staleness_looks_at_its_own_fact_alone(facts: Facts, outcome: Outcome | None, campaign: Campaign) -> None:
    """The rule looks at its own fact, at no other, and at no campaign's purpose."""
    assert Staleness()(attempt(campaign=campaign), facts) == outcome
