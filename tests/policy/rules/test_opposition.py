"""The rule `opposition`."""

import pytest

from gatekeeper.policy import NO_FACTS, Campaign, Facts, Outcome, Reason
from gatekeeper.policy.rules.opposition import Opposition
from tests.policy.attempts import BLOCTEL, RED, REGISTER, SURVEY, TPS, attempt, block


@pytest.mark.parametrize("campaign", [Campaign(), SURVEY], ids=["default", "survey"])
@pytest.mark.parametrize(
    ("facts", "outcome"),
    [
        (NO_FACTS, None),
        (Facts(listed=BLOCTEL), block(Reason.LISTED, BLOCTEL)),
        (Facts(listed=BLOCTEL, red=RED, stale=TPS, unscrubbed=TPS, contract=REGISTER), block(Reason.LISTED, BLOCTEL)),
        (Facts(red=RED, stale=TPS, unscrubbed=TPS, contract=REGISTER), None),
    ],
)
def test_opposition_looks_at_its_own_fact_alone(facts: Facts, outcome: Outcome | None, campaign: Campaign) -> None:
    """The rule looks at its own fact, at no other, and at no campaign's purpose."""
    assert Opposition()(attempt(campaign=campaign), facts) == outcome
