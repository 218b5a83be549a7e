"""Connections of the SIP gate to carriers (TCP and TLS): one for each address, opened when there is something to send.

What could not be delivered because no connection came about certainly has not left, and is given back. What was sent on
a connection that broke later may have arrived: nobody may send that elsewhere, for two carriers would ring one person.
"""

import asyncio
import logging
import os
import socket
import ssl
from collections.abc import Callable, Collection, Sequence
from typing import Final

from gatekeeper.logs import SeldomLog
from gatekeeper.sip.protocol.ports import Hop, Sender
from gatekeeper.sip.protocol.transactions import RINGING_S
from gatekeeper.sip.streams import MOST_UNSENT, SipStream
from gatekeeper.sip.tls_to import TlsTo

log = logging.getLogger(__name__)

CONNECT_S: Final = 3.0
"""Within how many seconds a carrier must have accepted a connection, and agreed on TLS."""

TOO_MUCH: Final = "too much waits for its connection"
"""Why a message is given back that says nothing of the carrier."""

_DEAD_MS: Final = 10_000
"""Within how many milliseconds a carrier's machine must have acknowledged what was sent: a firewall that has forgotten
the connection, or a pulled cable, says nothing, and Linux would send again for a quarter of an hour (tcp(7))."""

_UNUSED_S: Final = RINGING_S
"""After how many seconds without a message a connection ends whose carrier has another address by now."""

_MESSAGE_S: Final = 30.0
"""Within how many seconds a carrier's message must be whole."""


class CarrierStreams:
    """The connections to carriers.

    Args:
        tls_of: how the carrier at an address is checked; None where it is reached without TLS.
        received: takes each message that comes.
        failed: told of an address to which no connection came about, why, and what was to be sent there.
    """

    def __init__(
        self,
        tls_of: Callable[[Hop], TlsTo | None],
        received: Callable[[SipStream, bytes], None],
        failed: Callable[[Hop, str, Sequence[bytes]], None],
    ) -> None:
        self.opened = 0
        self.unsent = 0
        """How many messages a connection did not take."""
        self._tls_of = tls_of
        self._received = received
        self._failed = failed
        self._ways: dict[Hop, _Way] = {}
        self._loop = asyncio.get_running_loop()
        self._trouble = SeldomLog(log)

    def send(self, data: bytes, hop: Hop) -> None:
        """Send a message, on the connection there is, or on a new one."""
        way = self._ways.get(hop)
        if way is None or (way.open and not way.stream.usable):
            way = self._begun(hop)
        way.used = self._loop.time()
        if not way.open:
            way.waits.append(data)
            way.size += len(data)
            if way.size > MOST_UNSENT:  # only so many wait for a connection: the first ones are given up
                way.size -= len(way.waits[0])
                self._failed(hop, TOO_MUCH, [way.waits.pop(0)])
        elif not way.stream.send(data):
            self.unsent += 1

    def leave(self, hop: Hop) -> None:
        """End the connection to an address, if there is one: the next message opens a new one."""
        way = self._ways.get(hop)
        if way is not None and way.open:
            way.stream.disconnect()

    def keep(self, hops: Collection[Hop]) -> None:
        """End those to other addresses than these by which nothing has come or gone for so long that no call rings."""
        before = self._loop.time() - _UNUSED_S
        for hop in [hop for hop, way in self._ways.items() if hop not in hops and way.used < before]:
            self.leave(hop)

    def _begun(self, hop: Hop) -> "_Way":
        """A connection that is being opened."""

        def received(stream: SipStream, data: bytes) -> None:
            way.used = self._loop.time()
            self._received(stream, data)

        sender = Sender(hop.transport, hop.host, hop.port, 0)
        stream = SipStream(sender, received, lambda ended: self._lost(hop, ended), _MESSAGE_S, speaks_first=False)
        way = self._ways[hop] = _Way(stream)
        way.task = self._loop.create_task(self._open(hop, way))
        return way

    def close(self) -> None:
        """Close all of them."""
        for way in list(self._ways.values()):
            if way.task is not None:
                way.task.cancel()
            way.stream.disconnect()
        self._ways.clear()

    async def _open(self, hop: Hop, way: "_Way") -> None:
        why = ""
        try:
            tls = self._tls_of(hop)
            async with asyncio.timeout(CONNECT_S):
                transport, _ = await self._loop.create_connection(
                    lambda: way.stream,
                    hop.host,
                    hop.port,
                    ssl=tls.context if tls else None,
                    server_hostname=tls.name if tls else None,
                )
            transport.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, _DEAD_MS)
        except ssl.SSLCertVerificationError as error:
            why = f"its certificate is not accepted ({error.verify_message}): set tls_ca or tls_name of its trunk"
        except TimeoutError:
            why = f"no connection within {CONNECT_S:g} s"
        except ssl.SSLError as error:
            why = f"TLS is not agreed on ({error.reason or error})"
        except OSError as error:
            why = os.strerror(error.errno) if error.errno else str(error) or "no connection"
        if not why and not way.stream.usable:
            why = "it ends the connection at once"
        waits, way.waits = way.waits, []
        if why:
            self._ways.pop(hop, None)
            way.stream.disconnect()
            self._failed(hop, why, waits)
            return
        way.open = True
        self.opened += 1
        for data in waits:
            if not way.stream.send(data):
                self.unsent += 1

    def _lost(self, hop: Hop, stream: SipStream) -> None:
        way = self._ways.get(hop)
        if way is not None and way.open and way.stream is stream:
            del self._ways[hop]
            self._trouble.warning(f"lost {hop}", f"SIP: the connection to the carrier at {hop.host}:{hop.port} ended")


class _Way:
    """A connection to a carrier, and what waits for it."""

    __slots__ = ("open", "size", "stream", "task", "used", "waits")

    def __init__(self, stream: SipStream) -> None:
        self.stream = stream
        self.open = False
        self.waits: list[bytes] = []
        self.size = 0
        self.used = 0.0
        self.task: asyncio.Task[None] | None = None
