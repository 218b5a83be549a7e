"""A dialer that does nothing but originate and take the time: the leanest manager client there is."""

import socket
import ssl
import time
from types import TracebackType
from typing import Self

from lab.errors import LabError


class Dialer:
    """One manager connection, blocking, without events. A context manager.

    :raises LabError: the manager refuses the login or hangs up.
    """

    events = "off"
    caller_id = ""
    """What its calls present; nothing by itself."""

    def __init__(
        self,
        port: int,
        username: str = "dialer",
        secret: str = "dialer-secret",
        *,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        plain = socket.create_connection(("127.0.0.1", port), timeout=60)
        plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._socket = plain if tls is None else tls.wrap_socket(plain, server_hostname="127.0.0.1")
        self._pending = b""
        login = f"Action: Login\r\nUsername: {username}\r\nSecret: {secret}\r\nEvents: {self.events}\r\n\r\n"
        self._socket.sendall(login.encode())
        answer = self._message()
        if b"Response: Success" not in answer:
            message = f"the manager refused the login: {answer!r}"
            raise LabError(message)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._socket.close()

    def call(self, number: str, context: str) -> tuple[float, bool]:
        """Originate ``Local/number@context`` and wait for the result: the seconds, and whether it was answered."""
        return self.originate(f"Local/{number}@{context}/n")

    def originate(self, channel: str, *headers: str) -> tuple[float, bool]:
        """Originate to a channel and wait for the result: the seconds, and whether it was answered."""
        lines = ["Action: Originate", "ActionID: 1", f"Channel: {channel}", "Application: Hangup", "Timeout: 20000"]
        if self.caller_id:
            lines.append(f"CallerID: {self.caller_id}")
        action = "\r\n".join([*lines, *headers, "", ""]).encode()
        started = time.perf_counter()
        self._socket.sendall(action)
        answer = self._message()
        return time.perf_counter() - started, b"Response: Success" in answer

    def _message(self) -> bytes:
        while b"\r\n\r\n" not in self._pending:
            data = self._socket.recv(65536)
            if not data:
                raise LabError("the manager hung up")
            self._pending += data
        message, _, self._pending = self._pending.partition(b"\r\n\r\n")
        return message
