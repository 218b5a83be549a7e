"""The control socket: the daemon's side of the Unix socket on which the AGI script and the command line ask it."""

import asyncio
import logging
import os
import select
import socket
from collections.abc import Awaitable, Callable, Iterable, Mapping
from contextvars import copy_context
from dataclasses import asdict, replace
from pathlib import Path
from struct import Struct
from typing import Final

from gatekeeper import __version__
from gatekeeper.control.protocol import (
    LANGUAGE,
    QuestionParser,
    SocketQuestion,
    answer_fields,
    encode,
    error_fields,
    question_of,
)
from gatekeeper.errors import GatekeeperError, PeerGoneError, ProtocolError
from gatekeeper.net.connection import Connection
from gatekeeper.net.limits import Limits, ServerCounters, room_for
from gatekeeper.net.listener import Listener
from gatekeeper.net.socket_server import SocketServer
from gatekeeper.net.unix_socket import UnixSocket
from gatekeeper.screening import Screen
from gatekeeper.translation import phrase, speak
from gatekeeper.words import Language

log = logging.getLogger(__name__)

Operation = Callable[[SocketQuestion], Awaitable[Mapping[str, object]]]
"""Answers a question with an `op` of its own."""

_SCREEN: Final = "screen"
_CREDENTIALS: Final = Struct("iII")

_UNANSWERED: Final = {
    "error": "this question could not be answered: the daemon's log says why",
    "passing": True,
    "unknown": True,
}
"""By a fault of ours, or for want of time: what was begun may be done all the same."""


class AskServer:
    """Answers questions on a Unix socket: one on each connection.

    Args:
        operations: what can be asked, by the question's `op`.
        own: those of them that only a program of the daemon's own user may ask, or of root; `OP KIND` of one whose
            question names a kind.
        slow: those of them that wait for a disk or are about many calls, and that no call waits for.
        path: the socket's path.
        mode: its permissions.
        owner: user (name or number) that it belongs to; None leaves it as it is.
        group: group (name or number) that it belongs to; None leaves it as it is.
        limits: deadlines and bounds.
    """

    name = "the control socket"
    trouble = ""

    def __init__(
        self,
        operations: Mapping[str, Operation],
        *,
        path: Path,
        mode: int = 0o660,
        owner: str | int | None = None,
        group: str | int | None = None,
        limits: Limits = Limits(),  # noqa: B008 - immutable
        own: Iterable[str] = (),
        slow: Iterable[str] = (),
    ) -> None:
        self.seen = ServerCounters()
        self._operations = dict(operations)
        self._own = frozenset(own)
        self._slow = frozenset(slow)
        self._socket = UnixSocket(path, mode, owner, group)
        self._limits = limits
        self._server: SocketServer | None = None
        self._listener: Listener[SocketQuestion]

    @classmethod
    def for_screening(
        cls,
        screen: Screen,
        more: Mapping[str, Operation] | None = None,
        *,
        path: Path,
        mode: int = 0o660,
        owner: str | int | None = None,
        group: str | int | None = None,
        limits: Limits = Limits(),  # noqa: B008 - immutable
        own: Iterable[str] = (),
        slow: Iterable[str] = (),
    ) -> "AskServer":
        """A server that answers `screen` and `ping`, and what `more` adds."""

        async def screened(asked: Mapping[str, str]) -> Mapping[str, object]:
            return answer_fields(await screen(question_of(asked)))

        async def ping(_asked: Mapping[str, str]) -> Mapping[str, object]:
            return {"pong": True, "version": __version__}

        operations = {_SCREEN: screened, "ping": ping, **(more or {})}
        return cls(operations, path=path, mode=mode, owner=owner, group=group, limits=limits, own=own, slow=slow)

    @property
    def address(self) -> str:
        """Where it listens."""
        return f"socket {self._socket.path}"

    def counters(self) -> Mapping[str, int]:
        """What became of the connections and questions."""
        return {**asdict(self.seen), **(self._listener.load() if self._server is not None else {})}

    async def start(self) -> None:
        """Listen. A socket that a dead daemon left is replaced; one in use is not.

        Raises:
            DaemonError: another daemon listens there, or the path can't be used.
        """
        limits = replace(self._limits, max_connections=room_for(self._limits.max_connections, log))
        self._listener = Listener(
            str(self._socket.path),
            parser=QuestionParser,
            handler=self._handle,
            limits=limits,
            counters=self.seen,
            complaint=lambda error: encode({"error": str(error)}),
            refusal=encode(_UNANSWERED),
        )
        self._server = SocketServer([self._socket.listen(limits.backlog)], self._listener.connection)
        log.info("listening on %s", self._socket.path)

    async def stop(self, grace: float = 2.0, /) -> None:
        """Stop accepting, let running answers end within `grace` seconds, then close everything."""
        if self._server is None:
            return
        self._socket.remove()
        self._server.close()
        await self._listener.drain(grace)
        self._server = None

    async def _handle(self, asked: SocketQuestion, connection: Connection[SocketQuestion]) -> None:
        if LANGUAGE in asked:
            answer = await self._in_language(asked, connection)
        else:
            answer = await self._answered(asked, connection)
        connection.answer(encode(answer))

    async def _in_language(self, asked: SocketQuestion, connection: Connection[SocketQuestion]) -> Mapping[str, object]:
        """Answer in the language that the question names."""
        wanted = asked.pop(LANGUAGE)
        if wanted not in Language.__members__.values():
            return {"error": phrase("{name} is one of: {names}", name=LANGUAGE, names=", ".join(Language))}
        # A task has a context of its own: what is spoken in it touches no other question.
        context = copy_context()
        context.run(speak, Language(wanted))
        return await asyncio.get_running_loop().create_task(self._answered(asked, connection), context=context)

    async def _answered(self, asked: SocketQuestion, connection: Connection[SocketQuestion]) -> Mapping[str, object]:
        if asked.get("op", _SCREEN) == _SCREEN and _is_gone(connection):
            # It waited in vain while we stood still: its dialplan has refused the call and keeps the record.
            raise PeerGoneError("the peer left before its question was read")
        try:
            wanted = asked.get("op", _SCREEN)
            of_a_kind = f"{wanted} {asked.get('kind', '')}"
            if not self._own.isdisjoint((wanted, of_a_kind)) and not _is_of_our_user(connection):
                raise ProtocolError(
                    phrase("{op} is asked by the daemon's own user alone, or by root", op=of_a_kind.strip())
                )
            if wanted in self._slow:
                self._listener.slow(connection)
            return await self._answer(asked)
        except GatekeeperError as error:
            return error_fields(error)

    async def _answer(self, asked: SocketQuestion) -> Mapping[str, object]:
        operation = self._operations.get(asked.get("op", _SCREEN))
        if operation is None:
            raise ProtocolError(phrase("op is one of: {names}", names=", ".join(sorted(self._operations))))
        return await operation(asked)


def _is_gone(connection: Connection[SocketQuestion]) -> bool:
    """Whether the peer has closed the connection, not only its own direction of it (poll(2): POLLHUP)."""
    poll = select.poll()
    poll.register(connection.transport.get_extra_info("socket").fileno(), 0)
    return any(event & select.POLLHUP for _, event in poll.poll(0))


def _is_of_our_user(connection: Connection[SocketQuestion]) -> bool:
    """Whether the peer runs as this process's user, or as root (unix(7): SO_PEERCRED)."""
    said = connection.transport.get_extra_info("socket").getsockopt(
        socket.SOL_SOCKET, socket.SO_PEERCRED, _CREDENTIALS.size
    )
    _pid, user, _group = _CREDENTIALS.unpack(said)
    return user in {0, os.geteuid()}
