"""The Bloom filter: tells of most numbers that they are not listed without asking the exact store.

pybloom-live's `BloomFilter` with a hash for integers in place of its hash for texts. Everything here works on saved
filters without NumPy; `gatekeeper.lists.version.bloom_fill` fills them.

A number is mixed into 64 bits, the upper 32 of which are the first hash and the lower 32 the step to the next
(Kirsch and Mitzenmacher's double hashing). Each hash is scaled to a slice by multiplication.
"""

import json
import mmap
import struct
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

from bitarray import bitarray
from pybloom_live import BloomFilter

from gatekeeper.errors import FilterMismatchError

ERROR_RATE = 0.001
"""Share of the numbers that are not listed for which the exact store is asked in vain."""

HASH = "mix64-1"
"""Names the mix: a filter saved under another name is rebuilt."""

MASK64 = (1 << 64) - 1
MASK32 = (1 << 32) - 1
MULTIPLIER_1 = 0x9E3779B97F4A7C15
MULTIPLIER_2 = 0xBF58476D1CE4E5B9
# 2^64 divided by the golden ratio, and the first multiplier of the splitmix64 finaliser.

_MAGIC = b"GKBLOOM1"
_HEADER = 4096
"""Bytes before the bits: a page, so that the bits begin on one."""
_FIXED = struct.Struct("<8sII")  # magic, length of the JSON text, its CRC-32
_CHUNK = 4 << 20


class FilterMeta(NamedTuple):
    """What a saved filter says of itself.

    Attributes:
        list: name of the list.
        version: of the list.
        build: token that the version's row and file hold, too.
        count: numbers in it.
        capacity: numbers it was sized for.
        error_rate: the false positives it was sized for.
        slices: how many bits a number sets.
        bits_per_slice: length of a slice.
        crc: CRC-32 of the bits.
        hash: name of the mix.
    """

    list: str
    version: int
    build: str
    count: int  # type: ignore[assignment] # hides tuple.count, which nobody needs of a record
    capacity: int
    error_rate: float
    slices: int
    bits_per_slice: int
    crc: int
    hash: str = HASH


def mix(number: int) -> int:
    """64 well-mixed bits of a number below 2^64; two numbers never have the same."""
    x = number * MULTIPLIER_1 & MASK64
    x ^= x >> 32
    x = x * MULTIPLIER_2 & MASK64
    return x ^ (x >> 29)


def make_hashes_of(slices: int, bits_per_slice: int) -> Callable[[int], Iterator[int]]:
    """What pybloom-live calls `make_hashes`: one position in each slice for a number."""

    def make_hashes(number: int) -> Iterator[int]:
        x = mix(number)
        step = x & MASK32
        x >>= 32
        for _ in range(slices):
            yield x * bits_per_slice >> 32
            x = x + step & MASK32

    return make_hashes


class NumberFilter(BloomFilter):  # type: ignore[misc]
    """A Bloom filter of numbers.

    Slices are a whole number of bytes, so that each can be filled and packed by itself.

    Args:
        capacity: how many numbers it is for.
        error_rate: share of false positives when it is full.
    """

    def _setup(self, error_rate: float, num_slices: int, bits_per_slice: int, capacity: int, count: int) -> None:
        self.error_rate = error_rate
        self.num_slices = num_slices
        self.bits_per_slice = (bits_per_slice + 7) // 8 * 8
        self.capacity = capacity
        self.num_bits = num_slices * self.bits_per_slice
        self.count = count
        self.make_hashes = make_hashes_of(num_slices, self.bits_per_slice)
        self.hashfn = None

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)
        self.make_hashes = make_hashes_of(self.num_slices, self.bits_per_slice)

    @classmethod
    def over(cls, meta: FilterMeta, bits: bitarray) -> "NumberFilter":
        """A filter over bits that are already there, such as those of a saved file."""
        made = cls.__new__(cls)
        made._setup(meta.error_rate, meta.slices, meta.bits_per_slice, meta.capacity, meta.count)  # noqa: SLF001 - its own class
        made.bitarray = bits
        return made


class SavedFilter:
    """A filter's file, mapped into memory: opened in a moment, its pages shared between processes.

    Args:
        path: of the file.

    Raises:
        FilterMismatchError: it is not a complete filter file.
    """

    def __init__(self, path: Path) -> None:
        try:
            with path.open("rb") as file:
                self._map = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        except (OSError, ValueError) as error:
            raise FilterMismatchError(f"{path} can't be opened: {error}") from error
        try:
            self.meta = _parse_header(self._map, path)
        except BaseException:
            self._map.close()
            raise
        self._bits = memoryview(self._map)[_HEADER:]
        self.filter = NumberFilter.over(self.meta, bitarray(endian="little", buffer=self._bits))
        self.path = path

    @property
    def size(self) -> int:
        """Bytes of the bits."""
        return len(self._bits)

    def intact(self) -> bool:
        """Whether the bits are those that were saved; reads all of them (some 0.3 ms a megabyte)."""
        crc = 0
        for start in range(0, len(self._bits), _CHUNK):
            crc = zlib.crc32(self._bits[start : start + _CHUNK], crc)
        return crc == self.meta.crc

    def close(self) -> None:
        """Give the mapping back. The filter must not be used any more."""
        self.filter.bitarray = bitarray()
        try:
            self._bits.release()
            self._map.close()
        except BufferError:
            # Someone still holds the bits: the mapping goes with the last of them.
            pass


def _parse_header(data: mmap.mmap, path: Path) -> FilterMeta:
    if len(data) <= _HEADER:
        raise FilterMismatchError(f"{path} is too short")
    magic, length, crc = _FIXED.unpack_from(data)
    text = data[_FIXED.size : _FIXED.size + min(length, _HEADER)]
    if magic != _MAGIC or zlib.crc32(text) != crc:
        raise FilterMismatchError(f"{path} is not a saved filter, or its header is damaged")
    meta = FilterMeta(**json.loads(text))
    if meta.hash != HASH:
        raise FilterMismatchError(f"{path} was made with the hash {meta.hash}, this version uses {HASH}")
    if len(data) - _HEADER != meta.slices * meta.bits_per_slice // 8:
        raise FilterMismatchError(f"{path} has not the length its header tells")
    return meta


def header_bytes(meta: FilterMeta) -> bytes:
    """The first page of a filter's file."""
    text = json.dumps(meta._asdict(), separators=(",", ":")).encode()
    return (_FIXED.pack(_MAGIC, len(text), zlib.crc32(text)) + text).ljust(_HEADER, b"\0")
