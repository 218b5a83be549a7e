"""SIP headers: reads Via, addresses (From, To, Route, Contact ...) and what parameters are behind them.

Each reader takes a header's value, unfolded, and gives it in parts or refuses it. Nothing is guessed: what has a comma,
a quote or a bracket where the grammar has none (RFC 3261, section 25.1) is refused, for another reader may take it
otherwise.
"""

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Final, NamedTuple

from gatekeeper.errors import ProtocolError

_TOKEN: Final = rb"[A-Za-z0-9.!%*_+`'~-]+"
_HOST: Final = rb"(?:[A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\])"
_QUOTED: Final = rb"\"(?:[^\"\\]|\\[\x00-\x7f])*\""
_VIA: Final = re.compile(
    rb"SIP[ \t]*/[ \t]*2\.0[ \t]*/[ \t]*(" + _TOKEN + rb")[ \t]+(" + _HOST + rb")[ \t]*(?::[ \t]*([0-9]{1,5}))?[ \t]*"
)
_VALUE: Final = rb"[A-Za-z0-9.!%*_+`'~:\[\]=/-]+"
PARAMETER: Final = re.compile(rb";[ \t]*(" + _TOKEN + rb")[ \t]*(?:=[ \t]*(" + _VALUE + rb"|" + _QUOTED + rb")[ \t]*)?")
_PARAMETERS: Final = re.compile(rb"(?:" + PARAMETER.pattern + rb")*")
_DISPLAY: Final = re.compile(rb"(?:(" + _QUOTED + rb")[ \t]*|([A-Za-z0-9.!%*_+`'~\x80-\xff \t-]*))<([^<>\s\"]+)>[ \t]*")
_BARE: Final = re.compile(rb"([A-Za-z][A-Za-z0-9+.-]*:[^<>\s\",;?]+)[ \t]*")
_MOST_VALUES: Final = 64
_REMEMBERED: Final = 128
"""So many addresses are remembered as they were read. A call's messages repeat them: From and To stand in its INVITE
and in each response, and most are read by more than one reader."""

_MAX_PORT: Final = 65_535


class Via(NamedTuple):
    """One value of a Via header.

    Attributes:
        transport: what carried the message, in upper case.
        host: who sent it, by its own word.
        port: the port, 0 where none is named.
        parameters: by their names in lower case; b"" of those without a value.
    """

    transport: str
    host: str
    port: int
    parameters: Mapping[str, bytes]

    @property
    def branch(self) -> bytes:
        """What names the transaction, or b""."""
        return self.parameters.get("branch", b"")


class NameAddr(NamedTuple):
    """An address (name-addr) of a From, To, Route ...

    Attributes:
        display: the display name, with its quotes, or b"".
        uri: the URI.
        parameters: what stands behind it, by their names in lower case; b"" of those without a value.
        bare: whether the URI stands there without angle brackets.
    """

    display: bytes
    uri: bytes
    parameters: Mapping[str, bytes]
    bare: bool


def split_values(value: bytes) -> list[bytes]:
    """The values of a header whose values commas separate; commas in quotes and in angle brackets separate nothing.

    Raises:
        ProtocolError: a quote or a bracket is not closed, or there are too many values.
    """
    if value.find(b",") < 0:
        return [value]
    found, at = [], 0
    while at <= len(value):
        end = end_of_value(value, at)
        found.append(value[at:end].strip(b" \t"))
        at = end + 1
        if len(found) > _MOST_VALUES:
            raise ProtocolError("a header with too many values")
    return found


def end_of_value(value: bytes, start: int = 0) -> int:
    """Where the value that begins at `start` ends: the place of a comma, or of the end.

    Raises:
        ProtocolError: a quote or a bracket is not closed.
    """
    comma = value.find(b",", start)
    end = len(value) if comma < 0 else comma
    if value.find(b'"', start, end) < 0:
        bracket = value.rfind(b"<", start, end)
        if bracket < 0 or value.find(b">", bracket, end) > 0:
            return end  # all that opens before it is closed before it
    quoted = bracketed = False
    at = start
    while at < len(value):
        octet = value[at]
        if quoted:
            if octet == 0x5C:  # noqa: PLR2004 - a backslash: the next octet is only itself
                at += 1
            elif octet == 0x22:  # noqa: PLR2004 - a quote
                quoted = False
        elif bracketed:
            bracketed = octet != 0x3E  # noqa: PLR2004 - >
        elif octet == 0x2C:  # noqa: PLR2004 - a comma
            return at
        else:
            quoted = octet == 0x22  # noqa: PLR2004
            bracketed = octet == 0x3C  # noqa: PLR2004 - <
        at += 1
    if quoted or bracketed:
        raise ProtocolError("a header with a quote or a bracket that is not closed")
    return len(value)


def read_via(value: bytes) -> Via:
    """Read one value of a Via.

    Raises:
        ProtocolError: it is not plainly one.
    """
    match = _VIA.match(value)
    if match is None:
        raise ProtocolError("a Via that can't be read")
    transport, host, port = match.groups()
    if port and not 0 < int(port) <= _MAX_PORT:
        raise ProtocolError("a Via whose port is not from 1 to 65535")
    parameters = read_parameters(value, match.end())
    return Via(transport.decode("ascii").upper(), host.decode("ascii").lower(), int(port or 0), parameters)


@lru_cache(maxsize=_REMEMBERED)
def read_address(value: bytes) -> NameAddr:
    """Read one address: `"Name" <uri>;parameters`, or a URI by itself.

    Raises:
        ProtocolError: it is not plainly one, or there are several.
    """
    match = _DISPLAY.match(value)
    if match is not None:
        return NameAddr(match[1] or match[2] or b"", match[3], read_parameters(value, match.end()), bare=False)
    match = _BARE.match(value)
    if match is None:
        raise ProtocolError("an address that can't be read")
    # Without brackets, what stands behind a semicolon is the header's (section 20.10).
    return NameAddr(b"", match[1], read_parameters(value, match.end()), bare=True)


def read_parameters(value: bytes, at: int) -> dict[str, bytes]:
    """The parameters from a place in a value on, up to its end.

    Raises:
        ProtocolError: there is something else, or one of them twice.
    """
    if at == len(value):
        return {}
    # Nothing but a parameter begins with a semicolon, and none has one but in quotes: they are cut in one way alone.
    if _PARAMETERS.fullmatch(value, at) is None:
        raise ProtocolError("a header with parameters that can't be read")
    found: dict[str, bytes] = {}
    for octets, text in PARAMETER.findall(value, at):
        name = octets.decode("ascii").lower()
        if name in found:
            raise ProtocolError(f"a header with two parameters {name[:20]}")
        found[name] = text
    return found
