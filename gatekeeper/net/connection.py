"""A connection of one exchange: reads a question, has it answered, writes the answer.

A plain protocol and no stream: Asterisk writes an environment line by line, and to wake a task for every line costs
more than all the rest of an answer.
"""

import asyncio
import os
import socket
from typing import Final, Generic, TypeVar, cast
from typing import Protocol as Interface

from gatekeeper import transports
from gatekeeper.errors import PeerGoneError, ProtocolError
from gatekeeper.net.socket_server import write_last

QuestionT = TypeVar("QuestionT")
Question_co = TypeVar("Question_co", covariant=True)

_MOST_IGNORED: Final = 1024 * 1024
"""How many bytes are taken and thrown away where nothing but a hangup should come. To close the connection over them
would reset it (RFC 9293, 3.6.1), and the peer might never see an answer that was sent."""


class QuestionParser(Interface[Question_co]):
    """Collects a question."""

    def feed(self, data: bytes) -> Question_co | None:
        """Take bytes; gives the question once it is whole. Raises `ProtocolError`."""

    def cut_short(self, why: str) -> Question_co | None:
        """No more comes: gives the question as far as it can be refused, None where nothing was asked."""


class ReplyParser(Interface):
    """Collects what the peer says to an answer."""

    def feed(self, data: bytes) -> bool:
        """Take bytes; True once all is there. Raises `ProtocolError`."""


class Server(Interface[QuestionT]):
    """Who listens, as far as a connection knows it."""

    def parser(self) -> QuestionParser[QuestionT]:
        """A parser for a new question."""

    def admit(self, connection: "Connection[QuestionT]") -> bool:
        """May this connection come in?"""

    def asked(self, connection: "Connection[QuestionT]", question: QuestionT) -> None:
        """It has asked."""

    def broken(self, error: ProtocolError) -> bytes:
        """A peer broke the protocol; gives what is said to it."""

    def refusal(self) -> bytes:
        """What is said to one that has asked and can't be answered."""

    def settled(self) -> None:
        """An answer has been taken."""

    def gone(self) -> None:
        """A peer left before it had its answer."""

    def left(self, connection: "Connection[QuestionT]") -> None:
        """The connection is closed."""


class Connection(asyncio.Protocol, Generic[QuestionT]):
    """One connection.

    Args:
        server: who listens.
    """

    transport: asyncio.Transport

    def __init__(self, server: Server[QuestionT]) -> None:
        self._server = server
        self._parser: QuestionParser[QuestionT] | None = server.parser()
        self._replies: ReplyParser | None = None
        self._ignored = 0
        self._complete = False
        self._broken = False
        self._inside = False
        self._closed = False
        self.answered = False
        """Has an answer been sent?"""
        self.task: asyncio.Task[None] | None = None
        """What works on the answer."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Called by the loop: come in, or find the door shut."""
        # uvloop's transports are none by class, but have all that one has.
        self.transport = cast("asyncio.Transport", transport)
        self._inside = self._server.admit(self)
        if not self._inside:
            # Asterisk takes this for a gate that does not answer, and its dialplan refuses the call.
            self._closed = True
            transports.abort(self.transport)

    def data_received(self, data: bytes) -> None:
        """Called by the loop."""
        if self._closed:
            return
        try:
            if self._parser is not None:
                question = self._parser.feed(data)
                if question is not None:
                    self._parser = None
                    self._server.asked(self, question)
            elif self._replies is not None:
                self._complete = self._replies.feed(data)
            else:
                self._ignore(len(data))
        except ProtocolError as error:
            self._complain(error)

    def eof_received(self) -> bool:
        """Called by the loop: the peer says no more. True keeps our own direction open."""
        self._cut_short("it ended before its end")
        return self._parser is None and not self.answered

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 - the protocol's own signature
        """Called by the loop."""
        if self._inside:
            if self._complete:
                self._server.settled()
            elif not self._closed and not self._broken:
                self._server.gone()
            self._server.left(self)
        self._closed = True

    def answer(self, data: bytes, replies: ReplyParser | None = None, *, even_so: bool = False) -> None:
        """Send the answer, the only one, and close our direction.

        Where `replies` are awaited, the connection stays until the peer closes it. With `even_so` it is sent though the
        peer has said something more: a refusal is right whatever the question was.

        Raises:
            PeerGoneError: the peer is gone.
            ProtocolError: it has said something more since it asked: the question may have been another one.
        """
        if self._closed or self.transport.is_closing():
            raise PeerGoneError("the peer left before it was answered")
        if self._ignored and not even_so:
            raise ProtocolError("the question goes on after its end: does a value hold a newline?")
        self.answered = True
        if replies is None:
            self._complete = True
            self.transport.write(data)
            transports.close(self.transport)
        else:
            self._replies = replies
            write_last(self.transport, data)

    def has_left(self) -> bool:
        """Whether the peer says no more, as far as the kernel knows; nothing may have been left unread of it."""
        with socket.socket(fileno=os.dup(self.transport.get_extra_info("socket").fileno())) as same:
            try:
                return same.recv(1, socket.MSG_PEEK | socket.MSG_DONTWAIT) == b""
            except BlockingIOError:
                return False
            except OSError:
                return True

    def overdue(self) -> bool:
        """The time is over, for asking or for the answer; gives whether the peer gets a little more to take a refusal.

        To close without a word would say that the gate is down, and a site may let calls by then.
        """
        return self._cut_short("it did not come in time") or self.give_up()

    def give_up(self) -> bool:
        """What was asked can't be answered: refuse it, if that can be said; else close. Gives whether it was said."""
        asked = self._parser is None and not self.answered and not self._closed
        refusal = self._server.refusal() if asked else b""
        if refusal:
            self.refuse(refusal)
        else:
            self.close_now()
        return bool(refusal)

    def refuse(self, said: bytes) -> None:
        """Say why there is no answer, close our direction, and wait until the peer closes its own."""
        self.answered = self._broken = True
        self._parser = None
        write_last(self.transport, said)
        if self.task is not None:
            self.task.cancel()

    def close_now(self) -> None:
        """Close now, without an answer."""
        self._closed = True
        transports.abort(self.transport)
        if self.task is not None:
            self.task.cancel()

    def _cut_short(self, why: str) -> bool:
        """Have half a question refused; False where there is none."""
        question = None if self._parser is None or self._closed else self._parser.cut_short(why)
        if question is None:
            return False
        self._parser = None
        self._server.asked(self, question)
        return True

    def _ignore(self, count: int) -> None:
        self._ignored += count
        if self._ignored > _MOST_IGNORED:
            self.close_now()

    def _complain(self, error: ProtocolError) -> None:
        said = self._server.broken(error)
        if self.answered:
            # What the peer makes of the answer is its own affair; only that it gets it is ours.
            self._broken = True
            self._replies = None
        elif said:
            self.refuse(said)
        else:
            self.close_now()
