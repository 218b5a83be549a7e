"""The journal as a part of the daemon."""

from collections.abc import Mapping

from gatekeeper.journal import JournalWriter


class JournalPart:
    """Starts and closes a writer of the journal, and tells how it is.

    Args:
        writer: the writer.
    """

    name = "the journal"
    address = ""

    def __init__(self, writer: JournalWriter) -> None:
        self._writer = writer

    @property
    def trouble(self) -> str:
        """What is wrong with the journal now, or ""."""
        return str(self._writer.trouble or "")

    def counters(self) -> Mapping[str, int]:
        """The rows that wait in memory until the journal can be written, and those that found no room even there."""
        return {"kept": self._writer.unwritten, "lost": self._writer.lost}

    async def start(self) -> None:
        """Open the journal. Where that fails the daemon starts all the same: `trouble` says so until it is mended."""
        await self._writer.start()

    async def stop(self, _grace: float, /) -> None:
        """Write what is left, and close the journal."""
        await self._writer.close()
