"""A small blocking AMI client for tests: ordered, strict, with nothing but the standard library.

One thread reads and files every message in the order of its arrival; the callers wait on what it filed.
"""

import contextlib
import itertools
import socket
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Final

from gatekeeper.closeable import Closeable
from lab.errors import LabError

_LIMIT: Final = 16 * 1024 * 1024
_END: Final = b"\r\n\r\n"
_ASK_S: Final = 1.0
"""How long nothing comes before Asterisk is asked whether it has kept something back."""
LAB_SECRET: Final = "dialer-secret"
"""The secret of the lab's manager user ``dialer``."""


class AmiMessage(dict[str, str]):
    """One message: header name -> value, names as Asterisk writes them.

    A repeated header keeps its first value here; :attr:`headers` has them all, in order.
    """

    def __init__(self, headers: list[tuple[str, str]], received_at: float) -> None:
        super().__init__()
        self.headers = headers
        self.received_at = received_at
        """When it was read, in seconds since the epoch."""
        for name, value in headers:
            self.setdefault(name, value)

    def all(self, name: str) -> list[str]:
        """Return the values of every header called ``name``, in order."""
        return [value for header, value in self.headers if header == name]

    @property
    def output(self) -> str:
        """What a ``Command`` printed, lines joined by newlines."""
        return "\n".join(self.all("Output"))


class AmiClient(Closeable):
    """A logged-in connection to a manager port. Raises :class:`LabError` for everything that goes wrong."""

    def __init__(
        self,
        port: int,
        username: str = "dialer",
        secret: str = LAB_SECRET,
        *,
        host: str = "127.0.0.1",
        events: bool = True,
        seconds: float = 30,
    ) -> None:
        """Connect and log in.

        Args:
            port: the manager's port.
            username: a user of manager.conf.
            secret: that user's secret.
            host: the manager's address.
            events: whether to ask for events.
            seconds: how long any single wait may last unless told otherwise.
        """
        self.seconds = seconds
        self.events: list[AmiMessage] = []
        """Every event since the login, in order."""
        self._responses: dict[str, AmiMessage] = {}
        self._filed = threading.Condition()
        self._ended: str | None = None
        self._ids = itertools.count(1)
        self._sending = threading.Lock()
        try:
            self._socket = socket.create_connection((host, port), timeout=seconds)
        except OSError as error:
            message = f"no manager at {host}:{port}: {error}"
            raise LabError(message) from error
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._buffer = bytearray()
        self.banner = self._read_banner()
        self._socket.settimeout(None)
        self._reader = threading.Thread(target=self._read, name="lab-ami", daemon=True)
        self._reader.start()
        try:
            response = self.action("Login", Username=username, Secret=secret, Events="on" if events else "off")
        except LabError:
            self.close()
            raise
        if response.get("Response") != "Success":
            self.close()
            message = f"the manager at {host}:{port} refused user {username}: {response.get('Message')}"
            raise LabError(message)

    def close(self) -> None:
        """Hang up. Safe to repeat."""
        with contextlib.suppress(OSError):  # it may be closed already
            self._socket.shutdown(socket.SHUT_RDWR)
        self._reader.join(self.seconds)
        self._socket.close()

    def send(self, name: str, headers: Mapping[str, str | Iterable[str]] | None = None, **more: str) -> str:
        """Send an action without waiting, and return its ActionID.

        A header whose value is a list is repeated.
        """
        fields = {**(headers or {}), **more}
        action_id = str(fields.setdefault("ActionID", f"lab-{id(self):x}-{next(self._ids)}"))
        lines = [f"Action: {name}"]
        for header, value in fields.items():
            lines += [f"{header}: {item}" for item in ([value] if isinstance(value, str) else value)]
        self.send_raw("".join(line + "\r\n" for line in lines).encode() + b"\r\n")
        return action_id

    def send_raw(self, octets: bytes) -> None:
        """Send bytes as they are."""
        with self._sending:
            try:
                self._socket.sendall(octets)
            except OSError as error:
                message = f"the manager connection is gone: {self._ended or error}"
                raise LabError(message) from error

    def response(self, action_id: str, seconds: float | None = None) -> AmiMessage:
        """Wait for the response to ``action_id`` and return it."""
        self._wait(lambda: action_id in self._responses, seconds, f"the response to {action_id}")
        return self._responses.pop(action_id)

    def action(self, name: str, headers: Mapping[str, str | Iterable[str]] | None = None, **more: str) -> AmiMessage:
        """Send an action and return its response, whether success or error."""
        return self.response(self.send(name, headers, **more))

    def command(self, line: str) -> str:
        """Run a CLI command and return what it printed."""
        return self.action("Command", Command=line).output

    def originate(
        self, headers: Mapping[str, str | Iterable[str]] | None = None, seconds: float = 60, **more: str
    ) -> AmiMessage:
        """Originate synchronously: return the response, which comes when the call is answered or has failed."""
        return self.response(self.send("Originate", headers, **more), seconds)

    def originate_async(
        self, headers: Mapping[str, str | Iterable[str]] | None = None, seconds: float = 60, **more: str
    ) -> AmiMessage:
        """Originate with ``Async: true``; return its OriginateResponse event, or the response if that is an error."""
        action_id = self.send("Originate", headers, **{"Async": "true", **more})
        response = self.response(action_id, seconds)
        if response.get("Response") != "Success":
            return response
        return self.wait_event("OriginateResponse", seconds=seconds, ActionID=action_id)

    def wait_event(self, name: str, *, since: int = 0, seconds: float | None = None, **headers: str) -> AmiMessage:
        """Return the first event called ``name`` with these headers, waiting until it has come.

        Args:
            name: the event's name.
            seconds: how long to wait; as long as the client's ordinary limit by default.
            headers: header name -> the value it must have.
            since: how many of :attr:`events` to pass over (``len(client.events)`` taken before what causes it).
        """
        found: list[AmiMessage] = []
        looked = since

        def look() -> bool:
            nonlocal looked
            while not found and looked < len(self.events):
                event = self.events[looked]
                looked += 1
                if event.get("Event") == name and all(event.get(key) == value for key, value in headers.items()):
                    found.append(event)
            return bool(found)

        self._wait(look, seconds, f"an event {name} with {headers}", self._ask_for_more)
        return found[0]

    def _wait(
        self,
        condition: Callable[[], bool],
        seconds: float | None,
        what: str,
        now_and_then: Callable[[], None] = lambda: None,
    ) -> None:
        limit = self.seconds if seconds is None else seconds
        deadline = time.monotonic() + limit
        with self._filed:
            while not condition():
                if self._ended is not None:
                    message = f"the manager connection ended while waiting for {what}: {self._ended}"
                    raise LabError(message)
                if not self._filed.wait(min(_ASK_S, deadline - time.monotonic())):
                    if time.monotonic() > deadline:
                        message = f"waited {limit} s for {what}; last events: {self.events[-3:]}"
                        raise LabError(message)
                    now_and_then()

    def _ask_for_more(self) -> None:
        """Ask something, so that Asterisk sends what it has kept back.

        It wakes a connection by a signal, which gets lost where it comes in the moment before the connection waits.
        """
        with contextlib.suppress(LabError):  # who waits is told
            self.send("Ping", ActionID="lab-more")

    def _read_banner(self) -> str:
        while b"\n" not in self._buffer:
            try:
                octets = self._socket.recv(4096)
            except OSError as error:
                message = f"the manager sent no banner: {error}"
                raise LabError(message) from error
            if not octets:
                message = "the manager hung up before its banner"
                raise LabError(message)
            self._buffer += octets
        line, _, rest = bytes(self._buffer).partition(b"\n")
        self._buffer = bytearray(rest)
        return line.decode(errors="replace").strip()

    def _read(self) -> None:
        ended = "closed by the other side"
        try:
            while octets := self._socket.recv(65536):
                self._buffer += octets
                self._file_complete()
                if len(self._buffer) > _LIMIT:
                    ended = f"a message of more than {_LIMIT} bytes"
                    break
        except OSError as error:
            ended = str(error)
        with self._filed:
            self._ended = ended
            self._filed.notify_all()

    def _file_complete(self) -> None:
        *complete, rest = bytes(self._buffer).split(_END)
        if not complete:
            return
        self._buffer = bytearray(rest)
        now = time.time()
        with self._filed:
            for block in complete:
                message = _parse(block, now)
                if "Event" in message:
                    self.events.append(message)
                elif "ActionID" in message:
                    self._responses[message["ActionID"]] = message
            self._filed.notify_all()


def _parse(block: bytes, received_at: float) -> AmiMessage:
    lines = block.decode(errors="replace").split("\r\n")
    headers = [
        (name.strip(), value.removeprefix(" "))
        for name, colon, value in (line.partition(":") for line in lines)
        if colon
    ]
    return AmiMessage(headers, received_at)


@contextlib.contextmanager
def ticking(port: int, every: float = 0.5) -> Iterator[None]:
    """Have something happen now and then: with each event Asterisk sends every client what it has kept back from it.

    Args:
        port: the manager's.
        every: how often, in seconds.
    """
    ended = threading.Event()

    def tick() -> None:
        while not ended.wait(every):
            with contextlib.suppress(LabError):  # it may be gone before those who use it
                client.send("UserEvent", UserEvent="Tick")

    with AmiClient(port, events=False) as client:
        thread = threading.Thread(target=tick, name="lab-ticks")
        thread.start()
        try:
            yield
        finally:
            ended.set()
            thread.join()
