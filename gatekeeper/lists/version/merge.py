"""Merge: makes a new version of the one in force and a delivery, as ascending streams, range by range.

Nothing here holds more than a range of each stream: a change list of some hundred numbers to a list of hundreds of
millions takes disk and time, not memory.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from gatekeeper.lists.version.external_sort import RANGE, PackedNumbers, SortedRuns, Spool

Flags = NDArray[np.bool_]
RunSource = Callable[[], Iterator[PackedNumbers]]

SAMPLES = 10
"""Numbers shown of those that come and of those that go."""

_NONE: PackedNumbers = np.empty(0, np.uint64)


class Combined(Protocol):
    """What a version is built from.

    Attributes:
        total: at most so many numbers, for showing how far it is.
        taken: how many numbers of the delivery count, once `merge` is through.
    """

    total: int
    taken: int

    def merge(self) -> Iterator[PackedNumbers]:
        """The numbers that are listed, each once, in ascending order. To be called once."""


class VersionDifference:
    """How a version differs from the one before.

    Attributes:
        before: numbers in the old one.
        after: numbers in the new one.
        common: numbers in both.
        added: some that come, the lowest.
        dropped: some that go, the lowest.
    """

    def __init__(self) -> None:
        self.before = self.after = self.common = 0
        self.added: list[int] = []
        self.dropped: list[int] = []

    def count(self, old: PackedNumbers, new: PackedNumbers) -> None:
        """Take a range of both into account."""
        stays = within(new, old)
        self.before += len(old)
        self.after += len(new)
        self.common += int(np.count_nonzero(stays))
        if len(self.added) < SAMPLES:
            self.added += new[~stays][: SAMPLES - len(self.added)].tolist()
        if len(self.dropped) < SAMPLES:
            self.dropped += old[~within(old, new)][: SAMPLES - len(self.dropped)].tolist()


class Full:
    """A full list: what was delivered is the version.

    Args:
        listed: the numbers delivered.
        base: gives the version in force, where the two are to be compared.
        tally: compares.
    """

    def __init__(self, listed: SortedRuns, base: RunSource | None, tally: VersionDifference) -> None:
        self._listed = listed
        self._base = base
        self._tally = tally
        self.total = listed.total
        self.taken = 0

    def merge(self) -> Iterator[PackedNumbers]:
        """The new version's numbers, see `Combined.merge`."""
        if self._base is None:
            for numbers in self._listed.merge():
                self.taken += len(numbers)
                yield numbers
            return
        for old, new in aligned(self._base(), self._listed.merge()):
            self._tally.count(old, new)
            self.taken += len(new)
            if len(new):
                yield new


class Delta:
    """A change list: the version in force, without what is removed, with what is added.

    A number that is both added and removed is listed.

    Args:
        base: gives the version in force.
        base_count: numbers in it.
        listed: the additions.
        removed: the removals.
        tally: compares.
    """

    def __init__(
        self, base: RunSource, base_count: int, listed: SortedRuns, removed: SortedRuns, tally: VersionDifference
    ) -> None:
        self._base = base
        self._listed = listed
        self._removed = removed
        self._tally = tally
        self.total = base_count + listed.total
        self.taken = 0
        self.added = 0
        self.removed = 0

    def merge(self) -> Iterator[PackedNumbers]:
        """The new version's numbers, see `Combined.merge`."""
        for old, listed, removed in aligned(self._base(), self._listed.merge(), self._removed.merge()):
            gone = removed[~within(removed, listed)]
            self.added += len(listed)
            self.removed += len(gone)
            self.taken += len(listed) + len(gone)
            new = np.union1d(old[~within(old, gone)], listed)
            self._tally.count(old, new)
            if len(new):
                yield new


class Wash:
    """A wash return: the answers in force that still hold, and the new ones in place of older ones on the same number.

    A number that the return both clears and marks is marked. What was marked before stays so until it is cleared.

    Args:
        folder: where there is room for 16 bytes a cleared number.
        marked_before: gives the marked numbers in force.
        cleared_before: gives the cleared numbers in force with the moments until which that holds.
        marked: the numbers that the return marks.
        cleared: those that it clears.
        until: until when it does, in microseconds since the epoch.
        now: what ended before this is left out.
        tally: compares the marked numbers.
    """

    def __init__(
        self,
        folder: Path,
        marked_before: RunSource,
        cleared_before: Callable[[], Iterator[tuple[PackedNumbers, PackedNumbers]]],
        marked: SortedRuns,
        cleared: SortedRuns,
        until: int,
        now: int,
        tally: VersionDifference,
    ) -> None:
        self._spools = ExitStack()
        self._old, self._old_until, self._new, self._new_until = (Spool(folder) for _ in range(4))
        for spool in (self._old, self._old_until, self._new, self._new_until):
            self._spools.callback(spool.close)
        self._marked_before = marked_before
        self._cleared_before = cleared_before
        self._marked = marked
        self._cleared = cleared
        self._until = np.uint64(until)
        self._now = np.uint64(now)
        self._tally = tally
        self.total = marked.total
        self.taken = 0
        self.marked = 0
        self.cleared_by_it = 0
        self.latest = 0

    @property
    def cleared_count(self) -> int:
        """Numbers cleared in all, once `merge` is through."""
        return self._new.count

    def merge(self) -> Iterator[PackedNumbers]:
        """The marked numbers, see `Combined.merge`; `cleared` has the others afterwards."""
        for numbers, untils in self._cleared_before():
            self._old.append(numbers)
            self._old_until.append(untils)
        old_untils, done = self._old_until.read(), 0
        streams = (self._marked_before(), pieces(self._old.read()), self._marked.merge(), self._cleared.merge())
        for old, earlier, marked, cleared in aligned(*streams):
            ok = cleared[~within(cleared, marked)]
            self.marked += len(marked)
            self.cleared_by_it += len(ok)
            self.taken += len(marked) + len(ok)
            new = np.union1d(old[~within(old, ok)], marked)
            self._clear(earlier, old_untils[done : done + len(earlier)], marked, ok)
            done += len(earlier)
            self._tally.count(old, new)
            if len(new):
                yield new

    def _clear(self, earlier: PackedNumbers, untils: PackedNumbers, marked: PackedNumbers, ok: PackedNumbers) -> None:
        stays = (untils > self._now) & ~within(earlier, marked)
        earlier, untils = earlier[stays], untils[stays]
        numbers = np.union1d(earlier, ok)
        if len(numbers) == 0:
            return
        ends = np.zeros(len(numbers), np.uint64)
        ends[np.searchsorted(numbers, earlier)] = untils
        places = np.searchsorted(numbers, ok)
        ends[places] = np.maximum(ends[places], self._until)
        self.latest = max(self.latest, int(ends.max()))
        self._new.append(numbers)
        self._new_until.append(ends)

    def cleared(self) -> Iterator[tuple[PackedNumbers, PackedNumbers]]:
        """The cleared numbers, ascending, and until when each is; once `merge` is through."""
        return zip(pieces(self._new.read()), pieces(self._new_until.read()), strict=True)

    def close(self) -> None:
        """Give the disk back."""
        self._spools.close()


def pieces(numbers: PackedNumbers) -> Iterator[PackedNumbers]:
    """An array in parts."""
    for start in range(0, len(numbers), RANGE):
        yield numbers[start : start + RANGE]


def within(some: PackedNumbers, others: PackedNumbers) -> Flags:
    """Which of some numbers are among others, which are ascending."""
    if len(others) == 0:
        return np.zeros(len(some), np.bool_)
    places = np.minimum(np.searchsorted(others, some), len(others) - 1)
    return np.asarray(others[places] == some)


def aligned(*streams: Iterable[PackedNumbers]) -> Iterator[tuple[PackedNumbers, ...]]:
    """Ascending streams, cut at the same values: what is in one tuple is greater than all in the tuples before."""
    waiting = [iter(stream) for stream in streams]
    blocks: list[PackedNumbers] = [_NONE] * len(waiting)
    ended = [False] * len(waiting)
    while True:
        for index, stream in enumerate(waiting):
            while len(blocks[index]) == 0 and not ended[index]:
                following = next(stream, None)
                ended[index] = following is None
                blocks[index] = _NONE if following is None else following
        if not any(len(numbers) for numbers in blocks):
            return
        bounds = [numbers[-1] for numbers, is_last in zip(blocks, ended, strict=True) if not is_last]
        if not bounds:
            yield tuple(blocks)
            return
        bound = min(bounds)
        ends = [int(np.searchsorted(numbers, bound, side="right")) for numbers in blocks]
        yield tuple(numbers[:end] for numbers, end in zip(blocks, ends, strict=True))
        blocks = [numbers[end:] for numbers, end in zip(blocks, ends, strict=True)]
