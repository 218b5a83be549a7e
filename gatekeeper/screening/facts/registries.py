"""What the lists of a registry say of a number, where a country's law makes one of its provisions of them."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from gatekeeper.clock import DAY_US
from gatekeeper.policy import Campaign, Hit
from gatekeeper.policy.needs import NO_REGISTRY, Need, RegistryNeed, RegistryStanding
from gatekeeper.screening.facts.answers import NOTHING, Answered, RegistryAnswers
from gatekeeper.screening.facts.applied import Applied
from gatekeeper.screening.facts.lists import ListedNumbers
from gatekeeper.screening.facts.source import Asked
from gatekeeper.screening.ports import Index

if TYPE_CHECKING:
    from gatekeeper.screening.facts.many import Many, Numbers

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
        return _standing(listed, applied.stale(at), answered, self._answers.clears(number, applied))

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
        stale = applied.stale(at)
        clear = self._answers.clears_many(numbers, applied)
        return together([held, answered, clear]).mapped(lambda said: _standing(said[0][1], stale, said[1], said[2]))


def _standing(listed: Hit | None, stale: Hit | None, answered: Answered, clear: Hit | None) -> RegistryStanding:
    spoken = listed is not None or stale is not None or answered != NOTHING
    return RegistryStanding(
        listed or answered.listed, stale, answered.unsaid, None if spoken else clear, answered.reassigned
    )


def days_of(need: RegistryNeed) -> int:
    """For how long its lists may be relied on, in microseconds; 0 for as is configured."""
    return need.max_age_days * DAY_US
