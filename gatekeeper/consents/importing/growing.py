"""Rows that grow by the million in memory of their own, without a copy when they grow or when they are whole."""

import contextlib
import mmap
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from gatekeeper.consents.importing.rows import RAW, RECORD_TYPE, EntryRows

_FIRST: Final = 1 << 20
_MOST_KEPT: Final = 31 << 20


class GrowingRows:
    """Rows, part after part."""

    def __init__(self) -> None:
        self._subjects, self._records, self._texts = _Memory(), _Memory(), _Memory()
        self.count = 0

    def add(self, part: EntryRows) -> None:
        """Add a part behind those before; its ids count on from theirs."""
        part.records["id"] += self.count
        self._subjects.add(part.subjects)
        self._records.add(part.records.view(RAW))
        self._texts.add(part.texts)
        self.count += len(part.subjects)

    def whole(self) -> EntryRows:
        """All of them. Nothing is to be added any more."""
        return EntryRows(
            self._subjects.whole(np.dtype(np.int64)),
            self._records.whole(RECORD_TYPE),
            self._texts.whole(np.dtype(np.uint8)),
        )


class _Memory:
    """A run of bytes that grows where it is, or is moved by the system's tables alone."""

    def __init__(self) -> None:
        self._mapped = _anonymous(_FIRST)
        self._used = 0

    def add(self, array: NDArray[Any]) -> None:
        end = self._used + array.nbytes
        if end > len(self._mapped):
            self._mapped.resize(max(end, 2 * len(self._mapped)))
            _with_large_pages(self._mapped)
        self._mapped[self._used : end] = np.ascontiguousarray(array).view(np.uint8).data
        self._used = end

    def whole(self, kind: "np.dtype[Any]") -> NDArray[Any]:
        return np.frombuffer(self._mapped, kind, self._used // kind.itemsize)


def keep_freed_memory() -> None:
    """Have the C library keep what is freed for what is asked for next, instead of the system zeroing it each time.

    glibc does so up to the size of the largest piece that was ever freed, and 32 MB at most (`mallopt(3)`,
    M_MMAP_THRESHOLD). Nothing is touched, and elsewhere nothing is changed.
    """
    np.empty(_MOST_KEPT, np.uint8)


def _anonymous(size: int) -> mmap.mmap:
    return mmap.mmap(-1, size, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)


def _with_large_pages(mapped: mmap.mmap) -> None:
    with contextlib.suppress(OSError):  # where the system has none, small ones do
        mapped.madvise(mmap.MADV_HUGEPAGE)
