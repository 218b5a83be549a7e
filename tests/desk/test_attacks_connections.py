"""Connections of who sends or takes little by little, says two lengths, or never ends: cut, and nobody else waits."""

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator
from dataclasses import dataclass

import httpx
import pytest
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from gatekeeper.desk import http
from gatekeeper.desk.app import build_app
from tests.desk.site import PASSWORD, DeskSite

_HEAD = b"POST /sign-in HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/x-www-form-urlencoded\r\n"


@dataclass(frozen=True)
class Served:
    """A desk behind its own server, in this process.

    Attributes:
        port: where it listens.
    """

    port: int

    async def answer(self, said: bytes) -> bytes:
        """What is answered to bytes as they are, until the connection is closed."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        writer.write(said)
        try:
            return await asyncio.wait_for(reader.read(), 20)
        except ConnectionError:
            return b""
        finally:
            writer.close()


@pytest.fixture
async def served(desk_site: DeskSite, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Served]:
    """It loses its patience after half a second; `/large` is larger than what a connection holds."""
    monkeypatch.setattr(http, "STALLED_S", 0.5)
    monkeypatch.setattr(http, "LINGER_S", 0.5)
    app = build_app(desk_site.desk)

    async def large(_: object) -> Response:
        return PlainTextResponse(b"a" * (32 << 20))

    app.router.routes.append(Route("/large", large))
    async with desk_site.serving_here(app) as url:
        yield Served(int(url.rpartition(":")[2]))


async def _is_cut(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, letters: bytes, every: float) -> bool:
    """Whether somebody who sends a letter now and then is disconnected before he has sent them all."""
    for letter in letters:
        with contextlib.suppress(OSError):
            writer.write(bytes([letter]))
            await writer.drain()
        await asyncio.sleep(every)
        if writer.transport.is_closing() or reader.at_eof():
            return True
    return False


async def test_a_body_that_trickles_in_is_cut(served: Served) -> None:
    """A letter in time after a letter does not keep the connection."""
    reader, writer = await asyncio.open_connection("127.0.0.1", served.port)
    writer.write(_HEAD + b"Origin: http://127.0.0.1\r\nContent-Length: 100000\r\n\r\n")
    assert await _is_cut(reader, writer, b"a" * 60, 0.1)
    writer.close()


async def test_a_reader_who_takes_nothing_is_cut_whatever_he_sends(served: Served) -> None:
    """Sending a letter now and then is no sign of taking an answer."""
    raw = socket.socket()
    raw.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    raw.connect(("127.0.0.1", served.port))
    raw.sendall(b"GET /large HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
    cut = False
    for _ in range(60):
        await asyncio.sleep(0.1)
        try:
            raw.send(b"G")
        except OSError:
            cut = True
            break
    raw.close()
    assert cut


@pytest.mark.parametrize(
    "lengths",
    [
        b"Content-Length: 4\r\nContent-Length: 5\r\n",
        b"Content-Length: 4, 5\r\n",
        b"Content-Length: +4\r\n",
        b"Content-Length: 0x4\r\n",
        b"Content-Length: -1\r\n",
        b"Content-Length: " + b"9" * 5000 + b"\r\n",
        b"Content-Length : 4\r\n",
        b"Transfer-Encoding: chunked\r\nContent-Length: 4\r\nTransfer-Encoding: identity\r\n",
        b"Transfer-Encoding: xchunked\r\n",
        b"Transfer-Encoding: chunked, identity\r\n",
        b"Transfer-Encoding: gzip, chunked\r\n",
        b"Transfer-Encoding\x0b: chunked\r\n",
        b"X: a\rContent-Length: 4\r\n",
        b"X: a\x00\r\n",
    ],
)
async def test_no_request_hides_in_another(served: Served, lengths: bytes) -> None:
    """What two readers could take for different requests is refused, and the connection closed."""
    hidden = b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Hidden: 1\r\n\r\n"
    answer = await served.answer(_HEAD + lengths + b"\r\na=bc" + hidden)
    assert answer.startswith(b"HTTP/1.1 400"), answer[:200]
    assert answer.count(b"HTTP/1.1") == 1


async def test_both_lengths_are_read_as_chunks_alone(served: Served) -> None:
    """A length beside chunks is passed over (RFC 9112, 6.3), so that what follows the chunks is the next request."""
    both = b"Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n3\r\na=b\r\n0\r\n\r\n"
    after = b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n"
    answer = await served.answer(_HEAD + both + after)
    # Nobody's origin: the form is refused, and only what stands openly behind it is answered.
    assert answer.count(b"HTTP/1.1 403") == 1
    assert answer.count(b"HTTP/1.1 200") <= 1


async def test_who_is_refused_before_he_has_sent_all_sends_no_more(served: Served) -> None:
    """He has some time to read why, and is disconnected: a server that takes the rest would take it for ever."""
    reader, writer = await asyncio.open_connection("127.0.0.1", served.port)
    writer.write(_HEAD + b"Content-Length: 99999999999\r\n\r\n")
    assert (await reader.readline()).startswith(b"HTTP/1.1 403")
    sent = 0
    with contextlib.suppress(OSError, TimeoutError):
        async with asyncio.timeout(10):
            while not writer.transport.is_closing():
                sent += 1 << 16
                writer.write(b"a" * (1 << 16))
                await writer.drain()
    assert writer.transport.is_closing()
    assert sent < 32 << 20
    writer.close()


@pytest.mark.parametrize("rest", [b"a", b"a" * 60_000])
async def test_who_is_refused_before_he_has_sent_a_little_more_is_heard_again(served: Served, rest: bytes) -> None:
    """A program's body is under way when its headers are refused: the next request on its connection is answered."""
    reader, writer = await asyncio.open_connection("127.0.0.1", served.port)
    for _ in range(3):
        writer.write(_HEAD + b"Content-Length: %d\r\n\r\n" % len(rest))
        assert (await reader.readline()).startswith(b"HTTP/1.1 403")
        length = 0
        while (line := (await reader.readline()).lower()) != b"\r\n":
            length = int(line.partition(b":")[2]) if line.startswith(b"content-length") else length
        await reader.readexactly(length)
        writer.write(rest)
    writer.write(b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n")
    assert (await asyncio.wait_for(reader.read(), 20)).startswith(b"HTTP/1.1 200")
    writer.close()


@pytest.mark.parametrize("header", [b"Cookie: a=" + b"a" * 200_000, b"X: " + b"b" * 200_000, b"X: 1\r\n" * 40_000])
async def test_headers_without_measure_are_refused(served: Served, header: bytes) -> None:
    """One that is huge, and many that are small."""
    answer = await served.answer(b"GET /sign-in HTTP/1.1\r\nHost: 127.0.0.1\r\n" + header + b"\r\n\r\n")
    assert answer.startswith(b"HTTP/1.1 400") or not answer


async def test_a_file_without_end_is_cut_and_the_disk_given_back(desk_site: DeskSite, served: Served) -> None:
    """Of ten gigabytes no more is taken than a file may have; nothing of it stays, and no memory goes."""
    uploads = desk_site.desk.uploads
    uploads.most_bytes, sent = 8 << 20, 0
    url = f"http://127.0.0.1:{served.port}"

    async def endless() -> AsyncIterator[bytes]:
        nonlocal sent
        yield b'--x\r\nContent-Disposition: form-data; name="file"; filename="../../a.csv"\r\n\r\n'
        for _ in range(10 << 14):
            sent += 1 << 16
            yield b"0612345678\n" * 5957 + b"\n"

    kind = {"content-type": "multipart/form-data; boundary=x"}
    async with httpx.AsyncClient(base_url=url, trust_env=False, headers={"origin": url}, timeout=60) as client:
        await client.post("/sign-in", data={"name": "officer", "password": PASSWORD})
        before = _resident()
        with contextlib.suppress(httpx.TransportError):
            answer = await client.post("/consents/imports", content=endless(), headers=kind)
            assert answer.status_code in {413, 422}
    assert sent < 64 << 20
    assert _resident() - before < 64 << 20
    folder = desk_site.settings.daemon.data_dir / "desk" / "uploads"
    for _ in range(50):
        if not list(folder.iterdir()):
            break
        await asyncio.sleep(0.1)
    assert not list(folder.iterdir())


def _resident() -> int:
    with open("/proc/self/statm", encoding="ascii") as file:  # noqa: PTH123 - no disk behind it
        return int(file.read().split()[1]) * 4096
