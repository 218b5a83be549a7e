"""A client's connection through the proxy: moves bytes between its two sockets, as `ProxySession` decides.

Nothing is queued without bound: a side that does not take what it is sent stops the reading from the other side.
"""

import asyncio
import socket
import ssl
from collections.abc import Callable, Coroutine
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Final, Protocol, cast

from gatekeeper import transports
from gatekeeper.ami.protocol.session import AskQuestions, Command, EndServer, ProxySession, Report, ToClient, ToServer
from gatekeeper.eager import Done, begin
from gatekeeper.policy import Verdict
from gatekeeper.screening import Answer, Question

_HIGH_WATER: Final = 256 * 1024
"""So many bytes may wait for a peer before the reading from the other one stops."""


@dataclass(slots=True)
class ProxyCounters:
    """What a proxy has seen since its start.

    Attributes:
        connections: clients connected now.
        accepted: clients taken.
        turned_away: clients turned away because there were too many.
        strangers: clients disconnected because they did not log in.
        unreachable: clients turned away because Asterisk did not answer.
        stalled: clients disconnected because they did not read.
        allowed: actions that call outside and were let through.
        blocked: actions that call outside and were stopped.
        refused: actions refused without a question.
        failed: faults of Gatekeeper itself; each ended a connection.
    """

    connections: int = 0
    accepted: int = 0
    turned_away: int = 0
    strangers: int = 0
    unreachable: int = 0
    stalled: int = 0
    allowed: int = 0
    blocked: int = 0
    refused: int = 0
    failed: int = 0


class ConnectionOwner(Protocol):
    """What a connection needs of the proxy that holds it."""

    seen: ProxyCounters
    stall_s: float
    vanished_s: int

    async def screen(self, question: Question) -> Answer:
        """Decide on a question."""

    def report(self, report: Report) -> None:
        """An action was refused."""

    def logged_in(self, connection: "ProxyConnection") -> None:
        """Its client has logged in."""

    def fault(self, error: Exception) -> None:
        """Something of our own went wrong; the connection ends."""

    def ended(self, connection: "ProxyConnection") -> None:
        """Both sides are closed, or will be."""


class ProxyConnection:
    """A client and its connection to Asterisk.

    Args:
        host: the proxy.
        session: the state of this connection.
        client: the transport of the client's side.
    """

    def __init__(self, host: ConnectionOwner, session: ProxySession, client: asyncio.Transport) -> None:
        self._host = host
        self._session = session
        self._client = client
        self._server: asyncio.Transport | None = None
        self._asking: asyncio.Task[None] | None = None
        self._stall: asyncio.TimerHandle | None = None
        self._server_full = False
        self._client_full = False
        self._client_ended = False
        self._early: list[bytes] = []  # uvloop gives what came at once, even where reading was paused at once
        self._reading_client = False
        self._known = False
        self._closed = False
        client.pause_reading()
        prepare(client, host.vanished_s)

    @property
    def asking(self) -> asyncio.Task[None] | None:
        """The open question, if there is one."""
        return self._asking

    def connected(self, server: asyncio.Transport) -> None:
        """Asterisk is there: begin."""
        if self._closed:
            transports.abort(server)
            return
        self._server = server
        prepare(server, self._host.vanished_s)
        if self._client_full:
            server.pause_reading()
        early, self._early = self._early, []
        for chunk in early:
            self.client_data(chunk)
        if self._client_ended:
            self.client_eof()
        self._adjust()

    def client_data(self, chunk: bytes) -> None:
        """The client has sent something."""
        if self._server is None:
            self._early.append(chunk)
            self._client.pause_reading()
            return
        self._do(self._session.receive_client, chunk)

    def client_eof(self) -> None:
        """The client will send no more."""
        self._client_ended = True
        if self._server is not None:
            self._do(self._session.client_ended)

    def server_data(self, chunk: bytes) -> None:
        """Asterisk has sent something."""
        if self._closed:
            return
        if self._session.passes_server(chunk):
            self._client.write(chunk)
        else:
            self._do(self._session.receive_server, chunk)
            if not self._known and self._session.authenticated and not self._closed:
                self._known = True
                self._host.logged_in(self)

    def server_lost(self) -> None:
        """Asterisk has closed the connection: pass on what is left, and close as well."""
        if not self._closed:
            self._do(self._session.server_ended)
            self.close()

    def client_full(self, full: bool) -> None:
        """The client does not take what it is sent, or does again."""
        self._client_full = full
        if full:
            self._stall = asyncio.get_running_loop().call_later(self._host.stall_s, self._stalled)
        elif self._stall is not None:
            self._stall.cancel()
            self._stall = None
        if self._server is not None and not self._server.is_closing():
            if full:
                self._server.pause_reading()
            else:
                self._server.resume_reading()
        self._adjust()

    def server_full(self, full: bool) -> None:
        """Asterisk does not take what it is sent, or does again."""
        self._server_full = full
        self._adjust()

    def close(self, *, abort: bool = False) -> None:
        """Close both sides, after what is still to be sent unless `abort`. Safe to repeat."""
        if self._closed and not abort:
            return
        self._closed = True
        if self._asking is not None:
            self._asking.cancel()
            self._asking = None
        if self._stall is not None and abort:
            self._stall.cancel()
        for transport in (self._client, self._server):
            if transport is not None:
                transports.abort(transport) if abort else transports.close(transport)
        self._host.ended(self)

    def client_lost(self) -> None:
        """The client is gone."""
        if self._stall is not None:
            self._stall.cancel()
            self._stall = None
        self.close()

    def _do(self, step: Callable[..., list[Command]], *arguments: object) -> None:
        if self._closed:
            return
        try:
            self._obey(step(*arguments))
        except Exception as error:  # noqa: BLE001 - a fault of ours must not let anything by: the connection ends
            self._fail(error)
        else:
            self._adjust()

    def _obey(self, commands: list[Command]) -> None:
        """Do what the session says, and ask what it wants to know.

        Most answers are there at once. A client that sends many originates in one piece gets one of them at once, and
        the others each in a turn of the loop, so that it does not keep the other clients waiting.
        """
        screen = self._obey_all(commands)
        if screen is None:
            return
        asked = begin(self._ask(screen))
        if isinstance(asked, Done):
            screen = self._obey_all(self._answered(asked.value))
            if screen is None:
                return
            asked = self._ask(screen)
        self._asking = asyncio.get_running_loop().create_task(self._wait(asked))

    def _obey_all(self, commands: list[Command]) -> AskQuestions | None:
        """Do what the session says; the question that it ends with, if it does."""
        screen = None
        for command in commands:
            if isinstance(command, ToClient):
                self._client.write(command.octets)
            elif isinstance(command, ToServer):
                if self._server is None:
                    raise RuntimeError("nothing is read from the client before Asterisk is there")
                self._server.write(command.octets)
            elif isinstance(command, AskQuestions):
                screen = command
            elif isinstance(command, Report):
                self._host.report(command)
            else:
                self._end_server(command)
        return screen

    def _end_server(self, _command: EndServer) -> None:
        if self._server is not None and self._server.can_write_eof():
            self._server.write_eof()  # Asterisk answers what it has, and closes
        else:
            self.close()

    async def _ask(self, screen: AskQuestions) -> list[Answer]:
        answers: list[Answer] = []
        for question in screen.questions:
            answers.append(await self._host.screen(question))
            if answers[-1].verdict is not Verdict.ALLOW:
                break
        return answers

    async def _wait(self, asked: Coroutine[Any, Any, list[Answer]]) -> None:
        try:
            answers = await asked
        except Exception as error:  # noqa: BLE001 - no answer, no call
            self._asking = None
            self._fail(error)
            return
        self._asking = None
        self._do(self._answered, answers)

    def _answered(self, answers: list[Answer]) -> list[Command]:
        counters = self._host.seen
        if answers[-1].verdict is Verdict.ALLOW:
            counters.allowed += 1
        else:
            counters.blocked += 1
        return self._session.screened(answers)

    def _fail(self, error: Exception) -> None:
        self._host.fault(error)
        self.close(abort=True)

    def _adjust(self) -> None:
        """Read from the client exactly while there is room for what it sends."""
        if self._closed or self._client.is_closing() or self._client_ended:
            return
        wanted = (
            self._server is not None
            and not (self._server_full or self._client_full)
            and self._session.wants_client
        )  # fmt: skip
        if wanted and not self._reading_client:
            self._client.resume_reading()
        elif self._reading_client and not wanted:
            self._client.pause_reading()
        self._reading_client = wanted

    def _stalled(self) -> None:
        self._stall = None
        self._host.seen.stalled += 1
        self.close(abort=True)


def prepare(transport: asyncio.Transport, vanished_s: int) -> None:
    """Bound what is queued, send at once, and notice a peer that has vanished.

    One that says nothing for half of the time is probed, three times; what is sent to it must be acknowledged within
    the time.
    """
    transport.set_write_buffer_limits(high=_HIGH_WATER)
    plain = transport.get_extra_info("socket")
    if plain is None or plain.family not in {socket.AF_INET, socket.AF_INET6}:
        return
    timers = {
        "TCP_KEEPIDLE": vanished_s // 2,
        "TCP_KEEPINTVL": max(1, vanished_s // 6),
        "TCP_KEEPCNT": 3,
        "TCP_USER_TIMEOUT": vanished_s * 1000,
    }
    with suppress(OSError):  # the peer may be gone already
        plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        plain.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        for name, value in timers.items():
            option = getattr(socket, name, None)  # not every system has them all
            if option is not None:
                plain.setsockopt(socket.IPPROTO_TCP, option, value)


def _as_stream(transport: asyncio.BaseTransport) -> asyncio.Transport:
    """A stream's transport, as the loop gives it to a stream's protocol; uvloop's is of no class of asyncio's."""
    return cast("asyncio.Transport", transport)


class ClientSide(asyncio.Protocol):
    """The loop's view of the client.

    Args:
        made: gives the connection for a new transport, or None to turn it away.
    """

    def __init__(self, made: Callable[[asyncio.Transport], ProxyConnection | None]) -> None:
        self._made = made
        self._connection: ProxyConnection | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Called by the loop."""
        self._connection = self._made(_as_stream(transport))
        if self._connection is None:
            transports.close(transport)

    def data_received(self, data: bytes) -> None:
        """Called by the loop."""
        if self._connection is not None:
            self._connection.client_data(data)

    def eof_received(self) -> bool:
        """Called by the loop: the client's side stays open for what Asterisk has still to say."""
        if self._connection is not None:
            self._connection.client_eof()
        return self._connection is not None

    def connection_lost(self, _exc: Exception | None) -> None:
        """Called by the loop."""
        if self._connection is not None:
            self._connection.client_lost()

    def pause_writing(self) -> None:
        """Called by the loop."""
        if self._connection is not None:
            self._connection.client_full(full=True)

    def resume_writing(self) -> None:
        """Called by the loop."""
        if self._connection is not None:
            self._connection.client_full(full=False)


class ServerSide(asyncio.Protocol):
    """The loop's view of Asterisk.

    Args:
        connection: the connection it belongs to.
    """

    def __init__(self, connection: ProxyConnection) -> None:
        self._connection = connection

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Called by the loop."""
        self._connection.connected(_as_stream(transport))

    def data_received(self, data: bytes) -> None:
        """Called by the loop."""
        self._connection.server_data(data)

    def connection_lost(self, _exc: Exception | None) -> None:
        """Called by the loop."""
        self._connection.server_lost()

    def pause_writing(self) -> None:
        """Called by the loop."""
        self._connection.server_full(full=True)

    def resume_writing(self) -> None:
        """Called by the loop."""
        self._connection.server_full(full=False)


Tls = ssl.SSLContext | None
"""How one side is encrypted, if it is."""
