"""A channel, and the outbox in front of it: what the courier takes from, and what it gives to."""

from collections.abc import Collection, Sequence
from typing import Generic, NamedTuple, Protocol, TypeVar


class Told(Protocol):
    """Something that is to be told."""

    @property
    def id(self) -> str:
        """By which a receiver knows it again."""

    @property
    def kind(self) -> str:
        """What it is."""


ToldT = TypeVar("ToldT", bound=Told)
ToldT_contra = TypeVar("ToldT_contra", bound=Told, contravariant=True)


class DueDelivery(NamedTuple, Generic[ToldT]):
    """Something that a channel has to tell now.

    Attributes:
        item: what.
        tries: how often that was tried.
    """

    item: ToldT
    tries: int


class DeliveryChannel(Protocol[ToldT_contra]):
    """Tells somebody. It is used in a thread, and may wait there."""

    @property
    def name(self) -> str:
        """What it is called in the outbox: a word."""

    @property
    def goal(self) -> str:
        """Where it goes, for people; without a secret."""

    @property
    def most(self) -> int:
        """How many it tells at once."""

    @property
    def pause_s(self) -> float:
        """How long to wait after each time, in seconds, so that nobody gets a flood."""

    def send(self, items: Sequence[ToldT_contra], /) -> None:
        """Tell them.

        Raises:
            DeliveryError: they could not be told.
        """


class DeliveryOutbox(Protocol[ToldT]):
    """What waits. Its methods may be called from any thread, and raise `StoreError`."""

    def due(self, channel: str, now: int, most: int, /) -> Sequence[DueDelivery[ToldT]]:
        """What a channel has to tell now, oldest first."""

    def settle(self, channel: str, idents: Collection[str], /) -> None:
        """A channel has told these, or has given them up."""

    def put_off(self, channel: str, idents: Collection[str], due_at: int, /) -> None:
        """A channel could not tell these: again later (microseconds since the epoch)."""
