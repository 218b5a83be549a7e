"""The rule `contract`."""

import pytest

from gatekeeper.policy import NO_FACTS, Facts, Outcome, Reason, Verdict
from gatekeeper.policy.reasons import LISTS_SPEAK
from gatekeeper.policy.rules.contract import Contract
from tests.policy.attempts import BLOCTEL, RED, REGISTER, TPS, attempt

LIFTS = Outcome(Verdict.ALLOW, Reason.CONTRACT, lifts=LISTS_SPEAK)


@pytest.mark.parametrize(
    ("facts", "outcome"),
    [
        (NO_FACTS, None),
        (Facts(listed=BLOCTEL, stale=TPS, unscrubbed=TPS, red=RED), None),
        (Facts(listed=BLOCTEL, contract=REGISTER), LIFTS),
        (Facts(contract=REGISTER), LIFTS),
    ],
)
def test_a_running_contract_lifts_what_the_lists_say(facts: Facts, outcome: Outcome | None) -> None:
    """A running contract lifts what the lists say; what that is, the rules behind it say."""
    assert Contract()(attempt(), facts) == outcome


def test_no_contract_lifts_a_red_list() -> None:
    """Nor what has nothing to do with lists."""
    assert {Reason.LISTED, Reason.LIST_STALE, Reason.NOT_SCRUBBED} == LISTS_SPEAK
