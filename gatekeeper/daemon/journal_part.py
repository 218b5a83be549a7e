"""The block log as a part of the daemon."""

from collections.abc import Mapping

from gatekeeper.journal import JournalWriter


class JournalPart:
    """Starts and closes a writer of the block log, and tells how it is.

    Args:
        writer: the writer.
    """

    name = "the block log"
    address = ""

    def __init__(self, writer: JournalWriter) -> None:
        self._writer = writer

    @property
    def trouble(self) -> str:
        """What is wrong with the log now, or ""."""
        return str(self._writer.trouble or "")

    def counters(self) -> Mapping[str, int]:
        """The rows that wait in memory until the log can be written, and those that found no room even there."""
        return {"kept": self._writer.kept, "lost": self._writer.lost}

    async def start(self) -> None:
        """Open the log. One that can't be opened is no reason not to start: `trouble` says so until it is mended."""
        await self._writer.start()

    async def stop(self, _grace: float, /) -> None:
        """Write what is left, and close the log."""
        await self._writer.close()
