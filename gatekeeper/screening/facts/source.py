"""A source of facts: asked for one number by the gates, for many by the scrub; both ways must give the same."""

from typing import TYPE_CHECKING, NamedTuple, Protocol

from gatekeeper.policy import Attempt, Need

if TYPE_CHECKING:
    from gatekeeper.screening.facts.many import Many, Numbers


class Asked(NamedTuple):
    """On whose behalf a source is asked, and when.

    Attributes:
        attempt: the call: its moment, principal, goods and place.
        contact: by what the site knows the consumer, who may have several numbers; or "".
        without: the ids of decisions on this very call: they do not count as attempts before it.
        contacts: of many numbers that are asked about, each one's contact; none where nobody says.
    """

    attempt: Attempt
    contact: str = ""
    without: tuple[str, ...] = ()
    contacts: tuple[str, ...] = ()


class Source(Protocol):
    """What is known of numbers from one store. What it says is hashable, and has few values."""

    def one(self, number: int, asked: Asked, needs: tuple[Need, ...], /) -> tuple[object, ...]:
        """What is said of a number (E.164), for each need.

        Raises:
            StoreError: the store can't be read.
        """

    def many(self, numbers: "Numbers", asked: Asked, needs: tuple[Need, ...], /) -> "Many[tuple[object, ...]]":
        """What `one` says of each of many numbers: E.164, ascending, each once.

        Raises:
            StoreError: the store can't be read.
        """
