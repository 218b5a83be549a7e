"""Text of a delivery: makes of its bytes blocks of whole lines whose digits are ASCII."""

import codecs
from collections.abc import Iterable, Iterator
from itertools import chain
from typing import NamedTuple

import numpy as np

from gatekeeper.errors import ImportRefused, TableError
from gatekeeper.tabular.encoding import is_text, named_encoding, unicode_of
from gatekeeper.translation import phrase

MAX_LINE = 64 << 10
"""Bytes a line may have; a longer one is rejected."""

MAX_RECORD_LINES = 50
"""Lines a record with line breaks inside quotes may have."""

SAMPLE = 64 << 10
"""Bytes that are looked at to find out encoding and dialect."""

BLANKS = " \t\r\n\v\f"
"""What may be taken off the ends of a text each of whose characters is a byte: a no-break space may be half of one."""

PLAIN = "ascii-compatible"
"""No decoding: the encoding is one in which ASCII characters are single bytes."""


class Block(NamedTuple):
    """Whole lines of a text.

    Attributes:
        data: the lines, each ending in LF (the last line of a text may lack it).
        line: number of the first line, counted from 1.
    """

    data: bytes
    line: int


def find_encoding(sample: bytes, name: str) -> str:
    """How a text is encoded, by its first bytes; `PLAIN` where that does not matter.

    Raises:
        ImportRefused: it is not text.
    """
    found = unicode_of(sample)
    if found is not None:
        # Behind a mark, Python's own decoder of it.
        wide = found.name.rpartition("-")[0] if found.mark else found.name
        return PLAIN if found.name == "utf-8" else wide
    if not is_text(sample):
        raise ImportRefused(phrase("{name} is not a text file: export the list as text or CSV", name=name))
    return PLAIN


def decoded(blocks: Iterable[bytes], encoding: str, name: str) -> Iterator[bytes]:
    """The text in UTF-8 without a byte order mark. What can't be decoded becomes U+FFFD, which no number has."""
    given = iter(blocks)
    head = next(given, b"")
    try:
        codec = None if encoding == PLAIN else codecs.getincrementaldecoder(named_encoding(encoding, head))("replace")
    except TableError as error:
        raise ImportRefused(phrase("{name}: {error}", name=name, error=error)) from error
    first = True
    for block in chain((head,), given):
        text = block if codec is None else codec.decode(block).encode("utf-8", "replace")
        if first and text:
            text = text.removeprefix(codecs.BOM_UTF8)
            first = False
        yield text
    if codec is not None and (rest := codec.decode(b"", final=True)):
        yield rest.encode("utf-8", "replace")


def text_of(raw: bytes) -> str:
    """A line or a cell as text: UTF-8, or where it is none, cp1252, as Excel writes CSV."""
    try:
        return raw.decode()
    except UnicodeDecodeError:
        return raw.decode("cp1252", "replace")


def whole_lines(blocks: Iterable[bytes], *, quotes: bool) -> Iterator[Block]:
    """Cut at line ends, and where `quotes` are given meaning not within a quoted field.

    A line longer than `MAX_LINE` comes cut to a little more than that, so that it is known for what it is.
    """
    line = 1
    rest = b""
    for block in blocks:
        data = rest + block
        end = data.rfind(b"\n") + 1
        if end == 0:
            # One long line: what is beyond the limit is of no use to anyone.
            rest = data[: MAX_LINE + 1]
            continue
        if quotes and data.count(b'"', 0, end) % 2:
            end = _outside_quotes(data, end)
            if end == 0:
                rest = data
                continue
        rest = data[end:]
        whole = data[:end]
        yield Block(whole, line)
        line += whole.count(b"\n")
    if rest:
        yield Block(rest, line)


def _outside_quotes(data: bytes, end: int) -> int:
    """The last line end with an even number of quotes before it; `end` where there is none nearby.

    0 where the record may be the first, and goes on in the next block.
    """
    cut, quotes = end, data.count(b'"', 0, end)
    for _ in range(MAX_RECORD_LINES):
        before = data.rfind(b"\n", 0, cut - 1) + 1
        if end - before > MAX_LINE:
            break
        if before == 0:
            return 0
        quotes -= data.count(b'"', before, cut)
        cut = before
        if quotes % 2 == 0:
            return cut
    return end


def _has_lone_cr(data: bytes) -> bool:
    octets = np.frombuffer(data, np.uint8)
    return data.endswith(b"\r") or bool(((octets[:-1] == ord("\r")) & (octets[1:] != ord("\n"))).any())


def unix_lines(blocks: Iterable[bytes]) -> Iterator[bytes]:
    """Line ends of old Macs, a lone CR, made LF, also where they stand among others; CR LF may stay.

    A Ctrl-Z at the very end, with which DOS ends a text, is left out.
    """
    carried = b""
    for block in blocks:
        data = carried + block if carried else block
        # A CR that ends a block may be half of a CR LF.
        carried = data[-1:] if data.endswith((b"\r", b"\x1a")) else b""
        if carried:
            data = data[:-1]
        # Few files have a CR, and of most of these each is before an LF: both is known without a copy.
        if b"\r" in data and _has_lone_cr(data):
            data = data.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
        if data:
            yield data
    if carried == b"\r":
        yield b"\n"
