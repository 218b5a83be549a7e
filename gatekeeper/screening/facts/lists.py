"""What the lists hold: the red list and the opposition list that a number is on."""

from typing import TYPE_CHECKING

from gatekeeper.policy import Hit
from gatekeeper.screening.facts.applied import Applied
from gatekeeper.screening.ports import Index

if TYPE_CHECKING:
    from gatekeeper.screening.facts.many import Many, Numbers

Holding = tuple[Hit | None, Hit | None]
"""The red list and the opposition list that hold a number."""


class ListedNumbers:
    """Asks the lists which of them holds a number.

    Args:
        index: the lists, opened for serving.
    """

    def __init__(self, index: Index) -> None:
        self._index = index

    def one(self, number: int, applied: Applied, _at: int, /) -> Holding:
        """The first red list and the first opposition list that hold a number.

        Raises:
            StoreError: they can't be read.
        """
        find = self._index.find
        return find(number, applied.red), find(number, applied.lists)

    def many(self, numbers: "Numbers", applied: Applied, _at: int, /) -> "Many[tuple[Hit | None, ...]]":
        """The same for many numbers.

        Raises:
            StoreError: they can't be read.
        """
        from gatekeeper.screening.facts.many import hits, together  # NumPy

        lists = self._index.bulk()
        return together([hits(lists.find_many(numbers, names)) for names in (applied.red, applied.lists)])
