"""Carriers that can't be reached, with sockets: the next one gets the call, and it is asked about once."""

import asyncio
import contextlib
import socket
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from typing import Final, Self

import pytest

from gatekeeper.sip import carrier_streams
from gatekeeper.sip.carrier_streams import CarrierStreams
from gatekeeper.sip.protocol import health
from gatekeeper.sip.protocol.ports import Hop, Transport
from gatekeeper.sip.streams import SipStream
from lab.ports import free_port
from tests.sip.messages import header, request, response, start
from tests.sip.running import RunningGate, running_gate, udp_peer
from tests.waiting import until


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
    return await asyncio.wait_for(asyncio.get_running_loop().sock_recv(peer, 65536), 20)


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


async def test_a_call_that_is_repeated_meanwhile_goes_to_the_next_carrier(monkeypatch: pytest.MonkeyPatch) -> None:
    """It takes seconds to know that nobody accepts a connection, and a call is repeated after half a second."""
    monkeypatch.setattr(carrier_streams, "CONNECT_S", 0.5)
    with silent() as first, udp_peer() as asterisk, udp_peer() as second:
        async with running_gate([first, f"sip:127.0.0.1:{second.getsockname()[1]}"]) as site:
            invite = site.invite(via=f"UDP 127.0.0.1:{asterisk.getsockname()[1]}")
            for _ in range(3):
                asterisk.sendto(invite, ("127.0.0.1", site.port))
                await asyncio.sleep(0.1)
            assert start(await receive(second)).startswith(b"INVITE ")
            assert (len(site.asked), site.seen["failed_over"]) == (1, 1)


async def test_a_backlog_of_ours_says_nothing_of_the_carrier(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is too much to wait for a connection goes to the next carrier; the first is not taken for down by that."""
    monkeypatch.setattr(carrier_streams, "MOST_UNSENT", 100)
    with silent() as first, udp_peer() as asterisk, udp_peer() as second:
        async with running_gate([first, f"sip:127.0.0.1:{second.getsockname()[1]}"]) as site:
            place(site, asterisk)
            assert start(await receive(second)).startswith(b"INVITE ")
            assert site.gate.board.of_trunk("t")[0].health.up


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
                await asyncio.wait_for(taken.wait(), 20)
            await asyncio.sleep(0.1)
            with pytest.raises(BlockingIOError):
                second.recv(65536)
            assert (len(site.asked), site.seen["failed_over"]) == (1, 0)
    server.close()


class MuteCarrier:
    """A carrier by TCP that falls silent on connections it has, and answers on new ones.

    So does one behind a firewall that has forgotten a connection. An async context manager.

    Attributes:
        hop: its address.
        opened: how many connections were opened.
        ended: how many have ended.
        mute: those that are answered no more, by the order in which they were opened, from 1 on.
    """

    hop: Hop

    def __init__(self) -> None:
        self.opened = self.ended = 0
        self.mute: set[int] = set()
        self._serving: list[asyncio.Task[None]] = []

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._connected, "127.0.0.1", 0)
        self.hop = Hop(Transport.TCP, "127.0.0.1", self._server.sockets[0].getsockname()[1])
        return self

    async def __aexit__(self, *_: object) -> None:
        self._server.close()
        await asyncio.wait(self._serving, timeout=60)

    def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._serving.append(asyncio.create_task(self._serve(reader, writer)))

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.opened += 1
        number = self.opened
        with contextlib.suppress(asyncio.IncompleteReadError, ConnectionError):
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                await reader.readexactly(int(header(head, "Content-Length")[0]))
                if number not in self.mute:
                    writer.write(response(head, "200 OK" if head.startswith(b"OPTIONS") else "486 Busy Here"))
        self.ended += 1
        writer.close()
        with contextlib.suppress(ConnectionError):
            await writer.wait_closed()


async def test_a_connection_that_has_silently_died_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    """A carrier that does not answer OPTIONS on one is asked by a new one, and gets calls again."""
    monkeypatch.setattr(health, "GIVEN_UP_S", 1.0)
    with udp_peer() as asterisk:
        async with (
            MuteCarrier() as carrier,
            running_gate([f"sip:127.0.0.1:{carrier.hop.port};transport=tcp"], options_s=0.2) as site,
        ):
            (one,) = site.gate.board.of_trunk("t")
            await until(lambda: carrier.opened)
            carrier.mute.update(range(1, carrier.opened + 1))
            await until(lambda: not one.health.up)
            await until(lambda: one.health.up)
            assert carrier.opened > len(carrier.mute)
            place(site, asterisk)
            assert start(await receive(asterisk)) == b"SIP/2.0 486 Busy Here"


async def test_connections_to_former_addresses_end(monkeypatch: pytest.MonkeyPatch) -> None:
    """A name that moves leaves none behind for ever; one that is in use stays, as does one to a present address."""
    monkeypatch.setattr(carrier_streams, "_UNUSED_S", 0.3)
    streams = CarrierStreams(lambda _: None, lambda *_: None, lambda *_: None)
    async with MuteCarrier() as carrier:
        streams.send(request("OPTIONS"), carrier.hop)
        await until(lambda: carrier.opened == 1)
        await asyncio.sleep(0.4)
        streams.keep({carrier.hop})
        streams.send(request("OPTIONS"), carrier.hop)
        streams.keep(())
        await asyncio.sleep(0.4)
        assert carrier.ended == 0
        while not carrier.ended:  # the answer to the last one may have come late
            streams.keep(())
            await asyncio.sleep(0.05)
        assert carrier.opened == 1
        streams.close()


async def test_a_machine_that_acknowledges_nothing_is_given_up_soon() -> None:
    """Linux would send again for a quarter of an hour."""
    answered: list[SipStream] = []
    streams = CarrierStreams(lambda _: None, lambda stream, _: answered.append(stream), lambda *_: None)
    async with MuteCarrier() as carrier:
        streams.send(request("OPTIONS"), carrier.hop)
        await until(lambda: answered)
        assert answered[0].transport is not None
        used = answered[0].transport.get_extra_info("socket")
        assert used.getsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT) == 10_000
        streams.close()
