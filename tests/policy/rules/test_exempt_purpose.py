"""The rule `exempt_purpose`."""

import pytest

from gatekeeper.policy import NO_FACTS, Campaign, Facts, Period, Purpose, Reason, Verdict
from gatekeeper.policy.rules.exempt_purpose import ExemptPurpose
from tests.policy.attempts import AT, BLOCTEL, RED, SURVEY, TPS, attempt

RULE = ExemptPurpose({Purpose.SURVEY: Period(AT, AT + 10)})
PRESS = Campaign("press", purpose=Purpose.PRESS)


@pytest.mark.parametrize(
    ("campaign", "at", "facts", "lifts"),
    [
        (SURVEY, AT, Facts(listed=BLOCTEL), True),
        (SURVEY, AT, Facts(stale=BLOCTEL), True),
        (SURVEY, AT, Facts(unscrubbed=TPS, red=RED), True),
        # From its first moment to its last, the law of the day of the call counts.
        (SURVEY, AT - 1, Facts(listed=BLOCTEL), False),
        (SURVEY, AT + 9, Facts(listed=BLOCTEL), True),
        (SURVEY, AT + 10, Facts(listed=BLOCTEL), False),
        # Other purposes, and where there is nothing to lift.
        (PRESS, AT, Facts(listed=BLOCTEL), False),
        (Campaign(), AT, Facts(listed=BLOCTEL), False),
        (SURVEY, AT, NO_FACTS, False),
        (SURVEY, AT, Facts(red=RED), False),
    ],
)
def test_an_exempt_purpose_lifts_what_the_lists_say(campaign: Campaign, at: int, facts: Facts, lifts: bool) -> None:
    """A purpose lifts what the lists say in its time."""
    outcome = RULE(attempt(campaign=campaign, at=at), facts)
    assert (outcome is not None) is lifts
    if outcome is not None:
        assert (outcome.verdict, outcome.reason) == (Verdict.ALLOW, Reason.EXEMPT_PURPOSE)
        assert Reason.RED_LIST not in outcome.lifts


def test_without_periods_no_purpose_is_exempt() -> None:
    """What a law does not exempt is not exempt."""
    assert ExemptPurpose()(attempt(campaign=SURVEY), Facts(listed=BLOCTEL)) is None
