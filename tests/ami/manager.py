"""A manager port that answers as Asterisk does, records what it gets, and can be told to misbehave."""

import asyncio
import ssl
from types import TracebackType
from typing import Self

from gatekeeper import transports
from tests.ami.playbook import GREETING


class ScriptedManager:
    """A server with a manager's greeting and simplest answers.

    Attributes:
        received: what each connection has sent, in order of their coming.
        writers: the connections' writers, to send events by.
    """

    def __init__(self, tls: ssl.SSLContext | None = None) -> None:
        self.received: list[bytearray] = []
        self.writers: list[asyncio.StreamWriter] = []
        self.ended: list[bool] = []
        self.reads = asyncio.Event()
        self.reads.set()
        self._tls = tls
        self._server: asyncio.Server | None = None

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0, ssl=self._tls)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._server is not None
        self._server.close()
        self.reads.set()
        for writer in self.writers:
            transports.abort(writer.transport)
        await asyncio.sleep(0.01)

    @property
    def port(self) -> int:
        """Where it listens."""
        assert self._server is not None
        port: int = self._server.sockets[0].getsockname()[1]
        return port

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        number = len(self.received)
        self.received.append(bytearray())
        self.writers.append(writer)
        self.ended.append(False)
        writer.write(GREETING)
        buffer = b""
        try:
            while chunk := await reader.read(65536):
                self.received[number] += chunk
                *actions, buffer = (buffer + chunk).split(b"\r\n\r\n")
                for action in actions:
                    writer.write(self._answer(action))
                await self.reads.wait()
        except OSError:
            pass
        self.ended[number] = True
        writer.close()

    def _answer(self, action: bytes) -> bytes:
        lines = action.split(b"\r\n")
        ident = next((line + b"\r\n" for line in lines if line.startswith(b"ActionID: ")), b"")
        more = b"Ping: Pong\r\n" if lines[0] == b"Action: Ping" else b"Message: done\r\n"
        return b"Response: Success\r\n" + ident + more + b"\r\n"
