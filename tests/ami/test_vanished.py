"""Peers that vanish without FIN or RST are given up in the time that is set, and nobody else notices."""

import socket
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from lab.ami import AmiClient
from lab.errors import LabError
from lab.guarded import AMI_PROXY, guarded_site
from lab.processes import wait_until
from lab.roots import AsteriskRoot
from lab.site import LabSite
from tests.ami.vanishing import Wire, vanish

VANISHED_S = 4
GIVEN_UP_S = 4 * VANISHED_S
"""Far more than the time set, and far less than the kernel's own two hours."""

LISTED = "0612345678"
LOGIN = "Action: Login\r\nUsername: dialer\r\nSecret: dialer-secret\r\nEvents: {events}\r\n\r\n"
BOOTED = b"FullyBooted"


@pytest.fixture
def wire() -> Iterator[Wire]:
    """What lies between the proxy and Asterisk."""
    between = Wire()
    yield between
    between.close()


@pytest.fixture
def site(asterisk_22: AsteriskRoot, tmp_path: Path, wire: Wire) -> Iterator[LabSite]:
    """Asterisk behind the wire."""
    config = AMI_PROXY.replace("{ami}", str(wire.port)) + f"vanished_s = {VANISHED_S}\n"
    with guarded_site(asterisk_22, tmp_path, config=config, listed=(LISTED,)) as running:
        wire.target = running.asterisk.ami_port
        yield running


def sessions(site: LabSite) -> int:
    """How many dialers Asterisk has."""
    return site.asterisk.cli("manager show connected").count("dialer ")


def demand_serving(dialer: AmiClient) -> None:
    """It is answered, and a listed number is still blocked."""
    assert dialer.action("Ping")["Ping"] == "Pong"
    assert dialer.originate(Channel=f"PJSIP/{LISTED}@trunk", Application="Hangup")["Response"] == "Error"


@pytest.mark.parametrize("events", ["off", "on"], ids=["idle", "amid events"])
def test_a_dialer_that_vanishes_is_given_up(site: LabSite, events: str) -> None:
    """Its session on Asterisk ends as well; a dialer beside it is served throughout."""
    with site.dialer(events=False) as other, socket.create_connection(("127.0.0.1", site.proxy_port)) as lost:
        lost.settimeout(10)
        lost.sendall(LOGIN.format(events=events).encode())
        heard = b""
        while BOOTED not in heard and b"Authentication accepted" not in heard:
            heard += lost.recv(4096)
        assert sessions(site) == 2
        vanish(lost)
        since = time.monotonic()

        def given_up() -> bool:
            demand_serving(other)
            other.action("UserEvent", UserEvent="Tick")
            return sessions(site) == 1

        wait_until(given_up, GIVEN_UP_S, "the lost dialer to be given up", every=0.3)
        assert time.monotonic() - since > VANISHED_S / 4, "it was hung up on before it could be missed"
        demand_serving(other)


def test_an_asterisk_that_vanishes_is_given_up(site: LabSite, wire: Wire) -> None:
    """Its dialer is hung up on, so that it can come again, and is served again as soon as Asterisk can be reached."""
    with site.dialer() as dialer:
        demand_serving(dialer)
        wire.cut()
        dialer.seconds = GIVEN_UP_S
        with pytest.raises(LabError, match="connection ended"):
            dialer.action("Ping")
        with site.dialer() as again:
            demand_serving(again)
