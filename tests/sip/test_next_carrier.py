"""Carriers that can't be reached, with sockets: the next one gets the call, and it is asked about once."""

import asyncio
import socket
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from typing import Final

import pytest

from gatekeeper.sip import carrier_streams
from lab.ports import free_port
from tests.sip.messages import header, response, start
from tests.sip.running import RunningGate, running_gate, udp_peer


@contextmanager
def dead_by_udp() -> Iterator[str]:
    """Nobody listens; ICMP says so."""
    yield f"sip:127.0.0.1:{free_port('udp')}"


@contextmanager
def refusing() -> Iterator[str]:
    """Nobody listens; TCP says so."""
    yield f"sip:127.0.0.1:{free_port()};transport=tcp"


@contextmanager
def silent() -> Iterator[str]:
    """No connection comes about: the queue is full, and the kernel drops who knocks."""
    with ExitStack() as stack:
        server = stack.enter_context(socket.socket())
        server.bind(("127.0.0.1", 0))
        server.listen(0)
        for _ in range(2):
            knocking = stack.enter_context(socket.socket())
            knocking.setblocking(False)
            knocking.connect_ex(server.getsockname())
        yield f"sip:127.0.0.1:{server.getsockname()[1]};transport=tcp"


@contextmanager
def without_tls() -> Iterator[str]:
    """It accepts a connection, and agrees on no TLS."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield f"sip:127.0.0.1:{server.getsockname()[1]};transport=tls"


UNREACHABLE: Final[tuple[Callable[[], AbstractContextManager[str]], ...]] = (
    *(dead_by_udp, refusing, silent, without_tls),
)


def place(site: RunningGate, asterisk: socket.socket) -> None:
    """Place a call."""
    via = f"UDP 127.0.0.1:{asterisk.getsockname()[1]}"
    asterisk.sendto(site.invite(via=via), ("127.0.0.1", site.port))


async def receive(peer: socket.socket) -> bytes:
    """The next datagram."""
    return await asyncio.wait_for(asyncio.get_running_loop().sock_recv(peer, 65536), 5)


async def calls_the_second(site: RunningGate, asterisk: socket.socket, second: socket.socket) -> None:
    """Place a call that goes to the second carrier, whose answer comes back: one question, one INVITE."""
    place(site, asterisk)
    invite = await receive(second)
    assert start(invite).startswith(b"INVITE ")
    port = int(header(invite, "Via")[0].partition(b";")[0].rpartition(b":")[2])
    second.sendto(response(invite, "486 Busy Here"), ("127.0.0.1", port))
    assert start(await receive(asterisk)) == b"SIP/2.0 486 Busy Here"
    assert (len(site.asked), site.seen["failed_over"]) == (1, 1)


@pytest.mark.parametrize("unreachable", UNREACHABLE)
async def test_a_carrier_that_can_not_be_reached_is_passed_over(
    unreachable: Callable[[], AbstractContextManager[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """One question, one INVITE at the next carrier, and its answer comes back."""
    monkeypatch.setattr(carrier_streams, "CONNECT_S", 0.3)
    with unreachable() as first, udp_peer() as asterisk, udp_peer() as second:
        async with running_gate([first, f"sip:127.0.0.1:{second.getsockname()[1]}"]) as site:
            await calls_the_second(site, asterisk, second)
            assert not site.gate.board.of_trunk("t")[0].health.up


async def test_the_next_address_of_a_name_is_the_next_carrier() -> None:
    """A name with several addresses is several carriers, in the resolver's order."""
    with udp_peer() as asterisk, udp_peer() as second:
        port = second.getsockname()[1]
        addresses = {"sbc.example": ["127.0.0.2", "127.0.0.1"]}
        async with running_gate([f"sip:sbc.example:{port}"], ask=addresses.__getitem__) as site:
            place(site, asterisk)
            assert start(await receive(second)).startswith(b"INVITE ")
            assert (len(site.asked), site.seen["failed_over"]) == (1, 1)


async def test_a_carrier_that_ends_the_connection_keeps_the_call() -> None:
    """It has the INVITE, and may be ringing: nobody else gets it, however often it is repeated."""
    taken = asyncio.Event()

    async def take(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        taken.set()
        writer.close()

    server = await asyncio.start_server(take, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    with udp_peer() as asterisk, udp_peer() as second:
        uris = [f"sip:127.0.0.1:{port};transport=tcp", f"sip:127.0.0.1:{second.getsockname()[1]}"]
        async with running_gate(uris) as site:
            for _ in range(2):
                taken.clear()
                place(site, asterisk)
                await asyncio.wait_for(taken.wait(), 5)
            await asyncio.sleep(0.1)
            with pytest.raises(BlockingIOError):
                second.recv(65536)
            assert (len(site.asked), site.seen["failed_over"]) == (1, 0)
    server.close()
