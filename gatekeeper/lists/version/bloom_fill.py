"""Builds a Bloom filter: fills and saves it with NumPy. Imported only where one is built."""

import os
import zlib
from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from gatekeeper.lists.version.bloom import (
    ERROR_RATE,
    MULTIPLIER_1,
    MULTIPLIER_2,
    FilterMeta,
    NumberFilter,
    header_bytes,
)
from gatekeeper.ownership import FINISHED, open_new

_BLOCK = 1 << 15
"""Numbers hashed at a time: their intermediate arrays stay in the processor's cache."""


def build_filter(
    path: Path,
    numbers: NDArray[np.uint64],
    *,
    name: str,
    version: int,
    build: str,
    error_rate: float = ERROR_RATE,
    progress: Callable[[int], None] | None = None,
) -> FilterMeta:
    """Fill a filter with numbers and save it, synced to the disk.

    Slice by slice: at any time only one slice is in memory, as one byte a bit (14 MB for 10 million numbers).

    Args:
        path: where to write; an existing file is overwritten in place, so write aside and rename.
        numbers: uint64, each once; may be a memory-mapped file.
        name: of the list.
        version: of the list.
        build: the version's token.
        error_rate: share of false positives.
        progress: is told how many numbers are done (of `len(numbers)`).
    """
    shape = _shape(max(len(numbers), 1), error_rate)
    slices, width = shape.num_slices, shape.bits_per_slice
    crc = 0
    with open_new(path, FINISHED) as file:
        file.write(b"\0" * 4096)
        for index in range(slices):
            packed = _slice(numbers, index, width)
            crc = zlib.crc32(packed, crc)
            file.write(packed)
            if progress is not None:
                progress(len(numbers) * (index + 1) // slices)
        meta = FilterMeta(name, version, build, len(numbers), shape.capacity, error_rate, slices, width, crc)
        file.seek(0)
        file.write(header_bytes(meta))
        file.flush()
        os.fsync(file.fileno())
    return meta


def _shape(capacity: int, error_rate: float) -> NumberFilter:
    """The sizes pybloom-live chooses, without its making the bits."""
    sample = NumberFilter(1, error_rate)
    ln2 = float(np.log(2))
    width = int(np.ceil(capacity * abs(np.log(error_rate)) / (sample.num_slices * ln2 * ln2)))
    sample._setup(error_rate, sample.num_slices, width, capacity, capacity)  # noqa: SLF001 - pybloom-live has no other way
    return sample


def mix_array(numbers: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """`gatekeeper.lists.version.bloom.mix` of many numbers."""
    x = numbers * np.uint64(MULTIPLIER_1)
    x ^= x >> np.uint64(32)
    x *= np.uint64(MULTIPLIER_2)
    x ^= x >> np.uint64(29)
    return x


def _slice(numbers: NDArray[np.uint64], index: int, width: int) -> bytes:
    bits = np.zeros(width, np.bool_)
    half, low, scale = np.uint64(32), np.uint64(0xFFFFFFFF), np.uint64(width)
    times = np.uint64(index)
    for start in range(0, len(numbers), _BLOCK):
        x = mix_array(numbers[start : start + _BLOCK])
        step = x & low
        step *= times
        x >>= half
        x += step
        x &= low
        x *= scale
        x >>= half
        bits[x] = True
    return np.packbits(bits, bitorder="little").tobytes()
