"""Which endpoints have the SIP gate for their way out, as real Asterisks tell it."""

import asyncio
import logging
from collections.abc import Iterator, Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import replace

import pytest

from gatekeeper.ami.client import AmiLink, LinkSettings
from gatekeeper.ami.protocol.routes import Routes
from gatekeeper.config import Settings
from gatekeeper.errors import PeerGoneError
from gatekeeper.watchdog import WatchdogSettings
from gatekeeper.watchdog.dial_event import Dialled
from gatekeeper.watchdog.endpoints import PjsipEndpoint, survey
from gatekeeper.watchdog.gate_address import GateAddress
from gatekeeper.watchdog.visit import trunks_past_the_gate, visiting
from gatekeeper.watchdog.ways_out import BELIEVED_S, WaysOut, WaysOutSettings, past_the_gate
from lab.asterisk import AsteriskInstance
from lab.ports import free_port
from lab.roots import AsteriskRoot
from lab.site import MANAGER

PROXY = "outbound_proxy = sip:127.0.0.1:5080\\;lr\n"
GATE = GateAddress("127.0.0.1", frozenset({5080}))
EXTRA = "lab-pjsip.d/ways.conf"


def endpoint(name: str, more: str = "", aor: str = "contact = sip:127.0.0.1:9\n") -> str:
    """An endpoint with an AOR of its name."""
    return (
        f"[{name}]\ntype = endpoint\ntransport = lab-udp\ncontext = from-sip\ndisallow = all\nallow = ulaw\n"
        f"aors = {name}\n{more}\n[{name}]\ntype = aor\n{aor}\n"
    )


ENDPOINTS = "".join([
    endpoint("gated", PROXY),
    endpoint("named", "outbound_proxy = sip:ovh@127.0.0.1:5080\\;lr\\;transport=udp\n"),
    endpoint("aor-only", "", "contact = sip:127.0.0.1:9\n" + PROXY),
    endpoint("strict", PROXY.replace("\\;lr", "")),
    endpoint("by-name", PROXY.replace("127.0.0.1", "localhost")),
    endpoint("plain-1a"),
    endpoint("digest", "outbound_auth = digest\n", "max_contacts = 1\n"),
    endpoint("1001", "", "max_contacts = 1\n"),
    endpoint("door"),
    "[digest]\ntype = auth\nauth_type = userpass\nusername = u\npassword = p\n",
])  # fmt: skip

PAST = {
    "aor-only": "no outbound_proxy",
    "strict": "an outbound_proxy without `\\;lr`",
    "by-name": "an outbound_proxy that is not plainly an address",
    "plain-1a": "no outbound_proxy",
    "digest": "no outbound_proxy",
}


@pytest.fixture(scope="module")
def asterisk(asterisk_root: AsteriskRoot, tmp_path_factory: pytest.TempPathFactory) -> Iterator[AsteriskInstance]:
    """Both Asterisks in turn, with the shipped manager user."""
    files = {EXTRA: ENDPOINTS, "lab-manager.d/gatekeeper.conf": MANAGER}
    with AsteriskInstance(asterisk_root, tmp_path_factory.mktemp("ways"), config=files) as running:
        yield running


def link_of(asterisk: AsteriskInstance) -> LinkSettings:
    """The watchdog's way in."""
    return LinkSettings(port=asterisk.ami_port, username="gatekeeper", secret="change-me")


def linked(asterisk: AsteriskInstance) -> AbstractAsyncContextManager[AmiLink]:
    """A connection as the watchdog has it."""
    return visiting(link_of(asterisk))


def dialled(*channels: str, dial_string: str = "0612345678@x") -> Dialled:
    """A call that is being dialled."""
    return Dialled(channels, ("0612345678",), "1.1", "1.1", "", None, "", "", (dial_string,))


SETTINGS = WaysOutSettings(gate=GATE, only=True, emergency=frozenset({"trunk-emergency"}))
ROUTES = Routes(inside_peers=("door",))


async def test_the_ways_out_of_a_real_asterisk(asterisk: AsteriskInstance, caplog: pytest.LogCaptureFixture) -> None:
    """Which endpoints are gated, which lead outside past the gate, and why: each is told once, however often seen."""
    async with linked(asterisk) as link:
        ways = WaysOut(link, SETTINGS, ROUTES)
        await ways.look()
        await ways.look()
        assert dict(ways.past) == PAST
        for name, gated in {
            "gated": True,
            "named": True,
            **dict.fromkeys((*PAST, "1001", "door", "none"), False),
        }.items():
            assert await ways.leaves_by_gate(dialled(f"PJSIP/{name}-0000001a")) is gated, name
        assert ways.counters() == {"left_to_sip_gate": 2, "past_sip_gate": len(PAST)}
        assert "plain-1a (no outbound_proxy)" in ways.trouble
        assert caplog.text.count("don't pass the SIP gate") == 1


async def test_a_command_can_ask_without_a_daemon(asterisk: AsteriskInstance) -> None:
    """The trunks past the gate, and why; an Asterisk that can't be asked is an error."""
    settings = WatchdogSettings(link_of(asterisk), ROUTES, ways_out=SETTINGS)
    assert await trunks_past_the_gate(settings) == PAST
    with pytest.raises(PeerGoneError, match="no connection to Asterisk's manager"):
        await trunks_past_the_gate(replace(settings, link=replace(settings.link, port=free_port(), connect_s=0.2)))


GATE_SETTINGS = {
    "enabled": True,
    "host": "127.0.0.1",
    "port": 5080,
    "only": True,
    "trunks": {
        "ovh": {"carriers": ["sip:203.0.113.7"], "endpoints": ["ovh-1", "ovh-2"]},
        "free": {"carriers": ["sip:203.0.113.8"], "port": 5090},
    },
}


@pytest.mark.parametrize(
    ("more", "ports"),
    [
        ({}, {5080, 5090}),
        ({"transports": ["tcp", "tls"], "tls_port": 5081}, {5080, 5081, 5090}),
        ({"mode": "redirect"}, None),
        ({"enabled": False}, None),
    ],
)
def test_what_the_settings_say_of_ways_out(more: Mapping[str, object], ports: set[int] | None) -> None:
    """Where the gate is, which endpoints are its own, and which are for emergencies; a gate that redirects is none."""
    given = {"sip_gate": {**GATE_SETTINGS, **more}, "routes": {"emergency_endpoints": ["sos"]}}
    ways_out = Settings.model_validate(given).as_watchdog().ways_out
    assert ways_out.emergency == {"sos"}
    if ports is None:
        assert (ways_out.gate, ways_out.only, ways_out.gated) == (None, False, frozenset())
    else:
        assert ways_out.gate == GateAddress("127.0.0.1", frozenset(ports))
        assert (ways_out.only, ways_out.gated) == (True, {"ovh-1", "ovh-2", "free"})


@pytest.mark.parametrize(
    "call",
    [
        dialled("SIP/gated-0000001a"), dialled("IAX2/gated-1a"), dialled("DAHDI/i1/gated-1"),
        dialled("Local/gated@x-1;1"),
        dialled("PJSIP/gated-1", "PJSIP/1001-1"), dialled(), dialled("PJSIP/-0000001a"),
        *(
            dialled("PJSIP/gated-1", dial_string=f"gated/sip:0612345678@127.0.0.1{more}")
            for more in (";maddr=203.0.113.7", ";lr", "?Route=%3Csip:203.0.113.7%3E", ";transport=tcp")
        ),
        dialled("PJSIP/gated-1", dial_string="gated/sip:%30612345678@127.0.0.1"),
    ],
)  # fmt: skip
async def test_what_is_not_the_gates(asterisk: AsteriskInstance, call: Dialled) -> None:
    """Other technologies, what can be read in two ways, and URIs that say more than who is called, are judged."""
    async with linked(asterisk) as link:
        ways = WaysOut(link, SETTINGS, ROUTES)
        assert await ways.leaves_by_gate(call) is False


@pytest.mark.parametrize(
    ("channel", "told"),
    [
        ("IAX2/provider-1a", "IAX2/provider (no PJSIP endpoint)"), ("DAHDI/i1/0612345678-1", "DAHDI/i1 (no PJSIP"),
        ("SIP/peer-0000001a", "SIP/peer (no PJSIP endpoint)"), ("SIP/0612345678-0000001a", "SIP (no PJSIP endpoint)"),
    ],
)  # fmt: skip
async def test_a_call_by_no_endpoint_is_reported(asterisk: AsteriskInstance, channel: str, told: str) -> None:
    """What is no PJSIP endpoint is reported when a call leaves by it, without the number; only where all must pass."""
    for only in (True, False):
        async with linked(asterisk) as link:
            ways = WaysOut(link, replace(SETTINGS, only=only), Routes(inside_peers=("door", *PAST)))
            await ways.look()
            for _ in range(2):
                assert await ways.leaves_by_gate(dialled(channel)) is False
            assert (told in ways.trouble) is only
            assert "0612345678" not in ways.trouble
            await ways.look()
            assert (told in ways.trouble) is only


async def test_nothing_is_gated_without_a_gate(asterisk: AsteriskInstance) -> None:
    """Where the daemon's gate is off, every call is judged, whatever the endpoint's proxy is."""
    async with linked(asterisk) as link:
        ways = WaysOut(link, WaysOutSettings(only=True), ROUTES)
        await ways.look()
        assert not await ways.leaves_by_gate(dialled("PJSIP/gated-00000001"))
        assert (ways.trouble, dict(ways.counters())) == ("", {})


async def test_a_change_is_noticed(asterisk: AsteriskInstance, caplog: pytest.LogCaptureFixture) -> None:
    """After a reload no belief is left; without one, that a trunk is gated is believed for seconds only."""
    caplog.set_level(logging.WARNING)
    now = 0.0
    call = dialled("PJSIP/gated-00000001")
    async with linked(asterisk) as link:
        ways = WaysOut(link, SETTINGS, Routes(inside_peers=("door", *PAST)), clock=lambda: now)
        await ways.look()
        assert (ways.trouble, await ways.leaves_by_gate(call)) == ("", True)
        try:
            asterisk.write_config(EXTRA, ENDPOINTS.replace(endpoint("gated", PROXY), endpoint("gated")))
            await asyncio.to_thread(asterisk.reload, "res_pjsip.so")
            assert await ways.leaves_by_gate(call)
            now = BELIEVED_S
            assert not await ways.leaves_by_gate(call)  # though nobody has told of the reload
            assert "gated (no outbound_proxy)" in ways.trouble
        finally:
            asterisk.write_config(EXTRA, ENDPOINTS)
            await asyncio.to_thread(asterisk.reload, "res_pjsip.so")
        assert not await ways.leaves_by_gate(call)
        ways.forget()
        assert await ways.leaves_by_gate(call)
        await ways.look()
        assert ways.trouble == ""
        assert "all trunks pass the SIP gate" in caplog.text


async def test_the_last_look_counts(asterisk: AsteriskInstance) -> None:
    """A look that a reload overtook says nothing, and nothing is left of what it believed."""
    async with linked(asterisk) as link:
        ways = WaysOut(link, SETTINGS, ROUTES)
        looking = asyncio.create_task(ways.look())
        await asyncio.sleep(0)
        ways.forget()
        await looking
        assert not ways.past
        await asyncio.gather(ways.look(), ways.look(), ways.look())
        assert dict(ways.past) == PAST


@pytest.mark.parametrize(
    ("given", "past"),
    [
        (PjsipEndpoint("trunk-1"), True), (PjsipEndpoint("ovh"), False),
        (PjsipEndpoint("ovh", authenticates=True), True),
        (PjsipEndpoint("ovh", contacts=1), True), (PjsipEndpoint("pbx", contacts=1, authenticates=True), False),
        (PjsipEndpoint("trunk-1", "sip:127.0.0.1:5080;lr"), False), (PjsipEndpoint("named"), True),
        (PjsipEndpoint("trunk-emergency", contacts=1), False),
    ],
)  # fmt: skip
def test_which_endpoints_lead_past_the_gate(given: PjsipEndpoint, past: bool) -> None:
    """Those that lead outside by name, login or address, or that the configuration takes for gated; not emergencies."""
    settings = WaysOutSettings(GATE, gated=frozenset({"named"}), emergency=frozenset({"trunk-emergency"}))
    assert bool(past_the_gate([given], settings, Routes(inside_peers=("pbx",)))) is past


async def test_five_hundred_endpoints_keep_nobody_waiting(asterisk_22: AsteriskRoot, asterisk_factory: object) -> None:
    """Many endpoints are looked at one after another: what else is asked is answered in between."""
    text = "".join(endpoint(f"t{place}") for place in range(500))
    files: Mapping[str, str] = {EXTRA: text, "lab-manager.d/gatekeeper.conf": MANAGER}
    asterisk = asterisk_factory(root=asterisk_22, config=files)  # type: ignore[operator]
    async with linked(asterisk) as link:
        looking = asyncio.create_task(survey(link))
        answered = 0
        while not looking.done():
            await link.ask("Ping")
            answered += 1
        assert len(await looking) == 501
        assert answered > 100
