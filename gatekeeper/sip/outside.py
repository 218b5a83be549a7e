"""The SIP gate's side towards carriers: a UDP socket for each address of ours from which carriers are reached.

A socket that is bound to 127.0.0.1 reaches nobody but this machine; so which address a carrier sees is the routing
table's to say, and each such address has a socket of its own, whose port stays the same. Via names it, for responses
come there.
"""

import errno
from collections.abc import Callable
from ipaddress import ip_address
from typing import Final

from gatekeeper.errors import DaemonError
from gatekeeper.sip.protocol.ports import Hop, in_uri
from gatekeeper.sip.udp import Address, UdpSocket, local_address

TOO_LONG: Final = "the message is too long for a datagram"
"""Why something did not leave that says nothing about the carrier."""

Opener = Callable[[str, int], UdpSocket]
"""Opens a socket on an address of ours and a port."""


class Outside:
    """The sockets towards carriers.

    Args:
        seen_as: the address that carriers see, where it is not that of our interface; or "".
        port: the port that they see; 0 for any that is free.
        opener: opens a socket.
    """

    def __init__(self, seen_as: str, port: int, opener: Opener) -> None:
        self._seen_as = seen_as
        self._port = port
        self._opener = opener
        self._sockets: dict[str, UdpSocket] = {}
        self._ways: dict[str, UdpSocket] = {}
        self._sent_by: dict[str, str] = {}

    @property
    def unsent(self) -> int:
        """How many datagrams the kernel did not take."""
        return sum(one.unsent for one in self._sockets.values())

    def way_to(self, host: str) -> UdpSocket:
        """The socket from which an address is reached.

        Raises:
            OSError: there is no way there.
            DaemonError: the port can't be had on that address of ours.
        """
        way = self._ways.get(host)
        if way is None:
            local = local_address(host)
            way = self._sockets.get(local)
            if way is None:
                way = self._sockets[local] = self._opener(local, self._port)
            self._ways[host] = way
            seen_as = self._seen_as if self._seen_as and not ip_address(local).is_loopback else local
            self._sent_by[host] = f"{in_uri(seen_as)}:{way.port}"
        return way

    def sent_by(self, host: str) -> str:
        """Our `host:port` for what goes to an address.

        Raises:
            OSError: there is no way there.
            DaemonError: the port can't be had on that address of ours.
        """
        if host not in self._ways:
            self.way_to(host)
        return self._sent_by[host]

    def send(self, data: bytes, hop: Hop) -> str:
        """Send by UDP; gives why it certainly did not leave, or ""."""
        to: Address = (hop.host, hop.port)
        try:
            way = self.way_to(hop.host)
        except (OSError, DaemonError) as error:
            return getattr(error, "strerror", None) or str(error)
        code = way.send(data, to)
        if code == errno.EMSGSIZE:
            return TOO_LONG
        return "the network refuses it" if code else ""

    def forget_ways(self) -> None:
        """Ask the routing table anew: interfaces come and go."""
        self._ways.clear()

    def close(self) -> None:
        """Close all of them."""
        for one in self._sockets.values():
            one.close()
        self._sockets.clear()
        self._ways.clear()
