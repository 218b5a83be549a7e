"""Trunks in maintenance while nothing can be decided on, on real Asterisks."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from gatekeeper.ami.client import LinkSettings
from gatekeeper.ami.protocol.routes import Routes
from gatekeeper.watchdog.gate_address import GateAddress
from gatekeeper.watchdog.kill_switch import CALM_LOOKS, KillSwitch
from gatekeeper.watchdog.visit import visiting
from gatekeeper.watchdog.ways_out import WaysOut, WaysOutSettings
from lab.asterisk import AsteriskInstance
from lab.carrier import Carrier
from lab.gated import import_list
from lab.processes import wait_until
from lab.roots import AsteriskRoot, asterisk_root
from lab.site import MANAGER
from tests.watchdog.site import CONFIG, running_site

LOAD = "module load res_pjsip_maintenance.so"
NAMES = ("plain", "sos", "all", "pbx")
SETTINGS = WaysOutSettings(GateAddress("127.0.0.1", frozenset({5080})), emergency=frozenset({"sos"}))
ROUTES = Routes(inside_peers=("pbx",))
WHY = "the journal can't be written"


@pytest.fixture(scope="module")
def carrier(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Carrier]:
    """Where every endpoint leads."""
    with Carrier(tmp_path_factory.mktemp("carrier")) as running:
        yield running


@pytest.fixture(scope="module")
def asterisk(
    asterisk_22: AsteriskRoot, carrier: Carrier, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[AsteriskInstance]:
    """An Asterisk that has maintenance, with a gated trunk, a plain one, one for emergencies, and another PBX."""
    files = {"lab-manager.d/gatekeeper.conf": MANAGER, "lab-pjsip.d/gated.conf": gated(carrier.port)}
    with AsteriskInstance(
        asterisk_22,
        tmp_path_factory.mktemp("asterisk"),
        trunks=dict.fromkeys(NAMES, carrier.port),
        config=files,
        modules=["res_pjsip_maintenance"],
    ) as running:
        yield running


def gated(port: int) -> str:
    """A trunk with the SIP gate for its way out."""
    return (
        "[gated]\ntype = endpoint\ntransport = lab-udp\ndisallow = all\nallow = ulaw\naors = gated\n"
        f"outbound_proxy = sip:127.0.0.1:5080\\;lr\n[gated]\ntype = aor\ncontact = sip:127.0.0.1:{port}\n"
    )


@asynccontextmanager
async def switch(asterisk: AsteriskInstance, undecided: Callable[[], str]) -> AsyncIterator[KillSwitch]:
    """As a daemon has it that has just logged in."""
    async with visiting(LinkSettings(port=asterisk.ami_port, username="gatekeeper", secret="change-me")) as link:
        ways = WaysOut(link, SETTINGS, ROUTES, wanted=True)
        await ways.look()
        yield KillSwitch(link, ways, undecided)


def shut(asterisk: AsteriskInstance) -> set[str]:
    """The endpoints in maintenance."""
    return {*NAMES, "gated"} & set(asterisk.cli("pjsip show maintenance").split())


async def shut_now(asterisk: AsteriskInstance) -> set[str]:
    """The same, out of a coroutine."""
    return await asyncio.to_thread(shut, asterisk)


async def looks(kill_switch: KillSwitch, count: int) -> None:
    """Some looks in a row."""
    for _ in range(count):
        await kill_switch.look()


async def test_in_and_out(asterisk: AsteriskInstance, caplog: pytest.LogCaptureFixture) -> None:
    """The plain trunk alone goes in at the first look, and comes out at the third that finds all well; told once."""
    why = WHY
    async with switch(asterisk, lambda: why) as one:
        await looks(one, 2)
        assert await shut_now(asterisk) == {"plain"}
        assert one.trouble == f"trunks are in maintenance: plain; {WHY}"
        why = ""
        await looks(one, CALM_LOOKS - 1)
        why = WHY
        await one.look()
        why = ""
        await looks(one, CALM_LOOKS - 1)
        assert await shut_now(asterisk) == {"plain"}
        await one.look()
        assert (await shut_now(asterisk), one.trouble) == (set(), "")
        assert [record.message for record in caplog.records if "trunks are" in record.message] == [
            f"trunks are in maintenance: plain; {WHY}",
            "trunks are out of maintenance: calls can be decided on again",
        ]
    assert "gatekeeper-maintenance" not in asterisk.cli("database show gatekeeper-maintenance").partition("results")[0]


async def test_nothing_leaves_by_a_shut_trunk_but_emergencies_do(asterisk: AsteriskInstance, carrier: Carrier) -> None:
    """However a call is originated: no INVITE by the plain trunk; 112 by the endpoint for emergencies."""
    ways = (
        lambda number: asterisk.cli(f"channel originate PJSIP/{number}@plain application Wait 1"),
        lambda number: asterisk.call_file(f"Channel: PJSIP/{number}@plain\nApplication: Wait\nData: 1\n", "one.call"),
    )
    async with switch(asterisk, lambda: WHY) as one:
        await one.look()
        for place, way in enumerate(ways):
            await asyncio.to_thread(way, f"061200000{place}")
        with asterisk.ami() as ami:
            await asyncio.to_thread(
                ami.originate_async, Channel="PJSIP/0612000009@plain", Application="Wait", Data="1", Timeout="3000"
            )
            await asyncio.to_thread(
                ami.originate_async, Channel="PJSIP/112@sos", Application="Wait", Data="0.1", Timeout="3000"
            )
        wait_until(lambda: not list((asterisk.spool / "outgoing").glob("*.call")), 60, "the call file to be tried")
        assert [invite.number for invite in carrier.settle()] == ["112"]
    async with switch(asterisk, str) as next_daemon:
        await looks(next_daemon, CALM_LOOKS)


async def test_a_daemon_that_was_killed_meanwhile(asterisk: AsteriskInstance) -> None:
    """Who comes after it takes out what it put in; what a person has put in stays in, whenever."""
    await asyncio.to_thread(asterisk.cli, "pjsip set maintenance on pbx")
    async with switch(asterisk, lambda: WHY) as killed:
        await killed.look()
    async with switch(asterisk, lambda: WHY) as still_undecided:
        await looks(still_undecided, 2)
    assert await shut_now(asterisk) == {"plain", "pbx"}
    async with switch(asterisk, str) as well_again:
        await looks(well_again, CALM_LOOKS)
    assert await shut_now(asterisk) == {"pbx"}
    await asyncio.to_thread(asterisk.cli, "pjsip set maintenance off pbx")
    await asyncio.to_thread(asterisk.cli, "pjsip set maintenance on plain")
    async with switch(asterisk, lambda: WHY) as undecided:
        await undecided.look()
    async with switch(asterisk, str) as decided:
        await looks(decided, CALM_LOOKS)
    assert await shut_now(asterisk) == {"plain"}
    await asyncio.to_thread(asterisk.cli, "pjsip set maintenance off plain")


async def test_without_a_way_out_for_emergencies_nothing_is_shut(
    asterisk: AsteriskInstance, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where Asterisk has none of the named endpoints, trunks stay open, and that is told."""
    monkeypatch.setattr("tests.watchdog.test_kill_switch.SETTINGS", WaysOutSettings(emergency=frozenset({"none"})))
    async with switch(asterisk, lambda: WHY) as one:
        await one.look()
        assert "emergency calls must have a way out" in one.trouble
        assert await shut_now(asterisk) == set()


async def test_an_asterisk_without_maintenance(
    asterisk_factory: Callable[..., AsteriskInstance], caplog: pytest.LogCaptureFixture
) -> None:
    """It is said once, and nothing else happens."""
    files = {"lab-manager.d/gatekeeper.conf": MANAGER}
    old = asterisk_factory(root=asterisk_root("16"), trunks=dict.fromkeys(NAMES, 9), config=files)
    caplog.set_level(logging.WARNING)
    async with switch(old, lambda: WHY) as one:
        await looks(one, 2)
        one.forget()
        await looks(one, 2)
        assert one.trouble == ""
    assert caplog.text.count("Asterisk has no PJSIPSetMaintenance") == 1


def test_a_daemon_with_a_stale_list(asterisk_22: AsteriskRoot, tmp_path: Path) -> None:
    """The whole of it: a list that was never imported shuts the trunk, its import opens it."""
    config = CONFIG.replace("[watchdog]\n", "[watchdog]\nkill_switch = true\n")
    config = config.replace("[campaigns.default]\nlists = []", '[campaigns.default]\nlists = ["bloctel"]')
    config += '[routes]\nemergency_endpoints = ["agent"]\n[lists.bloctel]\nkind = "opposition"\n'
    with running_site(asterisk_22, tmp_path, config=config, modules=["res_pjsip_maintenance"]) as site:
        wait_until(lambda: "trunk" in site.ami.command("pjsip show maintenance"), 60, "the trunk to be shut")
        assert "agent" not in site.ami.command("pjsip show maintenance")
        site.daemon.kill()
        import_list(site.daemon, tmp_path, ["0698765432"])
        site.daemon.start()
        wait_until(lambda: "trunk" not in site.ami.command("pjsip show maintenance"), 60, "the trunk to be opened")
