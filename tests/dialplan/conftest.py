"""The Asterisks that the tests of the dialplan share: one of each release, with a carrier and a scripted peer."""

import os
import shutil
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path

import pytest

from lab.asterisk import AsteriskInstance
from lab.carrier import Carrier
from lab.daemon import GatekeeperDaemon
from lab.ports import free_port
from lab.roots import AsteriskRoot
from tests.dialplan.peer import ScriptedPeer
from tests.dialplan.redirector import Redirector
from tests.dialplan.scripted_carrier import ScriptedCarrier
from tests.dialplan.site import DIALPLAN, SCRIPT, Site, contexts, settings

Gated = tuple[Site, GatekeeperDaemon]
CAMPAIGNS = """
[campaigns.summer]
lists = []
[campaigns.insurance]
law = "fr"
goods = ["insurance"]
[campaigns.trusted]
law = "fr"
goods = ["insurance"]
call_may = ["purpose"]
"""
GATED = """
[gated]
type = endpoint
transport = lab-udp
context = from-sip
disallow = all
allow = ulaw
aors = gated
outbound_proxy = sip:gated@127.0.0.1:{port}\\;lr
[gated]
type = aor
contact = sip:127.0.0.1:9
"""
"""A trunk whose way out is the SIP gate; nobody is where it would lead without."""
CASES = Path(__file__).with_name("cases.conf")


def site_with(
    stack: ExitStack,
    root: AsteriskRoot,
    folder: Path,
    globals_text: str,
    socket_path: str,
    *more: str | Path,
    modules: Sequence[str] = (),
    trunks: Mapping[str, int] | None = None,
    with_chan_sip: bool = False,
    gate_port: int = 0,
    config: Mapping[str, str] | None = None,
) -> Site:
    """Start a carrier and an Asterisk with the gate's dialplan, which asks these."""
    carrier = stack.enter_context(Carrier(folder / "carrier"))
    # Asterisk starts the AGI script with the python3 that it finds on PATH: ours has pyst2.
    environment = {
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        "GATEKEEPER_SOCKET": socket_path,
    }
    asterisk = AsteriskInstance(
        root,
        folder / "asterisk",
        carrier_port=carrier.port,
        dialplan=[globals_text, DIALPLAN / "gatekeeper.conf", contexts(), contexts("open", "open"), *more],
        environment=environment,
        modules=[*modules, *(["chan_sip"] if with_chan_sip else [])],
        trunks=trunks,
        config={**({"sip.conf": sip_conf(carrier.port, gate_port)} if with_chan_sip else {}), **(config or {})},
    )
    if gate_port:
        asterisk.write_config("lab-pjsip.d/gated.conf", GATED.format(port=gate_port))
    shutil.copy(SCRIPT, asterisk.agi_bin / SCRIPT.name)
    (asterisk.agi_bin / SCRIPT.name).chmod(0o755)
    stack.enter_context(asterisk)
    return Site(asterisk, carrier, stack.enter_context(asterisk.ami()))


def sip_conf(carrier_port: int, gate_port: int) -> str:
    """chan_sip with the carrier as its peer ``peer``, and the peer ``gated``, whose way out is the gate."""
    general = f"[general]\nudpbindaddr = 127.0.0.1:{free_port('udp')}\n"
    peer = "type = peer\nhost = 127.0.0.1\n"
    gated = f"port = 9\noutboundproxy = 127.0.0.1:{gate_port}\n"
    return f"{general}[peer]\n{peer}port = {carrier_port}\n[gated]\n{peer}{gated}"


@pytest.fixture(scope="session")
def peer() -> Iterator[ScriptedPeer]:
    """A FastAGI server that answers as a test tells it."""
    with ScriptedPeer() as running:
        yield running


@pytest.fixture(scope="session")
def redirector() -> Iterator[Redirector]:
    """A carrier that redirects every call to another number."""
    with Redirector() as running:
        yield running


@pytest.fixture(scope="session")
def sip_gate() -> Iterator[ScriptedCarrier]:
    """What a trunk has for its outbound proxy, and another one for its carrier."""
    with ScriptedCarrier() as running:
        yield running


@pytest.fixture(scope="session")
def site(
    asterisk_root: AsteriskRoot,
    peer: ScriptedPeer,
    redirector: Redirector,
    sip_gate: ScriptedCarrier,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Site]:
    """An Asterisk whose gate asks the scripted peer; the AGI script finds no daemon."""
    folder = tmp_path_factory.mktemp(f"dialplan-{asterisk_root.release}")
    with ExitStack() as stack:
        nobody = str(folder / "nobody.sock")
        yield site_with(
            stack,
            asterisk_root,
            folder,
            settings(peer.port, seconds="1.5"),
            nobody,
            CASES,
            trunks={"redirecting": redirector.port, "ungated": sip_gate.port},
            with_chan_sip=asterisk_root.release == "16",  # 22 has none
            gate_port=sip_gate.port,
        )


@pytest.fixture(scope="session")
def gated(asterisk_root: AsteriskRoot, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Gated]:
    """An Asterisk whose gate asks a real daemon."""
    folder = tmp_path_factory.mktemp(f"gated-{asterisk_root.release}")
    with ExitStack() as stack:
        daemon = GatekeeperDaemon(folder / "daemon", config=CAMPAIGNS)
        daemon.command("init", "--keep")
        stack.enter_context(daemon)
        yield (
            site_with(stack, asterisk_root, folder, settings(daemon.fastagi_port), str(daemon.socket_path), CASES),
            daemon,
        )
