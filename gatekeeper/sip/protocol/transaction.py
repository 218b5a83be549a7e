"""An INVITE transaction: one INVITE, how far it has come, and what may become of it yet."""

import math
from enum import StrEnum
from typing import NamedTuple

from gatekeeper.screening import Question
from gatekeeper.sip.protocol.answers import Lines
from gatekeeper.sip.protocol.headers import Via
from gatekeeper.sip.protocol.message import Message
from gatekeeper.sip.protocol.ports import Hop, Send, Sender, Trunk


class Stage(StrEnum):
    """How far an INVITE has come."""

    DECIDING = "deciding"
    SENT = "sent"
    ANSWERED = "answered"


class Incoming(NamedTuple):
    """A request as it came.

    Attributes:
        message: the request.
        via: its topmost Via.
        sender: where it came from.
        from_tag: the From's tag.
        key: its transaction's.
    """

    message: Message
    via: Via
    sender: Sender
    from_tag: bytes
    key: bytes


class Transaction:
    """One INVITE.

    Attributes:
        acks: to each carrier that has sent it back, in their order, the ACK of its 503.
        digest: of its bytes: another INVITE with the same branch is not a repetition.
        trunk: where it goes.
        source: who sent it: address and port.
        size: about how many octets its message takes.
        stage: how far it has come.
        expires: when it is forgotten; never before it is decided on.
        began: when it came.
        undecided: whether an answer to its question is waited for; it may be answered meanwhile.
        question: what was asked, for as long as the call may have to be given back.
        waiting: the INVITE itself, for as long as it may have to go to another carrier.
        routes: how many Routes of it are ours.
        trying: whether its sender was told to wait.
        lines: the answer's own part, once it is answered.
        hop: where it was sent.
        called: whom it calls; "" where its trunk leaves To to the switch.
        sends: how many copies of it were sent there, and did not come back.
        returned: whether one of several copies came back.
        tried: where it could not be delivered, or was sent back (503).
        spoke: whether the carrier has responded: it alone can send the call back now.
        rang: whether the carrier has said more than that it tries.
        cancelled: whether a CANCEL went after it.
        closing: whether its end has begun: by the carrier's final response, or by the ACK of our answer.
        over: whether the carrier's transaction may have ended: it took the call (2xx), or has its refusal acknowledged.
        decision: the id of the decision that let it by.
    """

    __slots__ = (
        "acks",
        "began",
        "called",
        "cancelled",
        "closing",
        "decision",
        "digest",
        "expires",
        "hop",
        "lines",
        "over",
        "question",
        "rang",
        "returned",
        "routes",
        "sends",
        "size",
        "source",
        "spoke",
        "stage",
        "tried",
        "trunk",
        "trying",
        "undecided",
        "waiting",
    )

    def __init__(
        self, digest: bytes, trunk: Trunk, routes: int, question: Question, waiting: Incoming, now: float
    ) -> None:
        self.digest = digest
        self.trunk = trunk
        self.source = source_of(waiting.sender)
        self.size = waiting.message.size
        self.stage = Stage.DECIDING
        self.began = now
        self.expires = math.inf
        self.undecided = True
        self.question: Question | None = question
        self.waiting: Incoming | None = waiting
        self.routes = routes
        self.trying = False
        self.lines: Lines = ()
        self.hop: Hop | None = None
        self.called = "" if trunk.to_may_differ else question.dialled
        self.sends = 0
        self.returned = False
        self.tried: tuple[Hop, ...] = ()
        self.acks: tuple[Send, ...] = ()
        self.spoke = False
        self.rang = False
        self.cancelled = False
        self.closing = False
        self.over = False
        self.decision = ""

    def answered(self, lines: Lines) -> None:
        """It has its answer, and goes nowhere any more."""
        self.stage = Stage.ANSWERED
        self.lines = lines
        self.waiting = None

    @property
    def attempt(self) -> int:
        """How many carriers have sent it back."""
        return len(self.acks)

    def is_from(self, sender: Sender) -> bool:
        """Whether a request comes from the address that the INVITE came from: nobody else has a say in the call."""
        return sender.host == self.source[0]

    def settle(self) -> None:
        """No other carrier may get it any more."""
        self.waiting = None
        self.question = None


SenderKey = tuple[str, int]
"""Who sends: address and port."""


def source_of(sender: Sender) -> SenderKey:
    """Who sends."""
    return sender.host, sender.port
