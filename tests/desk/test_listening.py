"""The desk's listening socket: what is answered goes out at once."""

import asyncio
import socket

from gatekeeper.desk.server import _listen
from gatekeeper.transports import close


async def test_an_answer_is_not_kept_for_the_next_one() -> None:
    """Nagle's algorithm is off on what was accepted: on a kept connection each answer would wait for 40 ms."""
    seen = asyncio.get_running_loop().create_future()

    class Seen(asyncio.Protocol):
        def connection_made(self, transport: asyncio.BaseTransport) -> None:
            accepted = transport.get_extra_info("socket")
            seen.set_result(accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY))
            close(transport)

    listening = _listen("127.0.0.1", 0)
    async with await asyncio.get_running_loop().create_server(Seen, sock=listening):
        _, writer = await asyncio.open_connection(*listening.getsockname())
        assert await seen
        writer.close()
