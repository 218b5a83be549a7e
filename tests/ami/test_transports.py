"""Connections are closed in any order, over real TLS as over TCP."""

import asyncio
import itertools
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest

from gatekeeper import transports
from tests.certificates import self_signed

Tls = tuple[ssl.SSLContext, ssl.SSLContext]


class End(asyncio.Protocol):
    """One end of a connection, which says when it is lost."""

    def __init__(self) -> None:
        self.transport: asyncio.Transport
        self.lost = asyncio.Event()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Called by the loop."""
        self.transport = transport  # type: ignore[assignment]  # a stream's protocol gets a stream's transport

    def connection_lost(self, _exc: Exception | None) -> None:
        """Called by the loop."""
        self.lost.set()


@pytest.fixture(scope="module")
def tls(tmp_path_factory: pytest.TempPathFactory) -> Tls:
    """What a server and its client need."""
    certificate = self_signed(tmp_path_factory.mktemp("tls"))
    serving = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    serving.load_cert_chain(*certificate)
    return serving, ssl.create_default_context(cafile=certificate[0])


@asynccontextmanager
async def connected(tls: Tls | None) -> AsyncIterator[tuple[End, End]]:
    """Two ends, the client's first."""
    loop = asyncio.get_running_loop()
    accepted: asyncio.Queue[End] = asyncio.Queue()

    class Served(End):
        def connection_made(self, transport: asyncio.BaseTransport) -> None:
            super().connection_made(transport)
            accepted.put_nowait(self)

    server = await loop.create_server(Served, "127.0.0.1", 0, ssl=tls[0] if tls else None)
    port = server.sockets[0].getsockname()[1]
    _, near = await loop.create_connection(End, "127.0.0.1", port, ssl=tls[1] if tls else None)
    far = await accepted.get()
    yield near, far
    server.close()
    for end in (near, far):
        transports.abort(end.transport)
        await asyncio.wait_for(end.lost.wait(), 20)


async def lose(near: End, far: End) -> None:
    """The peer ends the connection."""
    transports.abort(far.transport)
    await near.lost.wait()


async def leave(near: End, far: End) -> None:
    """The peer ends it politely."""
    transports.close(far.transport)
    await near.lost.wait()


async def nothing(_near: End, _far: End) -> None:
    """The connection is open."""


STEPS = {"close": transports.close, "abort": transports.abort}


@pytest.mark.parametrize("encrypted", [True, False], ids=["tls", "tcp"])
@pytest.mark.parametrize("before", [nothing, lose, leave])
async def test_any_order_of_closing_loses_both_ends_and_raises_nothing(
    tls: Tls, encrypted: bool, before: Callable[[End, End], Awaitable[None]]
) -> None:
    """Whatever came first, and in whichever order it is closed, nothing is raised, and both ends are lost."""
    for steps in itertools.product(STEPS.values(), repeat=3):
        async with connected(tls if encrypted else None) as (near, far):
            await asyncio.wait_for(before(near, far), 20)
            for step in steps:
                step(near.transport)
            assert near.transport.is_closing()
            if transports.abort in steps:
                await asyncio.wait_for(near.lost.wait(), 20)


async def test_closing_what_others_have_closed_twice(tls: Tls) -> None:
    """A library may have closed it again and again, be it lost or not."""
    for before, step in itertools.product((nothing, lose), STEPS.values()):
        async with connected(tls) as (near, far):
            await before(near, far)
            near.transport.close()  # oldest-python: as a library does
            near.transport.close()  # oldest-python: and again
            step(near.transport)
