"""The SIP gate's contract: what its core is given, what it asks for, and the effects that it wants to have."""

from collections.abc import Sequence
from enum import StrEnum
from typing import NamedTuple, Protocol

from gatekeeper.screening import Question


class Transport(StrEnum):
    """What carries SIP messages, as a Via spells it."""

    UDP = "UDP"
    TCP = "TCP"
    TLS = "TLS"


class Sender(NamedTuple):
    """The sender of a message: where it came from.

    Attributes:
        transport: what carried it.
        host: the sender's address, as text: IPv6 without brackets.
        port: the sender's port.
        listener: the port of the listener that it came to; 0 for what came to where carriers send.
    """

    transport: Transport
    host: str
    port: int
    listener: int


def in_uri(host: str) -> str:
    """A host as it stands before a port: an IPv6 address in brackets (RFC 3261, 25.1)."""
    return f"[{host}]" if ":" in host else host


class Hop(NamedTuple):
    """Where a message is to go: an address, resolved already.

    Attributes:
        transport: what carries it.
        host: the address, as text: IPv6 without brackets.
        port: the port.
    """

    transport: Transport
    host: str
    port: int


class Send(NamedTuple):
    """A message is to be sent.

    Attributes:
        data: the message.
        to: where to.
        back: whether it goes back to the side that asks, Asterisk: on the connection from there, where there is one,
            and otherwise from the listener's socket.
        listener: of a message that goes back, the port of the listener that it answers for; otherwise 0.
    """

    data: bytes
    to: Hop
    back: bool
    listener: int = 0


class Ask(NamedTuple):
    """A call is to be decided on; `GateCore.decided` is to be told the answer, whatever comes between.

    Attributes:
        key: names the question.
        question: what screening is asked.
    """

    key: bytes
    question: Question


class GiveBack(NamedTuple):
    """A call that was let by does not leave after all: the question is to be screened, and its answer dropped.

    Attributes:
        question: refuses the call, and names the decision that it takes the place of.
    """

    question: Question


Effect = Send | Ask | GiveBack
"""What the core wants done, in the order in which it says so."""


class Trunk(NamedTuple):
    """A trunk that the gate guards.

    Attributes:
        name: as configured.
        port: the listener's port that is this trunk's own; 0 where it shares one.
        users: users of our Route that name it (`sip:NAME@127.0.0.1:5080;lr`).
        hosts: hosts in Request-URIs that name it, in lower case.
        campaign: of calls that name none.
        to_may_differ: whether a To that names another number than the Request-URI is accepted.
        from_is_shown: whether the callee is shown the number of From, whatever else names the caller.
        redirects: whether a call that may be placed is answered with the carrier's address (302), and not sent on.
    """

    name: str
    port: int = 0
    users: frozenset[str] = frozenset()
    hosts: frozenset[str] = frozenset()
    campaign: str = ""
    to_may_differ: bool = False
    from_is_shown: bool = False
    redirects: bool = False


class Carriers(Protocol):
    """What the core asks about carriers."""

    def hops(self, trunk: str, /, *, even_dead: bool) -> Sequence[Hop]:
        """Where the calls of a trunk may go, the best first.

        Args:
            trunk: its name.
            even_dead: those that are taken for dead as well, behind the others: for emergency calls.
        """

    def sent_by(self, hop: Hop, /) -> str:
        """Our `host:port` in the Via of what goes to a hop: where its responses are to come to."""

    def knows(self, sender: Sender, /) -> bool:
        """Whether a message comes from a carrier's address."""
