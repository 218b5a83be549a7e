"""BatchesUnderWay under way: one of a key, and few of all, for each keeps the daemon busy."""

from types import TracebackType
from typing import Final

from gatekeeper.api.problem import BUSY

MOST_BATCHES: Final = 4
"""So many are answered at once."""


class Batch:
    """A batch under way; a context manager that ends it.

    Args:
        batches: all of them.
        owner: the id of its API key.
    """

    def __init__(self, batches: set[str], owner: str) -> None:
        self._batches = batches
        self._owner = owner

    def __enter__(self) -> None:
        pass

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._batches.discard(self._owner)


class BatchesUnderWay:
    """The batches under way."""

    def __init__(self) -> None:
        self._owners: set[str] = set()

    def enter(self, owner: str) -> Batch:
        """Begin one.

        Args:
            owner: the id of its API key.

        Raises:
            ProblemError: one of that key is under way, or too many of all.
        """
        if owner in self._owners:
            raise BUSY.told("A batch of this key is being answered: send the next one then.", headers=_SOON)
        if len(self._owners) >= MOST_BATCHES:
            raise BUSY.told("Others are being answered: send it again in a moment.", headers=_SOON)
        self._owners.add(owner)
        return Batch(self._owners, owner)


_SOON: Final = {"retry-after": "1"}
