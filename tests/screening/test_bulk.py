"""Many numbers decided on at once are decided on as a gate decides on each, whatever the rules look at."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gatekeeper.law import find_profile
from gatekeeper.lists import ListIndex
from gatekeeper.phone import DialPlan, Normaliser
from gatekeeper.policy import Attempt, Campaign, Chain, Facts, Gate, Outcome, Provision, Purpose, Reason, Rule, Verdict
from gatekeeper.screening import Question
from gatekeeper.screening.bulk import BulkScreening
from gatekeeper.screening.service import Screening
from tests.screening.conftest import NOW, NUMBERS, REUNION

CAMPAIGNS = {
    "default": Campaign(),
    "listed": Campaign("listed", ("bloctel",), "Assurances SA"),
    "washed": Campaign("washed", ("washed", "bloctel"), "Assurances SA"),
    "survey": Campaign("survey", ("bloctel", "washed"), purpose=Purpose.SURVEY),
    "stale": Campaign("stale", ("missing", "bloctel"), "Assurances SA"),
    "abroad": Campaign("abroad", ("ftc", "asked")),
    "free": Campaign("free", ()),
}


@dataclass(frozen=True)
class OutsideHours(Rule):
    """A rule on the callee's place: nobody on Reunion is called at this hour."""

    name: ClassVar[str] = "outside_hours"
    country: int = 262

    def __call__(self, attempt: Attempt, _facts: Facts, /) -> Outcome | None:
        return Outcome(Verdict.BLOCK, Reason.NOT_SCRUBBED) if attempt.callee.country == self.country else None


@dataclass(frozen=True)
class OnlyTheListedAbroad(Rule):
    """A rule on the callee's place and on a fact."""

    name: ClassVar[str] = "only_the_listed_abroad"

    def __call__(self, attempt: Attempt, facts: Facts, /) -> Outcome | None:
        if attempt.callee.country == 33 or facts.listed is None:
            return None
        return Outcome(Verdict.ALLOW, Reason.CLEAR, facts.listed)


RULES = [
    *find_profile("lists_only").at(0).provisions,
    *(Provision(OutsideHours(country), "a law") for country in (262, 1)),
    Provision(OnlyTheListedAbroad()),
]

chains = st.permutations(RULES).flatmap(lambda some: st.integers(0, len(some)).map(lambda count: Chain(some[:count])))


@pytest.mark.parametrize("campaign", sorted(CAMPAIGNS))
@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(rules=chains)
def test_any_chain_decides_together_as_one_by_one(every_kind: ListIndex, campaign: str, rules: Chain) -> None:
    """Any chain of rules decides on many numbers as it decides on each of them."""
    screening = Screening(Normaliser(DialPlan()), every_kind, rules, CAMPAIGNS, {})
    together = BulkScreening(screening, Question("", Gate.CLI, campaign), NOW)
    codes = together.numbers(np.array(NUMBERS, np.int64))
    for number, code in zip(NUMBERS, codes.tolist(), strict=True):
        alone = screening.find(Question(f"+{number}", Gate.CLI, campaign), NOW).decision
        assert together.decisions[code] == alone, number


def test_the_callees_place_is_not_taken_from_another_number(every_kind: ListIndex) -> None:
    """A number on Reunion is blocked beside one in France that no list holds either."""
    law = Chain([Provision(OutsideHours())])
    screening = Screening(Normaliser(DialPlan()), every_kind, law, CAMPAIGNS, {})
    together = BulkScreening(screening, Question("", Gate.CLI, "free"), NOW)
    codes = together.numbers(np.array([33_612_345_678, REUNION], np.int64))
    assert [together.decisions[code].verdict for code in codes.tolist()] == [Verdict.ALLOW, Verdict.BLOCK]
