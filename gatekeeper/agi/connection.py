"""One connection: a question comes in, an answer goes out.

A plain protocol and no stream: Asterisk writes an environment line by line, and to wake a task for every line costs
more than all the rest of an answer.
"""

import asyncio
from typing import Final, Generic, TypeVar, cast
from typing import Protocol as Interface

from gatekeeper import transports
from gatekeeper.errors import PeerGoneError, ProtocolError

Question = TypeVar("Question")
Question_co = TypeVar("Question_co", covariant=True)

_MOST_UNASKED: Final = 1024
"""How many bytes are taken between question and answer, where nothing but a hangup can come."""


class QuestionParser(Interface[Question_co]):
    """Collects a question."""

    def feed(self, data: bytes) -> Question_co | None:
        """Take bytes; gives the question once it is whole. Raises `ProtocolError`."""


class ReplyParser(Interface):
    """Collects what the peer says to an answer."""

    def feed(self, data: bytes) -> bool:
        """Take bytes; True once all is there. Raises `ProtocolError`."""


class House(Interface[Question]):
    """Who listens, as far as a connection knows it."""

    def parser(self) -> QuestionParser[Question]:
        """A parser for a new question."""

    def admit(self, connection: "Connection[Question]") -> bool:
        """May this connection come in?"""

    def asked(self, connection: "Connection[Question]", question: Question) -> None:
        """It has asked."""

    def broken(self, error: ProtocolError) -> bytes:
        """A peer broke the protocol; gives what is said to it."""

    def settled(self) -> None:
        """An answer has been taken."""

    def gone(self) -> None:
        """A peer left before it had its answer."""

    def left(self, connection: "Connection[Question]") -> None:
        """The connection is closed."""


class Connection(asyncio.Protocol, Generic[Question]):
    """One connection.

    Args:
        house: who listens.
    """

    transport: asyncio.Transport

    def __init__(self, house: House[Question]) -> None:
        self._house = house
        self._parser: QuestionParser[Question] | None = house.parser()
        self._replies: ReplyParser | None = None
        self._unasked = 0
        self._complete = False
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
        self._inside = self._house.admit(self)
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
                    self._house.asked(self, question)
            elif self._replies is not None:
                self._complete = self._replies.feed(data)
            else:
                self._count_unasked(len(data))
        except ProtocolError as error:
            self._complain(error)

    def eof_received(self) -> bool:
        """Called by the loop: the peer says no more. True keeps our own direction open."""
        return self._parser is None and not self.answered

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 - the protocol's own signature
        """Called by the loop."""
        if self._inside:
            if self._complete:
                self._house.settled()
            elif not self._closed:
                self._house.gone()
            self._house.left(self)
        self._closed = True

    def answer(self, data: bytes, replies: ReplyParser | None = None) -> None:
        """Send the answer, the only one, and close our direction.

        Where `replies` are awaited, the connection stays until the peer closes it.

        Raises:
            PeerGoneError: the peer is gone.
            ProtocolError: it has said something more since it asked: the question may have been another one.
        """
        if self._closed or self.transport.is_closing():
            raise PeerGoneError("the peer left before it was answered")
        if self._unasked:
            raise ProtocolError("the question goes on after its end: does a value hold a newline?")
        self.answered = True
        self.transport.write(data)
        if replies is None:
            self._complete = True
            transports.close(self.transport)
        else:
            self._replies = replies
            self.transport.write_eof()

    def _count_unasked(self, count: int) -> None:
        self._unasked += count
        if self._unasked > _MOST_UNASKED:
            raise ProtocolError("the peer goes on before it was answered")

    def _complain(self, error: ProtocolError) -> None:
        said = self._house.broken(error)
        if said and not self.answered and self.task is None:
            self._closed = True
            self.transport.write(said)
            transports.close(self.transport)
        else:
            self.dismiss()

    def dismiss(self) -> None:
        """Close now, without an answer."""
        self._closed = True
        transports.abort(self.transport)
        if self.task is not None:
            self.task.cancel()
