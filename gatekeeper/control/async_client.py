"""The control socket: the side of it of programs with an event loop, such as the desk."""

import asyncio
from collections.abc import Mapping
from pathlib import Path
from typing import Final, cast

from gatekeeper import transports
from gatekeeper.control.protocol import encode, parse_answer
from gatekeeper.errors import DaemonError
from gatekeeper.translation import phrase, trouble_of

MOST_ANSWERED: Final = 16 * 1024 * 1024
"""The longest answer that is read, in bytes: one about 10,000 attempts has some 3 MB."""


async def ask_async(path: Path, asked: Mapping[str, object], timeout: float = 12.0) -> dict[str, object]:  # noqa: ASYNC109
    """Ask the daemon. Waits at most `timeout` seconds in all, and leaves no connection behind, cancelled or not.

    Raises:
        DaemonError: no daemon listens there, it does not answer in time, or it answers with an error. After a time-out
            what was asked may have been done all the same.
    """
    try:
        async with asyncio.timeout(timeout):
            line = await exchange(path, encode(asked))
    except TimeoutError:
        raise DaemonError(
            phrase("the daemon on {path} does not answer within {timeout:g} s", path=path, timeout=timeout)
        ) from None
    except (FileNotFoundError, ConnectionRefusedError) as error:
        raise DaemonError(phrase("no daemon listens on {path}: start it with `gatekeeper serve`", path=path)) from error
    except ValueError as error:
        raise DaemonError(
            phrase("the daemon's answer is longer than {most_answered} bytes", most_answered=MOST_ANSWERED)
        ) from error
    except OSError as error:
        raise DaemonError(
            phrase("the daemon on {path} does not answer ({strerror})", path=path, strerror=trouble_of(error))
        ) from error
    answer = parse_answer(line)
    if "error" in answer:
        raise DaemonError(phrase("the daemon on {path} says: {said}", path=path, said=answer["error"]))
    return answer


class DaemonClient:
    """Asks the daemon of one socket, each question on a connection of its own.

    Args:
        path: of the socket.
        timeout: how long a question waits where it does not say so, in seconds.
    """

    def __init__(self, path: Path, timeout: float = 12.0) -> None:
        self.path = path
        self._timeout = timeout

    async def ask(self, fields: Mapping[str, object], timeout: float | None = None) -> dict[str, object]:  # noqa: ASYNC109
        """Ask, see `ask_async`."""
        return await ask_async(self.path, fields, self._timeout if timeout is None else timeout)


async def exchange(path: Path, question: bytes) -> bytes:
    """Send a question's line, and receive the answer's; not whole where the daemon closed within it.

    Raises:
        OSError: no daemon listens there, or the connection breaks.
        ValueError: the answer is longer than `MOST_ANSWERED`.
    """
    loop = asyncio.get_running_loop()
    transport, exchanging = await loop.create_unix_connection(lambda: _Exchange(loop, question), str(path))
    try:
        return await exchanging.line
    finally:
        transports.abort(transport)


class _Exchange(asyncio.Protocol):
    """One question and its answer. Streams take twice the time, and a program may ask for each of its calls.

    Args:
        loop: that it belongs to.
        question: the question's line.
    """

    def __init__(self, loop: asyncio.AbstractEventLoop, question: bytes) -> None:
        self.line: asyncio.Future[bytes] = loop.create_future()
        self._question = question
        self._parts: list[bytes] = []
        self._octets = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Called by the loop: ask."""
        cast("asyncio.Transport", transport).write(self._question)

    def data_received(self, data: bytes) -> None:
        """Called by the loop: take what comes of the answer."""
        if self.line.done():
            return
        self._parts.append(data)
        self._octets += len(data)
        if data.find(b"\n") >= 0:
            self._come()
        elif self._octets > MOST_ANSWERED:
            self.line.set_exception(ValueError("too long"))

    def eof_received(self) -> None:
        """Called by the loop: no more comes."""
        self._come()

    def connection_lost(self, exc: Exception | None) -> None:
        """Called by the loop: the connection is over."""
        if exc is not None and not self.line.done():
            self.line.set_exception(exc)
        self._come()

    def _come(self) -> None:
        if not self.line.done():
            line, end, _ = b"".join(self._parts).partition(b"\n")
            self.line.set_result(line + end)
