"""A SIP gate's core with everything around it that it asks for: carriers that are there or not, decisions, a clock."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from gatekeeper.phone import DialPlan, Normaliser
from gatekeeper.policy import Reason, Verdict
from gatekeeper.screening import Answer, Question
from gatekeeper.sip.protocol.core import GateCore
from gatekeeper.sip.protocol.ports import Ask, Effect, GiveBack, Hop, Send, Sender, Transport, Trunk
from gatekeeper.sip.protocol.transactions import Transactions

LISTENER: Final = 5080
ASTERISK: Final = Sender(Transport.UDP, "127.0.0.1", 5060, LISTENER)
STREAM: Final = Sender(Transport.TCP, "127.0.0.1", 40000, LISTENER)
FIRST: Final = Hop(Transport.UDP, "203.0.113.7", 5060)
SECOND: Final = Hop(Transport.TCP, "203.0.113.8", 5060)
CARRIER: Final = Sender(Transport.UDP, FIRST.host, FIRST.port, 0)
FRENCH: Final = Normaliser(DialPlan())
IDENT: Final = "01KB0000000000000000000000"


def answer(*, allowed: bool, reason: Reason | None = None, ident: str = IDENT) -> Answer:
    """What screening says."""
    reason = reason or (Reason.CLEAR if allowed else Reason.RED_LIST)
    verdict = Verdict.ALLOW if allowed else Verdict.BLOCK
    return Answer(ident, verdict, reason, 0 if allowed else 21, 33612345678, list="" if allowed else "own")


@dataclass
class CarrierTable:
    """Carriers by trunk, of which some are dead.

    Attributes:
        of: the hops of each trunk; those of "" serve trunks that are not there.
        dead: hops that are taken for dead.
    """

    of: dict[str, tuple[Hop, ...]] = field(default_factory=lambda: {"": (FIRST, SECOND)})
    dead: set[Hop] = field(default_factory=set)

    def hops(self, trunk: str, /, *, even_dead: bool) -> Sequence[Hop]:
        """Where the calls of a trunk may go."""
        hops = self.of.get(trunk, self.of.get("", ()))
        alive = tuple(hop for hop in hops if hop not in self.dead)
        return (*alive, *(hop for hop in hops if hop in self.dead)) if even_dead else alive

    def sent_by(self, _hop: Hop, /) -> str:
        """Our address as carriers see it."""
        return "192.0.2.1:5081"

    def knows(self, sender: Sender, /) -> bool:
        """Whether a carrier has this address."""
        return any(hop.host == sender.host for hops in self.of.values() for hop in hops)


class Gate:
    """A core, its carriers and its clock.

    Args:
        trunks: by default, one that takes all.
        memory: of transactions.
    """

    def __init__(self, *trunks: Trunk, memory: Transactions | None = None, secret: bytes = b"secret") -> None:
        self.carriers = CarrierTable()
        self.core = GateCore(trunks or (Trunk("one"),), secret, self.carriers, FRENCH, memory)
        self.now = 1000.0
        self.questions: list[Question] = []
        self.given_back: list[Question] = []

    def comes(self, data: bytes, sender: Sender = ASTERISK) -> list[Effect]:
        """A message comes."""
        return self._noted(self.core.received(data, sender, self.now))

    def decide(self, key: bytes, said: Answer) -> list[Effect]:
        """A question is answered."""
        return self._noted(self.core.decided(key, said, self.now))

    def lost(self, sent: Send) -> list[Effect]:
        """A message comes back undelivered."""
        return self._noted(self.core.undelivered(sent.data[:540], sent.to, self.now))

    def call(self, data: bytes, *, allowed: bool = True, reason: Reason | None = None) -> list[Effect]:
        """An INVITE comes and is decided on at once."""
        effects = self.comes(data)
        asked = [effect for effect in effects if isinstance(effect, Ask)]
        if not asked:
            return effects
        return self.decide(asked[0].key, answer(allowed=allowed, reason=reason))

    def sent_on(self, data: bytes) -> Send:
        """An INVITE is let by; the message to the carrier."""
        (sent,) = self.call(data)
        assert isinstance(sent, Send)
        assert not sent.back
        return sent

    def question(self, data: bytes) -> Question:
        """What is asked about an INVITE."""
        (asked,) = self.comes(data)
        assert isinstance(asked, Ask), asked
        return asked.question

    def _noted(self, effects: list[Effect]) -> list[Effect]:
        self.questions += [effect.question for effect in effects if isinstance(effect, Ask)]
        self.given_back += [effect.question for effect in effects if isinstance(effect, GiveBack)]
        return effects


def sends(effects: list[Effect]) -> list[Send]:
    """What is sent, of some effects."""
    return [effect for effect in effects if isinstance(effect, Send)]
