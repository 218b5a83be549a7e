"""A listening socket: accepts peers that may connect, admits them, and ends their connections at shutdown."""

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable
from typing import Final, Generic, TypeVar

from gatekeeper.eager import Done, begin
from gatekeeper.errors import PeerGoneError, ProtocolError
from gatekeeper.logs import SeldomLog
from gatekeeper.net.admission import Admission
from gatekeeper.net.connection import Connection, QuestionParser
from gatekeeper.net.limits import Limits, ServerCounters
from gatekeeper.net.peers import AllowedPeers

log = logging.getLogger(__name__)

QuestionT = TypeVar("QuestionT")

_SWEEP_S: Final = 0.05
"""How often deadlines are looked at, in seconds."""


class Listener(Generic[QuestionT]):
    """Takes questions and has them answered, within limits.

    Args:
        name: of what is listened for, in the log.
        parser: makes a parser for each question.
        handler: answers a question on its connection.
        limits: how many connections at once, and for how long.
        counters: counts what comes.
        peers: who may connect; None where the socket itself says so.
        complaint: what is said to a peer that broke the protocol; nothing by default.
        refusal: what is said to one that has asked and can't be answered, by a fault of ours or for want of time.
    """

    def __init__(
        self,
        name: str,
        *,
        parser: Callable[[], QuestionParser[QuestionT]],
        handler: Callable[[QuestionT, Connection[QuestionT]], Awaitable[None]],
        limits: Limits,
        counters: ServerCounters,
        peers: AllowedPeers | None = None,
        complaint: Callable[[ProtocolError], bytes] = lambda _: b"",
        refusal: bytes = b"",
    ) -> None:
        self.parser = parser
        self._name = name
        self._handler = handler
        self._counters = counters
        self._peers = peers
        self._complaint = complaint
        self._refusal = refusal
        self._admission = Admission(limits, counters)
        self._trouble = SeldomLog(log)
        self._loop = asyncio.get_running_loop()
        self._sweep_due: asyncio.TimerHandle | None = None
        self._stopping = False
        self._all_answered = asyncio.Event()
        self._tasks: set[asyncio.Task[None]] = set()

    def load(self) -> dict[str, int]:
        """How many connections are open now, and how many of them have asked and wait for their answer."""
        return {"connections": len(self._admission), "answering": self._admission.answering}

    def connection(self) -> Connection[QuestionT]:
        """A protocol for the next connection (for `loop.create_server`)."""
        return Connection(self)

    def admit(self, connection: Connection[QuestionT]) -> bool:
        """May this connection come in?"""
        if self._stopping:
            return False
        if self._peers is not None:
            peer = connection.transport.get_extra_info("peername")
            if not peer or not self._peers.allows(peer[0]):
                self._counters.refused += 1
                self._trouble.warning("refused", f"{self._name}: refused {peer[0] if peer else 'an unknown peer'}")
                return False
        if not self._admission.enter(connection, self._loop.time()):
            self._trouble.warning(
                "turned away", f"{self._name}: turned a peer away, {len(self._admission)} are being answered"
            )
            return False
        self._counters.accepted += 1
        if self._sweep_due is None:
            self._sweep_due = self._loop.call_later(_SWEEP_S, self._sweep)
        return True

    def asked(self, connection: Connection[QuestionT], question: QuestionT) -> None:
        """A connection has asked: answer it, at once where there is nothing to wait for."""
        self._admission.asked(connection, self._loop.time())
        serving = begin(self._serve(connection, question))
        if isinstance(serving, Done):
            return
        connection.task = task = self._loop.create_task(serving)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def slow(self, connection: Connection[QuestionT]) -> None:
        """What a connection has asked takes longer, and no call waits for it: it has more time."""
        self._admission.slow(connection, self._loop.time())

    def broken(self, error: ProtocolError) -> bytes:
        """A peer broke the protocol; gives what is said to it."""
        self._counters.malformed += 1
        self._trouble.warning("malformed", f"{self._name}: {error}")
        return self._complaint(error)

    def refusal(self) -> bytes:
        """What is said to one that has asked and can't be answered."""
        return self._refusal

    def settled(self) -> None:
        """An answer has been taken."""
        self._counters.answered += 1

    def gone(self) -> None:
        """A peer left before it had its answer."""
        self._counters.gone += 1

    def left(self, connection: Connection[QuestionT]) -> None:
        """A connection is closed."""
        self._admission.leave(connection)
        if not self._admission.answering:
            self._all_answered.set()

    async def drain(self, grace: float) -> None:
        """Let those that have asked get their answers, for at most `grace` seconds; then close everything.

        The caller has stopped accepting. Those that have not asked are closed at once.
        """
        self._stopping = True
        self._admission.close_waiting()
        if self._admission.answering:
            self._all_answered.clear()
            # Not wait_for: up to Python 3.11 it loses a cancellation that comes together with what it waits for.
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(grace):
                    await self._all_answered.wait()
        self._admission.close_all()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self._sweep_due is not None:
            self._sweep_due.cancel()

    def _sweep(self) -> None:
        self._sweep_due = None
        if self._admission.sweep(self._loop.time()):
            self._trouble.warning("late", f"{self._name}: a connection's time was over")
        if len(self._admission):
            self._sweep_due = self._loop.call_later(_SWEEP_S, self._sweep)

    async def _serve(self, connection: Connection[QuestionT], question: QuestionT) -> None:
        """Answer; whatever happens touches this connection only."""
        try:
            await self._handler(question, connection)
        except PeerGoneError:
            pass  # counted when it left
        except ProtocolError as error:
            self.broken(error)
        except Exception as error:  # noqa: BLE001 - one connection's fault must not touch the others
            self._counters.failed += 1
            # Without the error's own text, which could hold a number.
            self._trouble.warning("failed", f"{self._name}: {type(error).__name__} (a fault of Gatekeeper)")
            connection.task = None
            connection.give_up()
        finally:
            if not connection.answered:
                connection.task = None
                connection.close_now()
