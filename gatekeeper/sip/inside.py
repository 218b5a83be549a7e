"""Listeners of the SIP gate for Asterisks that come by TCP or TLS: allowed ones, so many, and none that is slow."""

import asyncio
import logging
import ssl
from collections.abc import Callable
from dataclasses import dataclass
from typing import cast

from gatekeeper import transports
from gatekeeper.eager import Done, begin
from gatekeeper.logs import SeldomLog
from gatekeeper.net.peers import AllowedPeers
from gatekeeper.net.tcp_socket import listen
from gatekeeper.sip.protocol.ports import Sender, Transport
from gatekeeper.sip.streams import SipStream

log = logging.getLogger(__name__)

Received = Callable[[SipStream, bytes], None]


@dataclass(slots=True)
class StreamCounters:
    """What became of connections.

    Attributes:
        accepted: connections taken.
        strangers: connections from addresses that are not allowed.
        turned_away: connections that there was no room for.
        evicted: connections that had sent nothing, closed to make room for others.
        no_tls: connections that could not agree on TLS.
    """

    accepted: int = 0
    strangers: int = 0
    turned_away: int = 0
    evicted: int = 0
    no_tls: int = 0


class Inside:
    """The connections of Asterisks, of all listeners together.

    Args:
        peers: who may connect.
        most: how many may be open at once.
        message_s: within how many seconds a message must be whole, and TLS agreed on.
        received: takes each message.
    """

    def __init__(self, peers: AllowedPeers, most: int, message_s: float, received: Received) -> None:
        self.seen = StreamCounters()
        self._peers = peers
        self._most = most
        self._message_s = message_s
        self._received = received
        self._open: dict[tuple[Transport, str, int], _Door] = {}
        self._servers: list[asyncio.Server] = []
        self._agreeing: set[asyncio.Task[None]] = set()
        self._trouble = SeldomLog(log)
        self._loop = asyncio.get_running_loop()

    async def listen(self, host: str, port: int, tls: ssl.SSLContext | None = None) -> None:
        """Listen on a port, by TLS where a context is given.

        Raises:
            DaemonError: the address can't be listened on.
        """
        by = Transport.TLS if tls is not None else Transport.TCP
        server = await listen(
            lambda: _Door(self, by, port, tls),
            host,
            port,
            what=f"SIP over {by}",
            remedy="[sip_gate] host, port and tls_port",
        )
        self._servers.append(server)

    def stream_to(self, transport: Transport, host: str, port: int) -> SipStream | None:
        """The connection from an address; without it the latest one from the same machine, or None.

        Who has lost a connection opens another: the answers to what it sent before have to arrive there (RFC 3261,
        18.2.2), for nobody repeats by TCP.
        """
        door = self._open.get((transport, host, port))
        if door is None:
            others = (one for key, one in reversed(self._open.items()) if key[:2] == (transport, host))
            door = next((one for one in others if one.stream is not None and one.stream.spoke), None)
        return door.stream if door is not None else None

    def __len__(self) -> int:
        return len(self._open)

    def close(self) -> None:
        """Listen no more, and close every connection."""
        for server in self._servers:
            server.close()
        for door in list(self._open.values()):
            door.leave()
        for task in self._agreeing:
            task.cancel()

    def admit(self, door: "_Door", peer: tuple[str, int]) -> bool:
        """May this connection come in?"""
        if not self._peers.allows(peer[0]):
            self.seen.strangers += 1
            return False
        if len(self._open) >= self._most:
            # Asterisk connects because it has something to send: one that is silent gives way.
            silent = next((one for one in self._open.values() if one.stream is None or not one.stream.spoke), None)
            if silent is None:
                self.seen.turned_away += 1
                self._trouble.warning("full", f"SIP: turned a connection away, {self._most} are open (max_connections)")
                return False
            self.seen.evicted += 1
            silent.leave()
        self.seen.accepted += 1
        self._open[door.by, *peer] = door
        return True

    def left(self, door: "_Door") -> None:
        """A connection is over."""
        if self._open.get((door.by, *door.peer)) is door:
            del self._open[door.by, *door.peer]

    def stream(self, door: "_Door") -> SipStream:
        """What reads a connection's messages."""
        sender = Sender(door.by, *door.peer, door.port)
        return SipStream(sender, self._received, lambda _: self.left(door), self._message_s, speaks_first=True)

    def agree(self, door: "_Door", transport: asyncio.Transport, tls: ssl.SSLContext) -> None:
        """Agree on TLS, beside everything else."""
        work = begin(self._agree(door, transport, tls))
        if not isinstance(work, Done):
            task = self._loop.create_task(work)
            self._agreeing.add(task)
            task.add_done_callback(self._agreeing.discard)

    async def _agree(self, door: "_Door", transport: asyncio.Transport, tls: ssl.SSLContext) -> None:
        stream = door.stream
        assert stream is not None  # noqa: S101 - the door has made it just now
        try:
            agreed = await self._loop.start_tls(
                transport, stream, tls, server_side=True, ssl_handshake_timeout=self._message_s
            )
        except OSError:  # ssl.SSLError is one, and what asyncio raises where time is over
            agreed = None
        if agreed is not None:
            stream.connection_made(agreed)
        else:
            self.seen.no_tls += 1
            door.leave()


class _Door(asyncio.Protocol):
    """A connection that has just come: let in, or not; after that its messages are the stream's."""

    def __init__(self, inside: Inside, by: Transport, port: int, tls: ssl.SSLContext | None) -> None:
        self.by = by
        self.port = port
        self.peer: tuple[str, int] = ("", 0)
        self.stream: SipStream | None = None
        self._inside = inside
        self._tls = tls
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Called by the loop."""
        peer = transport.get_extra_info("peername")
        self.peer = peer[:2] if peer else ("", 0)
        if not self._inside.admit(self, self.peer):
            transports.abort(transport)
            return
        self._transport = cast("asyncio.Transport", transport)
        self.stream = self._inside.stream(self)
        if self._tls is None:
            self._transport.set_protocol(self.stream)
            self.stream.connection_made(transport)
        else:
            self._inside.agree(self, self._transport, self._tls)

    def leave(self) -> None:
        """Close it now."""
        if self.stream is not None:
            self.stream.disconnect()
        if self._transport is not None:
            transports.abort(self._transport)
        self._inside.left(self)
