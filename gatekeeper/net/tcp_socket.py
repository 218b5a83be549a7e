"""A listening TCP socket: the event loop's server, and one error for an address that can't be listened on."""

import asyncio
import ssl
from collections.abc import Callable

from gatekeeper.errors import DaemonError
from gatekeeper.translation import phrase, trouble_of


async def listen(
    factory: Callable[[], asyncio.Protocol],
    host: str,
    port: int,
    *,
    what: str,
    remedy: str,
    backlog: int = 512,
    tls: ssl.SSLContext | None = None,
) -> asyncio.Server:
    """Listen on an address.

    Args:
        factory: makes a protocol for each connection.
        host: the address.
        port: the port; 0 for any that is free.
        what: is listened for, in the error.
        remedy: the settings that name the address, in the error.
        backlog: how many connections may wait to be accepted.
        tls: where the connections are TLS's.

    Raises:
        DaemonError: the address can't be listened on.
    """
    try:
        return await asyncio.get_running_loop().create_server(
            factory, host, port, backlog=backlog, reuse_address=True, ssl=tls
        )
    except OSError as error:
        raise DaemonError(
            phrase(
                "can't listen for {what} on {host}:{port} ({reason}): set {remedy} to an address of this machine "
                "and a port that no other program uses",
                what=what,
                host=host,
                port=port,
                reason=trouble_of(error),
                remedy=remedy,
            )
        ) from error


def port_of(server: asyncio.Server) -> int:
    """The port that it listens on."""
    port: int = server.sockets[0].getsockname()[1]
    return port
