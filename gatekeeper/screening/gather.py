"""Gathers the facts of an attempt from their sources: for one number, and for many at once."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, NamedTuple

from gatekeeper.policy import NO_FACTS, Campaign, Chain, Facts, Hit, Need
from gatekeeper.policy.attempt import ALL_LISTS
from gatekeeper.policy.needs import ContractNeed, RegistryNeed
from gatekeeper.registries.query.terms import NO_QUERIES, Queries
from gatekeeper.screening.facts.answers import NOTHING, Answered, RegistryAnswers
from gatekeeper.screening.facts.applied import Applied, applied_to
from gatekeeper.screening.facts.contracts import RunningContracts
from gatekeeper.screening.facts.further import Sources, giver_of
from gatekeeper.screening.facts.lists import Holding, ListedNumbers
from gatekeeper.screening.facts.registries import RegistryLists
from gatekeeper.screening.facts.source import Asked, Source
from gatekeeper.screening.ports import Index

if TYPE_CHECKING:
    from gatekeeper.screening.facts.many import Many, Numbers

_ON_NONE: Holding = (None, None)


class Plan(NamedTuple):
    """What is asked about the numbers of a campaign under a chain.

    Attributes:
        applied: the lists, and what goes with them.
        chain: the rules.
        asks: the sources, each with what it is asked for.
        needs: all that, in the order in which it is answered.
        plain: whether nothing but the lists says anything of a number that none of them holds, while they are fresh.
    """

    applied: Applied
    chain: Chain
    asks: tuple[tuple[Source, tuple[Need, ...]], ...]
    needs: tuple[Need, ...]
    plain: bool

    @property
    def by_principal(self) -> bool:
        """Whether it matters which company is called for."""
        return self.applied.by_principal or bool(self.asks)


class Gatherer:
    """Knows what applies to each campaign, and asks the sources by it.

    Args:
        index: the lists, opened for serving.
        max_age: by list name, how many microseconds after its import a list may be relied on; a list that is not
            there never grows stale by age.
        sources: by what it gives, each source of what rules need to know beside the lists.
        registries: by list name the registry that it comes from; a list that is not there is the site's own.
        queries: what the answers of registries that are asked number by number are worth.

    Attributes:
        answers: what registries answered.
        contracts: the registers of contracts.
        sources: by what it gives, each source, those of the lists included.
    """

    def __init__(
        self,
        index: Index,
        max_age: Mapping[str, int],
        sources: Sources,
        registries: Mapping[str, str],
        queries: Queries = NO_QUERIES,
    ) -> None:
        self._index = index
        self._max_age = max_age
        self._registries = registries
        self._groups: dict[tuple[str, RegistryNeed | None], Applied] = {}
        self._plans: dict[tuple[str, int], Plan] = {}
        # Not whether *our* look at the lists found a change: the daemon looks at them between calls, too. The object,
        # not what it says: a list's dates can change while its version does not.
        self._made_by: str | None = None
        self._lists = ListedNumbers(index)
        self.answers = RegistryAnswers(index, queries)
        self.contracts = RunningContracts(index)
        self.sources: Sources = {
            RegistryNeed: RegistryLists(index, self.answers, self._group),
            ContractNeed: self.contracts,
            **sources,
        }

    def plan(self, campaign: Campaign, chain: Chain) -> Plan:
        """What is asked about a campaign's numbers, by the lists as they were last refreshed.

        Raises:
            StoreError: the lists can't be read.
        """
        if self._index.fingerprint is not self._made_by:
            self._groups, self._plans, self._made_by = {}, {}, self._index.fingerprint
        key = (campaign.name, id(chain))
        found = self._plans.get(key)
        if found is None or found.chain is not chain:
            found = self._plans[key] = self._planned(campaign, chain)
        return found

    def _planned(self, campaign: Campaign, chain: Chain) -> Plan:
        # A country's law says which registries' lists count; the site's own always do. Without one, all lists do.
        counts = (lambda name: name not in self._registries) if chain.country else (lambda _name: True)
        applied = self._applied(campaign, self._max_age, counts)
        by_source: dict[int, tuple[Source, list[Need]]] = {}
        for need in chain.asked:
            source = self.sources[giver_of(need)]
            by_source.setdefault(id(source), (source, []))[1].append(need)
        asks = tuple((source, tuple(needs)) for source, needs in by_source.values())
        needs = tuple(need for _, some in asks for need in some)
        return Plan(applied, chain, asks, needs, not applied.demanding and not asks)

    def own(self, campaign: Campaign) -> Applied:
        """What applies to a campaign of the site's own lists, as of the last refresh."""
        return self._applied(campaign, self._max_age, lambda name: name not in self._registries)

    def lists_of(self, campaign: Campaign, plan: Plan) -> tuple[str, ...]:
        """The lists that a plan asks: red ones, then those that speak against calls, registries' included."""
        groups = [self._group(campaign, need) for need in plan.needs if isinstance(need, RegistryNeed)]
        return tuple(
            dict.fromkeys([*plan.applied.red, *plan.applied.lists, *(one for of in groups for one in of.lists)])
        )

    def _group(self, campaign: Campaign, need: RegistryNeed) -> Applied:
        key = (campaign.name, need)
        found = self._groups.get(key)
        if found is None:
            names = {name for name, registry in self._registries.items() if registry == need.registry}
            # The law says which lists count: whether the campaign names them does not matter.
            everything = campaign._replace(lists=(ALL_LISTS,))
            age = {} if need.by_law else self._max_age
            found = self._groups[key] = self._applied(everything, age, names.__contains__)
        return found

    def _applied(self, campaign: Campaign, age: Mapping[str, int], counts: Callable[[str], bool]) -> Applied:
        return applied_to(campaign, self._index.states(), age, self._index.fingerprint, counts)

    def one(self, number: int, asked: Asked, plan: Plan) -> Facts:
        """The facts of a complete public number (E.164) at a moment.

        Raises:
            StoreError: a source can't be read.
        """
        applied, at = plan.applied, asked.attempt.at
        held = self._lists.one(number, applied, at)
        if held == _ON_NONE and plan.plain and at < applied.fresh_until:
            return NO_FACTS  # as most are; the rest of this takes its time
        facts = self._with_contract(held, number, asked, applied)
        if not plan.asks:
            return facts
        said: tuple[object, ...] = ()
        for source, needs in plan.asks:
            said += source.one(number, asked, needs)
        red, listed, stale, unscrubbed, contract, reassigned, _, _ = facts
        return Facts(red, listed, stale, unscrubbed, contract, reassigned, said, plan.needs)

    def _with_contract(self, held: Holding, number: int, asked: Asked, applied: Applied) -> Facts:
        at = asked.attempt.at
        stale = applied.stale(at)
        answered = self.answers.one(number, asked, applied) if applied.demanding else NOTHING
        facts = _assembled(held, answered, stale)
        if applied.contracts and _lifts_something(facts):
            return facts._replace(contract=self.contracts.of_campaign(number, asked, applied))
        return facts

    def many(self, numbers: "Numbers", asked: Asked, plan: Plan) -> "Many[Facts]":
        """The facts of many numbers: E.164, ascending, each once.

        Raises:
            StoreError: a source can't be read.
        """
        from gatekeeper.screening.facts.many import together  # NumPy

        facts = self._of_lists_many(numbers, asked, plan.applied)
        if not plan.asks:
            return facts
        said = together([source.many(numbers, asked, needs) for source, needs in plan.asks])
        return together([facts, said]).mapped(lambda both: both[0]._replace(further=sum(both[1], ()), needs=plan.needs))

    def _of_lists_many(self, numbers: "Numbers", asked: Asked, applied: Applied) -> "Many[Facts]":
        import numpy as np  # not where calls are served

        from gatekeeper.screening.facts.many import same, together, where

        at = asked.attempt.at
        held = self._lists.many(numbers, applied, at)
        answered = self.answers.many(numbers, asked, applied) if applied.demanding else same(NOTHING, len(numbers))
        stale = applied.stale(at)
        facts = together([held, answered]).mapped(lambda said: _assembled(said[0], said[1], stale))
        if not applied.contracts:
            return facts
        lifted = np.array([_lifts_something(one) for one in facts.values], np.bool_)[facts.which]
        running = where(lifted, self.contracts.of_campaign_many(numbers[lifted], asked, applied), None)
        return together([facts, running]).mapped(lambda said: said[0]._replace(contract=said[1]))


def _assembled(held: Holding, answered: Answered, stale: Hit | None) -> Facts:
    red, listed = held
    if red is None and listed is None and stale is None and answered == NOTHING:
        return NO_FACTS
    return Facts(red, listed or answered.listed, stale, answered.unsaid, reassigned=answered.reassigned)


def _lifts_something(facts: Facts) -> bool:
    """Whether a contract could matter: only then are the registers asked."""
    return facts.listed is not None or facts.stale is not None or facts.unscrubbed is not None
