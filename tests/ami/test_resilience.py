"""Dialers on the real daemon's proxy while something goes wrong: others are unharmed, nothing is lost or left up."""

import os
import signal
import socket
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path

import pytest

from lab.ami import AmiClient
from lab.dialer import Dialer
from lab.errors import LabError
from lab.guarded import AMI_PROXY, guarded_site
from lab.ports import free_port
from lab.processes import Process, wait_until
from lab.roots import AsteriskRoot
from lab.site import LabSite

LISTED = "0612345678"
LOGIN = b"Action: Login\r\nUsername: dialer\r\nSecret: dialer-secret\r\nEvents: on\r\n\r\n"
RELAY = """
import socket, sys, threading
listener = socket.create_server(("127.0.0.1", int(sys.argv[1])))
near, _ = listener.accept()
far = socket.create_connection(("127.0.0.1", int(sys.argv[2])))
def pump(source, target):
    while chunk := source.recv(65536):
        target.sendall(chunk)
threading.Thread(target=pump, args=(near, far), daemon=True).start()
pump(far, near)
"""


@pytest.fixture
def site(asterisk_22: AsteriskRoot, tmp_path: Path) -> Iterator[LabSite]:
    """A site of its own for each test, for each breaks something."""
    with guarded_site(asterisk_22, tmp_path, config=AMI_PROXY + "stall_s = 2\n", listed=(LISTED,)) as running:
        yield running


class Busy:
    """A dialer that originates without a pause until its connection ends, every fifth time a listed number."""

    def __init__(self, port: int, prefix: str) -> None:
        self.answered: list[str] = []
        self.ended = threading.Event()
        self._dialer = Dialer(port)
        self._prefix = prefix
        self._thread = threading.Thread(target=self._work)
        self._thread.start()

    def join(self) -> None:
        """Wait until its connection has ended."""
        self._thread.join(20)
        assert self.ended.is_set(), "a dialer was not hung up on"

    def _work(self) -> None:
        with self._dialer:
            try:
                for count in range(100_000):
                    number = LISTED if count % 5 == 0 else f"{self._prefix}{count:05}"
                    _, succeeded = self._dialer.originate(f"PJSIP/{number}@trunk")
                    assert succeeded is (number != LISTED)
                    self.answered.append(number)
            except (LabError, OSError):
                self.ended.set()


def demand_complete(site: LabSite, dialers: list[Busy]) -> None:
    """What was answered is in the journal, and what the carrier saw was allowed there."""
    journal = site.daemon.journal()
    assert {row["asked_by"] for row in journal if row["gate"] == "AMI_PROXY"} == {"manager:dialer"}
    rows = {(row["dialled"], row["verdict"]) for row in journal}
    answered = {number for dialer in dialers for number in dialer.answered}
    assert {(number, "BLOCK" if number == LISTED else "ALLOW") for number in answered} <= rows
    called = {invite.number for invite in site.carrier.settle()}
    assert {(number, "ALLOW") for number in called} <= rows
    assert LISTED not in called
    assert len(answered) > 10


def demand_serving(site: LabSite) -> None:
    """A dialer that comes now is served."""
    with site.dialer() as client:
        assert client.originate(Channel="PJSIP/0123456789@trunk", Application="Hangup")["Response"] == "Success"
        assert client.originate(Channel=f"PJSIP/{LISTED}@trunk", Application="Hangup")["Response"] == "Error"


def test_asterisk_killed_amid_calls_loses_no_answer(site: LabSite) -> None:
    """Its dialers are hung up on, and served again when it is back; log and carrier agree."""
    dialers = [Busy(site.proxy_port, f"0{4 + number}100") for number in range(3)]
    time.sleep(1)
    site.asterisk.kill()
    for dialer in dialers:
        dialer.join()
    with socket.create_connection(("127.0.0.1", site.proxy_port), timeout=60) as refused:
        assert refused.recv(100) == b""
    site.asterisk.start()
    demand_serving(site)
    site.quiet()
    demand_complete(site, dialers)


def test_a_daemon_killed_amid_calls_loses_no_answer(site: LabSite) -> None:
    """Asterisk ends the calls it has, dialers are served again when the daemon is back, the log holds all answers."""
    dialers = [Busy(site.proxy_port, f"0{4 + number}200") for number in range(3)]
    time.sleep(1)
    site.daemon.kill()
    for dialer in dialers:
        dialer.join()
    site.quiet()
    wait_until(lambda: "dialer" not in site.asterisk.cli("manager show connected"), 60, "the dead clients' sessions")
    site.daemon.start()
    demand_serving(site)
    site.quiet()
    demand_complete(site, dialers)


def test_two_hundred_dialers_beside_one_that_never_reads(site: LabSite) -> None:
    """Each gets its own answers while one client takes nothing and is disconnected for that; no channel is left up."""
    with socket.create_connection(("127.0.0.1", site.proxy_port)) as deaf, ExitStack() as open_ones:
        deaf.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        deaf.sendall(LOGIN)
        dialers = [open_ones.enter_context(Dialer(site.proxy_port)) for _ in range(200)]

        def work(number: int) -> tuple[bool, bool]:
            _, allowed = dialers[number].originate(f"PJSIP/01400{number:05}@trunk")
            _, listed = dialers[number].originate(f"PJSIP/{LISTED}@trunk")
            return allowed, listed

        with ThreadPoolExecutor(50) as pool:
            assert set(pool.map(work, range(200))) == {(True, False)}
        numbers = [invite.number for invite in site.carrier.settle()]
        assert sorted(numbers) == [f"01400{number:05}" for number in range(200)]
        _flood(site)
        wait_until(lambda: sessions(site) == 200, 60, "the client that never reads to be disconnected", every=0.3)
        assert dialers[0].originate(f"PJSIP/{LISTED}@trunk")[1] is False
    wait_until(lambda: sessions(site) == 0, 60, "the sessions to end", every=0.3)
    site.quiet()


def test_a_dialer_behind_a_frozen_network_is_given_up(site: LabSite, tmp_path: Path) -> None:
    """What lies between stops moving bytes, and the dialer behind it vanishes: it is given up, the others go on."""
    port = free_port()
    relay = Process("the relay", [sys.executable, "-c", RELAY, str(port), str(site.proxy_port)], tmp_path / "relay.log")
    with relay:
        wait_until(lambda: listens(port), 60, "the relay")
        lost = AmiClient(port)
        os.kill(relay.pid, signal.SIGSTOP)
        lost.close()
        with site.dialer() as other:
            assert other.action("Ping")["Ping"] == "Pong"
            assert sessions(site) == 2
            _flood(site)
            wait_until(lambda: sessions(site) == 1, 60, "the lost dialer to be given up", every=0.3)
            assert other.originate(Channel=f"PJSIP/{LISTED}@trunk", Application="Hangup")["Response"] == "Error"


def test_a_silent_peer_is_asked_whether_it_is_there(site: LabSite) -> None:
    """The kernel probes both sides of an idle connection within half a minute, so that one which vanished is found."""
    with site.dialer():
        wait_until(lambda: len(probes(site)) == 2, 60, "the timers of both sides")
        assert max(probes(site)) <= 30


def probes(site: LabSite) -> list[float]:
    """In how many seconds the kernel will probe each connection of the proxy: to its clients and to Asterisk."""
    return [
        when
        for local, remote, timer, when in connections()
        if (site.proxy_port == local or site.asterisk.ami_port == remote) and timer == "02"
    ]


def _flood(site: LabSite) -> None:
    """More events than the buffers between Asterisk and a client that does not read can hold."""
    filling = {f"Filling{number}": "x" * 1000 for number in range(12)}
    with AmiClient(site.asterisk.ami_port, events=False) as source:
        for _ in range(600):
            source.send("UserEvent", filling, UserEvent="Flood")
        assert source.action("Ping")["Ping"] == "Pong"


def sessions(site: LabSite) -> int:
    """How many dialers Asterisk has."""
    return site.asterisk.cli("manager show connected").count("dialer ")


def listens(port: int) -> bool:
    """Whether somebody listens there. Looking must not connect: the relay takes one client only."""
    return any(local == port for local, *_ in connections())


def connections() -> list[tuple[int, int, str, float]]:
    """Local port, remote port, kind of the running timer (02: keep-alive), and when it ends in seconds."""
    found = []
    for line in Path("/proc/net/tcp").read_text().splitlines()[1:]:
        _, local, remote, _, _, timer, *_ = line.split()
        kind, _, when = timer.partition(":")
        found.append((int(local[-4:], 16), int(remote[-4:], 16), kind, int(when, 16) / os.sysconf("SC_CLK_TCK")))
    return found
