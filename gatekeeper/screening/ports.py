"""Ports of screening: what it asks of the layers below, as protocols."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Protocol

from gatekeeper.journal import DecisionRow, MetRow, Reservation
from gatekeeper.lists import ListState
from gatekeeper.policy import Hit
from gatekeeper.registries.query.terms import KeptAnswer

if TYPE_CHECKING:
    from gatekeeper.lists.serving.bulk import BulkIndex


class Index(Protocol):
    """What screening needs of the lists (`gatekeeper.lists.ListIndex`)."""

    def refresh(self) -> bool:
        """Take over what other processes changed; True where something did."""

    def states(self) -> Mapping[str, ListState]:
        """Every list by name."""

    def find(self, number: int, lists: Sequence[str], /) -> Hit | None:
        """The first of the lists that holds the number."""

    def cleared(self, number: int, name: str, at: int, /) -> bool:
        """Whether a wash list says that the number may be called at a moment."""

    def answers(self, number: int, name: str, /) -> Sequence[KeptAnswer]:
        """What a registry that is asked said of a number, newest first."""

    def uncovered(self, number: int, lists: Sequence[str], /) -> Hit | None:
        """The list that ought to cover the number and does not."""

    def contract(
        self, number: int, lists: Sequence[str], principal: str, subjects: Sequence[str], at: int, /
    ) -> Hit | None:
        """The first of the contract registers that has a running contract of the number with a company."""

    def contract_begins(self, number: int, lists: Sequence[str], principal: str, after: int, /) -> int:
        """The first later moment at which a contract of the number with a company begins; 0 where none does."""

    def bulk(self) -> "BulkIndex":
        """The same lists, asked many numbers at a time."""

    @property
    def fingerprint(self) -> str:
        """Which versions of which lists answers rest on."""


class Journal(Protocol):
    """What screening needs of the journal (`gatekeeper.journal.JournalWriter`)."""

    async def append(self, row: DecisionRow | MetRow, reservation: Reservation | None = None, /) -> None:
        """Return when the row is committed, with what it says of attempts, or raise `JournalError`."""

    def keep(self, row: DecisionRow, reservation: Reservation | None = None, /) -> None:
        """Hold a row in memory, with what it says of attempts, until the log can be written again."""
