"""OPTIONS requests by which the SIP gate asks a carrier whether it is there (RFC 3261, 11), and their responses."""

import re
from typing import Final, NamedTuple

from gatekeeper.sip.protocol.ports import Hop, in_uri

_BRANCH: Final = b"z9hG4bKhealth"
_IN_LOWER_CASE: Final = _BRANCH.lower()
_OURS: Final = re.compile(rb"[ ;]branch=z9hG4bKhealth([0-9a-f]{16})[;,\r ]", re.IGNORECASE)
_START: Final = re.compile(rb"SIP/2\.0 ([1-6][0-9][0-9]) ([^\r\n]{0,100})")
_LOOKED_AT: Final = 2048


class HealthAnswer(NamedTuple):
    """A carrier's response to OPTIONS.

    Attributes:
        token: which request it answers.
        status: the status.
        phrase: the reason phrase.
    """

    token: str
    status: int
    phrase: str


def options_request(hop: Hop, uri_host: str, uri_port: int, sent_by: str, token: str) -> bytes:
    """An OPTIONS request.

    Args:
        hop: where it goes.
        uri_host: the carrier's name, as it is configured.
        uri_port: the port of its URI; 0 for none, where service records have led to the hop (RFC 3263, 4.2).
        sent_by: our `host:port`.
        token: 16 hexadecimal digits, by which its response is known.
    """
    transport = "" if hop.transport == "UDP" else f";transport={hop.transport.lower()}"
    port = f":{uri_port}" if uri_port else ""
    uri = f"sip:{in_uri(uri_host)}{port}{transport}"
    ours = sent_by.rpartition(":")[0] or sent_by
    lines = (
        f"OPTIONS {uri} SIP/2.0",
        f"Via: SIP/2.0/{hop.transport} {sent_by};branch={_BRANCH.decode()}{token};rport",
        "Max-Forwards: 70",
        f"From: <sip:gatekeeper@{ours}>;tag={token}",
        f"To: <{uri}>",
        f"Call-ID: {token}@{ours}",
        "CSeq: 1 OPTIONS",
        "Accept: application/sdp",
        "Content-Length: 0",
    )
    return "".join(f"{line}\r\n" for line in (*lines, "")).encode()


def options_answer(data: bytes) -> HealthAnswer | None:
    """The response to one of these requests; None for everything else."""
    if not data.startswith(b"SIP/2.0 "):
        return None
    head = data[:_LOOKED_AT]
    if head.lower().find(_IN_LOWER_CASE) < 0:
        return None  # mostly it is a call's response: seen so in a fifth of the time that the pattern takes
    ours = _OURS.search(head)
    start = _START.match(head)
    if ours is None or start is None:
        return None
    return HealthAnswer(ours[1].decode().lower(), int(start[1]), start[2].decode("utf-8", "replace"))
