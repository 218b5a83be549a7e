"""The rule `scrubbed`."""

import pytest

from gatekeeper.policy import NO_FACTS, Campaign, Facts, Outcome, Reason
from gatekeeper.policy.rules.scrubbed import Scrubbed
from tests.policy.attempts import BLOCTEL, RED, REGISTER, SURVEY, TPS, attempt, block


@pytest.mark.parametrize("campaign", [Campaign(), SURVEY], ids=["default", "survey"])
@pytest.mark.parametrize(
    ("facts", "outcome"),
    [
        (NO_FACTS, None),
        (Facts(unscrubbed=TPS), block(Reason.NOT_SCRUBBED, TPS)),
        (
            Facts(unscrubbed=TPS, red=RED, listed=BLOCTEL, stale=BLOCTEL, contract=REGISTER),
            block(Reason.NOT_SCRUBBED, TPS),
        ),
        (Facts(red=RED, listed=BLOCTEL, stale=BLOCTEL, contract=REGISTER), None),
    ],
)
def test_scrubbed_looks_at_its_own_fact_alone(facts: Facts, outcome: Outcome | None, campaign: Campaign) -> None:
    """The rule looks at its own fact, at no other, and at no campaign's purpose."""
    assert Scrubbed()(attempt(campaign=campaign), facts) == outcome
