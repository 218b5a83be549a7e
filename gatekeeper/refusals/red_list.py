"""The writer of refusals: the red list, then the consent ledger; in a thread of its own where calls must not wait."""

from collections.abc import Sequence
from pathlib import Path

from gatekeeper.clock import now_micros
from gatekeeper.consents import ConsentStore, GivenEvent, WrittenBy
from gatekeeper.lists import ListKind, ListStore
from gatekeeper.policy.ledger import EventKind
from gatekeeper.refusals.service import Add
from gatekeeper.refusals.store_thread import StoreThread


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


def add_by_hand(
    store: ListStore, consents: ConsentStore, name: str, numbers: Sequence[int], *, by: str, note: str
) -> int:
    """Put numbers on any list by hand; on a red list each is an objection, too.

    Returns:
        How many are newly on the list.

    Raises:
        ListError: there is no such list, or it takes none by hand.
        StoreError: the list or the ledger could not be written.
    """
    if any(one.name == name and one.kind == ListKind.RED for one in store.status()):
        return add_objections(store, consents, name, numbers, by=by, note=note)
    return store.add(name, numbers, by=by, note=note)


class RedListWriter:
    """Puts numbers on a red list and their objections into the consent ledger, by a thread of its own.

    Args:
        data_dir: the folder of the lists.
        name: the list's name.
    """

    def __init__(self, data_dir: Path, name: str) -> None:
        self._name = name
        self._stores = StoreThread(data_dir, "red-list")

    async def add(self, number: int, by: str, note: str) -> bool:
        """Put a number on the list; False where it was on it. It is in force for the next call when this returns.

        Raises:
            StoreError: it could not be written.
        """

        def added(store: ListStore, consents: ConsentStore) -> bool:
            return add_objections(store, consents, self._name, [number], by=by, note=note) > 0

        return await self._stores.run(added)

    async def close(self) -> None:
        """Let go of the lists, after what is being written."""
        await self._stores.close()
