"""Connections of the SIP gate (TCP and TLS): bytes come in, whole messages go on to the gate, answers go back.

Whoever connects has to send, and what has begun has to end in time; who takes nothing, or sends what can't be told
apart, is disconnected. One that sends faster than its messages are worked off is not read meanwhile: TCP holds it up,
and nothing is lost.
"""

import asyncio
from collections.abc import Callable
from typing import Final, cast

from gatekeeper import transports
from gatekeeper.sip.protocol.framing import PING, PONG, MessageFramer
from gatekeeper.sip.protocol.ports import Sender

MOST_UNSENT: Final = 1024 * 1024
"""A peer that leaves so many bytes untaken is disconnected."""

_MOST_EARLY: Final = 65_536

_LAST_WORD_S: Final = 0.5
"""How long a connection stays that can't be read any longer, so that the answer to that gets out."""


class SipStream(asyncio.Protocol):
    """A connection, whichever side has opened it.

    Args:
        sender: what its messages come from.
        received: takes each message.
        closed: told when it is over.
        message_s: within how many seconds a message that has begun must be whole.
        speaks_first: whether the peer has to send a message within that time, for it has connected.
    """

    def __init__(
        self,
        sender: Sender,
        received: Callable[["SipStream", bytes], None],
        closed: Callable[["SipStream"], None],
        message_s: float,
        *,
        speaks_first: bool,
    ) -> None:
        self.sender = sender
        self.spoke = False
        """Has it sent a message?"""
        self.over = False
        self.transport: asyncio.Transport | None = None
        self._received = received
        self._closed = closed
        self._message_s = message_s
        self._speaks_first = speaks_first
        self._framer = MessageFramer()
        self._leaving = False
        self._early = b""
        self._late: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Called by the loop, and after TLS has been agreed on."""
        if self.over:
            transports.abort(transport)
            return
        # uvloop's transports are none by class, but have all that one has.
        self.transport = cast("asyncio.Transport", transport)
        self.transport.set_write_buffer_limits(MOST_UNSENT)
        if self._speaks_first:
            self._expect()
        early, self._early = self._early, b""
        if early:
            self.data_received(early)

    def data_received(self, data: bytes) -> None:
        """Called by the loop."""
        if self.over or self._leaving:
            return
        if self.transport is None:  # TLS has just been agreed on, and whoever waits for that is told next
            self._early += data
            if len(self._early) > _MOST_EARLY:
                self.disconnect()
            return
        for message in self._framer.feed(data):
            self._take(message)
        if self._framer.fault:
            self._leave_soon()
        elif self._framer.pending > len(PONG):  # and not the answer to a ping
            self._expect()

    def _take(self, message: bytes) -> None:
        if message == PING:
            self.send(PONG)
        elif not self.over:
            self.spoke = True
            self._settle()
            self._received(self, message)

    def pause_writing(self) -> None:
        """Called by the loop: the peer takes nothing."""
        self.disconnect()

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 - the protocol's own signature
        """Called by the loop."""
        self._end()

    @property
    def usable(self) -> bool:
        """Whether something can be sent."""
        return not self.over and self.transport is not None and not self.transport.is_closing()

    def send(self, data: bytes) -> bool:
        """Send a message; False where the connection is over."""
        if not self.usable or self.transport is None:
            return False
        self.transport.write(data)
        return True

    def hold(self) -> None:
        """Read nothing for a while."""
        if self.transport is not None and not self.over and self.transport.is_reading():
            self.transport.pause_reading()

    def go_on(self) -> None:
        """Read again."""
        if self.transport is not None and not self.over and not self._leaving and not self.transport.is_reading():
            self.transport.resume_reading()

    def disconnect(self) -> None:
        """Disconnect now. Safe to repeat."""
        if self.transport is not None:
            transports.abort(self.transport)
        self._end()

    def _end(self) -> None:
        if not self.over:
            self.over = True
            self._settle()
            self._closed(self)

    def _leave_soon(self) -> None:
        """Nothing more can be read of it: let the answer to that out, and end."""
        self.hold()
        self._leaving = True
        self._settle()
        self._late = asyncio.get_running_loop().call_later(_LAST_WORD_S, self.disconnect)

    def _expect(self) -> None:
        if self._late is None:
            self._late = asyncio.get_running_loop().call_later(self._message_s, self.disconnect)

    def _settle(self) -> None:
        if self._late is not None:
            self._late.cancel()
            self._late = None
