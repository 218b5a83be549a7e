"""A FastAGI server and its clients, for the AGI tests."""

import asyncio
import contextlib
from collections.abc import AsyncIterator

from gatekeeper.agi import AgiRequest, EnvironmentParser, FastAgiServer
from gatekeeper.agi.protocol.exchange import COMMANDS
from gatekeeper.policy import Reason, Verdict
from gatekeeper.screening import Answer, Question
from tests.agi.environments import environment

ANSWER = Answer("01ARZ3NDEKTSV4RRFFQ69G5FAV", Verdict.ALLOW, Reason.CLEAR, 0, 33612345678)
BLOCKED = ANSWER._replace(
    verdict=Verdict.BLOCK, reason=Reason.LISTED, hangup_cause=21, list="bloctel", list_version="3",
    provision="FR-HOURS", retry_at=1_795_687_140_000_000,
)  # fmt: skip
REPLIES = b"200 result=1\n" * COMMANDS + b"HANGUP\n"


class Screen:
    """Stands where screening does, so that a test can hold its answers up; remembers what was asked."""

    def __init__(self, answer: Answer = ANSWER) -> None:
        self.answer = answer
        self.asked: list[Question] = []
        self.cancelled = 0
        self.open = asyncio.Event()
        self.open.set()

    async def __call__(self, question: Question) -> Answer:
        """Answer when the gate is open."""
        self.asked.append(question)
        try:
            await self.open.wait()
        except asyncio.CancelledError:
            self.cancelled += 1
            raise
        return self.answer


class Refusing(Screen):
    """Screening that refuses what its gate refuses."""

    async def __call__(self, question: Question) -> Answer:
        """Answer when the gate is open."""
        answer = await super().__call__(question)
        return BLOCKED if question.refused else answer


@contextlib.asynccontextmanager
async def serving(server: FastAgiServer) -> AsyncIterator[FastAgiServer]:
    """The server, started on a free port."""
    server.port = 0
    await server.start()
    try:
        yield server
    finally:
        await server.stop(0.1)


async def send(port: int, data: bytes) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """Connect and send."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(data)
    return reader, writer


async def heard(reader: asyncio.StreamReader) -> bytes:
    """All that comes until the peer closes, in whatever manner."""
    data = b""
    with contextlib.suppress(ConnectionError):
        while chunk := await reader.read(4096):
            data += chunk
    return data


async def call(port: int, data: bytes | None = None, replies: bytes = REPLIES) -> bytes:
    """A call as Asterisk makes it: ask, take the answer, reply, close. Gives the commands."""
    reader, writer = await send(port, environment("0612345678") if data is None else data)
    commands = await heard(reader)
    if not writer.is_closing():  # as where we were reset
        with contextlib.suppress(ConnectionError):
            writer.write(replies)
            await writer.drain()
    writer.close()
    with contextlib.suppress(ConnectionError):
        await writer.wait_closed()
    return commands


def parsed(data: bytes) -> AgiRequest:
    """The request of a whole environment."""
    request = EnvironmentParser().feed(data)
    assert request is not None
    return request
