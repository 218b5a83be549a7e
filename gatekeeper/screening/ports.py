"""What screening needs of the layers below, and what it is given in tests."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Protocol

from gatekeeper.journal import DecisionRow, MetRow
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

    def bulk(self) -> "BulkIndex":
        """The same lists, asked many numbers at a time."""

    @property
    def fingerprint(self) -> str:
        """Which versions of which lists answers rest on."""


class Journal(Protocol):
    """What screening needs of the block log (`gatekeeper.journal.JournalWriter`)."""

    async def append(self, row: DecisionRow | MetRow, /) -> None:
        """Return when the row is committed, or raise `JournalError`."""

    def keep(self, row: DecisionRow, /) -> None:
        """Hold a row in memory until the log can be written again."""
