"""UDP sockets: drained whole, and told whom the network could not reach."""

import socket

import pytest

from gatekeeper.errors import DaemonError
from gatekeeper.sip.udp import Address, UdpSocket, local_address
from lab.ports import free_port
from tests.waiting import until


async def test_all_that_waits_is_read_in_one_turn() -> None:
    """A thousand datagrams, of the largest size, too: each in order, with its sender, in few turns of the loop."""
    taken: list[tuple[bytes, Address]] = []
    turns: list[int] = []
    one = UdpSocket("127.0.0.1", 0, lambda data, sender: taken.append((data, sender)), lambda: turns.append(len(taken)))
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as peer:
        peer.bind(("127.0.0.1", 0))
        sent = [b"x" * 65_507, b"", *(b"%d" % number for number in range(100))]
        for data in sent:
            peer.sendto(data, (one.host, one.port))
        await until(lambda: len(taken) == len(sent))
        assert taken == [(data, peer.getsockname()) for data in sent]
        assert len(turns) < 20  # as many as there are were it one by one; how few depends on how busy the machine is
        assert one.send(b"back", peer.getsockname()) == 0
        assert peer.recv(100) == b"back"
    one.close()
    one.close()


async def test_the_first_of_a_turn_is_taken_by_itself() -> None:
    """It needs no other to be waited for; those behind it come together, and each comes once, in order."""
    taken: list[bytes] = []
    alone: list[bytes] = []

    def first(data: bytes, _: Address) -> None:
        alone.append(data)
        taken.append(data)

    one = UdpSocket("127.0.0.1", 0, lambda data, _: taken.append(data), lambda: None, first=first)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as peer:
        sent = [b"%d" % number for number in range(100)]
        for data in sent:
            peer.sendto(data, (one.host, one.port))
        await until(lambda: len(taken) == len(sent))
    assert taken == sent
    assert alone[0] == sent[0]
    assert len(alone) < len(sent)
    one.close()


async def test_whom_the_network_refuses_is_told() -> None:
    """Where nobody listens, ICMP says so: with what was sent, and to whom; others are not disturbed."""
    refused: list[tuple[Address, bytes]] = []
    taken: list[bytes] = []
    one = UdpSocket(
        "127.0.0.1",
        0,
        lambda data, _: taken.append(data),
        lambda: None,
        lambda address, data: refused.append((address, data)),
    )
    dead = ("127.0.0.1", free_port("udp"))
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as peer:
        peer.bind(("127.0.0.1", 0))
        for number in range(20):
            assert one.send(b"dead %d" % number, dead) == 0
            assert one.send(b"alive", peer.getsockname()) == 0
            peer.sendto(b"hello", (one.host, one.port))
        await until(lambda: len(refused) == len(taken) == 20)
        assert refused == [(dead, b"dead %d" % number) for number in range(20)]
        for _ in range(20):
            assert peer.recv(100) == b"alive"
    assert one.unsent == 0
    one.close()


async def test_a_port_that_is_taken_is_an_error_that_says_so() -> None:
    """It names the settings."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as other:
        other.bind(("127.0.0.1", 0))
        with pytest.raises(DaemonError, match=r"\[sip_gate\] host, port and outside_port"):
            UdpSocket("127.0.0.1", other.getsockname()[1], lambda *_: None, lambda: None)


def test_our_address_towards_another() -> None:
    """The loopback reaches itself."""
    assert local_address("127.0.0.1") == "127.0.0.1"
