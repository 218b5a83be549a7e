"""Recovery: tells whether the journal can be written, and opens a broken one again. See `writer` for the states."""

import asyncio
import contextlib
import logging
from collections.abc import Callable
from typing import Final

from gatekeeper.errors import JournalError
from gatekeeper.journal.backend import Backend
from gatekeeper.journal.thread import WriterThread
from gatekeeper.logs import StateLog
from gatekeeper.translation import phrase

log = logging.getLogger(__name__)

_AGAIN_S: Final = 0.25
"""How long to wait between two tries to open a broken journal."""


class Recovery:
    """Holds the journal's state, says in the daemon's log when it changes, and mends it.

    Args:
        backend: the journal.
        thread: opens it.
        on_broken: called when the journal breaks, before it is let go of: nobody may wait for it any longer.
        on_writable: called when rows can be written again.

    Attributes:
        broken: why nothing can be written until the journal was opened again, or None.
        passing: what is wrong that may pass by itself (locked, full), or None.
    """

    def __init__(
        self,
        backend: Backend,
        thread: WriterThread,
        on_broken: Callable[[JournalError], None],
        on_writable: Callable[[], None],
    ) -> None:
        self.broken: JournalError | None = None
        self.passing: JournalError | None = None
        self._outage = StateLog(
            log, phrase("decisions can't be logged, so calls are refused"), over="decisions are logged again"
        )
        self._backend = backend
        self._thread = thread
        self._on_broken = on_broken
        self._on_writable = on_writable
        self._task: asyncio.Task[None] | None = None
        self._loop: asyncio.AbstractEventLoop
        self._ended = True

    @property
    def trouble(self) -> JournalError | None:
        """What is wrong with the journal now, or None."""
        return self.broken or self.passing

    async def start(self) -> None:
        """Open the journal, or begin to try: `trouble` says why it could not be opened."""
        self._loop = asyncio.get_running_loop()
        self._ended = False
        try:
            await self._thread.run(self._backend.open)
        except JournalError as error:
            self.breaks(error)

    async def stop(self) -> None:
        """Try once more, and then no more: rows wait that would be lost."""
        self._ended = True
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task
        if self.broken is not None:
            await self._thread.run(self._backend.rescue)
            with contextlib.suppress(JournalError):
                await self._thread.run(self._backend.open)
                self.broken = None
                self._mended()

    def wrote(self) -> None:
        """A commit succeeded."""
        if self.passing is not None:
            self._mended()

    def suffers(self, error: JournalError) -> None:
        """A commit failed for a reason that passes without opening the journal again."""
        self._outage.begin(str(error))
        self.passing = error

    def breaks(self, error: JournalError) -> None:
        """Something failed that opening the journal again may mend."""
        if self.broken is not None:
            return
        self.broken = error
        self._outage.begin(str(error))
        self._on_broken(error)
        if not self._ended:
            self._task = self._loop.create_task(self._recover())

    def breaks_elsewhere(self, error: JournalError) -> None:
        """The same, told by another thread."""
        with contextlib.suppress(RuntimeError):  # the loop is closed: nothing is written any more
            self._loop.call_soon_threadsafe(self.breaks, error)

    def _mended(self) -> None:
        self.passing = None
        self._outage.end()
        self._on_writable()

    async def _recover(self) -> None:
        await self._thread.run(self._backend.rescue)
        while True:
            try:
                await self._thread.run(self._backend.open)
            except JournalError as error:
                self.broken = error
                self._outage.begin(str(error))
            else:
                break
            await asyncio.sleep(_AGAIN_S)
        self.broken = None
        self._task = None
        self._mended()
