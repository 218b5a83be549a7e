"""Encoding of a table's text, as far as its first bytes tell it; and whether it is text at all."""

import codecs
from typing import Final, NamedTuple

from gatekeeper.errors import TableError
from gatekeeper.translation import phrase

_MARKS: Final = (
    # UTF-32 first: its mark begins with that of UTF-16.
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
    (codecs.BOM_UTF8, "utf-8"),
)
_PACKED: Final = (b"\x1f\x8b", b"\xd0\xcf\x11\xe0")
"""gzip, and Office files of before 2007."""

_UNORDERED: Final = frozenset({"utf-16", "utf-32"})
_ASCII: Final = ';,\t|"\r\n0123456789'

_CONTROL: Final = frozenset(range(32)) - frozenset(b"\t\n\r\x0c\x1a")


class Unicode(NamedTuple):
    """An encoding that the bytes themselves show.

    Attributes:
        name: Python's.
        mark: the byte order mark, b"" without one.
    """

    name: str
    mark: bytes


def unicode_of(sample: bytes) -> Unicode | None:
    """By a byte order mark, or by the zeros of UTF-16; None where the bytes do not show it.

    Args:
        sample: the first bytes of a text in which there are digits, delimiters or Latin letters.
    """
    for mark, name in _MARKS:
        if sample.startswith(mark):
            return Unicode(name, mark)
    size = max(len(sample), 1)
    if sample.count(0) * 10 > size * 3:
        # ASCII characters have a zero byte each: behind them little-endian, before them big-endian.
        for name, zeros in (("utf-16-le", sample[1::2]), ("utf-16-be", sample[::2])):
            if zeros.count(0) * 10 > size * 3:
                return Unicode(name, b"")
    return None


def is_text(sample: bytes) -> bool:
    """Whether bytes of which `unicode_of` says nothing may be text, in an encoding based on ASCII."""
    control = sum(sample.count(code) for code in _CONTROL)
    return not sample.startswith(_PACKED) and control * 20 <= max(len(sample), 1)


def named_encoding(told: str, sample: bytes = b"") -> str:
    """The encoding that a person means, by Python's name for it.

    Args:
        told: as it was given.
        sample: the first bytes: UTF-16 and UTF-32 whose order was not told have the one that these show, else the
            little-endian one.

    Raises:
        TableError: there is no such encoding of text, or none that can be read block by block.
    """
    try:
        name = codecs.lookup(told).name
        if name in _UNORDERED:
            shown = unicode_of(sample)
            return shown.name if shown is not None and shown.name.startswith(name) else f"{name}-le"
        # `hex` is a codec but no encoding, `idna` is one of single names.
        "0".encode(name)
        codecs.getincrementaldecoder(name)("replace").decode(b"0\xff", final=True)
    except (LookupError, ValueError):
        raise TableError(phrase("there is no encoding {told!r}", told=told[:40])) from None
    return name


def keeps_ascii(name: str) -> bool:
    """Whether delimiters, digits and line ends are the bytes of ASCII in an encoding."""
    try:
        return _ASCII.encode(name) == _ASCII.encode()
    except UnicodeError:
        return False
