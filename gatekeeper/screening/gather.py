"""Gathers the facts of an attempt from their sources: for one number, and for many at once."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from gatekeeper.law import Laws
from gatekeeper.policy import NO_FACTS, Campaign, Facts, Hit
from gatekeeper.registries.query.terms import NO_QUERIES, Queries
from gatekeeper.screening.facts.answers import NOTHING, Answered, RegistryAnswers
from gatekeeper.screening.facts.applied import Applied, applied_to
from gatekeeper.screening.facts.contracts import RunningContracts
from gatekeeper.screening.facts.further import Sources
from gatekeeper.screening.facts.lists import Holding, ListedNumbers
from gatekeeper.screening.ports import Index

if TYPE_CHECKING:
    from gatekeeper.screening.facts.many import Many, Numbers

_ON_NONE: Holding = (None, None)


class Gatherer:
    """Knows what applies to each campaign, and asks the sources by it.

    Args:
        index: the lists, opened for serving.
        max_age: by list name, how many microseconds after its import a list may be relied on; a list that is not
            there never grows stale by age.
        laws: what campaigns are judged by.
        further: by fact, the sources of what rules need to know beside the lists.
        queries: what the answers of registries that are asked number by number are worth.
    """

    def __init__(
        self,
        index: Index,
        max_age: Mapping[str, int],
        laws: Laws,
        further: Sources,
        queries: Queries = NO_QUERIES,
    ) -> None:
        self._laws = laws
        self._further = further
        self._index = index
        self._max_age = max_age
        self._applied: dict[str, Applied] = {}
        # Not whether *our* look at the lists found a change: the daemon looks at them between calls, too. The object,
        # not what it says: a list's dates can change while its version does not.
        self._applied_by: str | None = None
        self._lists = ListedNumbers(index)
        self.answers = RegistryAnswers(index, queries)
        self._contracts = RunningContracts(index)

    def applied(self, campaign: Campaign) -> Applied:
        """What applies to a campaign, by the lists as they were last refreshed.

        Raises:
            StoreError: the lists can't be read.
        """
        fingerprint = self._index.fingerprint
        if fingerprint is not self._applied_by:
            self._applied, self._applied_by = {}, fingerprint
        found = self._applied.get(campaign.name)
        if found is None:
            law = self._laws.of(campaign.name)
            further = tuple(source for fact, source in self._further.items() if fact in law.needs)
            found = applied_to(campaign, self._index.states(), self._max_age, fingerprint, law, further)
            self._applied[campaign.name] = found
        return found

    def one(self, number: int, applied: Applied, at: int) -> Facts:
        """The facts of a complete public number (E.164) at a moment.

        Raises:
            StoreError: a source can't be read.
        """
        held = self._lists.one(number, applied, at)
        if held == _ON_NONE and applied.plain and at < applied.fresh_until:
            return NO_FACTS  # as most are; the rest of this takes its time
        facts = self._with_contract(held, number, applied, at)
        if applied.further:
            return facts._replace(further=tuple(source.one(number, applied, at) for source in applied.further))
        return facts

    def _with_contract(self, held: Holding, number: int, applied: Applied, at: int) -> Facts:
        stale = applied.stale(at)
        answered = self.answers.one(number, applied, at) if applied.demanding else NOTHING
        facts = _assembled(held, answered, stale)
        if applied.contracts and _lifts_something(facts):
            return facts._replace(contract=self._contracts.one(number, applied, at))
        return facts

    def many(self, numbers: "Numbers", applied: Applied, at: int) -> "Many[Facts]":
        """The facts of many numbers: E.164, ascending, each once.

        Raises:
            StoreError: a source can't be read.
        """
        from gatekeeper.screening.facts.many import together  # NumPy

        facts = self._of_lists_many(numbers, applied, at)
        if not applied.further:
            return facts
        said = together([source.many(numbers, applied, at) for source in applied.further])
        return together([facts, said]).mapped(lambda both: both[0]._replace(further=both[1]))

    def _of_lists_many(self, numbers: "Numbers", applied: Applied, at: int) -> "Many[Facts]":
        import numpy as np  # not where calls are served

        from gatekeeper.screening.facts.many import same, together, where

        held = self._lists.many(numbers, applied, at)
        answered = self.answers.many(numbers, applied, at) if applied.demanding else same(NOTHING, len(numbers))
        stale = applied.stale(at)
        facts = together([held, answered]).mapped(lambda said: _assembled(said[0], said[1], stale))
        if not applied.contracts:
            return facts
        lifted = np.array([_lifts_something(one) for one in facts.values], np.bool_)[facts.which]
        running = where(lifted, self._contracts.many(numbers[lifted], applied, at), None)
        return together([facts, running]).mapped(lambda said: said[0]._replace(contract=said[1]))


def _assembled(held: Holding, answered: Answered, stale: Hit | None) -> Facts:
    red, listed = held
    asked, unscrubbed = answered
    if red is None and listed is None and stale is None and asked is None and unscrubbed is None:
        return NO_FACTS
    return Facts(red, listed or asked, stale, unscrubbed)


def _lifts_something(facts: Facts) -> bool:
    """Whether a contract could matter: only then are the registers asked."""
    return facts.listed is not None or facts.stale is not None or facts.unscrubbed is not None
