"""The reading side of the journal: what every backend's reader can tell, for the use cases and the command line."""

from collections.abc import Callable, Iterator, Sequence
from types import TracebackType
from typing import NamedTuple, Protocol, Self

from gatekeeper.journal.attempt import AttemptRow
from gatekeeper.journal.filter import DecisionFilter
from gatekeeper.journal.page import PAGE_ROWS, JournalPage
from gatekeeper.journal.row import DecisionRow, MetRow
from gatekeeper.journal.shadow import ShadowCount
from gatekeeper.journal.stamp import Stamp
from gatekeeper.journal.stats import DecisionCount, StatKey

Looked = Callable[[int], None]
"""Is told up to which `seq` the journal was looked through; what it raises ends the reading."""


class StoredDecision(NamedTuple):
    """A decision in the journal.

    Attributes:
        seq: its place in the order of writing.
        row: the decision.
        gates: every gate that the call met, in order, separated by blanks; the first is where it was decided.
        correction: whether the row takes the place of one that was written and never answered (`row.supersedes`).
        stamp: its writer, its number, its salt.
    """

    seq: int
    row: DecisionRow
    gates: str
    correction: bool = False
    stamp: Stamp = Stamp()


class JournalReader(Protocol):
    """Reads the journal, whether or not a daemon writes it: never waits for the writer, and never makes it wait.

    Every method but `close` raises `JournalError` where the journal can't be read.
    """

    def close(self) -> None:
        """Let go of the journal."""

    def __enter__(self) -> Self:
        """The reader itself."""

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Closes it."""

    def latest(self, wanted: DecisionFilter, limit: int) -> list[StoredDecision]:
        """The newest decisions that match, at most `limit`, in the order of writing."""

    def pages(
        self,
        wanted: DecisionFilter,
        *,
        after: int = 0,
        upto: int | None = None,
        size: int = 1000,
        looked: Looked | None = None,
    ) -> Iterator[list[StoredDecision]]:
        """All decisions that match, in the order of writing, page by page, each in a short look.

        What is written meanwhile is left out, and no correction that comes meanwhile counts.

        Args:
            wanted: which.
            after: only what was written after this `seq`.
            upto: only what was written up to this one; None for what is there now.
            size: rows to a page.
            looked: told after each look up to which `seq` it went. With it each look goes through a bounded number of
                rows, however an index might help.
        """

    def page(self, wanted: DecisionFilter, *, before: str = "", after: str = "", size: int = PAGE_ROWS) -> JournalPage:
        """A page of what matches and is not archived, the newest first, in a time that people wait.

        Args:
            wanted: which.
            before: only what is older than this id.
            after: only what is younger than this id; where nothing is, the newest page.
            size: rows to a page.
        """

    def follow(
        self, wanted: DecisionFilter, *, after: int, stop: Callable[[], bool], poll: float = 0.25
    ) -> Iterator[StoredDecision]:
        """Decisions that match as they are written, until `stop` says so.

        Args:
            wanted: which.
            after: only what was written after this `seq`; see `last_seq`.
            stop: asked between two looks.
            poll: seconds between two looks.
        """

    def shadow_counts(self, wanted: DecisionFilter) -> list[ShadowCount]:
        """How many calls were decided on, and which of them shadow alone lets by.

        A call on which a later gate decided anew counts by its last decision.
        """

    def counts(self, wanted: DecisionFilter, by: Sequence[StatKey]) -> list[DecisionCount]:
        """How many calls were decided on, and how, by some keys.

        A call on which a later gate decided anew counts by its last decision.
        """

    def attempt(self, ident: str) -> tuple[DecisionRow, list[MetRow]] | None:
        """The decision in force under an id, with where else its call was met; None where no decision has that id.

        It is the correction where there is one, which has an id of its own.
        """

    def attempts(self, consumer: int, since: int, /) -> list[AttemptRow]:
        """All that is committed of attempts under a consumer's key since a moment, in microseconds."""

    def last_seq(self) -> int:
        """The `seq` of the newest decision, 0 in an empty journal."""
