"""The rule `red_list`."""

import pytest

from gatekeeper.policy import NO_FACTS, Campaign, Facts, Outcome, Reason
from gatekeeper.policy.rules.red_list import RedList
from tests.policy.attempts import BLOCTEL, RED, REGISTER, SURVEY, attempt, block


@pytest.mark.parametrize("campaign", [Campaign(), SURVEY], ids=["default", "survey"])
@pytest.mark.parametrize(
    ("facts", "outcome"),
    [
        (NO_FACTS, None),
        (Facts(red=RED), block(Reason.RED_LIST, RED)),
        (
            Facts(red=RED, stale=BLOCTEL, listed=BLOCTEL, unscrubbed=BLOCTEL, contract=REGISTER),
            block(Reason.RED_LIST, RED),
        ),
        (Facts(stale=BLOCTEL, listed=BLOCTEL, unscrubbed=BLOCTEL, contract=REGISTER), None),
    ],
)
def test_the_red_list_looks_at_its_own_fact_alone(facts: Facts, outcome: Outcome | None, campaign: Campaign) -> None:
    """The rule looks at its own fact, at no other, and at no campaign's purpose."""
    assert RedList()(attempt(campaign=campaign), facts) == outcome
