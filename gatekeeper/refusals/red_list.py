"""The writer of refusals: the red list, then the consent ledger; in a thread of its own where calls must not wait."""

import asyncio
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

from gatekeeper.clock import now_micros
from gatekeeper.consents import ConsentStore, GivenEvent, WrittenBy
from gatekeeper.lists import ListStore
from gatekeeper.policy.ledger import EventKind
from gatekeeper.refusals.service import Add


def adding_to(store: ListStore, consents: ConsentStore, name: str) -> Add:
    """Puts numbers on a red list of an open store, for a program that nobody else waits for."""

    async def add(number: int, by: str, note: str) -> bool:
        return add_objections(store, consents, name, [number], by=by, note=note) > 0

    return add


def add_objections(
    store: ListStore, consents: ConsentStore, name: str, numbers: Sequence[int], *, by: str, note: str
) -> int:
    """Put people who do not want to be called on a red list, and write their objections into the consent ledger.

    The list comes first: what it holds is not called, whatever becomes of the ledger. An objection is written down each
    time it is said, also by somebody who was on the list.

    Returns:
        How many are newly on the list.

    Raises:
        StoreError: the list or the ledger could not be written.
    """
    added = store.add(name, numbers, by=by, note=note)
    at = now_micros()
    events = [GivenEvent(number, "", EventKind.OBJECTION, at) for number in sorted(set(numbers))]
    consents.record(events, WrittenBy(by, f"red list {name}", note))
    return added


class RedListWriter:
    """Puts numbers on a red list and their objections into the consent ledger, by a thread of its own.

    Args:
        data_dir: the folder of the lists.
        name: the list's name.
    """

    def __init__(self, data_dir: Path, name: str) -> None:
        self._data_dir = data_dir
        self._name = name
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="red-list")
        self._store: ListStore | None = None
        self._consents: ConsentStore | None = None

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
        # Opened by the thread that uses them, when they are first needed.
        if self._store is None:
            self._store = ListStore(self._data_dir)
        if self._consents is None:
            self._consents = ConsentStore(self._data_dir)
        return add_objections(self._store, self._consents, self._name, [number], by=by, note=note) > 0

    def _close(self) -> None:
        for opened in (self._store, self._consents):
            if opened is not None:
                opened.close()
