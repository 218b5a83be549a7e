"""Ports: whoever draws them, none is drawn twice."""

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from lab.errors import LabError
from lab.ports import BLOCK, FIRST_PORT, LAST_PORT, Bound, Ports, bound_by, free_port, listens

DRAW = """
import sys
from lab.ports import free_port
print(*(free_port() for _ in range(int(sys.argv[1]))), flush=True)
sys.stdin.read()
"""
CHECKOUT = Path(__file__).parents[2] / "asterisk"


def drawing(count: int, folder: Path) -> "subprocess.Popen[str]":
    """A process that draws so many ports, and lives until it is told to end."""
    return subprocess.Popen(
        [sys.executable, "-c", DRAW, str(count)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=folder,
        env={"PYTHONPATH": str(folder / "asterisk")},
    )


def ports_of(process: "subprocess.Popen[str]") -> list[int]:
    """What it has drawn."""
    assert process.stdout is not None
    return [int(port) for port in process.stdout.readline().split()]


def test_processes_of_several_checkouts_never_draw_the_same(tmp_path: Path) -> None:
    """Ten processes at once, of two checkouts, and this one among them: no port twice."""
    other = tmp_path / "other"
    other.mkdir()
    (other / "asterisk").symlink_to(CHECKOUT)
    processes = [drawing(100, folder) for folder in (CHECKOUT.parent, other) for _ in range(5)]
    drawn = [free_port() for _ in range(100)]
    for process in processes:
        drawn += ports_of(process)
    for process in processes:
        process.communicate()
    assert len(drawn) == 1100
    assert len(set(drawn)) == len(drawn)
    assert min(drawn) >= FIRST_PORT
    assert max(drawn) <= LAST_PORT


def test_a_forked_child_draws_its_own() -> None:
    """It does not go on with its parent's. It lives until both have drawn: what it had is free when it has ended."""
    mine = [free_port()]
    (reading, writing), (held, holding) = os.pipe(), os.pipe()
    child = os.fork()
    if child == 0:
        os.close(holding)
        os.write(writing, " ".join(str(free_port()) for _ in range(BLOCK)).encode())
        os.read(held, 1)
        os._exit(0)
    theirs = [int(port) for port in os.read(reading, 4096).split()]
    mine += [free_port() for _ in range(BLOCK)]
    for end in (reading, writing, held, holding):
        os.close(end)
    os.waitpid(child, 0)
    assert len(theirs) == BLOCK
    assert not set(mine) & set(theirs)


@pytest.mark.parametrize("kind", [socket.SOCK_STREAM, socket.SOCK_DGRAM])
def test_a_port_in_use_is_passed_over(monkeypatch: pytest.MonkeyPatch, kind: socket.SocketKind) -> None:
    """Whoever uses it, and by either protocol."""
    ports, used = Ports(), free_port()
    monkeypatch.setattr(ports, "_left", [free_port(), used])
    with socket.socket(socket.AF_INET, kind) as stranger:
        stranger.bind(("127.0.0.1", used))
        assert ports.draw() != used


def test_the_end_of_all_ports_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where all are leased, the error says so."""
    ports = Ports()
    monkeypatch.setattr("lab.ports.LAST_PORT", FIRST_PORT - 1)
    with pytest.raises(LabError, match="all ports between"):
        ports.draw()


def test_what_a_process_has_bound_is_seen() -> None:
    """By kinds; who listens is told from who is connected, among connections that others have had."""
    with (
        socket.create_server(("127.0.0.1", free_port())) as server,
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as datagrams,
    ):
        port = server.getsockname()[1]
        datagrams.bind(("127.0.0.1", free_port()))
        bound = Bound("udp", datagrams.getsockname()[1])
        with socket.create_connection(("127.0.0.1", port)) as client:
            own = client.getsockname()[1]
            assert listens(os.getpid(), port)
            assert not listens(os.getpid(), own)
            assert not listens(os.getppid(), port)
            assert {Bound("tcp", port), Bound("tcp", own), bound} <= bound_by(os.getpid()).keys()
            assert {one.kind for one in bound_by(os.getpid(), "udp")} == {"udp"}
        assert bound_by(os.getpid(), "udp")[bound] == 0
        datagrams.sendto(b"x", datagrams.getsockname())
        assert bound_by(os.getpid(), "udp")[bound] > 0
    assert not listens(os.getpid(), port)
