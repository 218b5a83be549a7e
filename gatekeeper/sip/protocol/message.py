"""SIP messages (RFC 3261, section 7): reads one into start line, header lines as they came, and body.

Only what every SIP stack cuts into the same lines is plain. A line feed or a carriage return by itself, a NUL, two
Content-Lengths, a second Call-ID: one stack ends a line or a message there, or takes the first, another does not, and
then the number that was checked is not the one that is rung. Such a message has a `fault` and is never sent on; what
can be made out of it is read all the same, so that it can be answered and its call has a row in the log.
"""

import re
from collections.abc import Iterable
from typing import Final

from gatekeeper.sip.protocol.header_names import name_of

MAX_MESSAGE: Final = 65_535
"""The longest message, in bytes: what a datagram holds."""

MAX_HEAD: Final = 24_576
"""The most bytes before the body."""

MAX_LINES: Final = 256
"""The most header lines."""

MAX_LINE: Final = 4_096
"""The longest header line, with what is folded into it."""

_SALVAGED: Final = 64
"""So many header lines are looked at of a message with a fault."""

_ONCE: Final = (
    *("call-id", "content-length", "content-type", "cseq", "from", "max-forwards", "refer-to", "to"),
    *("content-disposition", "content-encoding", "mime-version", "expires", "min-se", "session-expires", "rack"),
)
"""Headers of which a request has one at most."""

_ONCE_IN_RESPONSES: Final = ("call-id", "content-length", "cseq", "from", "to")
"""The same of a response: what says which request it answers, and where it ends."""

_NEEDED: Final = ("via", "from", "to", "call-id", "cseq")
"""Headers that every message has (section 8.1.1)."""
_ALL_NEEDED: Final = frozenset(_NEEDED)
_NOTHING: Final = (b"",)

# To look for an octet takes Python 35 ns, for bytes 200: it tries first whether those are a number.
_BLANK: Final = ord(b" ")
_TAB: Final = ord(b"\t")

_CONTROLS: Final = bytes(range(9)) + bytes(range(10, 32)) + b"\x7f"
_SEPARATOR: Final = re.compile(rb"\xc2\x85|\xe2\x80[\xa8\xa9]")
"""NEL, LS, PS: to who takes octets for text first, they end a line."""

_TOKEN: Final = re.compile(rb"[A-Za-z0-9.!%*_+`'~-]{1,64}")
_REQUEST: Final = re.compile(rb"([A-Za-z0-9.!%*_+`'~-]{1,32}) ([^\s<>\"\x00-\x20\x7f-\xff]{1,1024}) SIP/2\.0")
_RESPONSE: Final = re.compile(rb"SIP/2\.0 ([1-6][0-9][0-9]) ([^\r\n]*)")
_CSEQ: Final = re.compile(rb"([0-9]{1,10})[ \t]+([A-Za-z0-9.!%*_+`'~-]{1,32})")
_COULD_BE_HEADER: Final = re.compile(rb"[ \t]+(?!(?:sips?|tel|urn):)[A-Za-z0-9.!%*_+`'~-]+[ \t]*:", re.IGNORECASE)
_DIGITS: Final = 6
"""The most digits of a length."""
_ENDS: Final = re.compile(rb"\r\n|\r|\n")
_OF_HEADER: Final = 400
"""About what a header takes beside its octets: its parts as objects, twice."""

_MAX_FORWARDS: Final = 255
_MAX_CSEQ: Final = 2**31


Header = tuple[str, bytes, bytes]
"""A header line: name, value, line. A plain tuple: a message has some twenty, and they are on every call's way.

The name is in lower case, never the compact form; "" where it is not a name. The value is without the blanks around it,
and unfolded. The line is as it came, without the line's end; with the ends inside it where it is folded.
"""


class Message:
    """A SIP message.

    Attributes:
        start: the start line, without its end.
        headers: the header lines, in their order.
        body: the body.
        fault: why it is not plain, or "".
        method: of a request; of a response "".
        uri: of a request, the Request-URI.
        status: of a response; of a request 0.
        call_id: the Call-ID.
        cseq: the number of the CSeq.
        cseq_method: its method: of a response, what it answers.
        size: about how many octets of memory it takes.
        values: by name, the values of all headers of that name.
    """

    __slots__ = (
        "body",
        "call_id",
        "cseq",
        "cseq_method",
        "fault",
        "headers",
        "method",
        "size",
        "start",
        "status",
        "uri",
        "values",
    )

    def __init__(self, start: bytes, headers: list[Header], values: dict[str, list[bytes]], fault: str) -> None:
        self.start = start
        self.headers = headers
        self.values = values
        self.body = b""
        self.fault = fault
        self.method = ""
        self.uri = b""
        self.status = 0
        self.call_id = b""
        self.cseq = 0
        self.cseq_method = ""
        self.size = _OF_HEADER * len(headers)

    def first(self, name: str) -> bytes:
        """The first value of a header, or b""."""
        values = self.values.get(name)
        return values[0] if values else b""

    def blame(self, fault: str) -> None:
        """Note a fault; the first one counts."""
        self.fault = self.fault or fault


def read_message(data: bytes, *, stream: bool) -> Message | None:
    """Read a whole message; None where not even its first line can be taken for one of SIP.

    Args:
        data: the message; of a datagram, all of it.
        stream: whether it came by a connection, where Content-Length is needed (section 18.3).
    """
    data = data.lstrip(b"\r\n")
    head, end, body = data.partition(b"\r\n\r\n")
    fault = _fault_of_head(head, end, len(data))
    if fault:
        return _salvaged(head, fault)
    message = _read_head(head)
    if message is None:
        return None
    message.size += 2 * len(data)
    _read_length(message, body, stream=stream)
    _read_core(message)
    return message


def read_length(values: list[bytes]) -> int:
    """The length that Content-Length headers say; -1 where they do not say one plainly."""
    if len(values) != 1 or len(values[0]) > _DIGITS or not values[0].isdigit():
        return -1
    return int(values[0])


def _fault_of_head(head: bytes, end: bytes, size: int) -> str:
    if size > MAX_MESSAGE or len(head) > MAX_HEAD:
        return "the message is too long"
    if not end:
        return "no empty line ends the headers"
    ends = head.count(b"\r\n")
    if head.count(b"\n") != ends or head.count(b"\r") != ends:
        return "a line feed or a carriage return stands by itself"
    if len(head.translate(None, _CONTROLS)) != len(head) - 2 * ends:
        return "a control character in the headers"
    if not head.isascii() and _SEPARATOR.search(head):
        return "a line separator of Unicode in the headers"
    return "too many headers" if ends > MAX_LINES else ""


def _read_head(head: bytes) -> Message | None:
    lines = head.split(b"\r\n")
    start = lines.pop(0)
    folded = head.find(b"\r\n ") >= 0 or head.find(b"\r\n\t") >= 0
    if folded:
        lines = _unfolded(lines)
    long = len(head) > MAX_LINE
    fault = ""
    headers: list[Header] = []
    values: dict[str, list[bytes]] = {}
    for line in lines:
        raw, colon, value = line.partition(b":")
        name = name_of(raw) if colon else ""
        if not name:
            fault = fault or "a line that is not a header"
        elif long and len(line) > MAX_LINE:
            fault = fault or f"a header is longer than {MAX_LINE} bytes"
        if folded and b"\r" in value:
            if name == "content-length":
                fault = fault or "a Content-Length that is folded"
            value = b" ".join(part.strip(b" \t") for part in value.split(b"\r\n"))
        value = value.strip(b" \t")
        headers.append((name, value, line))
        if name in values:
            values[name].append(value)
        else:
            values[name] = [value]
    message = Message(start, headers, values, fault)
    return message if _read_start(message) else None


def _unfolded(lines: list[bytes]) -> list[bytes]:
    """The header lines, with those that begin with a blank put to the one before (section 7.3.1).

    A line of blanks alone is left where it is, and is a fault there: to some it is the empty line. So is one that could
    be a header, to who takes blanks off, or knows nothing of folding, which RFC 7230 has given up.
    """
    found: list[bytes] = []
    for line in lines:
        if line[:1] in (b" ", b"\t") and found and line.strip(b" \t") and not _COULD_BE_HEADER.match(line):
            found[-1] += b"\r\n" + line
        else:
            found.append(line)
    return found


def _read_start(message: Message) -> bool:
    """Read the start line; False where it is not one of SIP."""
    request = _REQUEST.fullmatch(message.start)
    if request is not None:
        message.method = request[1].decode("ascii")
        message.uri = request[2]
        return True
    response = _RESPONSE.fullmatch(message.start)
    if response is not None:
        message.status = int(response[1])
        return True
    word, *rest = message.start.split(maxsplit=1)[:2] or [b""]
    if b"SIP/" not in message.start.upper() or word.upper().startswith(b"SIP/") or not _TOKEN.fullmatch(word):
        return False
    # Something like a request.
    message.method = word.decode("ascii")[:32]
    message.uri = b"".join(rest).rpartition(b" ")[0].strip()[:1024]
    message.blame("a request line that is not plainly METHOD URI SIP/2.0")
    return True


def _read_length(message: Message, body: bytes, *, stream: bool) -> None:
    """Cut the body to its length.

    Behind it a datagram may have more, which is dropped; one that has less is refused; and where a connection carries
    messages, only the length tells them apart (section 18.3).
    """
    values = message.values.get("content-length")
    if values is None:
        if stream:
            message.blame("no Content-Length, by a connection")
        message.body = body
        return
    length = read_length(values)
    if length < 0:
        message.blame("a Content-Length that is not one plain number")
    elif length > len(body):
        message.blame("the body is shorter than its Content-Length")
    message.body = body[:length] if length >= 0 else b""


def _read_core(message: Message) -> None:
    """Read Call-ID and CSeq, and see that what must be there is, once."""
    values = message.values
    if not values.keys() >= _ALL_NEEDED:
        message.blame(f"no {next(name for name in _NEEDED if name not in values)} header")
    if len(values) - 1 + len(values.get("via", ())) < len(message.headers):
        # Something else than a Via is there twice. Nobody is rung by a response, whatever it says.
        _demand_one_each(message, _ONCE_IN_RESPONSES if message.status else _ONCE)
    message.call_id = values.get("call-id", _NOTHING)[0]
    if not message.call_id or _BLANK in message.call_id or _TAB in message.call_id or len(message.call_id) > 256:  # noqa: PLR2004 - Asterisk's is 36 long
        message.blame("a Call-ID that is not one word")
    for value in values.get("max-forwards", ()) if not message.status else ():
        if not value.isdigit() or len(value) > _DIGITS or int(value) > _MAX_FORWARDS:
            message.blame("a Max-Forwards that is not a number up to 255")
    match = _CSEQ.fullmatch(values.get("cseq", _NOTHING)[0])
    if match is None or int(match[1]) >= _MAX_CSEQ:
        message.blame("a CSeq that is not a number and a method")
        return
    message.cseq = int(match[1])
    message.cseq_method = match[2].decode("ascii")
    if message.method and message.cseq_method != message.method:
        message.blame("the CSeq names another method")


def _demand_one_each(message: Message, names: Iterable[str]) -> None:
    for name in names:
        if len(message.values.get(name, ())) > 1:
            message.blame(f"more than one {name} header")


def _salvaged(head: bytes, fault: str) -> Message | None:
    """What can be made out of a message that is cut into lines in more than one way; none of it is sent on."""
    lines = _ENDS.split(head[:MAX_HEAD])
    lines = [line.translate(None, _CONTROLS) for line in lines[: _SALVAGED + 1]]
    headers: list[Header] = []
    values: dict[str, list[bytes]] = {}
    for line in lines[1:]:
        raw, colon, value = line.partition(b":")
        name = name_of(raw) if colon else ""
        if name and len(line) <= MAX_LINE:
            headers.append((name, value.strip(b" \t"), line))
            values.setdefault(name, []).append(value.strip(b" \t"))
    message = Message(lines[0], headers, values, fault)
    message.size += 2 * len(head)
    if len(lines[0]) > MAX_LINE or not _read_start(message):
        return None
    _read_core(message)
    return message
