"""A file of rows: what every sort of file can do, for the work that fills it."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Protocol

from gatekeeper.journal.reader import StoredDecision


class RowFile(Protocol):
    """Takes rows, and becomes files. Its methods raise `OSError` where there is no room."""

    @property
    def most(self) -> int:
        """How many rows it can take; 0 for any number."""

    def add(self, rows: Sequence[StoredDecision], /) -> None:
        """Take the next rows."""

    def finish(self, tick: Callable[[], None], /) -> list[Path]:
        """Write what is left; gives the files, the one that was asked for first.

        Args:
            tick: to be called now and then where this takes long; what it raises ends the work.
        """

    def discard(self) -> None:
        """Let go of what is open, after a failure."""
