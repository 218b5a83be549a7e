"""The AMI proxy: dialers connect to it instead of Asterisk's manager port."""

import asyncio
import logging
import secrets
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Final

from gatekeeper.ami.connection import ClientSide, ProxyConnection, ProxyCounters, ServerSide, Tls
from gatekeeper.ami.protocol.client_policy import Policies
from gatekeeper.ami.protocol.rights import Rights
from gatekeeper.ami.protocol.routes import Routes
from gatekeeper.ami.protocol.session import ProxySession, Report
from gatekeeper.ami.protocol.unauthenticated import LoginLimits, LoginQueue
from gatekeeper.logs import SeldomLog
from gatekeeper.net.tcp_socket import listen
from gatekeeper.screening import Answer, Question

log = logging.getLogger(__name__)

_SILENCE: Final = 60.0
"""The same warning is logged at most once in so many seconds."""


@dataclass(frozen=True, slots=True)
class ProxySettings:
    """Where the proxy listens, and what it guards.

    Attributes:
        host: the address that dialers connect to.
        port: the port; 0 for any free one.
        asterisk_host: where Asterisk's manager is.
        asterisk_port: its port.
        routes: what leads outside.
        policies: what each manager user may do.
        gated: the endpoints whose way out is the SIP gate.
        listen_tls: for dialers that connect by TLS; None for plain TCP.
        asterisk_tls: for an Asterisk that is reached by TLS; None for plain TCP.
        asterisk_name: the name in Asterisk's certificate, where it is not `asterisk_host`.
        max_connections: how many dialers may be logged in at once; each has a connection to Asterisk.
        unauthenticated: how many more may be connected that are not, and for how long.
        connect_s: within how many seconds Asterisk must have accepted a connection.
        stall_s: a dialer that takes nothing for so many seconds is disconnected.
        vanished_s: a peer that vanished without a word is given up after so many seconds; 4 or more.
        backlog: how many dialers the kernel keeps until they are accepted.
    """

    host: str = "127.0.0.1"
    port: int = 5039
    asterisk_host: str = "127.0.0.1"
    asterisk_port: int = 5038
    routes: Routes = field(default_factory=Routes)
    policies: Policies = field(default_factory=Policies)
    gated: frozenset[str] = frozenset()
    listen_tls: Tls = None
    asterisk_tls: Tls = None
    asterisk_name: str = ""
    max_connections: int = 500
    unauthenticated: LoginLimits = field(default_factory=LoginLimits)
    connect_s: float = 5.0
    stall_s: float = 30.0
    vanished_s: int = 60
    backlog: int = 512


class AmiProxy:
    """Accepts dialers, and gives each a connection of its own to Asterisk.

    Args:
        settings: where and what.
        screen: decides on a question; must not raise.
        on_refusal: told of every action that was refused without a question, for counting or the log.
    """

    name = "the AMI proxy"
    trouble = ""

    def __init__(
        self,
        settings: ProxySettings,
        screen: Callable[[Question], Awaitable[Answer]],
        on_refusal: Callable[[Report], None] | None = None,
    ) -> None:
        self.seen = ProxyCounters()
        self.stall_s = settings.stall_s
        self.vanished_s = settings.vanished_s
        self._settings = settings
        self._screen = screen
        self._on_refusal = on_refusal
        self._server: asyncio.Server | None = None
        self._connections: set[ProxyConnection] = set()
        self._connecting: set[asyncio.Task[None]] = set()
        self._rights = Rights()
        self._logins: LoginQueue[ProxyConnection] = LoginQueue(settings.unauthenticated)
        self._turn: asyncio.TimerHandle | None = None
        self._seldom = SeldomLog(log, _SILENCE)

    @property
    def port(self) -> int:
        """The port it listens on.

        Raises:
            RuntimeError: it does not listen.
        """
        if self._server is None:
            raise RuntimeError("the AMI proxy does not listen")
        port: int = self._server.sockets[0].getsockname()[1]
        return port

    @property
    def address(self) -> str:
        """Where it listens."""
        return f"AMI {self._settings.host}:{self._settings.port}"

    def counters(self) -> Mapping[str, int]:
        """What became of the connections and actions."""
        return asdict(self.seen)

    async def start(self) -> None:
        """Listen.

        Raises:
            DaemonError: the address can't be had.
        """
        settings = self._settings
        self._server = await listen(
            lambda: ClientSide(self._accept),
            settings.host,
            settings.port,
            what="AMI clients",
            remedy="[ami_proxy] host and port",
            backlog=settings.backlog,
            tls=settings.listen_tls,
        )

    async def stop(self, grace: float = 1.0, /) -> None:
        """Accept no more, let open questions be answered for at most `grace` seconds, and close everything."""
        if self._server is not None:
            self._server.close()
        asking = [connection.asking for connection in self._connections if connection.asking is not None]
        if asking:
            await asyncio.wait(asking, timeout=grace)
        if self._turn is not None:
            self._turn.cancel()
        for task in list(self._connecting):
            task.cancel()
        for connection in list(self._connections):
            connection.close()
        await asyncio.gather(*self._connecting, return_exceptions=True)
        if self._server is not None:
            # Server.wait_closed may wait for connections that the peer keeps open; ours are closed above.
            self._server = None
        await asyncio.sleep(0)

    async def screen(self, question: Question) -> Answer:
        """Decide on a question."""
        return await self._screen(question)

    def report(self, report: Report) -> None:
        """An action was refused: count it, and say so in the log, but not again and again."""
        self.seen.refused += 1
        text = f"refused {report.action or 'an action'} of AMI user {report.user or '(none)'}: {report.why}"
        self._seldom.warning(text, text)
        if self._on_refusal is not None:
            self._on_refusal(report)

    def fault(self, error: Exception) -> None:
        """Something of our own went wrong; the connection it happened on ends."""
        self.seen.failed += 1
        log.error("a connection of the AMI proxy ended by a fault", exc_info=error)

    def logged_in(self, connection: ProxyConnection) -> None:
        """A client has logged in."""
        if self._is_full:
            self._turn_away()
            connection.close(abort=True)
            return
        self._logins.leave(connection)
        self._seat()

    def ended(self, connection: ProxyConnection) -> None:
        """A connection is over."""
        if connection in self._connections:
            self._connections.discard(connection)
            self.seen.connections = len(self._connections)
            if connection in self._logins:
                self._logins.leave(connection)
                self._seat()

    @property
    def _is_full(self) -> bool:
        return len(self._connections) - len(self._logins) >= self._settings.max_connections

    def _turn_away(self) -> None:
        self.seen.turned_away += 1
        self._seldom.warning(
            "turned away", f"turned a dialer away: {self._settings.max_connections} are logged in (max_connections)"
        )

    def _accept(self, transport: asyncio.Transport) -> ProxyConnection | None:
        if self._is_full:
            self._turn_away()
            return None
        settings = self._settings
        session = ProxySession(settings.routes, settings.policies, secrets.token_hex(12), self._rights, settings.gated)
        connection = ProxyConnection(self, session, transport)
        self._connections.add(connection)
        self.seen.accepted += 1
        self.seen.connections = len(self._connections)
        peer = transport.get_extra_info("peername") or ("",)
        self._logins.enter(connection, str(peer[0]), time.monotonic())
        self._seat()
        return connection

    def _seat(self) -> None:
        """Connect those to Asterisk whose turn it is, and hang up on those whose time is over."""
        turn = self._logins.turn(time.monotonic())
        if self._turn is not None:
            self._turn.cancel()
            self._turn = None
        loop = asyncio.get_running_loop()
        if turn.wait_s is not None:
            self._turn = loop.call_later(max(0.01, turn.wait_s), self._seat)
        for connection in turn.seated:
            task = loop.create_task(self._connect(connection))
            self._connecting.add(task)
            task.add_done_callback(self._connecting.discard)
        for connection in turn.leaving:
            self.seen.strangers += 1
            self._seldom.warning("strangers", "hung up on clients that did not log in")
            connection.close(abort=True)

    async def _connect(self, connection: ProxyConnection) -> None:
        settings = self._settings
        name = settings.asterisk_name or settings.asterisk_host
        try:
            async with asyncio.timeout(settings.connect_s):
                await asyncio.get_running_loop().create_connection(
                    lambda: ServerSide(connection),
                    settings.asterisk_host,
                    settings.asterisk_port,
                    ssl=settings.asterisk_tls,
                    server_hostname=name if settings.asterisk_tls else None,
                )
        except OSError as error:  # TimeoutError and ssl.SSLError are kinds of it
            self.seen.unreachable += 1
            where = f"{settings.asterisk_host}:{settings.asterisk_port}"
            text = f"no connection to Asterisk's manager at {where}: {str(error) or 'it does not answer'}"
            self._seldom.warning(text, text)
            connection.close()
        except Exception as error:  # noqa: BLE001 - whatever it is, the client must not wait for ever
            self.fault(error)
            connection.close(abort=True)
