"""OPTIONS to carriers: what is sent, and whose response it is."""

import pytest

from gatekeeper.sip.protocol.options import HealthAnswer, options_answer, options_request
from gatekeeper.sip.protocol.ports import Hop, Transport

TOKEN = "0123456789abcdef"


@pytest.mark.parametrize(
    ("hop", "host", "port", "uri"),
    [
        (Hop(Transport.UDP, "203.0.113.7", 5060), "sbc.example", 5060, b"sip:sbc.example:5060"),
        (Hop(Transport.UDP, "203.0.113.7", 5070), "carrier.example", 0, b"sip:carrier.example"),
        (Hop(Transport.TCP, "203.0.113.7", 5060), "203.0.113.7", 5060, b"sip:203.0.113.7:5060;transport=tcp"),
        (Hop(Transport.TLS, "2001:db8::1", 5061), "2001:db8::1", 5061, b"sip:[2001:db8::1]:5061;transport=tls"),
    ],
)
def test_a_request_is_whole(hop: Hop, host: str, port: int, uri: bytes) -> None:
    """All that RFC 3261 wants (8.1.1), and the response is known by its Via alone."""
    request = options_request(hop, host, port, "198.51.100.1:5082", TOKEN)
    head, _, body = request.partition(b"\r\n\r\n")
    lines = head.split(b"\r\n")
    assert lines[0] == b"OPTIONS " + uri + b" SIP/2.0"
    assert {line.partition(b":")[0] for line in lines[1:]} >= {
        *(b"Via", b"Max-Forwards", b"From", b"To", b"Call-ID", b"CSeq", b"Content-Length"),
    }
    assert body == b""
    assert lines[1].startswith(b"Via: SIP/2.0/" + hop.transport.encode())
    response = b"SIP/2.0 200 OK\r\n" + b"\r\n".join(lines[1:]) + b"\r\n\r\n"
    assert options_answer(response) == HealthAnswer(TOKEN, 200, "OK")
    assert options_answer(request) is None


@pytest.mark.parametrize(
    "other",
    [
        b"SIP/2.0 200 OK\r\nVia: SIP/2.0/UDP h;branch=z9hG4bK0123456789abcdef;rport\r\n\r\n",
        b"SIP/2.0 200 OK\r\nVia: SIP/2.0/UDP h;branch=z9hG4bKhealth0123456789abcdefff\r\n\r\n",
        b"SIP/2.0 2000 OK\r\nVia: SIP/2.0/UDP h;branch=z9hG4bKhealth0123456789abcdef\r\n\r\n",
        b"",
    ],
)
def test_other_messages_are_no_answers(other: bytes) -> None:
    """Another's branch, one that is longer, a status that is none."""
    assert options_answer(other) is None
