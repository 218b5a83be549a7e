"""Many numbers decided on at once are decided on as a gate decides on each, whatever the rules look at."""

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gatekeeper.lists import ListIndex
from gatekeeper.phone import DialPlan, Normaliser
from gatekeeper.policy import Attempt, Campaign, Chain, Facts, Gate, Outcome, Purpose, Reason, Verdict
from gatekeeper.policy.chain import RULES
from gatekeeper.screening import Question, Screening
from gatekeeper.screening.bulk import BulkScreening
from tests.screening.conftest import NOW, NUMBERS, REUNION

CAMPAIGNS = {
    "default": Campaign(),
    "listed": Campaign("listed", ("bloctel",), "Assurances SA"),
    "washed": Campaign("washed", ("washed", "bloctel"), "Assurances SA"),
    "survey": Campaign("survey", ("bloctel", "washed"), purpose=Purpose.SURVEY, exempt=(0, 1 << 60)),
    "stale": Campaign("stale", ("missing", "bloctel"), "Assurances SA"),
    "abroad": Campaign("abroad", ("ftc", "asked")),
    "free": Campaign("free", ()),
}


def outside_hours(attempt: Attempt, _facts: Facts) -> Outcome | None:
    """A rule on the callee's place: nobody on Reunion is called at this hour."""
    return Outcome(Verdict.BLOCK, Reason.NOT_SCRUBBED) if attempt.callee.country == 262 else None


def only_the_listed_abroad(attempt: Attempt, facts: Facts) -> Outcome | None:
    """A rule on the callee's place and on a fact."""
    if attempt.callee.country == 33 or facts.listed is None:
        return None
    return Outcome(Verdict.ALLOW, Reason.CLEAR, facts.listed)


ALL = {**RULES, "outside_hours": outside_hours, "only_the_listed_abroad": only_the_listed_abroad}

chains = st.lists(st.sampled_from(sorted(ALL)), unique=True).map(lambda names: [(name, ALL[name]) for name in names])


@pytest.mark.parametrize("campaign", sorted(CAMPAIGNS))
@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(rules=chains)
def test_together_as_one_by_one(every_kind: ListIndex, campaign: str, rules: list) -> None:  # type: ignore[type-arg]
    """Any chain of rules decides on many numbers as it decides on each of them."""
    screening = Screening(Normaliser(DialPlan()), every_kind, Chain(rules), CAMPAIGNS, {})
    together = BulkScreening(screening, Question("", Gate.CLI, campaign), NOW)
    codes = together.numbers(np.array(NUMBERS, np.int64))
    for number, code in zip(NUMBERS, codes.tolist(), strict=True):
        alone = screening.find(Question(f"+{number}", Gate.CLI, campaign), NOW).decision
        assert together.decisions[code] == alone, number


def test_the_callees_place_is_not_taken_from_another_number(every_kind: ListIndex) -> None:
    """A number on Reunion is blocked beside one in France that no list holds either."""
    screening = Screening(Normaliser(DialPlan()), every_kind, Chain([("outside_hours", outside_hours)]), CAMPAIGNS, {})
    together = BulkScreening(screening, Question("", Gate.CLI, "free"), NOW)
    codes = together.numbers(np.array([33_612_345_678, REUNION], np.int64))
    assert [together.decisions[code].verdict for code in codes.tolist()] == [Verdict.ALLOW, Verdict.BLOCK]
