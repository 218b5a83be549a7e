"""Many numbers decided on at once are decided on as a gate decides on each, whatever the rules look at."""

from collections.abc import Iterator

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gatekeeper.lists import ImportOptions, ListIndex, ListKind, ListStore
from gatekeeper.lists.serving.bulk import BulkIndex
from gatekeeper.phone import DialPlan, Normaliser
from gatekeeper.policy import Attempt, Campaign, Chain, Facts, Gate, Outcome, Purpose, Reason, Verdict
from gatekeeper.policy.chain import RULES
from gatekeeper.registries.formats import find_format
from gatekeeper.screening import Question, Screening
from gatekeeper.screening.bulk import BulkScreening

NOW = 1_795_000_000_000_000
REUNION = 262_692_123_456
NUMBERS = [33_612_000_000 + place for place in range(24)] + [REUNION, 262_692_123_457, 442_079_460_018, 12_125_551_234]

CAMPAIGNS = {
    "default": Campaign(),
    "listed": Campaign("listed", ("bloctel",), "Assurances SA"),
    "washed": Campaign("washed", ("washed", "bloctel"), "Assurances SA"),
    "survey": Campaign("survey", ("bloctel", "washed"), purpose=Purpose.SURVEY, exempt=(0, 1 << 60)),
    "stale": Campaign("stale", ("missing", "bloctel"), "Assurances SA"),
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


@pytest.fixture(scope="module")
def lists(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ListIndex]:
    """An opposition list, a wash list, a register of contracts and a red list, which share numbers in every way."""
    folder = tmp_path_factory.mktemp("bulk")
    listed = [number for place, number in enumerate(NUMBERS) if place % 2]
    answers = [f"+{number};{number};{'NON' if place % 3 else 'OK'}" for place, number in enumerate(NUMBERS[4:])]
    contracts = [f"+{number};Assurances SA;auto;2020-01-01;2099-12-31" for number in NUMBERS[::3]]
    (folder / "bloctel.txt").write_text("".join(f"+{number}\n" for number in listed))
    (folder / "washed.csv").write_text("\n".join(answers) + "\n")
    (folder / "contracts.csv").write_text("number;principal;subject;from;until\n" + "\n".join(contracts) + "\n")
    with ListStore(folder / "data") as store:
        for name, kind in (
            ("bloctel", ListKind.OPPOSITION),
            ("washed", ListKind.WASH),
            ("contracts", ListKind.CONTRACT),
        ):
            store.ensure(name, kind)
        store.import_file(folder / "bloctel.txt", "bloctel")
        store.import_file(folder / "washed.csv", "washed", options=ImportOptions(format=find_format("bloctel-return")))
        store.import_file(folder / "contracts.csv", "contracts")
        store.add("red", NUMBERS[5::7], by="test")
    index = ListIndex.open(folder / "data")
    yield index
    index.close()


@pytest.mark.parametrize("campaign", sorted(CAMPAIGNS))
@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(rules=chains)
def test_together_as_one_by_one(lists: ListIndex, campaign: str, rules: list) -> None:  # type: ignore[type-arg]
    """Any chain of rules decides on many numbers as it decides on each of them."""
    screening = Screening(Normaliser(DialPlan()), lists, Chain(rules), CAMPAIGNS, {})
    together = BulkScreening(screening, BulkIndex(lists), Question("", Gate.CLI, campaign), NOW)
    codes = together.numbers(np.array(NUMBERS, np.int64))
    for number, code in zip(NUMBERS, codes.tolist(), strict=True):
        alone = screening.find(Question(f"+{number}", Gate.CLI, campaign), NOW).decision
        assert together.decisions[code] == alone, number


def test_the_callees_place_is_not_taken_from_another_number(lists: ListIndex) -> None:
    """A number on Reunion is blocked beside one in France that no list holds either."""
    screening = Screening(Normaliser(DialPlan()), lists, Chain([("outside_hours", outside_hours)]), CAMPAIGNS, {})
    together = BulkScreening(screening, BulkIndex(lists), Question("", Gate.CLI, "free"), NOW)
    codes = together.numbers(np.array([33_612_345_678, REUNION], np.int64))
    assert [together.decisions[code].verdict for code in codes.tolist()] == [Verdict.ALLOW, Verdict.BLOCK]
