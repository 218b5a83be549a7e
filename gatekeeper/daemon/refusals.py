"""Refusals in the daemon: the red list is written by a thread of its own, so that no call waits for the disk."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

from gatekeeper.clock import now_micros
from gatekeeper.config import Settings
from gatekeeper.lists import ListStore
from gatekeeper.phone import Normaliser
from gatekeeper.refusals.service import Refusals
from gatekeeper.screening import Screening


class RedListWriter:
    """Puts numbers on a red list.

    Args:
        data_dir: the folder of the lists.
        name: the list's name.
    """

    def __init__(self, data_dir: Path, name: str) -> None:
        self._data_dir = data_dir
        self._name = name
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="red-list")
        self._store: ListStore | None = None

    async def add(self, number: int, by: str, note: str) -> bool:
        """Put a number on the list; False where it was on it. It is in force for the next call when this returns.

        Raises:
            StoreError: it could not be written.
        """
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._thread, partial(self._add, number, by, note))

    async def close(self) -> None:
        """Let go of the lists, after what is being written."""
        await asyncio.get_running_loop().run_in_executor(self._thread, self._close)
        self._thread.shutdown()

    def _add(self, number: int, by: str, note: str) -> bool:
        if self._store is None:
            # Opened by the thread that uses it, when it is first needed.
            self._store = ListStore(self._data_dir)
        return self._store.add(self._name, [number], by=by, note=note) > 0

    def _close(self) -> None:
        if self._store is not None:
            self._store.close()


def build_refusals(settings: Settings, screening: Screening, writer: RedListWriter) -> Refusals:
    """What takes refusals, over a writer of the red list."""
    return Refusals(
        Normaliser(settings.phone.as_dial_plan()),
        screening.recent,
        writer.add,
        settings.refusal.per_minute,
        now_micros,
    )
