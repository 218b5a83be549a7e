"""The gate's own answers to requests: refusals with their reason, and what a proxy has to say.

An answer repeats Via, From, To, Call-ID and CSeq of its request (RFC 3261, 8.2.6), and has little besides: never much
more than was sent.
"""

from collections.abc import Iterable
from functools import lru_cache
from typing import Final

from gatekeeper.policy import Reason
from gatekeeper.screening import Answer
from gatekeeper.sip.protocol.forward import stamped
from gatekeeper.sip.protocol.headers import Via
from gatekeeper.sip.protocol.message import Message
from gatekeeper.sip.protocol.ports import Hop, Sender, Transport, in_uri
from gatekeeper.text import one_line
from gatekeeper.vocabulary import SipHeader

METHODS: Final = (
    *("ACK", "BYE", "CANCEL", "INFO", "INVITE", "MESSAGE", "NOTIFY", "OPTIONS", "PRACK", "PUBLISH", "REGISTER"),
    *("SUBSCRIBE", "UPDATE"),
)
"""The methods that go on; REFER would make a carrier place a call that nobody checked."""

RETRY_AFTER_S: Final = 5

_ALLOW: Final = b"Allow: " + ",".join(METHODS).encode()
_UNDECIDED: Final = frozenset({Reason.GATE_ERROR, Reason.GATE_DOWN})

BAD_EVENT: Final = (b"489 Bad Event",)
BAD_REQUEST: Final = (b"400 Bad Request",)
CALL_UNKNOWN: Final = (b"481 Call/Transaction Does Not Exist",)
CANCELLED: Final = (b"487 Request Terminated",)
LOOP: Final = (b"482 Loop Detected",)
NO_SUCH_BODY: Final = (b"415 Unsupported Media Type", b"Accept: application/sdp")
NO_SUCH_INFO: Final = (b"415 Unsupported Media Type", b"Accept: application/dtmf-relay, application/media_control+xml")
NO_TRUNK: Final = (b"404 No Such Trunk",)
NOT_ALLOWED: Final = (b"405 Method Not Allowed", _ALLOW)
OK: Final = (b"200 OK",)
PENDING: Final = (b"491 Request Pending",)
OPTIONS_OK: Final = (b"200 OK", _ALLOW)
"""Without an Accept: that it would be `application/sdp` goes without saying (RFC 3261, 20.1)."""
REFER_REFUSED: Final = (b"603 Gatekeeper REFER", _ALLOW)
LEADS_ELSEWHERE: Final = (b"603 Gatekeeper CALL_UNREADABLE",)
TRYING: Final = (b"100 Trying",)
TOO_MANY_HOPS: Final = (b"483 Too Many Hops",)
UNAVAILABLE: Final = (b"503 Service Unavailable", b"Retry-After: %d" % RETRY_AFTER_S)

Lines = tuple[bytes, ...]
"""An answer's own part: status and reason phrase, and header lines."""


def answer_to(message: Message, via: Via, sender: Sender, tag: bytes, lines: Lines) -> bytes:
    """An answer to a request.

    Args:
        message: the request.
        via: its topmost Via.
        sender: where it came from.
        tag: of the To, where the request's has none; b"" for an answer without one.
        lines: the answer's own part.

    Raises:
        ProtocolError: the request's Via can't be cut.
    """
    out = [b"SIP/2.0 " + lines[0]]
    top = True
    for name, value, line in message.headers:
        if name == "via":
            out.append(stamped(value, line, via, sender) if top else line)
            top = False
        elif name == "to":
            tagged = not tag or b"tag=" in value.rpartition(b">")[2].lower()
            out.append(line if tagged else line + b";tag=" + tag)
        elif name in ("from", "call-id", "cseq"):
            out.append(line)
    out += lines[1:]
    return b"\r\n".join(out) + b"\r\nContent-Length: 0\r\n\r\n"


def refusal(answer: Answer) -> Lines:
    """The answer for a call that may not be placed.

    The reason phrase says it all, with `-` for what there is not: Asterisk hands it to the dialplan with the hangup
    cause on every release, but no header of a refusal on any.
    """
    undecided = answer.reason in _UNDECIDED
    head, tail, rest = _frame(answer.reason, answer.hangup_cause, answer.list, answer.provision, answer.retry)
    ident = one_line(answer.id).encode()
    status = b"503" if undecided else b"603"
    return (b"%b Gatekeeper %b %b %b" % (status, head, ident, tail), b"X-Gatekeeper-Decision: " + ident, *rest)


def bad_extension(unsupported: Iterable[bytes]) -> Lines:
    """The answer to what demands something that we don't support: of proxies, that is anything (RFC 3261, 16.3)."""
    return (b"420 Bad Extension", *(b"Unsupported: " + value for value in unsupported))


def redirection(uri: bytes, hop: Hop, decision: str) -> Lines:
    """The answer that sends the asking side to the carrier by itself, with the number that was checked."""
    user = uri.partition(b":")[2].rpartition(b"@")[0] or uri.partition(b":")[2]
    way = "" if hop.transport is Transport.UDP else f";transport={hop.transport.lower()}"
    contact = b"Contact: <sip:%b@%b>" % (user, f"{in_uri(hop.host)}:{hop.port}{way}".encode())
    return (b"302 Moved Temporarily", contact, b"X-Gatekeeper-Decision: " + one_line(decision).encode())


@lru_cache(maxsize=1024)
def _frame(reason: Reason, cause: int, list_name: str, provision: str, retry: str) -> tuple[bytes, bytes, Lines]:
    """What is the same for many refusals: before and behind the decision in the reason phrase, and the headers."""
    rest = [f'Reason: Q.850;cause={cause};text="{reason.value}"', f"{SipHeader.REASON.value}: {reason.value}"]
    for name, value in (
        (SipHeader.LIST, list_name),
        (SipHeader.PROVISION, provision),
        (SipHeader.RETRY_AT, retry),
    ):
        if value:
            rest.append(f"{name.value}: {one_line(value)}")
    if reason in _UNDECIDED:
        rest.append(f"Retry-After: {RETRY_AFTER_S}")
    tail = " ".join(one_line(value) or "-" for value in (list_name, provision, retry))
    return reason.value.encode(), tail.encode(), tuple(line.encode() for line in rest)
