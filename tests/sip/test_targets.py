"""Carriers' URIs, as a configuration names them."""

import pytest

from gatekeeper.sip.targets import read_carrier

READ = {
    "sip:203.0.113.7": ("udp", "203.0.113.7", 5060),
    "sip:203.0.113.7:5070": ("udp", "203.0.113.7", 5070),
    "SIP:Sbc.Example;Transport=TCP": ("tcp", "sbc.example", 5060),
    "sip:sbc.example;transport=tls": ("tls", "sbc.example", 5061),
    "sips:sbc.example": ("tls", "sbc.example", 5061),
    "sips:sbc.example:5071;transport=tls": ("tls", "sbc.example", 5071),
    "sip:[2001:db8::1]": ("udp", "2001:db8::1", 5060),
    "sip:[2001:db8::1]:5070;transport=udp": ("udp", "2001:db8::1", 5070),
}


@pytest.mark.parametrize(("text", "expected"), READ.items())
def test_a_carrier_is_read(text: str, expected: tuple[str, str, int]) -> None:
    """Transport, host and port, with the defaults of RFC 3261."""
    found = read_carrier(text)
    assert (found.transport, found.host, found.port) == expected
    assert found.text == text


SERVICES = {
    "sip:sbc.example": ("_sip._udp", "_sip._tcp"),
    "sip:sbc.example;transport=udp": ("_sip._udp",),
    "sip:sbc.example;transport=tcp": ("_sip._tcp",),
    "sip:sbc.example;transport=tls": ("_sips._tcp",),
    "sips:sbc.example": ("_sips._tcp",),
    "sips:sbc.example;transport=tls": ("_sips._tcp",),
    "sip:sbc.example:5060": (),
    "sips:sbc.example:5061": (),
    "sip:203.0.113.7": (),
    "sip:203.0.113.7;transport=tcp": (),
    "sip:[2001:db8::1]": (),
}


@pytest.mark.parametrize(("text", "services"), SERVICES.items())
def test_a_name_without_a_port_may_have_records(text: str, services: tuple[str, ...]) -> None:
    """Those of its transport; a port or an address leaves nothing to them (RFC 3263, 4.2)."""
    assert read_carrier(text).services == services


NONE = """
203.0.113.7 sip: sip:user@host sip:h;transport=sctp sips:h;transport=udp sip:h:0 sip:h:65536 sip:-h sip:h..i sip:127.0.0
sip:[127.0.0.1 sip:2001:db8::1 sip:h;lr sip:h?a=b tel:+33612
"""


@pytest.mark.parametrize("text", ["", *NONE.split()])
def test_what_could_be_read_otherwise_is_refused(text: str) -> None:
    """A user, another parameter, half an address: an error, not a guess."""
    with pytest.raises(ValueError, match=r"^(it|its|sips:) "):
        read_carrier(text)
