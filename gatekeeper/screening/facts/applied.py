"""What applies to a campaign's calls now, whatever their numbers: which lists, in which order, and until when."""

from collections.abc import Callable, Mapping
from typing import NamedTuple

from gatekeeper.lists import ListKind, ListState
from gatekeeper.policy import Campaign, Hit
from gatekeeper.policy.attempt import ALL_LISTS
from gatekeeper.policy.calendar import NEVER

_ASKED = frozenset({ListKind.OPPOSITION, ListKind.WASH, ListKind.QUERY})
"""The kinds of list that campaigns apply."""


class Applied(NamedTuple):
    """What the sources of facts go by, while the lists stay as they are.

    Attributes:
        campaign: the campaign, as configured.
        principal: the company that is called for, or "".
        red: the red lists, in the order in which they are asked.
        lists: the opposition, wash and query lists, in the order in which they are asked.
        oldest: of which moment the oldest of `lists` is, in microseconds since the epoch, and which that is; wash and
            query lists apart, whose answers end by themselves; None without one.
        fresh_until: when the first of `lists` grows too old, in microseconds since the epoch.
        ageing: the list that does; None where none ever grows too old.
        washes: the wash lists among `lists`, each with the hit to report where it has no fresh answer.
        queries: the query lists among `lists`, each with the hit to report where its registry has not answered.
        covering: `lists` without the query lists.
        limited: whether a list covers certain prefixes only.
        demanding: whether a number that no list holds may be blocked all the same.
        by_principal: whether it matters to the lists which company is called for.
        contracts: the contract registers.
        rests_on: the versions of the lists, as `name@version` separated by blanks.
    """

    campaign: Campaign
    principal: str
    red: tuple[str, ...]
    lists: tuple[str, ...]
    oldest: tuple[int, Hit] | None
    fresh_until: int
    ageing: Hit | None
    washes: tuple[tuple[str, Hit], ...]
    queries: tuple[tuple[str, Hit], ...]
    covering: tuple[str, ...]
    limited: bool
    demanding: bool
    by_principal: bool
    contracts: tuple[str, ...]
    rests_on: str

    def stale(self, at: int) -> Hit | None:
        """The list that is too old to rely on at a moment, or None."""
        return self.ageing if at >= self.fresh_until else None


def applied_to(
    campaign: Campaign,
    states: Mapping[str, ListState],
    max_age: Mapping[str, int],
    rests_on: str,
    counts: Callable[[str], bool] = lambda _name: True,
) -> Applied:
    """What applies to a campaign.

    Args:
        campaign: the campaign, as configured.
        states: every list as it is in force, by name.
        max_age: by list name, how many microseconds after its import a list may be relied on; a list that is not
            there never grows stale by age.
        rests_on: the versions of the lists.
        counts: by a list's name, whether it is one of those that are wanted.
    """
    asked = campaign.lists
    if ALL_LISTS in asked:
        asked = tuple(name for name, state in states.items() if state.kind in _ASKED)
    asked = tuple(name for name in asked if counts(name))
    fresh_until, ageing = NEVER, None
    for name in asked:
        state = states.get(name)
        until = _fresh_until(name, state, max_age)
        if until < fresh_until:
            fresh_until, ageing = until, Hit(name, str(state.version) if state else "")
    known = {name: states[name] for name in asked if name in states}
    washes, queries = (
        tuple((name, Hit(name, str(state.version))) for name, state in known.items() if state.kind is kind)
        for kind in (ListKind.WASH, ListKind.QUERY)
    )
    limited = any(state.limited for state in known.values())
    demanding = bool(washes or queries or limited)
    contracts = _of_kind(states, ListKind.CONTRACT)
    dated = [(_of_when(state), Hit(name, str(state.version))) for name, state in known.items() if _ages(state)]
    return Applied(
        campaign=campaign,
        principal=campaign.principal,
        red=_of_kind(states, ListKind.RED),
        lists=tuple(known),
        oldest=min(dated, default=None),
        fresh_until=fresh_until,
        ageing=ageing,
        washes=washes,
        queries=queries,
        covering=tuple(name for name, state in known.items() if state.kind is not ListKind.QUERY),
        limited=limited,
        demanding=demanding,
        by_principal=bool(contracts or queries),
        contracts=contracts,
        rests_on=rests_on,
    )


def _of_kind(states: Mapping[str, ListState], kind: ListKind) -> tuple[str, ...]:
    return tuple(name for name, state in states.items() if state.kind is kind)


def _ages(state: ListState) -> bool:
    return state.kind not in (ListKind.WASH, ListKind.QUERY)


def _of_when(state: ListState) -> int:
    """Of which moment a list is: what was old when it was imported did not grow younger by it; 0: never imported."""
    return min(state.imported_at or 0, state.source_date if state.source_date is not None else NEVER)


def _fresh_until(name: str, state: ListState | None, max_age: Mapping[str, int]) -> int:
    """Until when a list may be relied on; 0 for one that was never imported."""
    if state is not None and not _ages(state):
        # Each of its answers has an end of its own.
        return NEVER
    if state is None or state.imported_at is None:
        return 0
    by_age = _of_when(state) + max_age[name] if name in max_age else NEVER
    return min(by_age, state.valid_until if state.valid_until is not None else NEVER)
