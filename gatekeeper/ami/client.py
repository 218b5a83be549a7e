"""The connection to Asterisk's manager: panoramisk's, with guards.

What panoramisk 1.4 does by itself, and what is done here instead:

- it decodes each chunk for itself and keeps an unfinished message without limit: framed here, in bytes, and bounded;
- it parses every event, wanted or not: those that nobody waits for are passed over unread;
- it pings without looking for the answer, so that a peer which vanished is never noticed: asked here, with a deadline;
- after a reconnect it repeats what was not answered, when another channel may have the name: nothing is repeated here;
- it goes on reconnecting after `close`, and leaves those who wait for an answer waiting: both end here;
- it writes header values as they are: line breaks in them would be further headers, and are taken out here.
"""

import asyncio
import contextlib
import logging
import ssl
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any, Final

from panoramisk.actions import Action
from panoramisk.ami_protocol import AMIProtocol
from panoramisk.manager import Manager
from panoramisk.message import Message

from gatekeeper import transports
from gatekeeper.errors import PeerGoneError, ProtocolError
from gatekeeper.logs import StateLog
from gatekeeper.supervised import fault_of, tell_fault
from gatekeeper.text import one_line
from gatekeeper.translation import phrase, trouble_of

log = logging.getLogger(__name__)

_END: Final = b"\r\n\r\n"
_EVENT: Final = b"Event: "
_ACTION_ID: Final = b"\r\nActionID: "
_MOST_BYTES: Final = 4 * 1024 * 1024
"""A message that is longer does not come from an Asterisk."""

PING_S: Final = 0.2
"""How often Asterisk is asked something.

Asterisk wakes a connection that has events to send by a signal, and loses it where it comes in the very moment before
that connection waits (asterisk/asterisk#2145, up to 23.2 at least): the events are kept back until another one comes,
or until something is asked. A call that the watchdog hangs up at once may so ring for as long as this.
"""

_A_LOT: Final = 16 * 1024
"""Bytes that come at once where more are waiting."""

EVENT_CLASSES: Final = "call,user,system"
"""The classes of events that are asked for; `dialplan`, with most of all events, is not among them."""


@dataclass(frozen=True, slots=True)
class LinkSettings:
    """Where Asterisk's manager is, and who logs in there.

    Attributes:
        host: its address.
        port: its port.
        username: a user of `manager.conf`.
        secret: that user's secret.
        tls: for a manager that is reached by TLS; None for plain TCP.
        tls_name: the name in Asterisk's certificate, where it is not `host`.
        connect_s: within how many seconds the login must be done.
        answer_s: within how many seconds an action must be answered. It works off one after the other: while it answers
            one, be it with a long list, the others wait.
        ping_s: how often the peer is asked whether it is still there, and with it for what it has kept back.
        retry_s: how long to wait between two tries to connect.
    """

    host: str = "127.0.0.1"
    port: int = 5038
    username: str = ""
    secret: str = field(default="", repr=False)
    tls: ssl.SSLContext | None = None
    tls_name: str = ""
    connect_s: float = 5.0
    answer_s: float = 5.0
    ping_s: float = PING_S
    retry_s: float = 1.0


class _Protocol(AMIProtocol):  # type: ignore[misc]  # panoramisk has no annotations
    """Frames messages, and hands on those that somebody waits for."""

    def __init__(self, wanted: frozenset[bytes], on_answer: Callable[[], None]) -> None:
        super().__init__()
        self._wanted = wanted
        self._on_answer = on_answer
        self._buffer = bytearray()

    def data_received(self, data: bytes) -> None:
        """Take the next bytes."""
        buffer = self._buffer
        start = max(0, len(buffer) - len(_END) + 1)
        buffer += data
        begin = 0
        while (end := buffer.find(_END, max(start, begin))) >= 0:
            self._take(bytes(buffer[begin:end]))
            begin = end + len(_END)
        del buffer[:begin]
        if len(data) >= _A_LOT:
            self._rest()
        if len(buffer) > _MOST_BYTES:
            log.error("Asterisk's manager sent a message of more than %d bytes; the connection is closed", _MOST_BYTES)
            transports.abort(self.transport)

    def connection_lost(self, error: Exception | None) -> None:
        """The connection is gone."""
        if self.factory is not None:
            super().connection_lost(error)

    def close(self) -> None:
        """Close the connection; nobody waits for answers any more, and nothing is asked again."""
        for action in self.responses.values():
            action.future.cancel()
        self.responses.clear()
        transports.close(self.transport)
        self.closed = True

    def _rest(self) -> None:
        """Read on in the next turn of the loop: while Asterisk writes a long list, calls are answered in between."""
        with contextlib.suppress(RuntimeError):  # the connection is closed
            self.transport.pause_reading()
            asyncio.get_running_loop().call_soon(self._read_on)

    def _read_on(self) -> None:
        with contextlib.suppress(RuntimeError):
            self.transport.resume_reading()

    def _take(self, block: bytes) -> None:
        if block.startswith(_EVENT) and _ACTION_ID not in block:
            name, _, _ = block[len(_EVENT) :].partition(b"\r\n")
            if name not in self._wanted:
                return
        try:
            message = Message.from_line(block.decode("utf-8", "replace"))
            if message is not None:
                # It answers in order: a ping that is answered says nothing for what was asked before.
                if message.id in self.responses and "Ping" not in message:
                    self._on_answer()
                self.handle_message(message)
        except Exception as error:  # noqa: BLE001 - one message that can't be taken keeps no other back
            tell_fault(log, "a message of Asterisk's manager could not be taken", error)


class _Manager(Manager):  # type: ignore[misc]  # panoramisk has no annotations
    """panoramisk's manager without its own reconnecting and pinging."""

    authenticated: bool
    authenticated_future: "asyncio.Future[Message] | None"

    def __init__(self, on_lost: Callable[[], None], **config: Any) -> None:
        super().__init__(**config)
        self._on_lost = on_lost
        self.refused = False

    def login(self, future: "asyncio.Future[Message]") -> bool:
        """The login was answered, or the connection ended before."""
        self.authenticated_future = None
        self.authenticated = not future.cancelled() and bool(future.result().success)
        self.refused = not future.cancelled() and not self.authenticated
        return self.authenticated

    def ping(self) -> None:
        """The link asks by itself."""

    def connection_lost(self, _error: object) -> None:
        """The connection is gone."""
        self._on_lost()


class AmiLink:
    """A connection to Asterisk's manager that comes back.

    Args:
        settings: where.
        wanted: the names of the events to hand on.
        on_event: called with every one of them, in order.
        on_login: awaited after every login, beside the events.
        quiet: whether its coming and going is not told in the log.

    Attributes:
        connected: whether somebody is logged in now.
        trouble: why nobody is, or "".
        refused: whether the last login was refused.
    """

    def __init__(
        self,
        settings: LinkSettings,
        wanted: frozenset[str],
        on_event: Callable[[Message], None],
        on_login: Callable[[], Awaitable[None]],
        *,
        quiet: bool = False,
    ) -> None:
        self.connected = False
        self.refused = False
        self._quiet = quiet
        self.trouble = phrase("not connected yet")
        self._settings = settings
        self._wanted = frozenset(name.encode() for name in wanted)
        self._on_event = on_event
        self._on_login = on_login
        self._lost = asyncio.Event()
        self._manager: _Manager | None = None
        self._renewing = False
        self._heard = 0
        self._outage = StateLog(
            log,
            phrase("no connection to Asterisk's manager at {host}:{port}", host=settings.host, port=settings.port),
            level=logging.DEBUG if quiet else logging.ERROR,
        )

    async def run(self) -> None:
        """Connect, and connect again, until cancelled."""
        while True:
            try:
                await self._connect()
                await self._hold()
            except (OSError, ProtocolError) as error:  # TimeoutError and ssl.SSLError are kinds of OSError
                if not self._renewing:
                    told = trouble_of(error) if isinstance(error, OSError) else str(error)
                    self._complain(told or phrase("it does not answer"))
            except Exception as error:  # noqa: BLE001 - whatever it is, the next connection may be better
                self._complain(fault_of(error))
                tell_fault(log, "the connection to Asterisk's manager ended by a fault", error)
            finally:
                self._drop()
            renewing, self._renewing = self._renewing, False
            await asyncio.sleep(0 if renewing else self._settings.retry_s)

    def send(self, name: str, **headers: str) -> "asyncio.Future[Any]":
        """Send an action and don't wait; the future is cancelled where the connection ends before the answer.

        Raises:
            PeerGoneError: there is no connection.
        """
        if self._manager is None or self._lost.is_set():
            raise PeerGoneError(phrase("no connection to Asterisk's manager"))
        fields = {"Action": name, **{header: one_line(value) for header, value in headers.items() if value}}
        future: asyncio.Future[Any] = self._manager.send_action(Action(fields))
        return future

    async def ask(self, name: str, **headers: str) -> list[Message]:
        """Send an action and wait for the answer: one message, or the list of events that it begins.

        Raises:
            PeerGoneError: the connection ended, or the answer did not come in time; then it is closed.
            ProtocolError: the answer is an error.
        """
        future = self.send(name, **headers)
        if not await self._answered(future):
            self._abort()
            raise PeerGoneError(phrase("Asterisk's manager does not answer {name}", name=name))
        if future.cancelled():
            raise PeerGoneError(phrase("the connection to Asterisk's manager ended"))
        found = future.result()
        messages: list[Message] = found if isinstance(found, list) else [found]
        if not messages[0].success:
            raise ProtocolError(phrase("Asterisk refuses {name}: {message}", name=name, message=messages[0].message))
        return messages

    async def _answered(self, future: "asyncio.Future[Any]") -> bool:
        """Wait for an answer as long as Asterisk answers anything but pings; False where it does no more."""
        while True:
            heard = self._heard
            done, _ = await asyncio.wait({future}, timeout=self._settings.answer_s)
            if done or self._heard == heard:
                return bool(done)

    def _hear(self) -> None:
        self._heard += 1

    async def _connect(self) -> None:
        settings = self._settings
        self._lost = lost = asyncio.Event()
        manager = _Manager(
            lost.set,
            loop=asyncio.get_running_loop(),
            username=settings.username,
            secret=settings.secret,
            events=EVENT_CLASSES,
        )
        manager.register_event("*", lambda _manager, event: self._on_event(event))
        name = settings.tls_name or settings.host
        async with asyncio.timeout(settings.connect_s):
            made = asyncio.ensure_future(
                asyncio.get_running_loop().create_connection(
                    lambda: _Protocol(self._wanted, self._hear),
                    settings.host,
                    settings.port,
                    ssl=settings.tls,
                    server_hostname=name if settings.tls else None,
                )
            )
            await made
            self._manager = manager
            manager.connection_made(made)
            if (answered := manager.authenticated_future) is not None:
                await asyncio.wait({answered})
            await asyncio.sleep(0)  # so that the manager's own callback has seen the answer
        if not manager.authenticated:
            self.refused = manager.refused
            raise ProtocolError(
                phrase("the login of user {name!r} was refused, or the connection ended", name=settings.username)
            )

    async def _hold(self) -> None:
        """Stay until the connection ends."""
        self.connected, self.trouble, self.refused = True, "", False
        self._outage.end()
        log.log(
            logging.DEBUG if self._quiet else logging.INFO,
            "connected to Asterisk's manager at %s:%d",
            self._settings.host,
            self._settings.port,
        )
        beginning = asyncio.ensure_future(self._on_login())
        try:
            while not self._lost.is_set():
                # Not by `wait_for`: until Python 3.12 a cancellation at the very end of what it waits for is lost.
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(self._settings.ping_s):
                        await self._lost.wait()
                    raise PeerGoneError(phrase("the connection ended"))
                await self.ask("Ping")
        finally:
            beginning.cancel()
            await asyncio.wait({beginning})
            if not beginning.cancelled() and (fault := beginning.exception()) is not None:
                tell_fault(log, "what follows a login to Asterisk's manager failed", fault)

    def _complain(self, trouble: str) -> None:
        self._outage.begin(trouble)
        self.connected, self.trouble = False, trouble

    def renew(self) -> None:
        """Log in anew: what a connection may do is settled at its login."""
        self._renewing = True
        self._abort()

    def _abort(self) -> None:
        """End a connection whose peer may be gone: a polite end would wait for it."""
        if self._manager is not None and self._manager.protocol is not None:
            transports.abort(self._manager.protocol.transport)
        self._lost.set()

    def _drop(self) -> None:
        self.connected = False
        manager, self._manager = self._manager, None
        if manager is not None:
            manager.awaiting_actions = deque()
            manager.close()
