"""The server that reads as it accepts: answers, half-sent questions, peers that go, stay, or do not read."""

import asyncio
import errno
import socket
import struct
from collections.abc import AsyncIterator, Callable

import pytest

from gatekeeper import transports
from gatekeeper.net import socket_server
from gatekeeper.net.socket_server import SocketServer, SocketTransport, write_last

PATIENCE_S = 5.0
SEGS_OUT = 136
"""Where `tcp_info` has the number of packets that were sent (linux/tcp.h: `tcpi_segs_out`)."""


class Echo(asyncio.Protocol):
    """Answers a line with what it is told to, once, and writes down what happens."""

    def __init__(self, happened: list[str], answer: Callable[[asyncio.Transport, bytes], object]) -> None:
        self._happened = happened
        self._answer = answer
        self._asked = b""
        self.transport: asyncio.Transport

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, SocketTransport)
        self.transport = transport
        self._happened.append("made")

    def data_received(self, data: bytes) -> None:
        if self._asked.endswith(b"\n"):
            self._happened.append(f"more {data!r}")
            return
        self._asked += data
        if self._asked.endswith(b"\n"):
            self._answer(self.transport, self._asked)

    def eof_received(self) -> bool:
        self._happened.append("eof")
        return False

    def connection_lost(self, exc: Exception | None) -> None:
        self._happened.append("lost" if exc is None else type(exc).__name__)


class Site:
    """A server with its protocols' doings."""

    def __init__(self) -> None:
        self.happened: list[str] = []
        self.answer: Callable[[asyncio.Transport, bytes], object] = write_last
        listening = socket.create_server(("127.0.0.1", 0))
        listening.setblocking(False)
        self.server = SocketServer([listening], lambda: Echo(self.happened, self.answer))

    async def until(self, *wanted: str) -> None:
        """Wait until just this has happened."""
        async with asyncio.timeout(PATIENCE_S):
            while self.happened != list(wanted):  # noqa: ASYNC110 - who writes it down knows nothing of events
                await asyncio.sleep(0.005)

    async def ask(self, *parts: bytes, pause: float = 0.0) -> bytes:
        """Connect, send a question in parts, and read to the end, or until the connection is reset."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self.server.port)
        for part in parts:
            writer.write(part)
            await asyncio.sleep(pause)
        came = b""
        try:
            async with asyncio.timeout(PATIENCE_S):
                while data := await reader.read(1 << 20):
                    came += data
        except ConnectionResetError:
            pass
        finally:
            writer.close()
        return came


@pytest.fixture
async def site() -> AsyncIterator[Site]:
    """A server that answers a line with itself."""
    found = Site()
    yield found
    found.server.close()
    await asyncio.sleep(0)


@pytest.mark.parametrize("parts", [(b"question\n",), (b"ques", b"tion\n")], ids=["whole", "in parts"])
@pytest.mark.parametrize("pause", [0.0, 0.05], ids=["at once", "slowly"])
async def test_a_question_is_answered_however_it_comes(site: Site, parts: tuple[bytes, ...], pause: float) -> None:
    """And its peer is seen off: nothing of the connection is left."""
    assert await site.ask(*parts, pause=pause) == b"question\n"
    await site.until("made", "eof", "lost")


async def test_what_a_peer_says_to_its_answer_is_read_too(site: Site) -> None:
    """Asterisk tells how it took the command; one that stays is waited for."""
    reader, writer = await asyncio.open_connection("127.0.0.1", site.server.port)
    writer.write(b"question\n")
    assert await reader.read() == b"question\n"
    await asyncio.sleep(2 * socket_server._LATEST_S)  # beyond the moment at which it is seen off
    writer.write(b"200 result=1\n")
    await site.until("made", "more b'200 result=1\\n'")
    writer.close()
    await site.until("made", "more b'200 result=1\\n'", "eof", "lost")


async def test_what_is_written_line_by_line_comes_in_few_packets(site: Site) -> None:
    """Asterisk writes a question in thirty pieces, and waits for none of them to be acknowledged alone."""
    with socket.create_connection(("127.0.0.1", site.server.port)) as asking:
        for _ in range(30):
            asking.sendall(b"agi_name: value; ")
        asking.sendall(b"\n")
        asking.setblocking(False)
        async with asyncio.timeout(PATIENCE_S):
            answer = await asyncio.get_running_loop().sock_recv(asking, 4096)
        info = asking.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 256)
    assert answer == b"agi_name: value; " * 30 + b"\n"
    assert struct.unpack_from("=I", info, SEGS_OUT)[0] < 10


async def test_many_at_once_are_all_answered(site: Site) -> None:
    """More than are accepted in a turn, and than are seen off together."""
    answers = await asyncio.gather(*(site.ask(b"%d\n" % number) for number in range(300)))
    assert answers == [b"%d\n" % number for number in range(300)]


async def test_an_answer_that_is_larger_than_the_kernel_takes_arrives_whole(site: Site) -> None:
    """What does not go at once goes as the peer reads."""
    large = b"x" * (32 << 20)
    site.answer = lambda transport, _: write_last(transport, large)
    assert await site.ask(b"question\n") == large
    await site.until("made", "eof", "lost")


async def test_what_is_written_before_a_close_arrives(site: Site) -> None:
    """A close ends the connection once all is sent."""
    large = b"x" * (32 << 20)

    def answer(transport: asyncio.Transport, _: bytes) -> None:
        transport.write(large[:10])
        transport.write(large[10:])
        transports.close(transport)
        transports.close(transport)

    site.answer = answer
    assert await site.ask(b"question\n") == large
    await site.until("made", "lost")


async def test_an_abort_ends_it_at_once(site: Site) -> None:
    """Whatever is still to be sent."""

    def answer(transport: asyncio.Transport, _: bytes) -> None:
        transport.write(b"x" * (32 << 20))
        transports.abort(transport)
        transports.abort(transport)

    site.answer = answer
    assert len(await site.ask(b"question\n")) < 32 << 20
    await site.until("made", "lost")


@pytest.mark.parametrize("asked", [b"", b"half", b"question\n"])
async def test_a_peer_that_resets_the_connection_is_lost(site: Site, asked: bytes) -> None:
    """Before it has asked, within it, and while it is answered."""
    site.answer = lambda *_: None
    with socket.create_connection(("127.0.0.1", site.server.port)) as peer:
        peer.sendall(asked)
        await asyncio.sleep(0.02)
        peer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    await site.until("made", "ConnectionResetError")


async def test_a_fault_of_a_protocol_ends_its_connection_and_no_other(site: Site) -> None:
    """And the loop is told."""
    told: list[str] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, context: told.append(str(context["exception"])))

    def answer(transport: asyncio.Transport, asked: bytes) -> None:
        if asked == b"bad\n":
            raise RuntimeError("a fault")
        write_last(transport, asked)

    site.answer = answer
    assert await site.ask(b"bad\n") == b""
    assert await site.ask(b"good\n") == b"good\n"
    assert told == ["a fault"]


async def test_where_there_is_no_room_it_rests_and_goes_on(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """accept(2): without a descriptor the peer stays in the queue, and would wake us for nothing at each turn."""
    monkeypatch.setattr(socket_server, "_REST_S", 0.1)
    real, tried = socket.socket._accept, []  # type: ignore[attr-defined]

    def accept(listening: socket.socket) -> object:
        tried.append(1)
        if len(tried) == 1:
            raise OSError(errno.EMFILE, "too many open files")
        return real(listening)

    monkeypatch.setattr(socket.socket, "_accept", accept)
    assert await site.ask(b"question\n") == b"question\n"
    assert len(tried) < 5


async def test_a_closed_server_sees_its_peers_off(site: Site) -> None:
    """Nobody new comes in, and who has an answer is not forgotten."""
    assert await site.ask(b"question\n") == b"question\n"
    site.server.close()
    site.server.close()
    await site.until("made", "eof", "lost")
