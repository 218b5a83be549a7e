"""The red list as refusals write it: by a thread of its own where calls must not wait for the disk, or at once."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

from gatekeeper.lists import ListStore
from gatekeeper.refusals.service import Add


def adding_to(store: ListStore, name: str) -> Add:
    """Puts numbers on a red list of an open store, for a program that nobody else waits for."""

    async def add(number: int, by: str, note: str) -> bool:
        return _added(store, name, number, by, note)

    return add


def _added(store: ListStore, name: str, number: int, by: str, note: str) -> bool:
    return store.add(name, [number], by=by, note=note) > 0


class RedListWriter:
    """Puts numbers on a red list, by a thread of its own.

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
        return _added(self._store, self._name, number, by, note)

    def _close(self) -> None:
        if self._store is not None:
            self._store.close()
