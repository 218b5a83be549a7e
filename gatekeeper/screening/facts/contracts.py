"""Running contracts: the register that has one of the number with the principal."""

from typing import TYPE_CHECKING

from gatekeeper.policy import Hit
from gatekeeper.screening.facts.applied import Applied
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

    def one(self, number: int, applied: Applied, at: int, /) -> Hit | None:
        """The first register with a contract of a number that runs at a moment.

        Raises:
            StoreError: a register can't be read.
        """
        return self._index.contract(number, applied.contracts, applied.principal, applied.campaign.subjects, at)

    def many(self, numbers: "Numbers", applied: Applied, at: int, /) -> "Many[Hit | None]":
        """The same for many numbers.

        Raises:
            StoreError: a register can't be read.
        """
        from gatekeeper.screening.facts.many import hits  # NumPy

        lists, subjects = self._index.bulk(), applied.campaign.subjects
        return hits(lists.contracts_many(numbers, applied.contracts, applied.principal, subjects, at))
