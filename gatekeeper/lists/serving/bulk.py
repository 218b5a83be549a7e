"""Bulk lookup: asks the filter about many numbers with NumPy, then the exact store about those that pass it.

The answers are those of `ListIndex.find`. Imported only where contacts are scrubbed: it needs NumPy.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from gatekeeper.lists.model import Listing, ListState
from gatekeeper.lists.serving.index import ListIndex, OpenList
from gatekeeper.lists.version.bloom import NumberFilter
from gatekeeper.lists.version.bloom_fill import mix_array

Numbers = NDArray[np.int64]
Flags = NDArray[np.bool_]


class Found(NamedTuple):
    """Which lists hold which numbers.

    Attributes:
        which: for each number the place of its listing in `hits`, -1 where no list holds it.
        hits: the lists that hold any.
    """

    which: NDArray[np.int16]
    hits: list[Listing]


class BulkIndex:
    """Looks up many numbers at once in the lists that an index has open.

    Args:
        index: open; what is found is what its `find` finds until it is refreshed.
    """

    def __init__(self, index: ListIndex) -> None:
        self._index = index

    def states(self) -> Mapping[str, ListState]:
        """Every list as it is in force, by name."""
        return self._index.states()

    def find_many(self, numbers: Numbers, lists: Sequence[str]) -> Found:
        """For each number the first of the lists that holds it.

        Args:
            numbers: E.164, ascending, each once.
            lists: names, in the order in which they are asked.

        Raises:
            UnknownListError: there is no such list.
            StoreError: a list can't be read.
        """
        which = np.full(len(numbers), -1, np.int16)
        hits: list[Listing] = []
        for name in lists:
            open_places = np.flatnonzero(which < 0)
            opened = self._index.opened(name)
            members = open_places[_members(opened, numbers[open_places])]
            if len(members):
                which[members] = len(hits)
                hits.append(opened.listing)
        return Found(which, hits)

    def cleared_many(self, numbers: Numbers, name: str, at: int) -> Flags:
        """For each number whether a wash list says that it may be called at a moment; as `ListIndex.cleared`.

        Raises:
            UnknownListError: there is no such list.
            StoreError: the list can't be read.
        """
        members = np.zeros(len(numbers), np.bool_)
        file = self._index.opened(name).file
        if file is not None and len(numbers):
            _set(members, numbers, file.cleared_among(numbers.tolist(), at), listed=True)
        return members

    def uncovered_many(self, numbers: Numbers, lists: Sequence[str]) -> Found:
        """For each number the list that ought to cover it and does not; as `ListIndex.uncovered`."""
        return _found(self._index.uncovered(number, lists) for number in numbers.tolist())

    def contracts_many(
        self, numbers: Numbers, lists: Sequence[str], principal: str, subjects: Sequence[str], at: int
    ) -> Found:
        """For each number the register with a running contract; as `ListIndex.contract`.

        Raises:
            UnknownListError: there is no such list.
            StoreError: a list can't be read.
        """
        members = self.find_many(numbers, lists).which >= 0
        contract = self._index.contract
        found = _found(contract(number, lists, principal, subjects, at) for number in numbers[members].tolist())
        which = np.full(len(numbers), -1, np.int16)
        which[members] = found.which
        return Found(which, found.hits)


def _found(listings: Iterable[Listing | None]) -> Found:
    places: dict[Listing, int] = {}
    which = [-1 if one is None else places.setdefault(one, len(places)) for one in listings]
    return Found(np.array(which, np.int16), list(places))


def _members(opened: OpenList, numbers: Numbers) -> Flags:
    """Which of the numbers (ascending, each once) a list holds: the imported version, then the changes by hand."""
    members = np.zeros(len(numbers), np.bool_)
    if opened.file is not None and len(numbers):
        passed = numbers if opened.filter is None else numbers[may_hold(opened.filter.filter, numbers)]
        _set(members, numbers, opened.file.holding(passed.tolist()), listed=True)
    if opened.by_hand and len(numbers):
        for listed in (True, False):
            _set(
                members,
                numbers,
                [number for number, is_listed in opened.by_hand.items() if is_listed is listed],
                listed=listed,
            )
    return members


def _set(members: Flags, numbers: Numbers, chosen: Collection[int], *, listed: bool) -> None:
    """Note of those chosen numbers that are among the numbers whether they are members."""
    wanted = np.fromiter(chosen, np.int64, len(chosen))
    places = np.minimum(np.searchsorted(numbers, wanted), len(numbers) - 1)
    members[places[numbers[places] == wanted]] = listed


def may_hold(bloom: NumberFilter, numbers: Numbers) -> Flags:
    """Which numbers a filter lets pass: all that are in it, and one in a thousand of the others."""
    octets = np.frombuffer(bloom.bitarray, np.uint8)
    mixed = mix_array(numbers.astype(np.uint64))
    half, low = np.uint64(32), np.uint64(0xFFFFFFFF)
    step, at = mixed & low, mixed >> half
    left = np.arange(len(numbers))
    width, row = np.uint64(bloom.bits_per_slice), bloom.bits_per_slice // 8
    for index in range(bloom.num_slices):
        bit = (at * width) >> half
        there = octets[index * row + (bit >> np.uint64(3)).astype(np.int64)] >> (bit & np.uint64(7)).astype(np.uint8)
        kept = (there & 1).view(np.bool_)
        left, step = left[kept], step[kept]
        at = (at[kept] + step) & low
    passed = np.zeros(len(numbers), np.bool_)
    passed[left] = True
    return passed
