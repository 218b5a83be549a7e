"""Doubts about requests: finds what in one leads a carrier to somebody else than its Request-URI names, or could.

A header that replaces or refers, an option that is demanded, a body that does not describe a session: whatever is
known to do so, and whatever is not known to be harmless where such things stand, is a doubt.
"""

from collections.abc import Iterable
from typing import Final, NamedTuple

from gatekeeper.errors import ProtocolError
from gatekeeper.policy import Reason
from gatekeeper.sip.protocol.headers import split_values
from gatekeeper.sip.protocol.message import Message

LEAD_ELSEWHERE: Final = frozenset({
    "also", "join", "p-called-party", "p-called-party-id", "p-dcs-osps", "p-dcs-redirect", "refer-to", "replaces",
    "target-dialog", "trigger-consent",
})  # fmt: skip
"""Headers that can make a carrier connect the call to somebody else (RFC 3891, 3911, 4538, 5360, 5503, 7315)."""

_EXTENSIONS: Final = frozenset({
    "100rel", "answermode", "from-change", "gruu", "histinfo", "ice", "norefersub", "path", "precondition",
    "sec-agree", "timer",
})  # fmt: skip
"""Option tags that a call may demand of a carrier (`Require`): they concern its media and its dialog."""

_OF_EMERGENCIES: Final = frozenset({"outbound", "resource-priority"})
"""Others that an emergency call goes on with: a connection (RFC 5626), and its own rank (RFC 4412)."""

_SDP: Final = b"application/sdp"

_NAMES_OTHERS: Final = (b"resource-lists", b"recipient-list", b"application/isup", b"application/qsig", b"csta")
"""What a body says of itself that names whom to ring (RFC 5366, RFC 3204, ECMA-323): an emergency does not cover it.

An emergency's own parts are the session, the caller's place (RFC 6442) and what helps (RFC 7852)."""


class Doubt(NamedTuple):
    """What makes a call one that is refused.

    Attributes:
        reason: the code.
        why: for the log of the daemon.
        harmless: whether it leads nobody elsewhere, so that an emergency call goes on with it.
    """

    reason: Reason
    why: str
    harmless: bool = False


def unclear(why: str, *, harmless: bool = False) -> Doubt:
    """A doubt about how a call is written."""
    return Doubt(Reason.CALL_UNREADABLE, why, harmless)


def doubts_of(message: Message) -> Iterable[Doubt]:
    """What in a request that sets up or changes a session may lead elsewhere, beside its URIs."""
    values = message.values
    if not values.keys().isdisjoint(LEAD_ELSEWHERE):
        yield unclear(f"the {message.method} has a header {min(values.keys() & LEAD_ELSEWHERE)}")
    if "proxy-require" in values:
        yield unclear(f"the {message.method} demands something of proxies (Proxy-Require)", harmless=True)
    if "require" in values:
        for tag in strange_tags(message):
            # The tag itself stays out of the log: its sender may write a number there.
            yield unclear(f"the {message.method} requires what is not known here", harmless=tag in _OF_EMERGENCIES)
    if not is_session(message):
        yield unclear("the body is not a plain description of a session (SDP)", harmless=not _names_others(message))
    if message.method == "INVITE" and not _has_one_contact(message):
        yield unclear("the INVITE has no Contact, or several", harmless=True)


def strange_tags(message: Message) -> list[str]:
    """The option tags that a request demands and that are not known to be harmless."""
    words = [word for value in message.values.get("require", ()) for word in value.split(b",")]
    tags = [word.strip().lower().decode("ascii", "replace") for word in words]
    return [tag for tag in tags if tag and tag not in _EXTENSIONS]


def is_session(message: Message) -> bool:
    """Whether the body is a description of a session (SDP), as it is, or there is none."""
    values = message.values
    kind = message.first("content-type")
    if message.body and kind != _SDP and b"".join(kind.partition(b";")[0].split()).lower() != _SDP:
        return False
    if "content-disposition" in values:
        disposition = message.first("content-disposition").partition(b";")[0].strip().lower()
        return disposition == b"session" and "content-encoding" not in values
    return "content-encoding" not in values


def _names_others(message: Message) -> bool:
    """Whether a body that does not plainly describe a session says that it has a list of recipients, or ISUP."""
    text = b"\n".join((message.first("content-type"), message.first("content-disposition"), message.body)).lower()
    return any(word in text for word in _NAMES_OTHERS)


def _has_one_contact(message: Message) -> bool:
    values = message.values.get("contact", ())
    if len(values) != 1:
        return False
    if values[0].find(b",") < 0:
        return True
    try:
        return len(split_values(values[0])) == 1
    except ProtocolError:
        return False
