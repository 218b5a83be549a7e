"""A source of facts: asked for one number by the gates, for many by the scrub; both ways must give the same."""

from typing import TYPE_CHECKING, Protocol, TypeVar

from gatekeeper.screening.facts.applied import Applied

if TYPE_CHECKING:
    from gatekeeper.screening.facts.many import Many, Numbers

Value = TypeVar("Value")


class Source(Protocol[Value]):
    """What is known of numbers from one store. What it says is hashable and has finitely many values."""

    def one(self, number: int, applied: Applied, at: int, /) -> Value:
        """What is said of a number (E.164) at a moment.

        Raises:
            StoreError: the store can't be read.
        """

    def many(self, numbers: "Numbers", applied: Applied, at: int, /) -> "Many[Value]":
        """What `one` says of each of many numbers: E.164, ascending, each once.

        Raises:
            StoreError: the store can't be read.
        """
