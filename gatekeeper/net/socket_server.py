"""A listening socket that reads a peer as soon as it has accepted it, and answers it in one packet.

An asyncio server accepts in one turn of the loop and reads in the next, says that no more will come in a packet of its
own, and is woken twice more to see the peer go. Asterisk, and who asks on the control socket, has written its question
before we have woken; it waits for the answer and its end, and for nothing after that. So here all of that is one turn,
and who has his answer is seen off some milliseconds later, after the answer to somebody else: a call has two cores'
time, and each turn of ours takes it from Asterisk.

Asterisk writes its question line by line, and its kernel sends a line as soon as what went before is acknowledged (RFC
896). Linux acknowledges the first packets of a connection one by one: of thirty lines that makes forty packets, and
Asterisk's thread has to do with each. A question is acknowledged when it is read instead, so that what was written
meanwhile comes in one packet.
"""

import asyncio
import errno
import logging
import socket
from collections import deque
from collections.abc import Callable, Sequence
from functools import partial
from typing import Final

from gatekeeper.logs import SeldomLog

log = logging.getLogger(__name__)

_AT_ONCE: Final = 64
"""How many connections are accepted before others have their turn."""

_BUSY_S: Final = 0.002
"""Where the last one came so short a time ago, more may be waiting: that is asked after each."""

_LINGER_S: Final = 0.003
"""So long after its answer a peer is seen off: by then it has gone."""

_LATEST_S: Final = 0.05
"""So long after it where nobody else has connected meanwhile."""

_FEW: Final = 2
"""So many are seen off at a time: who asks meanwhile has to wait for it."""

_READ_OCTETS: Final = 16 * 1024
_TURNS: Final = 4
"""So many turns of the loop are given to who has connected and writes line by line, as Asterisk does: to have the
kernel wait for each part takes longer."""

_ENOUGH: Final = 4
"""So many reads take what is said to an answer, which is one line, or most questions; others go on later."""

# Plain numbers: to put two flags together costs more than the system call.
_NOW: Final = int(socket.MSG_DONTWAIT)
_NOW_AND_MORE: Final = int(socket.MSG_DONTWAIT) | int(socket.MSG_MORE)

_LATER: Final = 0
_NOW_THEN_LATER: Final = 2
"""Of `TCP_QUICKACK` (tcp(7)): acknowledge late, together with what we say, or when the kernel has waited for 40 ms; and
acknowledge now, but late what comes then (Linux, net/ipv4/tcp.c: `__tcp_sock_set_quickack`)."""

_NO_ROOM: Final = frozenset({errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM})
_REST_S: Final = 1.0
"""For so long nothing is accepted where the process, or the machine, has no room for another connection."""

Factory = Callable[[], asyncio.Protocol]
"""Makes a protocol for a connection."""


class SocketServer:
    """Accepts connections on listening sockets.

    Args:
        sockets: that listen, and do not block.
        factory: makes a protocol for each connection.
    """

    def __init__(self, sockets: Sequence[socket.socket], factory: Factory) -> None:
        self.sockets = tuple(sockets)
        self._factory = factory
        self._loop = asyncio.get_running_loop()
        self._trouble = SeldomLog(log)
        self._resting: dict[socket.socket, asyncio.TimerHandle] = {}
        self._last = 0.0
        self._lingering: deque[tuple[float, SocketTransport]] = deque()
        self._seeing_off: asyncio.TimerHandle | None = None
        for one in self.sockets:
            if one.family != socket.AF_UNIX:
                # The connections have it from the socket that listens.
                one.setsockopt(socket.IPPROTO_TCP, socket.TCP_QUICKACK, _LATER)
            self._watch(one)

    @property
    def port(self) -> int:
        """The port of the first of them."""
        port: int = self.sockets[0].getsockname()[1]
        return port

    def close(self) -> None:
        """Accept no more. Safe to repeat."""
        for one in self.sockets:
            if one.fileno() >= 0:
                self._loop.remove_reader(one.fileno())
                one.close()
        for timer in self._resting.values():
            timer.cancel()
        if self._seeing_off is not None:
            self._seeing_off.cancel()
        while self._lingering:
            self._lingering.popleft()[1].see_off()

    def _watch(self, listening: socket.socket) -> None:
        self._resting.pop(listening, None)
        family, kind = int(listening.family), int(listening.type)
        self._loop.add_reader(listening.fileno(), partial(self._acceptable, listening, family, kind))

    def linger(self, transport: "SocketTransport") -> None:
        """A peer has its answer: see it off after the answer to somebody else, or later."""
        self._lingering.append((self._loop.time(), transport))
        if self._seeing_off is None:
            self._seeing_off = self._loop.call_later(_LATEST_S, self._see_off_late)

    def _see_off_late(self) -> None:
        self._seeing_off = None
        self._see_off(self._loop.time())
        if self._lingering:
            self._seeing_off = self._loop.call_later(_LINGER_S, self._see_off_late)

    def _see_off(self, now: float) -> None:
        for _ in range(_FEW):
            if not self._lingering or now - self._lingering[0][0] < _LINGER_S:
                return
            self._lingering.popleft()[1].see_off()

    def _acceptable(self, listening: socket.socket, family: int, kind: int) -> None:
        now = self._loop.time()
        most = _AT_ONCE if now - self._last < _BUSY_S else 1
        self._last = now
        for _ in range(most):
            try:
                # What `accept` does, but that it finds out anew of what family and kind a socket of ours is.
                number, peer = listening._accept()  # type: ignore[attr-defined]  # noqa: SLF001
            except (BlockingIOError, InterruptedError):
                return
            except OSError as error:
                if error.errno in _NO_ROOM:
                    self._rest(listening, error)
                    return
                continue  # that peer has gone before it was accepted (accept(2))
            made = socket.socket(family, kind, 0, number)
            SocketTransport(self, self._loop, made, peer, self._factory()).begin()
            if self._lingering:
                self._see_off(now)
            if listening.fileno() < 0:
                return  # what was asked has ended the server

    def _rest(self, listening: socket.socket, error: OSError) -> None:
        self._trouble.warning("no room", f"a connection can't be accepted ({error.strerror}): trying again in a second")
        self._loop.remove_reader(listening.fileno())
        self._resting[listening] = self._loop.call_later(_REST_S, self._watch, listening)


class SocketTransport(asyncio.Transport):
    """A connection that was accepted.

    Args:
        server: that has accepted it.
        loop: that it belongs to.
        connected: its socket.
        peer: the other end's address.
        protocol: is told what comes.
    """

    def __init__(
        self,
        server: SocketServer,
        loop: asyncio.AbstractEventLoop,
        connected: socket.socket,
        peer: object,
        protocol: asyncio.Protocol,
    ) -> None:
        super().__init__({"socket": connected, "peername": peer})
        self._server = server
        self._loop = loop
        self._socket = connected
        self._protocol = protocol
        self._unsent = b""
        self._ends = False
        self._closing = False
        self._ended = False
        self._watched = False
        self._by_tcp = connected.family != socket.AF_UNIX

    def begin(self) -> None:
        """Tell the protocol, read what has come already, and go on as more comes."""
        self._told(self._protocol.connection_made, self)
        self._go_on(_TURNS)

    def _go_on(self, turns: int) -> None:
        """Read; what does not come in some turns of the loop is waited for."""
        self._readable()
        if self._closing or self._ended:
            return
        if self._ends and not self._unsent:
            self._server.linger(self)
        elif turns:
            self._loop.call_soon(self._go_on, turns - 1)
        else:
            self._watch()

    def see_off(self) -> None:
        """Take what a peer has said to its answer, and its end; wait for that where it has not come."""
        for _ in range(_ENOUGH):
            if not self._readable():
                break
        if not self._closing and not self._ended:
            self._watch()

    def is_closing(self) -> bool:
        """Whether it is closed, or will be."""
        return self._closing

    def write(self, data: bytes | bytearray | memoryview) -> None:
        """Send bytes; what the kernel does not take now goes later."""
        self._send(bytes(data), _NOW)

    def write_last(self, data: bytes) -> None:
        """Send bytes and the end of what we say, in one packet where they fit (tcp(7), send(2): `MSG_MORE`)."""
        self._ends = True
        self._send(data, _NOW_AND_MORE)

    def write_eof(self) -> None:
        """Say no more, once all is sent."""
        self._ends = True
        if not self._unsent:
            self._shut()

    def can_write_eof(self) -> bool:
        """Whether one direction alone can be closed."""
        return True

    def close(self) -> None:
        """Close, once all is sent."""
        if self._closing:
            return
        self._closing = True
        self._unwatch()
        if not self._unsent:
            self._loop.call_soon(self._let_go, None)

    def abort(self) -> None:
        """Close now, whatever is still to be sent."""
        self._fail(None)

    def _watch(self) -> None:
        self._watched = True
        self._loop.add_reader(self._socket.fileno(), self._readable)

    def _readable(self) -> bool:
        """Read; gives whether something came. A question of which there is more is acknowledged, so that it comes."""
        came = False
        for _ in range(_ENOUGH):
            if not self._read():
                break
            came = True
            if not self._by_tcp or self._ends or self._closing:
                break
            self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_QUICKACK, _NOW_THEN_LATER)
        return came

    def _read(self) -> bool:
        """Read once; gives whether something came."""
        if self._closing:
            return False
        try:
            # Accepted sockets block (accept(2)): to ask for one that does not takes a system call more.
            data = self._socket.recv(_READ_OCTETS, _NOW)
        except (BlockingIOError, InterruptedError):
            return False
        except OSError as error:
            self._fail(error)
            return False
        if data:
            self._told(self._protocol.data_received, data)
            return True
        self._ended = True
        self._unwatch()
        if not self._told(self._protocol.eof_received):
            self.close()
        return False

    def _send(self, data: bytes, flags: int) -> None:
        if self._socket.fileno() < 0:
            return
        if self._unsent:
            self._unsent += data
            return
        try:
            sent = self._socket.send(data, flags)
        except (BlockingIOError, InterruptedError):
            sent = 0
        except OSError as error:
            self._fail(error)
            return
        if sent < len(data):
            self._unsent = data[sent:]
            self._loop.add_writer(self._socket.fileno(), self._writable)
        elif self._ends:
            self._shut()

    def _writable(self) -> None:
        try:
            sent = self._socket.send(self._unsent, _NOW)
        except (BlockingIOError, InterruptedError):
            return
        except OSError as error:
            self._fail(error)
            return
        self._unsent = self._unsent[sent:]
        if self._unsent:
            return
        self._loop.remove_writer(self._socket.fileno())
        if self._ends:
            self._shut()
        if self._closing:
            self._let_go(None)

    def _shut(self) -> None:
        try:
            self._socket.shutdown(socket.SHUT_WR)
        except OSError as error:
            self._fail(error)

    def _unwatch(self) -> None:
        if self._watched:
            self._watched = False
            self._loop.remove_reader(self._socket.fileno())

    def _fail(self, error: OSError | None) -> None:
        """The connection is broken, or shall be."""
        if self._socket.fileno() < 0:
            return
        self._closing = True
        self._unwatch()
        if self._unsent:
            self._unsent = b""
            self._loop.remove_writer(self._socket.fileno())
        self._loop.call_soon(self._let_go, error)

    def _let_go(self, error: OSError | None) -> None:
        if self._socket.fileno() < 0:
            return
        try:
            self._protocol.connection_lost(error)
        finally:
            self._socket.close()

    def _told(self, tell: Callable[..., object], *said: object) -> object:
        """Tell the protocol; a fault of its own ends this connection, and no other."""
        try:
            return tell(*said)
        except Exception as error:  # noqa: BLE001 - as asyncio's own transports do
            self._loop.call_exception_handler(
                {"message": "a connection's protocol failed", "exception": error, "transport": self}
            )
            self._fail(None)
            return None


def write_last(transport: asyncio.Transport, data: bytes) -> None:
    """Send bytes and the end of what we say: in one packet where the transport is of a `SocketServer`."""
    if isinstance(transport, SocketTransport):
        transport.write_last(data)
    else:
        transport.write(data)
        transport.write_eof()
