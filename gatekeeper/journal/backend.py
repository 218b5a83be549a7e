"""The seam under the journal's writer: what a database must do to hold the journal, and the kinds of error it tells.

Above it are batching, rows that wait, and recovery (see `writer`); below it one package for each database, such as
`sqlite`. A backend is synchronous, and is called by one thread at a time: the event loop or the writer's thread.
"""

from collections.abc import Callable, Sequence
from typing import Protocol

from gatekeeper.errors import JournalError
from gatekeeper.journal.attempt import AttemptRow
from gatekeeper.journal.row import DecisionRow, JournalEntry


class Backend(Protocol):
    """A database that holds the journal.

    Any `JournalError` but `LockedError`, `FullError` and `RowError` says that the journal is broken: nothing is written
    until it has been let go of (`rescue`) and opened again.
    """

    @property
    def inline(self) -> bool:
        """Whether a commit takes less time than handing it to a thread: then the event loop makes it."""

    def open(self) -> None:
        """Open the journal, bring its schema up to date, and see that it can be written.

        Raises:
            JournalError: one of them fails.
        """

    def write(self, rows: Sequence[JournalEntry], attempts: Sequence[AttemptRow] = (), /) -> None:
        """Write rows in one transaction, in this order; they are committed when this returns.

        What is said of attempts is committed with them, or not at all. What is there already is passed over.

        Each is stamped (see `stamp`) with the next number of this writer's sequence. A number is used up by a commit
        and by nothing else, so that there are no gaps, whatever fails and whenever the process is killed.

        Raises:
            LockedError: another connection writes just now; nothing was written.
            FullError: there is no room; nothing was written.
            RowError: a row can't be stored; nothing was written.
            JournalError: anything else; what was written is not known.
        """

    def write_late(self, rows: Sequence[DecisionRow], attempts: Sequence[AttemptRow] = (), /) -> None:
        """Write rows whose first commit failed, and may have succeeded all the same.

        No committed row is ever changed. Where one with the same id is there and says something else, it was never
        answered: a second row, the correction, is written beside it, and is the one in force. Where the row is there
        as it is here, nothing is done. An attempt is given back only where it had been reserved. Raises what `write`
        raises.
        """

    def attempts(self, consumer: int, since: int, /) -> list[AttemptRow]:
        """All that is said of attempts under a consumer's key since a moment (microseconds), as far as it is committed.

        Asked by the event loop, also while the writer's thread writes; never before it is open, or while it is broken.

        Raises:
            JournalError: it can't be read.
        """

    def start_upkeep(self, lost: Callable[[JournalError], None]) -> None:
        """Begin the backend's own work in the background, once: tidying up, and seeing that the journal is intact.

        Args:
            lost: called, from any thread, when the journal is broken.
        """

    def stop_upkeep(self) -> None:
        """End that work; waits for it."""

    def rescue(self) -> None:
        """Let go of a broken journal, with as much as can be saved of what was written to it."""

    def close(self) -> None:
        """Let go of the journal. `open` may follow."""
