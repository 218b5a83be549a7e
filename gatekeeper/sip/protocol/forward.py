"""Forwarding as a stateless proxy does it (RFC 3261, 16.11): what is changed in a request and in a response.

A request gets our Via on top, and the one below gets `received` and `rport` (RFC 3581); our Route and our own headers
go; Max-Forwards is one less. From a response our Via goes; from a redirection, status and Contact, too. All else stays
byte for byte.
"""

from functools import lru_cache
from typing import TYPE_CHECKING, Final, NamedTuple

from gatekeeper.errors import ProtocolError
from gatekeeper.sip.protocol.branch import Branches
from gatekeeper.sip.protocol.call import OURS
from gatekeeper.sip.protocol.headers import PARAMETER, Via, end_of_value, read_via
from gatekeeper.sip.protocol.message import Message
from gatekeeper.sip.protocol.ports import Hop, Sender, Transport

if TYPE_CHECKING:
    from gatekeeper.sip.protocol.transaction import Incoming

DEFAULT_PORTS: Final = {Transport.UDP: 5060, Transport.TCP: 5060, Transport.TLS: 5061}
_SEAL: Final = "gk"
_TRANSPORTS: Final = {transport.value: transport for transport in Transport}
_FORWARDS: Final = 70
_LOOKED_AT: Final = frozenset({"via", "max-forwards", "route", "content-length"})
"""Headers of a request that are not passed on as they are, or not always."""
_FIRST_REDIRECT, _LAST_REDIRECT = 300, 399
_WAYS_REMEMBERED: Final = 128
_UNAVAILABLE: Final = b"SIP/2.0 480 Temporarily Unavailable"


def forwarded(incoming: "Incoming", branches: Branches, hop: Hop, sent_by: str, routes: int, attempt: int) -> bytes:
    """A request as it is sent on.

    Args:
        incoming: the request; without a fault.
        branches: makes our Via's branch, and the seal by which the way back is known again.
        hop: where it goes.
        sent_by: our `host:port`, as the hop is to see it.
        routes: how many Route values at the beginning are ours: 0 or 1.
        attempt: how many carriers have sent the call back (503).

    Raises:
        ProtocolError: the line of the topmost Via can't be cut.
    """
    message, via, sender, _, key = incoming
    by_udp = hop.transport is Transport.UDP
    rport = b";rport" if by_udp else b""
    branch, seal = branches.branch(key, attempt), seal_of(key, way_back(via, sender), sender, branches)
    ours = b"Via: SIP/2.0/%b %b;branch=%b%b;%b" % (hop.transport.encode(), sent_by.encode(), branch, rport, seal)
    lines = [message.start, ours, *_kept(incoming, routes)]
    if "max-forwards" not in message.values:
        lines.append(b"Max-Forwards: %d" % _FORWARDS)
    if not by_udp and "content-length" not in message.values:
        lines.append(b"Content-Length: %d" % len(message.body))
    return b"%b\r\n\r\n%b" % (b"\r\n".join(lines), message.body)


def _kept(incoming: "Incoming", routes: int) -> list[bytes]:
    """The header lines of a request, as they go on."""
    message = incoming.message
    length = b"%d" % len(message.body)
    lines = []
    top = True
    for name, value, line in message.headers:
        if name not in _LOOKED_AT:
            if not name.startswith(OURS):
                lines.append(line)
        elif name == "via" and top:
            lines.append(stamped(value, line, incoming.via, incoming.sender))
            top = False
        elif name == "max-forwards":
            lines.append(b"Max-Forwards: %d" % (forwards_left(message) - 1))
        elif name == "route" and routes:
            routes = 0
            rest = value[end_of_value(value) + 1 :].strip(b" \t")
            if rest:
                lines.append(b"Route: " + rest)
        elif name == "content-length" and (value != length or line[line.index(b":") - 1] in b" \t"):
            # Octal to some, or no length at all: they would end the message elsewhere, and read what follows.
            lines.append(b"Content-Length: " + length)
        else:
            lines.append(line)
    return lines


def forwards_left(message: Message) -> int:
    """The number of hops that a request without a fault may still go."""
    values = message.values.get("max-forwards")
    return _FORWARDS + 1 if values is None else int(values[0])


def way_back(via: Via, sender: Sender) -> Hop:
    """Where responses to a request go: to where it came from (RFC 3261, 18.2.2; RFC 3581, 4)."""
    port = sender.port if _answers_to_port(via, sender) else via.port or DEFAULT_PORTS[sender.transport]
    return Hop(sender.transport, sender.host, port)


def seal_of(key: bytes, back: Hop, sender: Sender, branches: Branches) -> bytes:
    """The parameter of our Via that has the listener's port, and shows that a way back was ours."""
    seal = branches.seal(
        key, b"%b %b %d %d" % (back.transport.encode(), back.host.encode(), back.port, sender.listener)
    )
    return b"gk=%d.%b" % (sender.listener, seal)


def stamped(value: bytes, line: bytes, via: Via, sender: Sender) -> bytes:
    """The line of a request's topmost Via, with where it came from in its first value.

    `rport` is answered where it was asked for (RFC 3581), and always on a connection, which is found again by it.

    Args:
        value: the header's value.
        line: its line.
        via: its first value, read.
        sender: where the request came from.

    Raises:
        ProtocolError: its values can't be told apart.
    """
    end = end_of_value(value)
    kept = value[:end]
    if "received" not in via.parameters and kept.find(b";rport;") > 0 and kept.find(b'"') < 0:
        kept = kept.replace(b";rport;", b";", 1)  # as Asterisk writes it
    elif "received" in via.parameters or "rport" in via.parameters:
        kept = b"".join(_without(kept, ("received", "rport")))
    rport = b";rport=%d" % sender.port if _answers_to_port(via, sender) else b""
    name = line.partition(b":")[0]
    return b"%b: %b;received=%b%b%b" % (name, kept.rstrip(b" \t"), sender.host.encode(), rport, value[end:])


def _answers_to_port(via: Via, sender: Sender) -> bool:
    return "rport" in via.parameters or sender.transport is not Transport.UDP


def _without(text: bytes, names: tuple[str, ...]) -> list[bytes]:
    """A Via's text in pieces, without some of its parameters."""
    at = text.find(b";")
    pieces = [text[:at]]
    while 0 <= at < len(text):
        match = PARAMETER.match(text, at)
        if match is None:
            raise ProtocolError("a Via with parameters that can't be read")
        if match[1].decode("ascii").lower() not in names:
            pieces.append(match[0])
        at = match.end()
    return pieces


class WayBack(NamedTuple):
    """Where the responses of a transaction go.

    Attributes:
        key: the transaction's.
        to: where to.
        listener: the port of the listener that they answer for.
        attempt: which of the transaction's carriers has responded: how many had sent the call back before it.
    """

    key: bytes
    to: Hop
    listener: int
    attempt: int


class WaysBack:
    """Finds where responses go, by what is the same in all of a transaction's: so it is found out once for each.

    Args:
        branches: makes our branches and seals.
    """

    def __init__(self, branches: Branches) -> None:
        self._branches = branches
        self.find = lru_cache(maxsize=_WAYS_REMEMBERED)(self._find)

    def _find(self, top: bytes, below: bytes, from_tag: bytes, call_id: bytes, cseq: int) -> WayBack | None:
        """The way back of a response; None of one to what we have not sent.

        Args:
            top: its topmost Via.
            below: the Via below that.
            from_tag: the From's tag.
            call_id: the Call-ID.
            cseq: the number of the CSeq.

        Raises:
            ProtocolError: a Via can't be read.
        """
        ours, theirs = read_via(top), read_via(below)
        if not ours.branch.startswith(self._branches.mark):
            return None
        key = self._branches.key(theirs, from_tag, call_id, cseq)
        attempt = self._branches.attempt_of(ours.branch, key)
        return None if attempt < 0 else _sealed_way(ours, theirs, key, attempt, self._branches)


class Returning(NamedTuple):
    """A response on its way back.

    Attributes:
        data: what is sent.
        way: where to.
    """

    data: bytes
    way: WayBack


def returning(message: Message, from_tag: bytes, ways: WaysBack) -> Returning | None:
    """A response to what we sent on, without our Via; None where it is not one.

    Raises:
        ProtocolError: it can't be read.
    """
    top, below, cut = _two_vias(message)
    way = ways.find(top, below, from_tag, message.call_id, message.cseq) if below else None
    if way is None:
        return None
    redirects = _FIRST_REDIRECT <= message.status <= _LAST_REDIRECT
    lines = [_UNAVAILABLE if redirects else message.start]
    ours = True
    for name, _, line in message.headers:
        if ours and name == "via":
            if cut:
                lines.append(b"Via: " + cut)
            ours = False
        elif not (redirects and name == "contact") and not name.startswith(OURS):
            lines.append(line)
    if way.to.transport is not Transport.UDP and "content-length" not in message.values:
        lines.append(b"Content-Length: %d" % len(message.body))
    return Returning(b"\r\n".join(lines) + b"\r\n\r\n" + message.body, way)


def _two_vias(message: Message) -> tuple[bytes, bytes, bytes]:
    """The two topmost Vias, b"" for the second where there is none, and what the first header has behind its first."""
    values = message.values["via"]
    first = values[0]
    end = end_of_value(first)
    cut = first[end + 1 :].strip(b" \t")
    second = cut or (values[1] if len(values) > 1 else b"")
    return first[:end], second[: end_of_value(second)], cut


def _sealed_way(top: Via, below: Via, key: bytes, attempt: int, branches: Branches) -> WayBack | None:
    """The way back that a Via below ours says, if it is as we have sealed it."""
    listener, _, _ = top.parameters.get(_SEAL, b"").partition(b".")
    rport = below.parameters.get("rport", b"")
    transport = _TRANSPORTS.get(below.transport)
    if not listener.isdigit() or transport is None or (rport and not rport.isdigit()):
        return None
    port = int(rport[:5]) if rport else below.port or DEFAULT_PORTS[transport]
    host = below.parameters.get("received", b"").decode("ascii", "replace").strip("[]")
    back = Hop(transport, host, port)
    sender = Sender(transport, host, port, int(listener[:5]))
    if seal_of(key, back, sender, branches) != b"gk=" + top.parameters[_SEAL]:
        return None
    return WayBack(key, back, sender.listener, attempt)
