"""The desk's connections: whoever says nothing, or little by little, is disconnected, and keeps nobody out."""

import asyncio
import contextlib
import socket
from collections.abc import Iterator

import httpx
import pytest

from gatekeeper.desk import http
from tests.desk.site import DeskSite


@pytest.fixture
def port(desk_site: DeskSite) -> Iterator[int]:
    """The port of a real desk."""
    with desk_site.serving() as url:
        yield int(url.rpartition(":")[2])


async def test_a_thousand_who_say_nothing_keep_nobody_out(port: int) -> None:
    """An address gets its share of connections only: the others are closed at once, and somebody else has room."""
    idle = []
    for _ in range(1000):
        with contextlib.suppress(OSError):
            idle.append(socket.create_connection(("127.0.0.1", port), 5))
        if len(idle) >= 800:  # of the 1,024 files that this process may have open
            break
    try:
        other = httpx.AsyncHTTPTransport(local_address="127.0.0.2")
        async with httpx.AsyncClient(transport=other, timeout=60) as client:
            assert (await client.get(f"http://127.0.0.1:{port}/sign-in")).status_code == 200
    finally:
        for one in idle:
            one.close()


async def test_a_header_that_trickles_in_is_cut(monkeypatch: pytest.MonkeyPatch, desk_site: DeskSite) -> None:
    """The deadline stands from the connection on, whatever comes byte by byte."""
    monkeypatch.setattr(http, "HEADERS_S", 0.5)
    import uvicorn

    from gatekeeper.desk.app import build_app

    listening = socket.create_server(("127.0.0.1", 0))
    config = uvicorn.Config(
        build_app(desk_site.desk), http=http.DeadlineProtocol, ws="none", lifespan="off", log_config=None
    )
    server = uvicorn.Server(config)
    serving = asyncio.get_running_loop().create_task(server.serve(sockets=[listening]))
    try:
        reader, writer = await asyncio.open_connection(*listening.getsockname())
        with contextlib.suppress(OSError):
            for letter in b"GET /sign-in HTTP/1.1\r\nHost: 127.0.0.1\r\nX: " + b"x" * 100:
                writer.write(bytes([letter]))
                await writer.drain()
                await asyncio.sleep(0.02)
        with contextlib.suppress(OSError):
            assert await asyncio.wait_for(reader.read(), 20) == b""
        writer.close()
    finally:
        server.should_exit = True
        await serving
