"""The SIP gate's sockets and connections: who is answered, who is not, and who is disconnected."""

import asyncio
import contextlib
import socket
import ssl

import pytest

from gatekeeper import transports
from gatekeeper.net.tls import serving, trusting
from gatekeeper.sip.protocol.framing import MessageFramer
from lab.ports import free_port
from tests.certificates import Certificate, self_signed
from tests.sip.messages import header, response, start
from tests.sip.running import LISTED, StreamPeer, connect, running_gate, udp_peer
from tests.waiting import until


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Certificate:
    """One for 127.0.0.1."""
    return self_signed(tmp_path_factory.mktemp("certificate"))


def server_tls(certificate: Certificate) -> ssl.SSLContext:
    """What a server presents."""
    return serving(str(certificate.certificate), str(certificate.key), "certificate")


async def receive(peer: socket.socket) -> bytes:
    """The next datagram."""
    return await asyncio.wait_for(asyncio.get_running_loop().sock_recv(peer, 65536), 20)


async def test_a_stranger_gets_no_answer_at_all() -> None:
    """By UDP nothing comes back, whatever it sends; by TCP it is hung up on. Nothing of it is read."""
    async with running_gate(allow=("127.0.0.1",)) as site:
        with udp_peer("127.0.0.2") as stranger, udp_peer() as asterisk:
            for data in (site.invite(), site.invite(LISTED), site.options(), b"\r\n\r\n", b"x" * 65_000):
                stranger.sendto(data, ("127.0.0.1", site.port))
            asterisk.sendto(site.options(), ("127.0.0.1", site.port))
            assert start(await receive(asterisk)) == b"SIP/2.0 200 OK"
            with pytest.raises(BlockingIOError):
                stranger.recv(65536)
        peer = await connect(site.port, source="127.0.0.2")
        assert await peer.is_over()
        peer.close()
        assert (site.seen["strangers"], site.seen["accepted"], site.asked) == (6, 0, [])


@pytest.mark.parametrize("by", ["TCP", "TLS"])
async def test_messages_of_a_connection_are_told_apart(by: str, certificate: Certificate) -> None:
    """Two in one piece, one in many, a ping between: each is answered on its connection."""
    async with running_gate(tls=server_tls(certificate)) as site:
        trusted = trusting(str(certificate.certificate), "ca") if by == "TLS" else None
        peer = await connect(site.tls_port if by == "TLS" else site.port, trusted)
        via = f"{by} 127.0.0.1:{peer.port}"
        peer.writer.write(site.options("a", via) + b"\r\n\r\n" + site.options("b", via))
        for number in range(0, len(last := site.invite(LISTED, "c", via)), 100):
            peer.writer.write(last[number : number + 100])
            await asyncio.sleep(0)
        answers = [await peer.message() for _ in range(3)]
        assert [start(one)[8:11] for one in answers] == [b"200", b"200", b"603"]
        assert [header(one, "Via")[0].partition(b"branch=z9hG4bKPj")[2][:1] for one in answers] == [b"a", b"b", b"c"]
        peer.close()


async def test_who_is_slow_is_disconnected() -> None:
    """One that sends nothing, and one that does not end what it began, however it drips; who has sent one stays."""
    async with running_gate(message_s=0.2) as site:
        silent, slow, idle = [await connect(site.port) for _ in range(3)]
        idle.writer.write(site.options("a", f"TCP 127.0.0.1:{idle.port}"))
        assert start(await idle.message()) == b"SIP/2.0 200 OK"

        async def drip() -> None:
            for octet in site.options("b", f"TCP 127.0.0.1:{slow.port}"):
                slow.writer.write(bytes([octet]))
                await asyncio.sleep(0.02)

        dripping = asyncio.create_task(drip())
        assert await silent.is_over(4)
        assert await slow.is_over(4)
        assert not await idle.is_over(0.3)
        dripping.cancel()
        idle.writer.write(site.options("c", f"TCP 127.0.0.1:{idle.port}"))
        assert start(await idle.message()) == b"SIP/2.0 200 OK"
        for peer in (silent, slow, idle):
            peer.close()


async def test_half_open_tls_is_bounded_and_ends(certificate: Certificate) -> None:
    """Who connects to the TLS port and agrees on nothing is counted, gives way, and is disconnected in time."""
    async with running_gate(tls=server_tls(certificate), message_s=0.5, max_connections=3) as site:
        silent = [await connect(site.tls_port) for _ in range(5)]
        await until(lambda: site.seen["evicted"] == 2)
        agreed = await connect(site.tls_port, trusting(str(certificate.certificate), "ca"))
        agreed.writer.write(site.options("a", f"TLS 127.0.0.1:{agreed.port}"))
        assert start(await agreed.message()) == b"SIP/2.0 200 OK"
        for peer in silent:
            assert await peer.is_over(4)
            peer.close()
        await until(lambda: site.seen["no_tls"] >= 2)
        agreed.close()


async def test_so_many_connections_and_no_more() -> None:
    """Those that have spoken stay, and who comes then is turned away; those that have not give way."""
    async with running_gate(max_connections=3) as site:
        speaking = [await connect(site.port) for _ in range(2)]
        for peer in speaking:
            peer.writer.write(site.options("a", f"TCP 127.0.0.1:{peer.port}"))
            assert start(await peer.message()) == b"SIP/2.0 200 OK"
        silent = await connect(site.port)
        third = await connect(site.port)
        assert await silent.is_over()
        third.writer.write(site.options("a", f"TCP 127.0.0.1:{third.port}"))
        assert start(await third.message()) == b"SIP/2.0 200 OK"
        fourth = await connect(site.port)
        assert await fourth.is_over()
        assert (site.seen["evicted"], site.seen["turned_away"]) == (1, 1)
        for peer in (*speaking, silent, third, fourth):
            peer.close()


async def test_who_takes_no_answers_is_disconnected() -> None:
    """Its answers would fill our memory."""
    async with running_gate() as site:
        peer = await connect(site.port)
        peer.writer.transport.pause_reading()  # type: ignore[attr-defined]
        request = site.options("a", f"TCP 127.0.0.1:{peer.port}") * 100

        async def send() -> None:
            while not peer.writer.is_closing():
                peer.writer.write(request)
                await peer.writer.drain()

        with pytest.raises(ConnectionError):
            await asyncio.wait_for(send(), 20)
        peer.close()


async def test_what_cannot_be_cut_is_answered_and_ends() -> None:
    """No length where a connection needs one: 400, and the end of the connection."""
    async with running_gate() as site:
        peer = await connect(site.port)
        broken = site.invite("0612345678", "a", f"TCP 127.0.0.1:{peer.port}").replace(
            b"Content-Length:", b"Content-Size:"
        )
        peer.writer.write(broken)
        assert start(await peer.message())[8:11] in (b"400", b"603")
        assert await peer.is_over()
        peer.close()


class TcpCarrier:
    """A carrier on TCP that is always busy."""

    def __init__(self) -> None:
        self.port = free_port()
        self.invites = 0
        self.writers: list[asyncio.StreamWriter] = []
        self._server: asyncio.Server | None = None

    async def start(self) -> None:
        """Listen."""
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", self.port)

    def close(self) -> None:
        """Listen no more, and hang up."""
        if self._server is not None:
            self._server.close()
        for writer in self.writers:
            transports.abort(writer.transport)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.writers.append(writer)
        framer = MessageFramer()
        with contextlib.suppress(ConnectionError):
            while data := await reader.read(65536):
                for message in framer.feed(data):
                    self.invites += message.startswith(b"INVITE ")
                    if not message.startswith(b"ACK "):
                        writer.write(response(message, "486 Busy Here"))


async def test_a_carrier_by_tcp_comes_back() -> None:
    """While the first is not there, calls go to the next; when it is, to it, also after its connection broke."""
    first, second = TcpCarrier(), TcpCarrier()
    await second.start()
    carriers = [f"sip:127.0.0.1:{one.port};transport=tcp" for one in (first, second)]
    async with running_gate(carriers, options_s=0.2) as site:
        with udp_peer() as asterisk:

            async def call(number: int) -> bytes:
                via = f"UDP 127.0.0.1:{asterisk.getsockname()[1]}"
                asterisk.sendto(site.invite(call=str(number), via=via), ("127.0.0.1", site.port))
                return start(await receive(asterisk))

            assert await call(1) == b"SIP/2.0 486 Busy Here"
            assert (first.invites, second.invites) == (0, 1)
            await first.start()
            await until(lambda: site.gate.board.of_trunk("t")[0].health.up)
            assert await call(2) == b"SIP/2.0 486 Busy Here"
            transports.abort(first.writers[-1].transport)
            await until(lambda: len(first.writers) > 1)
            assert await call(3) == b"SIP/2.0 486 Busy Here"
            assert (first.invites, second.invites) == (2, 1)
    first.close()
    second.close()


async def test_an_answer_follows_who_has_connected_anew() -> None:
    """Its connection broke while the carrier rang: the answer comes by the next one of that machine, and no other's."""
    with udp_peer() as carrier:
        async with running_gate(
            [f"sip:127.0.0.1:{carrier.getsockname()[1]}"], allow=("127.0.0.1", "127.0.0.2")
        ) as site:
            first = await connect(site.port)
            first.writer.write(site.invite(via=f"TCP 127.0.0.1:{first.port}"))
            invite = await receive(carrier)
            first.close()
            await until(lambda: site.seen["connections"] == 0)
            second, other = await connect(site.port), await connect(site.port, source="127.0.0.2")
            for call, peer in (("2", second), ("3", other)):
                peer.writer.write(site.options(call, f"TCP 127.0.0.1:{peer.port}"))
                assert start(await peer.message()) == b"SIP/2.0 200 OK"
            port = int(header(invite, "Via")[0].partition(b";")[0].rpartition(b":")[2])
            carrier.sendto(response(invite, "200 OK"), ("127.0.0.1", port))
            answer = await second.message()
            assert (start(answer), header(answer, "CSeq")) == (b"SIP/2.0 200 OK", [b"100 INVITE"])
            assert site.seen["unanswered"] == 0
            second.close()
            other.close()


async def test_one_that_sends_faster_than_it_is_served_is_held_up_and_loses_nothing() -> None:
    """A thousand requests at once on a connection: each is answered, in their order."""
    async with running_gate() as site:
        peer = await connect(site.port)
        via = f"TCP 127.0.0.1:{peer.port}"
        count = 1000
        sending = asyncio.create_task(_send(peer, b"".join(site.options(f"{number}x", via) for number in range(count))))
        for number in range(count):
            answer = await peer.message()
            assert start(answer) == b"SIP/2.0 200 OK"
            assert f"branch=z9hG4bKPj{number}x".encode() in answer
        await sending
        assert (site.seen["dropped"], site.seen["accepted"]) == (0, 1)
        peer.close()


async def _send(peer: StreamPeer, data: bytes) -> None:
    peer.writer.write(data)
    await peer.writer.drain()


@pytest.mark.parametrize("size", [1_400, 9_000, 60_000])
async def test_a_large_invite_goes_on_whole(size: int) -> None:
    """Fragments of a datagram are the kernel's business: the carrier gets all of them, with the same body."""
    with udp_peer() as asterisk, udp_peer() as carrier:
        async with running_gate([f"sip:127.0.0.1:{carrier.getsockname()[1]}"]) as site:
            via = f"UDP 127.0.0.1:{asterisk.getsockname()[1]}"
            head, _, body = site.invite(via=via).partition(b"\r\n\r\n")
            padded = body + b"a=x-padding:1\r\n" * (size // 15)
            head = head.replace(b"Content-Length: %d" % len(body), b"Content-Length: %d" % len(padded))
            asterisk.sendto(head + b"\r\n\r\n" + padded, ("127.0.0.1", site.port))
            assert (await receive(carrier)).partition(b"\r\n\r\n")[2] == padded


async def test_what_no_datagram_holds_says_nothing_of_the_carrier() -> None:
    """An INVITE that is as long as a datagram may be has no room for our Via: 503, and the carrier stays up."""
    with udp_peer() as asterisk, udp_peer() as carrier:
        async with running_gate([f"sip:127.0.0.1:{carrier.getsockname()[1]}"]) as site:
            via = f"UDP 127.0.0.1:{asterisk.getsockname()[1]}"
            head, _, body = site.invite(via=via).partition(b"\r\n\r\n")
            length = 65_507 - len(head) - 4 - (len(b"65000") - len(b"%d" % len(body)))
            head = head.replace(b"Content-Length: %d" % len(body), b"Content-Length: %d" % length)
            asterisk.sendto(head + b"\r\n\r\n" + body.ljust(length, b"\n"), ("127.0.0.1", site.port))
            assert start(await receive(asterisk))[8:11] == b"503"
            assert site.gate.board.of_trunk("t")[0].health.up
            asterisk.sendto(site.invite(call="2", via=via), ("127.0.0.1", site.port))
            assert (await receive(carrier)).startswith(b"INVITE ")
