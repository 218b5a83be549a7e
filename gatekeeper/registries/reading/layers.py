"""Packing that is one stream in another: gzip, xz, zstd, bzip2. Each is read a piece at a time, within bounds."""

import bz2
import gzip
import hashlib
import lzma
import zlib
from collections.abc import Callable, Iterator
from typing import BinaryIO, NamedTuple, Protocol, cast

import zstandard

from gatekeeper.errors import ImportRefused
from gatekeeper.translation import phrase

BLOCK = 1 << 20
"""Bytes read at a time: some 100,000 lines, enough for NumPy and few enough to stop soon at a hopeless file."""

_XZ_MEMORY = 256 << 20
_ZSTD_WINDOW = 128 << 20
_ZSTD_FEED = 1 << 10
"""Bytes given to zstd at a time: what it makes of them at most, 32 MiB, is in memory at once."""


class Reader(Protocol):
    """The part of a file that is used."""

    def read(self, size: int, /) -> bytes:
        """At most so many bytes; none at the end."""


class Stream:
    """A file that is hashed and counted while it is read, and whose next bytes can be looked at.

    Attributes:
        count: bytes read.
        digest: their SHA-256.
    """

    def __init__(self, file: Reader) -> None:
        self.file = file
        self.count = 0
        self.digest = hashlib.sha256()
        self._ahead = b""

    def peek(self, size: int) -> bytes:
        """The next bytes, which `read` gives again."""
        while len(self._ahead) < size and (more := self.file.read(size - len(self._ahead))):
            self._ahead += more
        return self._ahead[:size]

    def read(self, size: int, /) -> bytes:
        """At most so many bytes."""
        ahead, self._ahead = self._ahead, b""
        if len(ahead) > size:
            data, self._ahead = ahead[:size], ahead[size:]
        else:
            data = ahead or self.file.read(size)
        self.count += len(data)
        self.digest.update(data)
        return data

    def blocks(self) -> Iterator[bytes]:
        """All of it."""
        while block := self.read(BLOCK):
            yield block


class Decompressor(Protocol):
    """One stream of a compressed file."""

    @property
    def eof(self) -> bool:
        """Whether it came to its end."""

    @property
    def unused_data(self) -> bytes:
        """What stands behind that."""


class Layer(NamedTuple):
    """A way of packing.

    Attributes:
        magic: how it begins.
        opened: from the packed bytes to the bytes within.
    """

    magic: bytes
    opened: Callable[[Reader], Reader]


class _Unpacked:
    """The bytes in a compressed file that may be several streams one after the other.

    Args:
        packed: the file.
        new: a decompressor for the next stream.
        step: gives a decompressor bytes, and gives back what comes out; b"" asks for more of what it has.
        feed: bytes to give it at a time.
        padding: bytes that may stand behind a stream and mean nothing.
    """

    def __init__(
        self,
        packed: Reader,
        new: Callable[[], Decompressor],
        step: Callable[[Decompressor, bytes], bytes],
        feed: int = BLOCK,
        padding: bytes = b"",
    ) -> None:
        self._packed = packed
        self._new = new
        self._step = step
        self._feed = feed
        self._padding = padding
        self._current: Decompressor | None = None
        self._given = b""
        self._out = b""

    def read(self, size: int, /) -> bytes:
        """At most so many bytes.

        Raises:
            EOFError: it is cut off.
        """
        while not self._out:
            if self._current is not None and self._current.eof:
                self._given = self._current.unused_data.lstrip(self._padding)
                self._current = None
            if self._current is None or getattr(self._current, "needs_input", True):
                given = self._given or self._packed.read(self._feed)
                self._given = b""
                if self._current is None:
                    given = given.lstrip(self._padding)
                if not given:
                    if self._current is None:
                        return b""
                    raise EOFError
                self._current = self._current or self._new()
            else:
                given = b""
            self._out = self._step(self._current, given)
        data, self._out = self._out[:size], self._out[size:]
        return data


def _gzip(packed: Reader) -> Reader:
    return cast("Reader", gzip.GzipFile(fileobj=cast("BinaryIO", _WholeReads(packed)), mode="rb"))


class _WholeReads:
    """Gzip also asks for everything that is left, with -1, which nothing here should do."""

    def __init__(self, packed: Reader) -> None:
        self._packed = packed

    def read(self, size: int = -1, /) -> bytes:
        """At most so many bytes."""
        return self._packed.read(size if size >= 0 else BLOCK)


def _limited(decompressor: Decompressor, given: bytes) -> bytes:
    """A step of xz and bzip2, which make no more at once than they are asked for."""
    return cast("lzma.LZMADecompressor", decompressor).decompress(given, BLOCK)


def _zstd_step(decompressor: Decompressor, given: bytes) -> bytes:
    return cast("zstandard.ZstdDecompressionObj", decompressor).decompress(given)


def _xz(packed: Reader) -> Reader:
    def new() -> Decompressor:
        return lzma.LZMADecompressor(lzma.FORMAT_XZ, memlimit=_XZ_MEMORY)

    return _Unpacked(packed, new, _limited, padding=b"\0")


def _bzip2(packed: Reader) -> Reader:
    return _Unpacked(packed, bz2.BZ2Decompressor, _limited)


def _zstd(packed: Reader) -> Reader:
    def new() -> Decompressor:
        return zstandard.ZstdDecompressor(max_window_size=_ZSTD_WINDOW).decompressobj()

    return _Unpacked(packed, new, _zstd_step, feed=_ZSTD_FEED)


LAYERS = (
    Layer(b"\x1f\x8b", _gzip),
    Layer(b"\xfd7zXZ\x00", _xz),
    Layer(b"\x28\xb5\x2f\xfd", _zstd),
    Layer(b"BZh", _bzip2),
)


class Unpacking:
    """A layer's bytes, with its errors told.

    Args:
        layer: how it is packed.
        packed: the packed bytes.
        name: of the file, for errors.
    """

    def __init__(self, layer: Layer, packed: Reader, name: str) -> None:
        self._file = layer.opened(packed)
        self._name = name

    def read(self, size: int, /) -> bytes:
        """At most so many bytes.

        Raises:
            ImportRefused: it is damaged or cut off.
        """
        try:
            return self._file.read(size)
        except EOFError as error:
            raise ImportRefused(phrase("{name} is cut off in the middle: fetch it again", name=self._name)) from error
        except (gzip.BadGzipFile, zlib.error, lzma.LZMAError, zstandard.ZstdError, OSError) as error:
            if isinstance(error, OSError) and error.errno is not None:
                raise
            raise ImportRefused(
                phrase("{name} is damaged ({error}): fetch it again", name=self._name, error=type(error).__name__)
            ) from error
