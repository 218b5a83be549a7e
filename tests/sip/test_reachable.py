"""Calls in which Asterisk gives itself an address that no carrier reaches."""

import pytest

from gatekeeper.sip.protocol.message import read_message
from gatekeeper.sip.protocol.ports import Hop, Transport
from gatekeeper.sip.protocol.reachable import loopback_in
from tests.sip.gate import FIRST, Gate
from tests.sip.messages import SDP, request

OWN = "<sip:asterisk@192.0.2.10:5060>"
HERE = Hop(Transport.UDP, "127.0.0.1", 5070)


@pytest.mark.parametrize(
    ("contact", "media", "hop", "what"),
    [
        (OWN, "192.0.2.10", FIRST, ""),
        *(
            (contact, "192.0.2.10", FIRST, "Contact")
            for contact in ("<sip:a@127.0.0.1:5060>", "sip:127.0.0.2", "<SIPS:a@[::1]:5061;transport=tls>",
                            '"A" <sip:a@localhost>', "<sip:127.0.0.1;transport=tcp>")
        ),
        (OWN, "127.0.0.1", FIRST, "the media address"),
        ("<sip:127.0.0.1@192.0.2.10>", "192.0.2.10", FIRST, ""),
        ("<sip:a@127.0.0.1.example>", "192.0.2.10", FIRST, ""),
        ("<sip:a@127.0.0.1:5060>", "127.0.0.1", HERE, ""),
        ("<sip:a@127.0.0.1:5060>", "127.0.0.1", Hop(Transport.TLS, "::1", 5061), ""),
    ],
)  # fmt: skip
def test_what_names_the_loopback(contact: str, media: str, hop: Hop, what: str) -> None:
    """Contact or media address, to another machine; whatever stands elsewhere says nothing."""
    message = read_message(request(Contact=contact, body=SDP.replace(b"192.0.2.10", media.encode())), stream=False)
    assert message is not None
    assert loopback_in(message, hop) == what


def test_it_is_told_and_the_call_goes_on(caplog: pytest.LogCaptureFixture) -> None:
    """Once in a while, however many calls there are; each is sent on as it is."""
    gate = Gate()
    for place in range(3):
        sent = gate.sent_on(request(branch=f"z9hG4bKPj{place}", call_id=f"call-{place}"))
        assert b"Contact: <sip:asterisk@127.0.0.1:5060>" in sent.data
    (told,) = [record.message for record in caplog.records if "loopback" in record.message]
    assert told.startswith("calls over the trunk one give the carrier an address of the loopback as Contact")
