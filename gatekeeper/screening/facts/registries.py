"""What the lists of a registry say of a number, where a country's law makes one of its provisions of them."""

from collections.abc import Callable
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from gatekeeper.policy import Campaign, Hit
from gatekeeper.policy.calendar import local_day, working_day_after
from gatekeeper.policy.needs import NO_REGISTRY, Need, RegistryNeed, RegistryStanding
from gatekeeper.screening.facts.answers import NOTHING, Answered, RegistryAnswers
from gatekeeper.screening.facts.applied import Applied
from gatekeeper.screening.facts.lists import ListedNumbers
from gatekeeper.screening.facts.source import Asked
from gatekeeper.screening.ports import Index

if TYPE_CHECKING:
    from gatekeeper.screening.facts.many import Many, Numbers

_MONDAY_TO_FRIDAY: Final = range(5)

Group = Callable[[Campaign, RegistryNeed], Applied]
"""Gives what applies of a registry to a campaign."""


class RegistryLists:
    """Asks the lists of registries.

    Args:
        index: the lists, opened for serving.
        answers: what registries answered.
        group: gives what applies of a registry to a campaign.
    """

    def __init__(self, index: Index, answers: RegistryAnswers, group: Group) -> None:
        self._group = group
        self._lists = ListedNumbers(index)
        self._answers = answers

    def one(self, number: int, asked: Asked, needs: tuple[Need, ...], /) -> tuple[RegistryStanding, ...]:
        """What the lists of each registry say of a number."""
        return tuple(self._one(number, asked, need) for need in needs if isinstance(need, RegistryNeed))

    def _one(self, number: int, asked: Asked, need: RegistryNeed) -> RegistryStanding:
        applied, at = self._group(asked.attempt.campaign, need), asked.attempt.at
        if not applied.lists:
            return NO_REGISTRY
        _, listed = self._lists.one(number, applied, at)
        answered = self._answers.one(number, asked, applied) if applied.demanding else NOTHING
        return _standing(listed, _stale(applied, asked, need), answered, self._answers.clears(number, applied))

    def many(self, numbers: "Numbers", asked: Asked, needs: tuple[Need, ...], /) -> "Many[tuple[object, ...]]":
        """The same for many numbers."""
        from gatekeeper.screening.facts.many import together  # NumPy

        return together([self._many(numbers, asked, need) for need in needs if isinstance(need, RegistryNeed)])

    def _many(self, numbers: "Numbers", asked: Asked, need: RegistryNeed) -> "Many[RegistryStanding]":
        from gatekeeper.screening.facts.many import same, together  # NumPy

        applied, at = self._group(asked.attempt.campaign, need), asked.attempt.at
        if not applied.lists:
            return same(NO_REGISTRY, len(numbers))
        held = self._lists.many(numbers, applied, at)
        answered = self._answers.many(numbers, asked, applied) if applied.demanding else same(NOTHING, len(numbers))
        stale = _stale(applied, asked, need)
        clear = self._answers.clears_many(numbers, applied)
        return together([held, answered, clear]).mapped(lambda said: _standing(said[0][1], stale, said[1], said[2]))


def _standing(listed: Hit | None, stale: Hit | None, answered: Answered, clear: Hit | None) -> RegistryStanding:
    spoken = listed is not None or stale is not None or answered != NOTHING
    return RegistryStanding(
        listed or answered.listed, stale, answered.unsaid, None if spoken else clear, answered.reassigned
    )


def _stale(applied: Applied, asked: Asked, need: RegistryNeed) -> Hit | None:
    """The list that is too old, by the law where it says for how long, else as is configured.

    The law counts dates ("no more than 31 days prior to the date any call is made"): here the callee's, by every clock
    that is possible.
    """
    found = applied.stale(asked.attempt.at)
    if found is not None or not need.by_law or applied.oldest is None:
        return found
    at, (of_when, oldest) = asked.attempt.at, applied.oldest
    over = any(local_day(at, zone) > _last_day(need, of_when, zone) for zone in asked.attempt.place.zones)
    return oldest if over else None


@lru_cache(maxsize=1024)
def _last_day(need: RegistryNeed, of_when: int, zone: str) -> int:
    """The last day on which a list of a moment may be relied on."""
    day = local_day(of_when, zone)
    if need.working_days:
        return working_day_after(day, need.working_days, _MONDAY_TO_FRIDAY, need.holidays)
    return day + need.max_age_days
