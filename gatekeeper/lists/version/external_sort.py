"""External sort: sorts more numbers than memory should hold, in runs in a file, and merges them range by range."""

import errno
import os
import tempfile
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray

PackedNumbers = NDArray[np.uint64]

RUN = 1 << 20
"""Numbers in a run. Sorting one takes some 20 ms, so that it is done beside the reading."""

RANGE = 1 << 18
"""Numbers merged at a time, about: a range is sorted within the processor's cache."""


class SortedRuns:
    """Collects numbers in any order and gives them back sorted, each once.

    The numbers lie in nameless files in a folder: they take disk, not memory, and a killed process leaves none behind.

    Args:
        folder: on the disk that has room for 16 bytes a number.
        workers: where the sorting is done.
    """

    def __init__(self, folder: Path, workers: ThreadPoolExecutor) -> None:
        self._folder = folder
        self._workers = workers
        self._file: BinaryIO = tempfile.TemporaryFile(dir=folder)  # noqa: SIM115 - closed in close()
        self._pending: list[PackedNumbers] = []
        self._pending_count = 0
        self._lengths: list[int] = []
        self._sorting: Future[PackedNumbers] | None = None
        self.total = 0
        self.merged_count = 0

    def add(self, numbers: PackedNumbers) -> None:
        """Take numbers over; the array must not be changed afterwards."""
        if len(numbers) == 0:
            return
        self._pending.append(numbers)
        self._pending_count += len(numbers)
        self.total += len(numbers)
        if self._pending_count >= RUN:
            self._start_run()

    def _start_run(self) -> None:
        block = np.concatenate(self._pending)
        self._pending, self._pending_count = [], 0
        self._write_run()
        self._sorting = self._workers.submit(_sorted, block)

    def _write_run(self) -> None:
        if self._sorting is not None:
            block = self._sorting.result()
            self._sorting = None
            self._file.write(block.data)
            self._lengths.append(len(block))

    def merge(self) -> Iterator[PackedNumbers]:
        """Every number once, in ascending order, in arrays of about `RANGE`. Call it once, after the last `add`."""
        if self._pending:
            self._start_run()
        self._write_run()
        if not self._lengths:
            return
        self._file.flush()
        everything: PackedNumbers = np.memmap(self._file, np.uint64, "r")
        runs = np.split(everything, np.cumsum(self._lengths)[:-1])
        positions = [0] * len(runs)
        for bound in _bounds(runs, self.total):
            parts = []
            for index, run in enumerate(runs):
                end = len(run) if bound is None else int(np.searchsorted(run, bound))
                parts.append(run[positions[index] : end])
                positions[index] = end
            merged = _unique(np.concatenate(parts))
            self.merged_count += len(merged)
            if len(merged):
                yield merged

    def close(self) -> None:
        """Give the disk back."""
        self._file.close()


class Spool:
    """The merged numbers in a nameless file: written by one thread, read by another meanwhile, then mapped.

    Args:
        folder: on the disk that has room for 8 bytes a number.
    """

    def __init__(self, folder: Path) -> None:
        self._file: BinaryIO = tempfile.TemporaryFile(dir=folder, buffering=0)  # noqa: SIM115 - closed in close()
        self.count = 0

    def append(self, numbers: PackedNumbers) -> None:
        """Write numbers behind those that are there."""
        rest = numbers.data.cast("B")
        while rest:
            rest = rest[self._file.write(rest) :]
        self.count += len(numbers)

    def between(self, start: int, end: int) -> Iterator[PackedNumbers]:
        """The numbers from one count up to another, some at a time."""
        for begin in range(start, end, RANGE):
            size = min(RANGE, end - begin) * 8
            data = os.pread(self._file.fileno(), size, begin * 8)
            if len(data) != size:
                raise OSError(errno.EIO, "a temporary file is shorter than what was written to it")
            yield np.frombuffer(data, np.uint64)

    def read(self) -> PackedNumbers:
        """All of them, mapped from the file."""
        if self.count == 0:
            return np.empty(0, np.uint64)
        return np.memmap(self._file, np.uint64, "r")

    def close(self) -> None:
        """Give the disk back."""
        self._file.close()


def _sorted(numbers: PackedNumbers) -> PackedNumbers:
    numbers.sort()
    return numbers


def _unique(numbers: PackedNumbers) -> PackedNumbers:
    numbers.sort()
    keep = np.empty(len(numbers), np.bool_)
    keep[:1] = True
    np.not_equal(numbers[1:], numbers[:-1], out=keep[1:])
    return numbers if keep.all() else numbers[keep]


def _bounds(runs: list[PackedNumbers], total: int) -> Iterator[np.uint64 | None]:
    """Values that cut all runs into ranges of about `RANGE` numbers; None for the last, which has no upper bound.

    The values are drawn evenly from every run. A number that is there more often than a range is long makes that
    range longer, by no more than its repetitions.
    """
    ranges = max(1, -(-total // RANGE))
    samples = np.sort(np.concatenate([run[:: max(1, RANGE // 64)] for run in runs]))
    cuts = np.unique(samples[np.linspace(0, len(samples) - 1, ranges + 1).astype(np.int64)[1:-1]])
    yield from cuts
    yield None
