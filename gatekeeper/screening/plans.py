"""What a campaign's calls are judged by: which lists, in which order, and until when they can be relied on."""

from collections.abc import Mapping
from typing import NamedTuple

from gatekeeper.lists import ListKind, ListState
from gatekeeper.policy import NO_FACTS, Attempt, Campaign, Facts, Hit
from gatekeeper.policy.attempt import ALL_LISTS
from gatekeeper.screening.ports import Index

NEVER = 1 << 62
"""A moment that does not come, in microseconds since the epoch."""

_ASKED = frozenset({ListKind.OPPOSITION, ListKind.WASH, ListKind.QUERY})
"""The kinds of list that campaigns apply."""


class Plan(NamedTuple):
    """What a campaign comes down to while the lists stay as they are.

    Attributes:
        lists: that are asked, in their order.
        fresh_until: when the first of them grows too old.
        stale: that one.
        washes: of `lists` the wash lists, each with what is said where it has no fresh answer.
        queries: of `lists` those that are asked number by number, likewise.
        covering: `lists` without those.
        limited: whether a list covers certain prefixes only.
        subjects: of contracts that the campaign's calls are about.
    """

    lists: tuple[str, ...]
    fresh_until: int
    stale: Hit | None
    washes: tuple[tuple[str, Hit], ...]
    queries: tuple[tuple[str, Hit], ...]
    covering: tuple[str, ...]
    limited: bool
    subjects: tuple[str, ...]

    @property
    def demanding(self) -> bool:
        """Whether a number that no list holds may be blocked all the same."""
        return bool(self.washes) or bool(self.queries) or self.limited


class Ground(NamedTuple):
    """What the decisions on a campaign's calls rest on at a moment, but for the numbers themselves.

    Attributes:
        campaign: the campaign, as configured.
        red: the red lists, in the order in which they are asked.
        lists: the opposition and wash lists, in the order in which they are asked.
        stale: the list that is too old to rely on, or None.
        rests_on: the versions of the lists, as `name@version` separated by blanks.
        washes: of `lists` the wash lists, each with what is said where it has no fresh answer.
        queries: of `lists` those that are asked, likewise.
        covering: `lists` without those that are asked.
        limited: whether a list covers certain prefixes only.
        contracts: the contract registers.
    """

    campaign: Campaign
    red: tuple[str, ...]
    lists: tuple[str, ...]
    stale: Hit | None
    rests_on: str
    washes: tuple[tuple[str, Hit], ...] = ()
    queries: tuple[tuple[str, Hit], ...] = ()
    covering: tuple[str, ...] = ()
    limited: bool = False
    contracts: tuple[str, ...] = ()


class Planner:
    """Makes plans, and gathers the facts by them.

    Args:
        index: the lists, opened for serving.
        max_age: by list name, how many microseconds after its import a list may be relied on; a list that is not
            there never grows stale by age.

    Attributes:
        red: the red lists, in the order in which they are asked.
        contracts: the contract registers.
    """

    def __init__(self, index: Index, max_age: Mapping[str, int]) -> None:
        self._index = index
        self._max_age = max_age
        self._plans: dict[str, Plan] = {}
        # Not whether *our* look at the lists found a change: the daemon looks at them between calls, too. The object,
        # not what it says: a list's dates can change while its version does not.
        self._planned_for: str | None = None
        self.red: tuple[str, ...] = ()
        self.contracts: tuple[str, ...] = ()

    def plan(self, campaign: Campaign) -> Plan:
        """The plan of a campaign, for the lists as they were last refreshed.

        Raises:
            StoreError: the lists can't be read.
        """
        if self._index.fingerprint is not self._planned_for:
            self._replan()
        return self._plans.get(campaign.name) or self._make(campaign)

    def ground(self, campaign: Campaign, at: int) -> Ground:
        """What decides on the calls of a campaign at a moment, whatever their numbers.

        Raises:
            StoreError: the lists can't be read.
        """
        plan = self.plan(campaign)
        return Ground(
            campaign,
            self.red,
            plan.lists,
            plan.stale if at >= plan.fresh_until else None,
            self._index.fingerprint,
            plan.washes,
            plan.queries,
            plan.covering,
            plan.limited,
            self.contracts,
        )

    def facts(self, number: int, attempt: Attempt, plan: Plan) -> Facts:
        """What the lists say of the number (E.164) of an attempt.

        Raises:
            StoreError: they can't be read.
        """
        at = attempt.at
        red = self._index.find(number, self.red)
        listed = self._index.find(number, plan.lists)
        stale = plan.stale if at >= plan.fresh_until else None
        unscrubbed = None
        if plan.demanding:
            said, unscrubbed = self._unscrubbed(number, plan, at)
            listed = listed or said
        if listed is None and stale is None and unscrubbed is None:
            return NO_FACTS if red is None else Facts(red)
        contract = None
        if self.contracts:
            contract = self._index.contract(number, self.contracts, attempt.principal, plan.subjects, at)
        return Facts(red, listed, stale, unscrubbed, contract)

    def _unscrubbed(self, number: int, plan: Plan, at: int) -> tuple[Hit | None, Hit | None]:
        """The registry that was asked and lists a number; and the list that ought to say something, and does not."""
        for name, unsaid in plan.washes:
            if not self._index.cleared(number, name, at):
                return None, unsaid
        uncovered = self._index.uncovered(number, plan.covering) if plan.limited else None
        if not plan.queries or (plan.covering and uncovered is None):
            return None, uncovered
        for name, asked in plan.queries:
            listed = self._index.answered(number, name, at)
            if listed is not False:
                return (asked, None) if listed else (None, asked)
        return None, None

    def _replan(self) -> None:
        self._plans = {}
        states = self._index.states()
        self.red = tuple(name for name, state in states.items() if state.kind is ListKind.RED)
        self.contracts = tuple(name for name, state in states.items() if state.kind is ListKind.CONTRACT)
        self._planned_for = self._index.fingerprint

    def _make(self, campaign: Campaign) -> Plan:
        states = self._index.states()
        if ALL_LISTS in campaign.lists:
            names = tuple(name for name, state in states.items() if state.kind in _ASKED)
        else:
            names = campaign.lists
        fresh_until, stale = NEVER, None
        for name in names:
            state = states.get(name)
            until = self._fresh_until(name, state)
            if until < fresh_until:
                fresh_until, stale = until, Hit(name, str(state.version) if state else "")
        known = tuple(name for name in names if name in states)
        washes = tuple(
            (name, Hit(name, str(states[name].version))) for name in known if states[name].kind is ListKind.WASH
        )
        queries = tuple(
            (name, Hit(name, str(states[name].version))) for name in known if states[name].kind is ListKind.QUERY
        )
        covering = tuple(name for name in known if states[name].kind is not ListKind.QUERY)
        limited = any(states[name].limited for name in known)
        plan = Plan(known, fresh_until, stale, washes, queries, covering, limited, campaign.subjects)
        self._plans[campaign.name] = plan
        return plan

    def _fresh_until(self, name: str, state: ListState | None) -> int:
        """Until when a list may be relied on; 0 for one that was never imported."""
        if state is not None and state.kind in (ListKind.WASH, ListKind.QUERY):
            # Each of its answers has an end of its own.
            return NEVER
        if state is None or state.imported_at is None:
            return 0
        # What was old when it was imported did not grow younger by it.
        of_when = state.imported_at if state.source_date is None else min(state.imported_at, state.source_date)
        by_age = of_when + self._max_age[name] if name in self._max_age else NEVER
        return min(by_age, state.valid_until if state.valid_until is not None else NEVER)
