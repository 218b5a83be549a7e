"""The rule `permitted`."""

import pytest

from gatekeeper.policy import NO_FACTS, Facts, Outcome, Reason, Verdict
from gatekeeper.policy.rules.permitted import Permitted
from tests.policy.attempts import EVERYTHING, attempt


@pytest.mark.parametrize("facts", [NO_FACTS, EVERYTHING])
@pytest.mark.parametrize("timeless", [False, True])
def test_table(facts: Facts, timeless: bool) -> None:
    """It gives a ground, and lifts nothing."""
    outcome = Permitted()(attempt()._replace(timeless=timeless), facts)
    assert outcome == Outcome(Verdict.ALLOW, Reason.PERMITTED, ground=True)
    assert not outcome.lifts
