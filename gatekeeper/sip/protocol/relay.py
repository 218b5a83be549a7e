"""Relay: makes the effects by which requests are answered and sent on, and knows our branches in what comes back."""

from typing import Final

from gatekeeper.errors import ProtocolError
from gatekeeper.sip.protocol.answers import TRYING, Lines, answer_to
from gatekeeper.sip.protocol.branch import KEY_SIZE, Branches
from gatekeeper.sip.protocol.forward import forwarded, way_back
from gatekeeper.sip.protocol.headers import end_of_value, read_address, read_via
from gatekeeper.sip.protocol.message import Message
from gatekeeper.sip.protocol.ports import Carriers, Hop, Send, Sender
from gatekeeper.sip.protocol.transaction import Incoming

_KEY_DIGITS: Final = 2 * KEY_SIZE
_BEFORE_BRANCH: Final = 4096


class Relay:
    """Answers requests and sends them on.

    Args:
        branches: makes our branches and tags.
        carriers: knows our address as carriers see it.
    """

    def __init__(self, branches: Branches, carriers: Carriers) -> None:
        self._branches = branches
        self._sent_by = carriers.sent_by

    def incoming(self, message: Message, sender: Sender) -> Incoming:
        """A request with what names its transaction.

        Raises:
            ProtocolError: its topmost Via can't be read.
        """
        values = message.values.get("via")
        if values is None:
            raise ProtocolError("a request without a Via")
        via = read_via(values[0][: end_of_value(values[0])].rstrip(b" \t"))
        from_tag = tag_of(message, "from")
        return Incoming(
            message, via, sender, from_tag, self._branches.key(via, from_tag, message.call_id, message.cseq)
        )

    def answer(self, incoming: Incoming, lines: Lines) -> Send:
        """Answer a request.

        Raises:
            ProtocolError: its topmost Via can't be cut.
        """
        tag = b"" if lines is TRYING else self._branches.tag(incoming.key)
        sender = incoming.sender
        data = answer_to(incoming.message, incoming.via, sender, tag, lines)
        return Send(data, way_back(incoming.via, sender), back=True, listener=sender.listener)

    def on(self, incoming: Incoming, hop: Hop, routes: int, attempt: int = 0) -> Send:
        """Send a request on.

        Raises:
            ProtocolError: its topmost Via, or its Route, can't be cut.
        """
        return Send(forwarded(incoming, self._branches, hop, self._sent_by(hop), routes, attempt), hop, back=False)

    def acknowledge(self, incoming: Incoming, hop: Hop, attempt: int, refusal: Message) -> Send:
        """Acknowledge a carrier's refusal that goes no further (RFC 3261, 17.1.1.3): the asking side won't.

        Args:
            incoming: the INVITE.
            hop: the carrier.
            attempt: which of the call's carriers it is.
            refusal: the response.
        """
        message, key = incoming.message, incoming.key
        branch = self._branches.branch(key, attempt)
        via = b"Via: SIP/2.0/%b %b;branch=%b" % (hop.transport.encode(), self._sent_by(hop).encode(), branch)
        kept = {name: line for name, _, line in message.headers if name in ("from", "call-id")}
        to = next((line for name, _, line in refusal.headers if name == "to"), b"")
        data = b"\r\n".join((
            b"ACK %b SIP/2.0" % message.uri, via, b"Max-Forwards: 70", kept["from"], to, kept["call-id"],
            b"CSeq: %d ACK" % message.cseq, b"Content-Length: 0", b"", b"",
        ))  # fmt: skip
        return Send(data, hop, back=False)

    def loops(self, message: Message) -> bool:
        """Whether a request has been here before: one of its Vias is ours."""
        mark = self._branches.mark
        return any(value.find(mark) >= 0 for value in message.values.get("via", ()))

    def key_in(self, data: bytes) -> bytes:
        """The key of a transaction by the beginning of a request that we sent; b"" where it can't be told."""
        mark = self._branches.mark
        at = data.find(mark, 0, _BEFORE_BRANCH)
        digits = data[at + len(mark) : at + len(mark) + _KEY_DIGITS] if at >= 0 else b""
        try:
            return bytes.fromhex(digits.decode("ascii")) if len(digits) == _KEY_DIGITS else b""
        except ValueError:
            return b""


def uri_of(message: Message, name: str) -> bytes:
    """The URI of an address in a header; b"" of one that has none, or can't be read."""
    try:
        return read_address(message.first(name)).uri
    except ProtocolError:
        return b""


def tag_of(message: Message, name: str) -> bytes:
    """The tag of a From or To; b"" of one that has none, or can't be read."""
    values = message.values.get(name)
    try:
        return read_address(values[0]).parameters.get("tag", b"") if values else b""
    except ProtocolError:
        return b""
