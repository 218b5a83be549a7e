"""A listening TCP socket: a server of the event loop's or of our own, and one error for an address it can't have."""

import asyncio
import socket
import ssl
from collections.abc import Callable

from gatekeeper.errors import DaemonError
from gatekeeper.net.socket_server import SocketServer
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
        raise _not_had(host, port, what, remedy, error) from error


async def listen_promptly(
    factory: Callable[[], asyncio.Protocol], host: str, port: int, *, what: str, remedy: str, backlog: int = 512
) -> SocketServer:
    """Listen on an address for peers that have a question and wait: see `SocketServer`; arguments as of `listen`.

    Raises:
        DaemonError: the address can't be listened on.
    """
    made: list[socket.socket] = []
    try:
        for family, address in await _addresses(host, port):
            made.append(socket.create_server(address, family=family, backlog=backlog))
            made[-1].setblocking(False)
    except OSError as error:
        for one in made:
            one.close()
        raise _not_had(host, port, what, remedy, error) from error
    return SocketServer(made, factory)


async def _addresses(host: str, port: int) -> list[tuple[socket.AddressFamily, tuple[str, int]]]:
    """What a host's name stands for, each once; all of this machine's addresses where it is empty."""
    loop = asyncio.get_running_loop()
    found = await loop.getaddrinfo(host or None, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    return list(dict.fromkeys((family, (str(address[0]), port)) for family, _, _, _, address in found))


def _not_had(host: str, port: int, what: str, remedy: str, error: OSError) -> DaemonError:
    return DaemonError(
        phrase(
            "can't listen for {what} on {host}:{port} ({reason}): set {remedy} to an address of this machine "
            "and a port that no other program uses",
            what=what,
            host=host,
            port=port,
            reason=trouble_of(error),
            remedy=remedy,
        )
    )


def port_of(server: asyncio.Server) -> int:
    """The port that it listens on."""
    port: int = server.sockets[0].getsockname()[1]
    return port
