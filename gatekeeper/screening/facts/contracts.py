"""Running contracts: the register that has one of the number with the principal."""

from typing import TYPE_CHECKING

from gatekeeper.clock import DAY_US
from gatekeeper.lists import ListKind
from gatekeeper.policy import Attempt, Hit
from gatekeeper.policy.needs import ContractNeed, Need
from gatekeeper.screening.facts.applied import Applied
from gatekeeper.screening.facts.source import Asked
from gatekeeper.screening.ports import Index

if TYPE_CHECKING:
    from gatekeeper.screening.facts.many import Many, Numbers


class RunningContracts:
    """Asks the contract registers.

    Args:
        index: the lists, opened for serving.
    """

    def __init__(self, index: Index) -> None:
        self._index = index
        self._known: tuple[str, ...] = ()
        self._made_by: str | None = None

    def of_campaign(self, number: int, asked: Asked, applied: Applied, /) -> Hit | None:
        """The first register with a contract of a number that runs, on a subject of the campaign's.

        Raises:
            StoreError: a register can't be read.
        """
        attempt = asked.attempt
        subjects = attempt.campaign.subjects
        return self._index.contract(number, applied.contracts, attempt.principal, subjects, attempt.at)

    def of_campaign_many(self, numbers: "Numbers", asked: Asked, applied: Applied, /) -> "Many[Hit | None]":
        """The same for many numbers.

        Raises:
            StoreError: a register can't be read.
        """
        from gatekeeper.screening.facts.many import hits  # NumPy

        attempt = asked.attempt
        subjects = attempt.campaign.subjects
        lists = self._index.bulk()
        return hits(lists.contracts_many(numbers, applied.contracts, attempt.principal, subjects, attempt.at))

    def one(self, number: int, asked: Asked, needs: tuple[Need, ...], /) -> tuple[Hit | None, ...]:
        """The register that each need asks for.

        Raises:
            StoreError: a register can't be read.
        """
        return tuple([self._one(number, asked, need) for need in needs if isinstance(need, ContractNeed)])

    def _one(self, number: int, asked: Asked, need: ContractNeed) -> Hit | None:
        registers, principal, at = self._registers(), asked.attempt.principal, asked.attempt.at
        if not registers or not principal:
            return None
        found: Hit | None = None
        for subjects in _subjects(asked, need):
            found = None
            for days in range(need.ended_days + 1):
                found = found or self._index.contract(number, registers, principal, subjects, at - days * DAY_US)
            if found is None:
                return None
        return found

    def many(self, numbers: "Numbers", asked: Asked, needs: tuple[Need, ...], /) -> "Many[tuple[object, ...]]":
        """The same for many numbers.

        Raises:
            StoreError: a register can't be read.
        """
        from gatekeeper.screening.facts.many import together  # NumPy

        return together([self._many(numbers, asked, need) for need in needs if isinstance(need, ContractNeed)])

    def _many(self, numbers: "Numbers", asked: Asked, need: ContractNeed) -> "Many[Hit | None]":
        from gatekeeper.screening.facts.many import hits, same, together  # NumPy

        registers, principal, at = self._registers(), asked.attempt.principal, asked.attempt.at
        if not registers or not principal:
            return same(None, len(numbers))
        lists = self._index.bulk()
        parts = [
            together(
                [
                    hits(lists.contracts_many(numbers, registers, principal, subjects, at - days * DAY_US))
                    for days in range(need.ended_days + 1)
                ]
            ).mapped(lambda found: next((hit for hit in found if hit is not None), None))
            for subjects in _subjects(asked, need)
        ]
        if not parts:
            return same(None, len(numbers))
        return together(parts).mapped(lambda found: None if None in found else found[-1])

    def begins(self, number: int, attempt: Attempt, /) -> int:
        """The first moment later than an attempt at which a contract of the number with its principal begins; 0: none.

        Raises:
            StoreError: a register can't be read.
        """
        registers, principal = self._registers(), attempt.principal
        return self._index.contract_begins(number, registers, principal, attempt.at) if registers and principal else 0

    def begins_many(self, numbers: "Numbers", attempt: Attempt, /) -> "Numbers":
        """The same for many numbers.

        Raises:
            StoreError: a register can't be read.
        """
        import numpy as np  # not where calls are served

        registers, principal, at = self._registers(), attempt.principal, attempt.at
        if not registers or not principal:
            return np.zeros(len(numbers), np.int64)
        each, places = np.unique(numbers, return_inverse=True)
        moments = np.zeros(len(each), np.int64)
        members = self._index.bulk().find_many(each, registers).which >= 0
        begins = self._index.contract_begins
        moments[members] = [begins(number, registers, principal, at) for number in each[members].tolist()]
        return moments[places]

    def _registers(self) -> tuple[str, ...]:
        made_by = self._index.fingerprint
        if made_by is not self._made_by:
            states = self._index.states()
            self._known = tuple(name for name, state in states.items() if state.kind is ListKind.CONTRACT)
            self._made_by = made_by
        return self._known


def _subjects(asked: Asked, need: ContractNeed) -> list[tuple[str, ...]]:
    """The subjects of which each must have a contract; none at all where the call does not say what it is about.

    A contract of any subject is `()`. What the campaign says that its calls are about counts as the goods that it names
    itself, or for goods that nobody names: of other goods, which only the call names, it says nothing.
    """
    if not need.related:
        return [()]
    call, campaign = asked.attempt.call, asked.attempt.campaign
    own = campaign.subjects if need.by_subjects else ()
    named = [
        (*((one,) if one else ()), *(own if not one or one in campaign.call.goods else ()))
        for one in call.goods or ("",)
    ]
    return named if all(named) else []
