"""The thread of the list store and the consent ledger: writes into them while an event loop goes on."""

import asyncio
import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from pathlib import Path
from typing import Any, Final, TypeVar

from gatekeeper.consents import ConsentStore
from gatekeeper.errors import StoreError
from gatekeeper.lists import ListStore

log = logging.getLogger(__name__)

T = TypeVar("T")

_END_S: Final = 4.0
"""For so long the end waits for what is still to be written: the journal, which is closed later, needs time, too."""


class StoreThread:
    """Does one piece of work after the other on both stores, by a thread of its own.

    Args:
        data_dir: the folder of the stores.
        name: the thread's.
    """

    def __init__(self, data_dir: Path, name: str) -> None:
        self._data_dir = data_dir
        self._thread = ThreadPoolExecutor(1, thread_name_prefix=name)
        self._store: ListStore | None = None
        self._consents: ConsentStore | None = None

    async def run(self, work: Callable[[ListStore, ConsentStore], T]) -> T:
        """What the work gives. It is done whole even where nobody waits for it any more.

        Raises:
            StoreError: a store can't be opened; and what the work raises.
        """
        loop = asyncio.get_running_loop()
        # In the context of who asks, whose language it says its errors in.
        done = loop.run_in_executor(self._thread, copy_context().run, self._run, work)
        try:
            # What waits for its turn would be cancelled together with who waits for it.
            return await asyncio.shield(done)
        except asyncio.CancelledError:
            done.add_done_callback(_tell_failure)
            raise

    async def close(self) -> None:
        """Let go of the stores, after what is being written, and after what waits for that as long as there is time."""
        closing = asyncio.get_running_loop().run_in_executor(self._thread, self._close)
        done, _ = await asyncio.wait({closing}, timeout=_END_S)
        if not done:
            log.error("the stores of lists and consents can't be written: what waited for that is lost at the end")
        self._thread.shutdown(wait=bool(done), cancel_futures=not done)

    def _run(self, work: Callable[[ListStore, ConsentStore], T]) -> T:
        # Opened by the thread that uses them, when they are first needed.
        if self._store is None:
            self._store = ListStore(self._data_dir)
        if self._consents is None:
            self._consents = ConsentStore(self._data_dir)
        return work(self._store, self._consents)

    def _close(self) -> None:
        for opened in (self._store, self._consents):
            if opened is not None:
                opened.close()


def _tell_failure(done: "asyncio.Future[Any]") -> None:
    """Log why something could not be written, where nobody is left who would be told."""
    error = None if done.cancelled() else done.exception()
    if isinstance(error, StoreError):
        log.error("what nobody waited for any more could not be written: %s", error)
