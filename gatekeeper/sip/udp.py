"""UDP sockets of the SIP gate: read whole in a turn of the loop, and told whom the network could not reach.

An asyncio datagram endpoint gives one callback for a datagram and one datagram for a turn. A flood would fill the
kernel's buffer in between, and what others sent would be lost there; so all that waits is read at once, in one piece of
work.
"""

import asyncio
import errno
import logging
import socket
import struct
from collections.abc import Callable
from ipaddress import IPv6Address, ip_address
from typing import Final

from gatekeeper.errors import DaemonError
from gatekeeper.logs import SeldomLog
from gatekeeper.translation import phrase, trouble_of

log = logging.getLogger(__name__)

LARGEST: Final = 65535
"""A UDP datagram has no more (RFC 768)."""

_READ_AT_ONCE: Final = 1024
"""How many datagrams are read before others have their turn."""

_BUSY_S: Final = 0.002
"""Where the last datagrams came so short a time ago, more may be waiting: that is asked at once. Else the loop says so:
a call has two cores' time, and each system call of ours that fails takes it from Asterisk."""

_BUFFER: Final = 4 * 1024 * 1024
"""What the kernel is asked to hold; it caps this at `net.core.rmem_max`."""

# ip(7), ipv6(7): the kernel keeps what ICMP says of what was sent, with where that was sent to.
_IP_RECVERR: Final = 11
_IPV6_RECVERR: Final = 25
_SO_RCVBUFFORCE: Final = 33  # socket(7): as SO_RCVBUF, beyond `net.core.rmem_max`
_REFUSALS: Final = frozenset({errno.ECONNREFUSED, errno.EHOSTUNREACH, errno.ENETUNREACH, errno.EHOSTDOWN})
_NO_ROOM: Final = frozenset({errno.EAGAIN, errno.EWOULDBLOCK, errno.ENOBUFS, errno.ENOMEM})

_ERRORS_AT_ONCE: Final = 64

Address = tuple[str, int]


class UdpSocket:
    """A UDP socket that is read whole in each turn.

    Args:
        host: the address to bind to.
        port: the port; 0 for any that is free.
        received: takes each datagram with its sender.
        taken: called when something was taken.
        refused: told of each address that could not be reached, with the beginning of what was sent there; None where
            nobody wants to know.
        first: takes, in place of the two, the first datagram of a turn. Mostly it is the only one, and may be answered
            before it is asked whether there are others.
    """

    def __init__(
        self,
        host: str,
        port: int,
        received: Callable[[bytes, Address], None],
        taken: Callable[[], None],
        refused: Callable[[Address, bytes], None] | None = None,
        first: Callable[[bytes, Address], None] | None = None,
    ) -> None:
        self._first = first
        self._received = received
        self._taken = taken
        self._refused = refused
        self._loop = asyncio.get_running_loop()
        self._trouble = SeldomLog(log)
        self._socket = _bound(host, port, errors=refused is not None)
        self.host: str
        self.port: int
        self.host, self.port = self._socket.getsockname()[:2]
        self.unsent = 0
        """How many datagrams the kernel did not take."""
        self._deaf = False
        self._last = 0.0
        self._loop.add_reader(self._socket.fileno(), self._readable)

    def send(self, data: bytes, to: Address) -> int:
        """Send a datagram; gives 0, or the errno where it certainly did not leave.

        What the kernel has no room for now is as lost in the network: whoever wants an answer sends it again.
        """
        code = 0
        for _ in range(2):
            try:
                self._socket.sendto(data, to)
            except OSError as error:
                code = error.errno or errno.EIO
                if code in _REFUSALS and self._refused is not None and self._take_errors():
                    continue  # it was about what had been sent before
                self._lost(error.strerror or str(error))
                return 0 if code in _NO_ROOM else code
            return 0
        return code

    def close(self) -> None:
        """Close it. Safe to repeat."""
        if self._socket.fileno() >= 0:
            self._loop.remove_reader(self._socket.fileno())
            self._socket.close()

    def drain(self, most: int = _READ_AT_ONCE) -> int:
        """Take what waits, a thousand at most; how many there were."""
        receive, received = self._socket.recvfrom, self._received
        for taken in range(most):
            try:
                data, sender = receive(LARGEST)
            except OSError:  # nothing more, or what the network said of something that was sent
                return taken
            received(data, sender[:2])
        return most

    def _readable(self) -> None:
        now = self._loop.time()
        busy = now - self._last < _BUSY_S
        self._last = now
        try:
            data, sender = self._socket.recvfrom(LARGEST)
        except OSError:
            self._troubled()
            return
        if self._first is not None:
            self._first(data, sender[:2])
        else:
            self._received(data, sender[:2])
            self._taken()
        if busy and self.drain():
            self._taken()
        if self._deaf:
            self._troubled()

    def _troubled(self) -> None:
        # What the network says of something that was sent comes as an error, before any datagram (ip(7): IP_RECVERR).
        self._take_errors()
        self._listen_again()

    def _listen_again(self) -> None:
        """Have it watched anew: libuv, below uvloop, no longer watches a socket that had an error (its unix/poll.c)."""
        self._deaf = False
        if self._refused is not None and self._socket.fileno() >= 0:
            self._loop.remove_reader(self._socket.fileno())
            self._loop.add_reader(self._socket.fileno(), self._readable)

    def _take_errors(self) -> int:
        """Take what the network said of what was sent; how many such messages there were."""
        if self._refused is None:
            return 0
        for taken in range(_ERRORS_AT_ONCE):
            try:
                data, ancillary, _, address = self._socket.recvmsg(2048, 512, socket.MSG_ERRQUEUE)
            except OSError:
                return taken
            self._deaf = True
            for _level, kind, value in ancillary:
                # sock_extended_err: its first 32 bits are the errno.
                if kind in (_IP_RECVERR, _IPV6_RECVERR) and struct.unpack_from("=I", value)[0] in _REFUSALS:
                    self._refused(address[:2], data)
        return _ERRORS_AT_ONCE

    def _lost(self, why: str) -> None:
        self.unsent += 1
        self._trouble.warning("unsent", f"a SIP message could not be sent ({why})")


def _bound(host: str, port: int, *, errors: bool) -> socket.socket:
    by_ipv6 = ":" in host
    made = socket.socket(socket.AF_INET6 if by_ipv6 else socket.AF_INET, socket.SOCK_DGRAM)
    try:
        made.setblocking(False)
        try:
            made.setsockopt(socket.SOL_SOCKET, _SO_RCVBUFFORCE, _BUFFER)
        except OSError:  # that is for who may administer the network
            made.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _BUFFER)
        made.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _BUFFER)
        if by_ipv6:
            made.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        if errors:
            level, kind = (socket.IPPROTO_IPV6, _IPV6_RECVERR) if by_ipv6 else (socket.IPPROTO_IP, _IP_RECVERR)
            made.setsockopt(level, kind, 1)
        made.bind((host, port))
    except OSError as error:
        made.close()
        raise DaemonError(
            phrase(
                "can't have UDP port {port} of {host} for SIP ({reason}): set [sip_gate] host, port and "
                "outside_port to an address of this machine and to ports that no other program uses",
                port=port,
                host=host,
                reason=trouble_of(error),
            )
        ) from error
    return made


def local_address(towards: str) -> str:
    """The address of ours from which the kernel would send to another one.

    Raises:
        OSError: there is no way there.
    """
    by_ipv6 = isinstance(ip_address(towards.partition("%")[0]), IPv6Address)
    with socket.socket(socket.AF_INET6 if by_ipv6 else socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.connect((towards, 9))  # sends nothing: it only asks the routing table
        return str(probe.getsockname()[0])
