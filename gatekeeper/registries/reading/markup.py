"""XML of do-not-call registries as lines of text, however malformed.

`<list type= level= val=><ac val='416'><ph val='1234567'/></ac></list>`: each `ph` becomes the line `416,1234567`,
and in a list of changes `416,1234567,A`. The published sample is not well-formed XML, so this is not an XML parser: it
looks at tags one by one, and understands no entities, which can so do no harm. A `ph` is never passed over: one without
a number becomes a line that is rejected.
"""

import re
from collections.abc import Iterable, Iterator

from gatekeeper.errors import ImportRefused
from gatekeeper.translation import phrase

_TAG = re.compile(rb"<\s{0,8}(/?)\s{0,8}([A-Za-z_][\w.-]*:)?(\w+)([^<>]*)(>?)([^<]*)", re.ASCII)
_ATTRIBUTE = re.compile(rb"""([\w:.-]+)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'/>]+))""", re.ASCII)
_CHANGE_OF = {
    **dict.fromkeys((b"add", b"adds", b"added"), b"A"),
    **dict.fromkeys((b"del", b"delete", b"deletes", b"deleted", b"remove"), b"D"),
}
_CHANGES = frozenset({b"a", b"d", b"add", b"delete", b"added", b"deleted", b"i", b"r"})
_PLAIN = re.compile(rb"""\s*val=["'](\d+)["']\s*/?\s*""", re.ASCII)
"""What nearly all elements hold; others are looked at more closely."""

_LONGEST = 64 << 10
_UNSAFE = re.compile(rb'[\r\n,"\x00]')


def looks_like_xml(sample: bytes) -> bool:
    """Whether a text begins as XML does."""
    return sample.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] == b"<"


def xml_lines(blocks: Iterable[bytes], name: str, *, complete: bool = True) -> Iterator[bytes]:
    """The numbers of an XML list, one a line.

    Args:
        blocks: the text, in UTF-8 or an encoding based on ASCII.
        name: of the file, for errors.
        complete: whether a text without `</list>` at its end is refused: it was cut off.

    Raises:
        ImportRefused: it is cut off.
    """
    state = _State()
    for block in _between_comments(blocks):
        if lines := state.feed(block):
            yield lines
    if lines := state.end():
        yield lines
    if complete and not state.closed:
        raise ImportRefused(
            phrase("{name} is cut off in the middle: it does not end in </list>; fetch it again", name=name)
        )


class _State:
    """Where in the elements the text is."""

    def __init__(self) -> None:
        self.closed = False
        self._rest = b""
        self._area = b""
        self._prefix = b""
        self._change = b""

    def feed(self, block: bytes) -> bytes:
        """The lines of the tags that are whole by now."""
        data = self._rest + block
        cut = data.rfind(b"<")
        # What stands behind the last tag may be part of it.
        if cut < 0 or len(data) - cut > _LONGEST:
            cut = len(data)
        self._rest = data[cut:]
        return self._lines(data[:cut])

    def end(self) -> bytes:
        """The lines of what is left."""
        rest, self._rest = self._rest, b""
        return self._lines(rest)

    def _lines(self, data: bytes) -> bytes:
        lines: list[bytes] = []
        for closing, _, found, inside, _, behind in _TAG.findall(data):
            tag = found.lower()
            if tag == b"ph" and not closing:
                plain = None if self._change else _PLAIN.fullmatch(inside)
                lines.append(self._prefix + plain[1] + b"\n" if plain else self._line(inside, behind))
            elif tag == b"ac":
                self._area = b"" if closing else _value(inside, behind)
                self._prefix = _UNSAFE.sub(b"?", self._area) + b"," if self._area else b""
            elif tag == b"list":
                self.closed = bool(closing)
            elif tag in _CHANGE_OF:
                self._change = b"" if closing else _CHANGE_OF[tag]
        return b"".join(lines)

    def _line(self, inside: bytes, behind: bytes) -> bytes:
        attributes = _attributes(inside)
        number = attributes.get(b"val", b"").strip() or behind.strip()
        said = (value for name, value in attributes.items() if name != b"val" and value.lower() in _CHANGES)
        change = next(said, self._change)
        cells = [_UNSAFE.sub(b"?", cell) for cell in (self._area, number or b"?" + inside.strip()[:100])]
        return b",".join([cell for cell in (*cells, change) if cell]) + b"\n"


def _attributes(inside: bytes) -> dict[bytes, bytes]:
    return {name.lower(): double or single or bare for name, double, single, bare in _ATTRIBUTE.findall(inside)}


def _value(inside: bytes, behind: bytes) -> bytes:
    return _attributes(inside).get(b"val", b"").strip() or behind.strip()


def _between_comments(blocks: Iterable[bytes]) -> Iterator[bytes]:
    """The text without its comments; one that is not closed soon hides nothing."""
    rest = b""
    for block in blocks:
        data, rest = _without_comments(rest + block)
        if len(rest) > _LONGEST:
            data, rest = data + rest.removeprefix(b"<!--"), b""
        if data:
            yield data
    if rest:
        yield rest.removeprefix(b"<!--")


def _without_comments(data: bytes) -> tuple[bytes, bytes]:
    """The text without comments, and its end from where one may begin that is not closed yet."""
    kept: list[bytes] = []
    position = 0
    last_end = data.rfind(b"-->")
    while (start := data.find(b"<!--", position)) >= 0 and start + 4 <= last_end:
        kept.append(data[position:start])
        position = data.find(b"-->", start + 4) + 3
    if start < 0:
        begun = next((size for size in (3, 2, 1) if data.endswith(b"<!--"[:size])), 0)
        start = max(len(data) - begun, position)
    kept.append(data[position:start])
    return b"".join(kept), data[start:]
