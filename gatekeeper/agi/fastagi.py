"""The FastAGI server: panoramisk's application, with a handler that no peer can hold up.

panoramisk's own handler reads without end-of-file check, limit or deadline: a peer that connects and leaves freezes
the event loop. Ours gets a whole environment, read within the listener's limits; routes are panoramisk's.

Whoever begins to ask as Asterisk does is answered, and be it with a refusal: a connection that is closed without an
answer is to the dialplan a gate that is down, and a site may have chosen to let calls by then. No call's own content
may bring that about. Only peers that may not connect, and those whom there is no room for, are closed without a word.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import asdict, replace
from typing import Final, NamedTuple

from panoramisk import fast_agi

from gatekeeper.agi.protocol.exchange import (
    COMMANDS,
    commands_of,
    question_of,
    refusal_without_decision,
    refused_question,
)
from gatekeeper.agi.protocol.wire import AgiRequest, EnvironmentParser, ReplyParser
from gatekeeper.errors import PeerGoneError, ProtocolError
from gatekeeper.net.connection import Connection
from gatekeeper.net.limits import Limits, ServerCounters, explain_backlog, room_for
from gatekeeper.net.listener import Listener
from gatekeeper.net.peers import AllowedPeers
from gatekeeper.net.socket_server import SocketServer
from gatekeeper.net.tcp_socket import listen_promptly
from gatekeeper.policy import Reason
from gatekeeper.screening import Question, Screen

log = logging.getLogger(__name__)


ROUTE: Final = "screen"
"""The path that the dialplan asks: `agi://host:port/screen`."""


class GateRequest(NamedTuple):
    """What a route's endpoint gets.

    Attributes:
        agi: the environment.
        connection: where the answer goes.
    """

    agi: AgiRequest
    connection: Connection[AgiRequest]

    def answer(self, commands: bytes, count: int, *, even_so: bool = False) -> None:
        """Send the session's commands, `count` of them, all at once.

        Our direction is closed right after them. Asterisk reads commands through a buffer but waits on the socket:
        what is in its buffer lies there until more, or the end, arrives. And the dialplan goes on as soon as Asterisk
        has worked off what came before the end, without waiting for us.

        Args:
            commands: the commands.
            count: how many they are.
            even_so: send them though Asterisk has said more since it asked.

        Raises:
            PeerGoneError: Asterisk is gone.
            ProtocolError: it has said more since it asked, so that nothing was sent.
        """
        self.connection.answer(commands, ReplyParser(count), even_so=even_so)


Endpoint = Callable[[GateRequest], Awaitable[None]]


class GateApplication(fast_agi.Application):  # type: ignore[misc]  # panoramisk has no annotations
    """panoramisk's application with a handler of ours."""

    _route: dict[str, Endpoint]

    def __init__(self) -> None:
        super().__init__(loop=asyncio.get_running_loop())

    def add_route(self, path: str, endpoint: Endpoint) -> None:
        """Answer a path with a coroutine function.

        Raises:
            TypeError: `endpoint` is not a coroutine function.
            ValueError: the path has a route.
        """
        if not asyncio.iscoroutinefunction(endpoint):
            raise TypeError("a route's endpoint must be a coroutine function")
        super().add_route(path, endpoint)

    async def handler(self, reader: AgiRequest, writer: Connection[AgiRequest]) -> None:
        """Serve one connection.

        Args:
            reader: the environment, whole.
            writer: the connection.

        Raises:
            ProtocolError: the path has no route, or the request is not what its route takes.
            PeerGoneError: Asterisk is gone.
        """
        endpoint = self._route.get(reader.script)
        if endpoint is None:
            raise ProtocolError(
                f"the dialplan asks for a path that is not served; it should be agi://HOST:PORT/{ROUTE}"
            )
        if reader.fault and reader.script != ROUTE:
            raise ProtocolError(reader.fault)
        await endpoint(GateRequest(reader, writer))


class FastAgiServer:
    """Serves the dialplan gate.

    Args:
        screen: answers a question; the answer's row is in the journal when it returns.
        host: the address to listen on.
        port: the port; 0 for any that is free.
        allow: addresses and networks that may connect.
        limits: deadlines and bounds.
        routes: what else is served, by its path.

    Raises:
        ValueError: `allow` names something that is not a network.
    """

    name = "the FastAGI server"
    trouble = ""
    application: GateApplication

    def __init__(
        self,
        screen: Screen,
        *,
        host: str = "127.0.0.1",
        port: int = 4573,
        allow: Sequence[str] = ("127.0.0.1", "::1"),
        limits: Limits = Limits(),  # noqa: B008 - immutable
        routes: Mapping[str, Endpoint] | None = None,
    ) -> None:
        self.seen = ServerCounters()
        self.port = port
        self._screen = screen
        self._host = host
        self._limits = limits
        self._routes = {ROUTE: self._answer, **(routes or {})}
        self._peers = AllowedPeers(tuple(allow))
        self._server: SocketServer | None = None
        self._listener: Listener[AgiRequest]

    @property
    def address(self) -> str:
        """Where it listens."""
        return f"FastAGI {self._host}:{self.port}"

    def counters(self) -> Mapping[str, int]:
        """What became of the connections and questions."""
        return {**asdict(self.seen), **(self._listener.load() if self._server is not None else {})}

    async def start(self) -> None:
        """Listen.

        Raises:
            DaemonError: the address can't be listened on.
        """
        limits = replace(self._limits, max_connections=room_for(self._limits.max_connections, log))
        explain_backlog(limits.backlog, log)
        self.application = GateApplication()
        for path, endpoint in self._routes.items():
            self.application.add_route(path, endpoint)
        handler = self.application.handler
        self._listener = Listener(
            "FastAGI",
            parser=EnvironmentParser,
            handler=handler,
            limits=limits,
            counters=self.seen,
            peers=self._peers,
            refusal=refusal_without_decision(),
        )
        self._server = await listen_promptly(
            self._listener.connection,
            self._host,
            self.port,
            what="FastAGI",
            remedy="[fastagi] host and port",
            backlog=limits.backlog,
        )
        self.port = self._server.port
        log.info("listening for FastAGI on %s:%d", self._host, self.port)

    async def stop(self, grace: float = 2.0, /) -> None:
        """Stop accepting, let running answers end within `grace` seconds, then close everything."""
        if self._server is None:
            return
        self._server.close()
        await self._listener.drain(grace)
        self._server = None

    async def _answer(self, request: GateRequest) -> None:
        if request.agi.hung_up and request.connection.has_left():
            # It waited in vain while we stood still: its dialplan has refused the call and keeps the record.
            raise PeerGoneError("Asterisk left before its question was read")
        try:
            question = question_of(request.agi)
        except ProtocolError:
            await self._refuse(request, refused_question(request.agi))
            raise
        answer = await self._screen(question)
        try:
            request.answer(commands_of(answer), COMMANDS)
        except ProtocolError:
            # The question was perhaps another one. The row of the refusal takes the place of the answer's.
            await self._refuse(request, question._replace(refused=Reason.GATE_ERROR.value, earlier=answer.id))
            raise

    async def _refuse(self, request: GateRequest, question: Question) -> None:
        """Answer what can't be relied on: with a refusal, which has its row like any."""
        request.answer(commands_of(await self._screen(question)), COMMANDS, even_so=True)
