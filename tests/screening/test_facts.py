"""Each source of facts says the same of many numbers as of each of them."""

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gatekeeper.lists import ListIndex
from gatekeeper.phone import Callee, NumberKind
from gatekeeper.policy import Attempt, Call, Campaign, Chain, Gate, Need
from gatekeeper.policy.needs import ContractNeed, RegistryNeed
from gatekeeper.registries.query.terms import Queries, QueryTerms
from gatekeeper.screening.facts.answers import NOTHING, RegistryAnswers
from gatekeeper.screening.facts.contracts import RunningContracts
from gatekeeper.screening.facts.lists import ListedNumbers
from gatekeeper.screening.facts.many import of_each, same, together, where
from gatekeeper.screening.facts.registries import RegistryLists
from gatekeeper.screening.facts.source import Asked
from gatekeeper.screening.gather import Gatherer
from tests.screening.conftest import NOW, NUMBERS

LISTS = ("bloctel", "other", "ftc", "washed", "asked", "never-imported")
FOREVER = 1 << 61
CHAIN = Chain([])
REGISTRIES = {"ftc": "ftc", "washed": "bloctel", "asked": "asked"}
NEEDS = (RegistryNeed("bloctel", 30), RegistryNeed("ftc"), RegistryNeed("asked"), RegistryNeed("nobody's"))
CONTRACTS = (ContractNeed(related=True), ContractNeed(related=False), ContractNeed(related=True, ended_days=3))

campaigns = st.builds(
    Campaign,
    st.just("any"),
    st.lists(st.sampled_from(LISTS), unique=True).map(tuple) | st.just(("*",)),
    st.sampled_from(["", "Assurances SA", "Soleil SARL"]),
    subjects=st.sampled_from([(), ("auto",), ("telephone",)]),
)
numbers = st.lists(st.sampled_from(NUMBERS), unique=True).map(sorted)
moments = st.sampled_from([0, NOW - 2, NOW, NOW + 2, FOREVER])
ages = st.dictionaries(st.sampled_from(LISTS), st.sampled_from([0, 1, 1 << 50]), max_size=3)
terms = st.builds(
    lambda one: Queries({"asked": one}),
    st.builds(QueryTerms, st.booleans(), st.sampled_from([(), ("33",), ("1", "262")])),
)
quick = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def asked_of(campaign: Campaign, at: int, goods: tuple[str, ...] = ()) -> Asked:
    """A call of a campaign, about some goods."""
    callee = Callee(NumberKind.E164, 33)
    return Asked(Attempt(callee, at, campaign, campaign.principal, "", Gate.CLI, call=Call(goods=goods)))


@quick
@given(campaign=campaigns, some=numbers, at=moments)
def test_the_lists_say_of_many_what_they_say_of_one(
    every_kind: ListIndex, campaign: Campaign, some: list[int], at: int
) -> None:
    """`many` is `one` of each, for whatever campaign and whenever."""
    every_kind.refresh()
    applied = Gatherer(every_kind, {}, {}, {}).plan(campaign, CHAIN).applied
    lists = ListedNumbers(every_kind)
    together = lists.many(np.array(some, np.int64), applied, at)
    assert together.listed() == [lists.one(number, applied, at) for number in some]


@quick
@given(campaign=campaigns, some=numbers, at=moments, queries=terms)
def test_registries_say_of_many_what_they_say_of_one(
    every_kind: ListIndex, campaign: Campaign, some: list[int], at: int, queries: Queries
) -> None:
    """What they answered, and by which list a number may be called."""
    every_kind.refresh()
    gatherer = Gatherer(every_kind, {}, {}, {}, queries)
    applied, asked, answers = gatherer.plan(campaign, CHAIN).applied, asked_of(campaign, at), gatherer.answers
    together = answers.many(np.array(some, np.int64), asked, applied)
    assert together.listed() == [answers.one(number, asked, applied) for number in some]
    clearing = answers.clears_many(np.array(some, np.int64), applied).listed()
    silent = [place for place, said in enumerate(together.listed()) if said == NOTHING]
    assert [clearing[place] for place in silent] == [answers.clears(some[place], applied) for place in silent]


@pytest.mark.parametrize(("kind", "needs"), [(RegistryNeed, NEEDS), (ContractNeed, CONTRACTS)])
@quick
@given(
    campaign=campaigns,
    some=numbers,
    at=moments,
    goods=st.lists(st.sampled_from(["auto", "telephone"]), max_size=2),
    queries=terms,
)
def test_every_source_of_requests_says_of_many_what_it_says_of_one(
    every_kind: ListIndex,
    kind: type,
    needs: tuple[Need, ...],
    campaign: Campaign,
    some: list[int],
    at: int,
    goods: list[str],
    queries: Queries,
) -> None:
    """For each request, whatever its parameters."""
    every_kind.refresh()
    gatherer = Gatherer(every_kind, {}, {}, REGISTRIES, queries)
    source, asked = gatherer.sources[kind], asked_of(campaign, at, tuple(goods))
    together = source.many(np.array(some, np.int64), asked, needs)
    assert together.listed() == [source.one(number, asked, needs) for number in some]


@quick
@given(campaign=campaigns, some=numbers, at=moments, age=ages)
def test_the_facts_of_many_are_those_of_each(
    every_kind: ListIndex, campaign: Campaign, some: list[int], at: int, age: dict[str, int]
) -> None:
    """What is gathered from all sources together is the same both ways."""
    every_kind.refresh()
    gatherer = Gatherer(every_kind, age, {}, {})
    plan, asked = gatherer.plan(campaign, CHAIN), asked_of(campaign, at)
    facts = gatherer.many(np.array(some, np.int64), asked, plan)
    assert facts.listed() == [gatherer.one(number, asked, plan) for number in some]


def test_every_source_there_is_is_held_to_it() -> None:
    """The sources of the package are those that are tested above, and that of consents in a table of its own."""
    gatherer = Gatherer(None, {}, {}, {})  # type: ignore[arg-type]
    made = {type(part) for part in vars(gatherer).values() if hasattr(part, "many")}
    assert made == {ListedNumbers, RegistryAnswers, RunningContracts}
    assert {kind: type(source) for kind, source in gatherer.sources.items()} == {
        RegistryNeed: RegistryLists,
        ContractNeed: RunningContracts,
    }


@given(st.lists(st.tuples(st.booleans(), st.integers(0, 3), st.sampled_from("abc"))))
def test_values_of_many_are_put_together_number_by_number(rows: list[tuple[bool, int, str]]) -> None:
    """However they are taken apart and put together, each number keeps its own values."""
    parts = [of_each(row[place] for row in rows) for place in range(3)]
    if rows:
        assert together([*parts, same("all", len(rows))]).listed() == [(*row, "all") for row in rows]
    wanted = np.array([row[0] for row in rows], np.bool_)
    chosen = of_each(row[2] for row in rows if row[0])
    assert where(wanted, chosen, "").listed() == [row[2] if row[0] else "" for row in rows]
