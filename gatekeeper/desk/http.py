"""HTTP of the desk: uvicorn's own, with deadlines for whoever sends or reads slowly.

A peer that opens a connection and says nothing, or a header an hour, would keep its place for ever; so would one that
takes no answer. Each has its time, and is disconnected.
"""

import asyncio
from typing import Any, Final

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol, RequestResponseCycle

from gatekeeper.addresses import plain
from gatekeeper.transports import abort

HEADERS_S: Final = 15
"""Until the headers of a request have come whole, from the connection on, or from its first byte after another one."""

STALLED_S: Final = 60
"""How long a request's body, or the reader of an answer, may stand still."""

LINGER_S: Final = 2
"""How long a peer that was answered before it has sent everything has to read that, and to send the rest."""

REST: Final = 64 * 1024
"""Of that rest so many bytes are taken and thrown away, so that the connection serves its next request: a program that
is refused for its headers has its body under way. Of more nothing is taken, and the connection ends."""

STEP: Final = 16 * 1024
"""So many bytes of a body have to come in that time: a byte a minute would keep its place for ever."""


class DeadlineProtocol(H11Protocol):
    """Serves one connection."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._deadline: asyncio.TimerHandle | None = None
        self._taking: asyncio.TimerHandle | None = None
        self._came = 0
        self._rest = 0

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin."""
        super().connection_made(transport)
        if self.client is not None:
            # As proxies that are trusted, and lock-outs, are named: not as a socket for both families names it.
            self.client = plain(self.client[0]), self.client[1]
        self._within(HEADERS_S)

    def connection_lost(self, exc: Exception | None) -> None:
        """End."""
        self._within(0)
        self._takes(0)
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Take what came."""
        before = self._under_way()
        super().data_received(data)
        cycle = self._under_way()
        if self._rest and cycle is before:
            self._throw_away(len(data))
            return
        self._rest = 0
        if cycle is None or cycle.response_complete:
            # No whole header yet: the first deadline stands, whatever trickles in.
            if self._deadline is None:
                self._within(HEADERS_S)
        elif cycle.more_body:
            self._came += len(data)
            if cycle is not before or self._came >= STEP:
                self._came = 0
                self._within(STALLED_S)
        else:
            self._within(0)

    def pause_writing(self) -> None:
        """Note that the peer does not take what it asked for."""
        super().pause_writing()
        self._takes(STALLED_S)

    def resume_writing(self) -> None:
        """Note that it does again."""
        self._takes(0)
        super().resume_writing()

    def on_response_complete(self) -> None:
        """End an answer; how long the next request may take to begin, uvicorn itself knows."""
        self._within(0)
        cycle = self._under_way()
        super().on_response_complete()
        if cycle is not None and cycle.more_body and not self.transport.is_closing():
            # uvicorn would take the rest and throw it away, however much there is.
            self._rest = REST
            self._within(LINGER_S)

    def _throw_away(self, count: int) -> None:
        """Note so many bytes of a body whose request was answered before."""
        if self.conn.our_state is h11.IDLE:  # it has ended, and the next request may come
            self._rest = 0
            self._within(HEADERS_S)
        elif self._rest > count:
            self._rest -= count
        else:
            self._rest = 1
            self.transport.pause_reading()

    def _under_way(self) -> RequestResponseCycle | None:
        return self.cycle  # None until the first request has come, whatever its type says

    def _within(self, seconds: float) -> None:
        """Disconnect after some seconds, unless something else is said before; 0 takes that back."""
        if self._deadline is not None:
            self._deadline.cancel()
        self._deadline = self.loop.call_later(seconds, self._late) if seconds else None

    def _takes(self, seconds: float) -> None:
        """Disconnect after some seconds in which the peer takes nothing; what it sends meanwhile changes nothing."""
        if self._taking is not None:
            self._taking.cancel()
        self._taking = self.loop.call_later(seconds, self._late) if seconds else None

    def _late(self) -> None:
        self._deadline = self._taking = None
        abort(self.transport)
