"""Calls of the SIP gate: what becomes of INVITEs, from the question over the carriers to the answer.

A call goes to a second carrier only if the first certainly has nothing of it: whatever was sent there came back
undelivered; or it sent the call back itself, by 503 and before anything rang (RFC 3263, 4.3). A carrier that is only
silent may be ringing. The stages of a call are in `transactions`.
"""

from collections.abc import Callable
from typing import Final

from gatekeeper.phone import Normaliser
from gatekeeper.policy import Reason, Verdict
from gatekeeper.screening import Answer, Question
from gatekeeper.sip.protocol import answers
from gatekeeper.sip.protocol.branch import Branches
from gatekeeper.sip.protocol.call import CalledNumbers, InviteReader
from gatekeeper.sip.protocol.counters import SipCounters
from gatekeeper.sip.protocol.memory import AGAIN, AGAIN_S, MOST_AGAIN, BoundedMemory
from gatekeeper.sip.protocol.message import Message
from gatekeeper.sip.protocol.ports import Ask, Carriers, Effect, GiveBack, Hop, Trunk
from gatekeeper.sip.protocol.reachable import loopback_in
from gatekeeper.sip.protocol.relay import Relay
from gatekeeper.sip.protocol.transaction import Incoming, Stage, Transaction
from gatekeeper.sip.protocol.transactions import REPEATED_S, T4_S, Transactions
from gatekeeper.sip.protocol.trunks import ChosenTrunk

_GIVEN_UP_S: Final = 30.0
"""A caller who was not told to wait gives an INVITE up after 32 s (timer B): what is decided later must not ring."""

_TRYING: Final = 100
_FINAL: Final = 200
_FAILURE: Final = 300
_SERVICE_UNAVAILABLE: Final = 503


class CallDesk:
    """Handles the INVITEs that begin calls, and what belongs to them.

    Args:
        first: the first of the trunks.
        memory: of their transactions.
        relay: answers them and sends them on.
        branches: tells messages apart, and names calls.
        carriers: says where the calls of a trunk may go.
        normaliser: reads what is dialled.
        seen: counts.
        warn: tells of calls that are refused for what is wrong with them: kind and sentence.
    """

    def __init__(
        self,
        first: Trunk,
        memory: Transactions,
        relay: Relay,
        branches: Branches,
        carriers: Carriers,
        normaliser: Normaliser,
        seen: SipCounters,
        warn: Callable[[str, str], object],
    ) -> None:
        self._first = first
        self._memory = memory
        self._relay = relay
        self._branches = branches
        self._carriers = carriers
        self._reader = InviteReader(CalledNumbers(normaliser))
        self._seen = seen
        self._warn = warn
        self._again: BoundedMemory[str] = BoundedMemory(MOST_AGAIN, AGAIN_S)

    def asked(self, incoming: Incoming, chosen: ChosenTrunk, digest: bytes, now: float) -> list[Effect] | None:
        """A new call; None where nothing says over which trunk: then only an emergency call goes on, over the first."""
        message = incoming.message
        trunk = chosen.trunk or self._first
        question, why = self._reader.read(message, trunk, chosen.strange)
        urgent = question.emergency
        if chosen.trunk is None and not urgent:
            return None
        if not self._memory.has_room(incoming.sender, message.size, urgent=urgent):
            self._seen.full += 1
            return [self._relay.answer(incoming, answers.UNAVAILABLE)]
        if why:
            self._warn(f"{trunk.name} {why}", f"a call over the trunk {trunk.name} is refused: {why}")
        again = self._again  # mostly nothing: no carrier has demanded a password of late
        earlier = again.pop(self._branches.call(message.call_id, incoming.from_tag), now) if again else None
        if earlier:
            # The carrier has demanded a password: it is the same call that comes again, this once.
            question = question._replace(earlier="&".join(filter(None, (earlier, question.earlier))), retried=True)
        self._memory.add(incoming.key, Transaction(digest, trunk, chosen.routes, question, incoming, now))
        self._seen.invites += 1
        return [Ask(incoming.key, question)]

    def repeated(self, incoming: Incoming, call: Transaction, digest: bytes, now: float) -> list[Effect]:
        """An INVITE of a transaction that is known."""
        if call.digest != digest or not call.is_from(incoming.sender):
            # Its sender uses a branch twice, or somebody else's. Whatever it was answered would end the first.
            self._seen.stray += 1
            return []
        self._seen.repeated += 1
        if call.stage is Stage.DECIDING:
            call.trying = True
            return [self._relay.answer(incoming, answers.TRYING)]
        if call.stage is Stage.ANSWERED or call.hop is None:
            return [self._relay.answer(incoming, call.lines)]
        if call.over:
            return []  # the carrier could take it for a new call
        if call.returned and call.waiting is not None and not call.spoke:
            # Some copies came back, and others did not: they may have come to somebody, so the attempt counts.
            return self._finish(call, call.waiting, answers.UNAVAILABLE, now)
        call.sends += 1
        return [self._relay.on(incoming, call.hop, call.routes, call.attempt)]

    def decided(self, key: bytes, answer: Answer, now: float) -> list[Effect]:
        """A question was answered."""
        call = self._memory.get(key)
        if call is None or not call.undecided or call.question is None:
            return []
        self._memory.decided(call)
        question, waiting = call.question, call.waiting
        # What the gate refuses is refused, whatever is answered.
        allowed = answer.verdict is Verdict.ALLOW and not question.refused
        call.decision = answer.id
        if waiting is None:  # cancelled meanwhile
            self._memory.keep(key, call, REPEATED_S, now)
            return [_given_back(question, answer.id)] if allowed else []
        if not allowed:
            self._seen.refused += 1
            return self._finish(call, waiting, answers.refusal(answer), now)
        if now - call.began > _GIVEN_UP_S and not call.trying:
            return [*self._finish(call, waiting, answers.UNAVAILABLE, now), _given_back(question, answer.id)]
        self._seen.allowed += 1
        return self._leave(call, waiting, question, now)

    def undelivered(self, data: bytes, hop: Hop, now: float) -> list[Effect]:
        """What was sent to a hop came back: an INVITE goes to the next carrier."""
        key = self._relay.key_in(data) if data.startswith(b"INVITE ") else b""
        call = self._memory.get(key)
        if call is None or call.stage is not Stage.SENT or call.hop != hop or call.spoke:
            return []
        waiting, question = call.waiting, call.question
        if waiting is None or question is None:
            return []
        call.sends -= 1
        if call.sends > 0:
            # The other copies come back as well, or have come to somebody who is gone by now.
            call.returned = True
            return []
        call.tried += (hop,)
        if call.cancelled:
            given_back = [] if call.attempt else [_given_back(question, call.decision)]
            return [*self._finish(call, waiting, answers.CANCELLED, now), *given_back]
        self._seen.failed_over += 1
        return self._leave(call, waiting, question, now)

    def acknowledged(self, incoming: Incoming, call: Transaction, now: float) -> list[Effect]:
        """An ACK of a transaction that is known."""
        if incoming.message.fault:
            return []
        if call.stage is Stage.SENT and call.hop is not None:
            call.over = call.over or call.closing
            return [self._relay.on(incoming, call.hop, call.routes, call.attempt)]
        if call.stage is Stage.ANSWERED and not call.undecided:
            self._memory.close(incoming.key, call, T4_S, now)
        return []

    def cancelled(self, incoming: Incoming, call: Transaction) -> list[Effect]:
        """A CANCEL of a transaction that is known."""
        if call.stage is Stage.SENT and call.hop is not None:
            call.cancelled = True
            return [self._relay.on(incoming, call.hop, call.routes, call.attempt)]
        effects: list[Effect] = [self._relay.answer(incoming, answers.OK)]
        waiting = call.waiting
        if call.stage is Stage.DECIDING and waiting is not None:
            self._seen.cancelled += 1
            call.answered(answers.CANCELLED)
            effects.append(self._relay.answer(waiting, answers.CANCELLED))
        return effects

    def heard(self, key: bytes, call: Transaction, message: Message, from_tag: bytes, now: float) -> list[Effect]:
        """A carrier has answered an INVITE; nothing is given where the answer goes back."""
        status = message.status
        if status == _SERVICE_UNAVAILABLE and (effects := self._sent_back(call, message, now)):
            return effects
        call.spoke = call.trying = True
        if status > _TRYING:
            call.rang = True
            call.settle()
        if status >= _FINAL:
            call.over = call.over or status < _FAILURE
            self._memory.close(key, call, REPEATED_S, now)
        elif status > _TRYING:
            self._memory.rings(key, call, now)
        if status in AGAIN:
            self._again.put(self._branches.call(message.call_id, from_tag), call.decision, now)
        return []

    def is_for(self, message: Message, called: str) -> bool:
        """Whether the To of a request names whom its call was let by for; any where that is ""."""
        return not called or self._reader.is_to(message, called)

    def heard_late(self, call: Transaction, attempt: int, status: int) -> list[Effect]:
        """A carrier that has sent a call back says so again: it has not got its ACK."""
        if attempt >= call.attempt or status < _FAILURE:
            self._seen.stray += 1
            return []
        return [call.acks[attempt]]

    def _sent_back(self, call: Transaction, refusal: Message, now: float) -> list[Effect]:
        """A call that a carrier has sent back goes to the next one; nothing where it may not, or there is none."""
        waiting, question, hop = call.waiting, call.question, call.hop
        given_up = now - call.began > _GIVEN_UP_S and not call.trying
        if waiting is None or question is None or hop is None or call.rang or call.cancelled or given_up:
            return []
        call.tried += (hop,)
        if self._next(call, question) is None:
            return []
        call.acks += (self._relay.acknowledge(waiting, hop, call.attempt, refusal),)
        call.spoke = False
        self._seen.failed_over += 1
        return [call.acks[-1], *self._leave(call, waiting, question, now)]

    def _next(self, call: Transaction, question: Question) -> Hop | None:
        """The first carrier that is there, of those that were not tried."""
        hops = self._carriers.hops(call.trunk.name, even_dead=question.emergency)
        for one in hops:
            if one not in call.tried:
                return one
        return None

    def _leave(self, call: Transaction, waiting: Incoming, question: Question, now: float) -> list[Effect]:
        """A call that is let by goes to the first carrier that is there, of those that were not tried."""
        hop = self._next(call, question)
        if hop is None:
            self._seen.unreachable += 1
            # What a carrier has sent back has left all the same.
            given_back = [] if call.attempt else [_given_back(question, call.decision)]
            return [*self._finish(call, waiting, answers.UNAVAILABLE, now), *given_back]
        if call.trunk.redirects and not waiting.message.uri.lower().startswith(b"urn:"):  # which no address has
            return self._finish(call, waiting, answers.redirection(waiting.message.uri, hop, call.decision), now)
        if what := loopback_in(waiting.message, hop):
            self._warn(
                f"{call.trunk.name} loopback",
                f"calls over the trunk {call.trunk.name} give the carrier an address of the loopback as {what}: no"
                " speech is heard, and hangups are lost. Bind Asterisk's transport to the machine's own address"
                " (docs/sip-gate.md)",
            )
        self._memory.sent(waiting.key, call, hop, now)
        return [self._relay.on(waiting, hop, call.routes, call.attempt)]

    def _finish(self, call: Transaction, waiting: Incoming, lines: answers.Lines, now: float) -> list[Effect]:
        """A call gets its answer from us."""
        call.answered(lines)
        self._memory.keep(waiting.key, call, REPEATED_S, now)
        return [self._relay.answer(waiting, lines)]


def _given_back(question: Question, decision: str) -> GiveBack:
    """The call was let by and goes nowhere: the row of a refusal takes the place of the answer's."""
    return GiveBack(question._replace(refused=Reason.GATE_ERROR.value, earlier=decision, emergency=False))
