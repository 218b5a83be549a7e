"""A FastAGI server that answers as it is told, rightly or not, as a broken daemon may."""

import socket
import threading
import time
from collections.abc import Callable, Mapping
from types import TracebackType
from typing import Final, Self
from urllib.parse import unquote

from lab.processes import wait_until

Behaviour = Callable[[socket.socket], None]

RIGHT: Final = {"REASON": "CLEAR", "LIST": "", "DECISION": "01ALLOWED", "CAUSE": "0", "VERDICT": "ALLOW"}
HANG_SECONDS: Final = 30


def say(answer: Mapping[str, str], *, finish: bool = True) -> Behaviour:
    """Set these GATEKEEPER_ variables, then end the session; or, without ``finish``, leave it open and fall silent."""

    def behave(connection: socket.socket) -> None:
        for name, value in answer.items():
            connection.sendall(f'SET VARIABLE GATEKEEPER_{name} "{value}"\n'.encode())
            reply = b""
            while not reply.endswith(b"\n"):
                reply += connection.recv(4096)
        if not finish:
            hang(connection)

    return behave


def hang(connection: socket.socket) -> None:
    """Say nothing more until Asterisk goes."""
    connection.settimeout(HANG_SECONDS)
    while connection.recv(4096):
        pass


def drip(connection: socket.socket) -> None:
    """Send a right answer, a line every second."""
    for name, value in RIGHT.items():
        time.sleep(1)
        connection.sendall(f'SET VARIABLE GATEKEEPER_{name} "{value}"\n'.encode())
    hang(connection)


def half_a_line(connection: socket.socket) -> None:
    """Send half a line, and leave three seconds later. Asterisk cannot be brought to give up a line before its end."""
    connection.sendall(b'SET VARIABLE GATEKEEPER_VERDICT "ALL')
    time.sleep(3)


def raw(octets: bytes) -> Behaviour:
    """Send bytes and end the session."""

    def behave(connection: socket.socket) -> None:
        connection.sendall(octets)
        connection.shutdown(socket.SHUT_WR)
        hang(connection)

    return behave


def leave(connection: socket.socket) -> None:
    """End the session without a word."""
    connection.shutdown(socket.SHUT_RDWR)


class ScriptedPeer:
    """Answers each number with its behaviour, those without one with a right and whole ALLOW."""

    def __init__(self) -> None:
        self.behaviours: dict[str, Behaviour] = {}
        self.asked: list[dict[str, str]] = []
        """The environment of every session, with the arguments decoded."""
        self._server = socket.create_server(("127.0.0.1", 0), backlog=100)
        self.port: int = self._server.getsockname()[1]
        self._thread = threading.Thread(target=self._accept, daemon=True)
        self._sessions: list[socket.socket] = []
        self._closed = False

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._closed = True
        self._server.shutdown(socket.SHUT_RDWR)
        self._thread.join(5)
        self._server.close()
        for session in self._sessions:
            session.close()

    def questions(self, number: str) -> list[dict[str, str]]:
        """The sessions in which this number was asked about."""
        return [environment for environment in self.asked if environment["agi_arg_1"] == number]

    def wait_asked(self, number: str) -> None:
        """Wait until this number was asked about."""
        wait_until(lambda: bool(self.questions(number)), 60, f"{number} to be asked about")

    def _accept(self) -> None:
        while not self._closed:
            try:
                connection, _ = self._server.accept()
            except OSError:
                return
            self._sessions.append(connection)
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        try:
            with connection:
                environment = _environment(connection)
                self.asked.append(environment)
                self.behaviours.get(environment["agi_arg_1"], say(RIGHT))(connection)
        except OSError:
            pass  # Asterisk went first


def _environment(connection: socket.socket) -> dict[str, str]:
    text = b""
    while not text.endswith(b"\n\n"):
        octets = connection.recv(4096)
        if not octets:
            raise ConnectionResetError
        text += octets
    lines = (line.partition(": ") for line in text.decode().splitlines() if line)
    return {key: unquote(value) if key.startswith("agi_arg_") else value for key, _, value in lines}
