"""The desk's listening socket: gives each network its share of connections, and all together no more than there are.

They are counted from the moment that the kernel hands them over: before TLS, in which a peer that says nothing would
keep its place for a minute, unseen by the server. The last tenth of them is kept for this machine, proxies that are
trusted, and networks from which somebody has signed in: some few networks of strangers take no more than the others.
"""

import socket
from collections import Counter
from collections.abc import Callable, Container
from functools import partial
from typing import Any, Final

from gatekeeper.addresses import is_loopback, network_of
from gatekeeper.errors import DaemonError
from gatekeeper.net.peers import AllowedPeers
from gatekeeper.translation import phrase, trouble_of

MOST_OF_NETWORK: Final = 100
"""Connections of one network, of IPv4 one address; a proxy that is trusted may have more, for it brings many people."""

_KEPT: Final = 10
"""One in so many connections is kept for those who are not strangers."""

_REFUSED_AT_ONCE: Final = 64
"""So many are refused before those who are in have their turn again."""


class DeskListener(socket.socket):
    """Listens for TCP; who comes when there is no room is disconnected at once.

    Args:
        family: of its address.
        most: how many connections there may be.
        many: addresses and networks that may have more than their share of those.
        known: networks of people who have signed in.
    """

    def __init__(
        self, family: socket.AddressFamily, most: int, many: tuple[str, ...] = (), known: Container[str] = ()
    ) -> None:
        # The protocol is named: asyncio sends at once (TCP_NODELAY) only where it is. Else what is answered on a kept
        # connection waits 40 ms each time.
        super().__init__(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        self._most = most
        self._for_strangers = most - max(1, most // _KEPT)
        self._known = known
        self._many = AllowedPeers(many)
        self._open: Counter[str] = Counter()

    def accept(self) -> tuple[socket.socket, Any]:
        """Take the next connection that there is room for."""
        for _ in range(_REFUSED_AT_ONCE):
            accepted, address = super().accept()
            network = network_of(address[0])
            if self._has_room(network, address[0]):
                self._open[network] += 1
                return AcceptedSocket(accepted, partial(self._closed_one, network)), address
            accepted.close()
        raise BlockingIOError

    def _has_room(self, network: str, address: str) -> bool:
        total, many = self._open.total(), self._many.allows(address)
        if total >= self._most or (self._open[network] >= MOST_OF_NETWORK and not many):
            return False
        return total < self._for_strangers or many or network in self._known or is_loopback(address)

    def _closed_one(self, network: str) -> None:
        self._open[network] -= 1
        if not self._open[network]:
            del self._open[network]


class AcceptedSocket(socket.socket):
    """A connection that tells when it is closed.

    Args:
        accepted: the connection, which is this one's from now on.
        tell: is told, once.
    """

    def __init__(self, accepted: socket.socket, tell: Callable[[], None]) -> None:
        super().__init__(accepted.family, accepted.type, accepted.proto, accepted.detach())
        self._tell: Callable[[], None] | None = tell

    def close(self) -> None:
        """Close it."""
        super().close()
        tell, self._tell = self._tell, None
        if tell is not None:
            tell()


def listen(host: str, port: int, most: int, many: tuple[str, ...] = (), known: Container[str] = ()) -> DeskListener:
    """Listen on an address.

    Args:
        host: the address.
        port: its port; 0 for any that is free.
        most: as of `DeskListener`.
        many: as of `DeskListener`.
        known: as of `DeskListener`.

    Raises:
        DaemonError: that can't be done.
    """
    listening = DeskListener(socket.AF_INET6 if ":" in host else socket.AF_INET, most, many, known)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
    except OSError as error:
        listening.close()
        raise DaemonError(
            phrase(
                "the desk can't listen on {host}:{port} ({reason}): set desk.host and desk.port to what is free",
                host=host,
                port=port,
                reason=trouble_of(error),
            )
        ) from error
    listening.set_inheritable(True)
    return listening
