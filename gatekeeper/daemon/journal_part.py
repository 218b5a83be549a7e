"""The journal as a part of the daemon."""

from collections.abc import Callable, Mapping

from gatekeeper.journal import JournalWriter
from gatekeeper.translation import retold


class JournalPart:
    """Starts and closes a writer of the journal, and tells how it is.

    Args:
        writer: the writer.
        lag: gives how many bytes of the write-ahead log are not in the database yet.
    """

    name = "the journal"
    address = ""

    def __init__(self, writer: JournalWriter, lag: Callable[[], int] = lambda: 0) -> None:
        self._writer = writer
        self._lag = lag

    @property
    def trouble(self) -> str:
        """What is wrong with the journal now, or ""."""
        return retold(self._writer.trouble or "")

    def counters(self) -> Mapping[str, int]:
        """The rows that wait for a commit, or until the journal can be written; those without room even for that; WAL.

        `lag_bytes`: of the write-ahead log, what is not in the database yet.
        """
        return {
            "waiting": self._writer.waiting,
            "kept": self._writer.unwritten,
            "lost": self._writer.lost,
            "lag_bytes": self._lag(),
        }

    async def start(self) -> None:
        """Open the journal. Where that fails the daemon starts all the same: `trouble` says so until it is mended."""
        await self._writer.start()

    async def stop(self, _grace: float, /) -> None:
        """Write what is left, and close the journal."""
        await self._writer.close()
