"""Which `outbound_proxy` is the SIP gate, and which is not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gatekeeper.watchdog.gate_address import GateAddress, is_loopback

GATE = GateAddress("127.0.0.1", frozenset({5080, 5081}))

NO = "an outbound_proxy that is not plainly an address"
OTHER = "another outbound_proxy"
UNKNOWN = "an outbound_proxy with parameters that are not known here"


@pytest.mark.parametrize(
    ("proxy", "why"),
    [
        ("sip:127.0.0.1:5080;lr", ""), ("sip:127.0.0.1:5080;lr;transport=udp", ""), ("SIP:127.0.0.1:5080;LR", ""),
        ("sip:ovh@127.0.0.1:5080;lr", ""), ("sip:127.0.0.1:5081;transport=tls;lr", ""),
        (" sip:127.0.0.1:5080;lr=on ", ""),
        ("", "no outbound_proxy"), (" ", "no outbound_proxy"),
        ("sip:127.0.0.1:5080", "an outbound_proxy without `\\;lr`"), ("sip:127.0.0.1;lr", OTHER),
        ("sip:127.0.0.1:5082;lr", OTHER), ("sip:127.0.0.2:5080;lr", OTHER), ("sip:203.0.113.7:5080;lr", OTHER),
        ("sip:[::1]:5080;lr", OTHER), ("sip:localhost:5080;lr", NO), ("sip:gate.example:5080;lr", NO),
        ("sip:127.1:5080;lr", NO), ("sip:127.0.0.01:5080;lr", NO), ("sip:0x7f000001:5080;lr", NO),
        ("sip:127.0.0.1:5080;lr;maddr=203.0.113.7", NO), ("sip:127.0.0.1:5080;lr;maddr=localhost", UNKNOWN),
        ("sip:127.0.0.1:5080;lr;transport=ws", UNKNOWN), ("sip:127.0.0.1:5080;lr;transport=udp;transport=tcp", UNKNOWN),
        ("sips:127.0.0.1:5081;lr", NO), ("<sip:127.0.0.1:5080;lr>", NO), ("sip:127.0.0.1:5080;lr?Route=x", NO),
        ("sip:127.0.0.1:5080;lr,sip:203.0.113.7;lr", NO), ("sip:a@b@127.0.0.1:5080;lr", NO), ("127.0.0.1:5080", NO),
        ("sip:127.0.0.1:5080;lr\nX", NO), ("sip:127.0.0.1@203.0.113.7:5080;lr", OTHER),
        ("sip:127.0.0.1:99999;lr", OTHER),
    ],
)  # fmt: skip
def test_what_is_the_gate(proxy: str, why: str) -> None:
    """Only what plainly is its address, by loose routing; the reason is told."""
    assert GATE.why_not(proxy) == why


@pytest.mark.parametrize(
    ("host", "beside", "proxy", "gated"),
    [
        ("10.0.0.5", False, "sip:10.0.0.5:5080;lr", True), ("10.0.0.5", True, "sip:10.0.0.5:5080;lr", True),
        ("10.0.0.5", True, "sip:127.0.0.1:5080;lr", False), ("127.0.0.1", False, "sip:127.0.0.1:5080;lr", False),
        ("0.0.0.0", True, "sip:127.0.0.1:5080;lr", True), ("0.0.0.0", False, "sip:127.0.0.1:5080;lr", False),
        ("0.0.0.0", True, "sip:10.0.0.5:5080;lr", False), ("::", True, "sip:[::1]:5080;lr", True),
        ("::1", True, "sip:[0:0:0:0:0:0:0:1]:5080;lr", True), ("gate.example", True, "sip:127.0.0.1:5080;lr", False),
    ],
)  # fmt: skip
def test_whose_loopback(host: str, beside: bool, proxy: str, gated: bool) -> None:
    """The loopback of another machine is not ours; every address of a machine is known by its loopback only."""
    assert (not GateAddress(host, frozenset({5080}), beside).why_not(proxy)) is gated


@pytest.mark.parametrize(("transport", "port"), [("", 5060), (";transport=tcp", 5060), (";transport=tls", 5061)])
def test_a_port_that_is_not_named(transport: str, port: int) -> None:
    """It is that of the transport (RFC 3261, 19.1.2)."""
    assert not GateAddress("127.0.0.1", frozenset({port})).why_not(f"sip:127.0.0.1;lr{transport}")
    assert GateAddress("127.0.0.1", frozenset({5060 + 5061 - port})).why_not(f"sip:127.0.0.1;lr{transport}")


@given(st.text(alphabet="sip:@;lr=127.0;[]maddr?,<> \t5080"))
def test_whatever_stands_there(proxy: str) -> None:
    """Nothing raises, and what is taken for the gate has its address and port and loose routing in it."""
    if not GATE.why_not(proxy):
        assert "127.0.0.1:508" in proxy
        assert ";lr" in proxy.lower()


@pytest.mark.parametrize(
    ("host", "ours"),
    [("127.0.0.1", True), ("127.0.1.1", True), ("::1", True), ("localhost", True), ("10.0.0.5", False), ("pbx", False)],
)
def test_which_hosts_are_this_machine(host: str, ours: bool) -> None:
    """As far as the spelling tells."""
    assert is_loopback(host) is ours
