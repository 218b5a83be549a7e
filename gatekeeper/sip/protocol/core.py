"""The SIP gate's core: takes messages and decisions, says what is to be sent, asked, given back. No socket, no clock.

| what comes | what becomes of it |
|---|---|
| a new INVITE | asked about; then sent on to the trunk's carrier, or answered 603 |
| an INVITE, ACK or CANCEL of a known transaction | what its stage says (`transactions`) |
| an INVITE, ACK or CANCEL as one of a known transaction, from another address | dropped; CANCEL: 481 |
| an INVITE in a dialog (with a To tag) | on, to the URI that a carrier wants in a dialog that it confirmed; else 481 |
| OPTIONS to ourselves | 200 |
| REFER, what replaces or joins calls, unknown methods | refused: the carrier would connect somebody else (`passing`) |
| any other request | on to the trunk's carrier, as a stateless proxy does it |
| a response of a carrier to what we sent | back, without our Via; a redirection as 480 |
| all else | dropped, and counted |
"""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Final

from gatekeeper.errors import ProtocolError
from gatekeeper.logs import SeldomLog
from gatekeeper.phone import Normaliser
from gatekeeper.screening import Answer
from gatekeeper.sip.protocol import answers
from gatekeeper.sip.protocol.branch import Branches
from gatekeeper.sip.protocol.calls import CallDesk
from gatekeeper.sip.protocol.counters import SipCounters
from gatekeeper.sip.protocol.forward import WaysBack, forwards_left, returning
from gatekeeper.sip.protocol.memory import DIALOG_S, MOST_DIALOGS, BoundedMemory, OpenedDialog
from gatekeeper.sip.protocol.message import Message, read_message
from gatekeeper.sip.protocol.passing import hindrance
from gatekeeper.sip.protocol.ports import Carriers, Effect, Hop, Send, Sender, Transport, Trunk
from gatekeeper.sip.protocol.relay import Relay, tag_of, uri_of
from gatekeeper.sip.protocol.transaction import Incoming, Stage, Transaction
from gatekeeper.sip.protocol.transactions import Transactions
from gatekeeper.sip.protocol.trunks import TrunkBook, is_for_us

log = logging.getLogger(__name__)

_CONFIRMED: Final = 200
_FAILURE: Final = 300
_TRYING: Final = 100
_MOVE: Final = frozenset({"INVITE", "UPDATE"})
"""Requests by whose 2xx a carrier may want the next ones elsewhere (target refresh: RFC 3261, 12.2; RFC 3311)."""


class GateCore:
    """The core.

    Args:
        trunks: the trunks that it guards.
        secret: the key of its branches; with the same one, a later process knows what an earlier one sent.
        carriers: says where the calls of a trunk may go.
        normaliser: reads what is dialled.
        memory: of INVITE transactions.

    Raises:
        ValueError: there are no trunks.
    """

    def __init__(
        self,
        trunks: Sequence[Trunk],
        secret: bytes,
        carriers: Carriers,
        normaliser: Normaliser,
        memory: Transactions | None = None,
    ) -> None:
        if not trunks:
            raise ValueError("a SIP gate without a trunk")
        self.seen = SipCounters()
        self.memory = Transactions() if memory is None else memory
        self._trunks = TrunkBook(trunks)
        self._branches = Branches(secret)
        self._ways = WaysBack(self._branches)
        self._carriers = carriers
        self._relay = Relay(self._branches, carriers)
        self._warn = SeldomLog(log).warning
        self._calls = CallDesk(
            trunks[0], self.memory, self._relay, self._branches, carriers, normaliser, self.seen, self._warn
        )
        self._dialogs: BoundedMemory[OpenedDialog] = BoundedMemory(MOST_DIALOGS, DIALOG_S)
        self._unnoted: tuple[Message, bytes, Transaction | None, float] | None = None

    def counters(self) -> Mapping[str, int]:
        """What became of the messages."""
        self.note()
        dialogs = {"dialogs": len(self._dialogs), "dialogs_forgotten": self._dialogs.forgotten}
        return {**asdict(self.seen), "transactions": len(self.memory), "deciding": self.memory.deciding, **dialogs}

    def received(self, data: bytes, sender: Sender, now: float) -> list[Effect]:
        """A message has come: from a peer that may ask, or to where carriers send.

        Args:
            data: the message, whole.
            sender: where it came from; with `listener` 0 where it came to where carriers send.
            now: seconds that only go on.
        """
        if self._unnoted is not None:
            self.note()
        self.memory.forget_old(now)
        if not sender.listener:
            return self._from_carrier(data, sender, now)
        try:
            message = read_message(data, stream=sender.transport is not Transport.UDP)
            if message is None or message.status:
                self.seen.unreadable += message is None
                self.seen.stray += message is not None
                return []
            return self._request(self._relay.incoming(message, sender), data, now)
        except ProtocolError:  # without a Via that can be read, there is no way back
            self.seen.unreadable += 1
            return []

    def note(self) -> None:
        """Note the dialog that the last response has opened: best when it is on its way, as its caller waits for it."""
        if self._unnoted is not None:
            unnoted, self._unnoted = self._unnoted, None
            self._opened(*unnoted)

    def decided(self, key: bytes, answer: Answer, now: float) -> list[Effect]:
        """A question was answered.

        Args:
            key: the question's.
            answer: the answer, whose row is written.
            now: seconds that only go on.
        """
        return self._calls.decided(key, answer, now)

    def undelivered(self, data: bytes, hop: Hop, now: float) -> list[Effect]:
        """What was sent to a hop was certainly not delivered there: the network refused it, or it never left.

        A call goes to the next carrier, unless an earlier copy of it may have arrived.

        Args:
            data: the beginning of the message; it says which one it was.
            hop: where it was sent.
            now: seconds that only go on.
        """
        return self._calls.undelivered(data, hop, now)

    def has_sent(self, data: bytes) -> bool:
        """Whether a message of which this is the beginning belongs to a call that was sent to a carrier.

        Nobody else knows its branch, which has a key in it.
        """
        call = self.memory.get(self._relay.key_in(data))
        return call is not None and call.stage is Stage.SENT

    def _request(self, incoming: Incoming, data: bytes, now: float) -> list[Effect]:
        message = incoming.message
        method = message.method
        if method == "INVITE":
            return self._invite(incoming, data, now)
        call = self.memory.get(incoming.key)
        if method == "ACK":
            return self._ack(incoming, call, now)
        if message.fault:
            return self._answered(incoming, answers.BAD_REQUEST)
        if method == "CANCEL" and call is not None:
            return self._cancel(incoming, call)
        if method not in answers.METHODS:
            refer = method == "REFER"
            return self._answered(incoming, answers.REFER_REFUSED if refer else answers.NOT_ALLOWED)
        if method == "OPTIONS" and is_for_us(message, incoming.sender.listener):
            return self._answered(incoming, answers.OPTIONS_OK)
        return self._passed(incoming, now)

    def _invite(self, incoming: Incoming, data: bytes, now: float) -> list[Effect]:
        digest = self._branches.digest(data)
        call = self.memory.get(incoming.key)
        if call is not None:
            return self._calls.repeated(incoming, call, digest, now)
        message = incoming.message
        if not message.fault:
            if self._relay.loops(message):
                return self._answered(incoming, answers.LOOP)
            if not forwards_left(message):
                return self._answered(incoming, answers.TOO_MANY_HOPS)
            if tag_of(message, "to"):
                return self._passed(incoming, now)
        chosen = self._trunks.find(message, incoming.sender.listener)
        effects = self._calls.asked(incoming, chosen, digest, now)
        return self._without_trunk(incoming) if effects is None else effects

    def _ack(self, incoming: Incoming, call: Transaction | None, now: float) -> list[Effect]:
        """An ACK that belongs to nothing we know goes on, too; it is never answered."""
        if incoming.message.fault:
            return []
        if call is None:
            return [one for one in self._passed(incoming, now) if isinstance(one, Send) and not one.back]
        if not call.is_from(incoming.sender) or (call.stage is Stage.SENT and self._hindered(incoming)):
            return []
        return self._calls.acknowledged(incoming, call, now)

    def _cancel(self, incoming: Incoming, call: Transaction) -> list[Effect]:
        """A CANCEL of a transaction that is known: it has the URI and the Route of its INVITE (section 9.1)."""
        if not call.is_from(incoming.sender):
            return self._answered(incoming, answers.CALL_UNKNOWN)
        hindered = self._hindered(incoming)
        return self._answered(incoming, hindered) if hindered else self._calls.cancelled(incoming, call)

    def _hindered(self, incoming: Incoming) -> answers.Lines | None:
        """Why what belongs to an INVITE that was sent on does not follow it; None where it does."""
        message = incoming.message
        if not forwards_left(message):
            return answers.TOO_MANY_HOPS
        if self._trunks.find(message, incoming.sender.listener).strange:
            return answers.BAD_REQUEST
        return hindrance(message)

    def _passed(self, incoming: Incoming, now: float) -> list[Effect]:
        """A request that begins no call goes on as it is."""
        message = incoming.message
        if self._relay.loops(message):
            return self._answered(incoming, answers.LOOP)
        if not forwards_left(message):
            return self._answered(incoming, answers.TOO_MANY_HOPS)
        hindered = hindrance(message)
        if hindered:
            return self._answered(incoming, hindered)
        trunk, routes, strange = self._trunks.find(message, incoming.sender.listener)
        dialog = self._dialogs.get(self._dialog(message, incoming.from_tag), now)
        if trunk is None and dialog is None:
            return self._without_trunk(incoming)
        if strange:
            over = "" if trunk is None else f" over the trunk {trunk.name}"
            self._warn(strange, f"{message.method}{over} is answered 400: {strange}")
            return self._answered(incoming, answers.BAD_REQUEST)
        if message.method == "INVITE" and (hindered := self._not_within(message, dialog)):
            return self._answered(incoming, hindered)
        if dialog is not None:
            hop: Hop | None = dialog.hop
        else:
            hop = next(iter(self._carriers.hops(trunk.name, even_dead=False)), None) if trunk is not None else None
        if hop is None:
            return self._answered(incoming, answers.UNAVAILABLE)
        if dialog is not None and message.method == "BYE":
            self._dialogs.replace(self._dialog(message, incoming.from_tag), dialog._replace(over=True))
        self.seen.passed += 1
        return [self._relay.on(incoming, hop, routes)]

    def _not_within(self, message: Message, dialog: OpenedDialog | None) -> answers.Lines | None:
        """Why an INVITE does not change the session of a dialog: a carrier could take it for a new call."""
        if dialog is None or dialog.over or not self._calls.is_for(message, dialog.called):
            return answers.CALL_UNKNOWN
        if not dialog.target:
            return answers.PENDING
        return answers.CALL_UNKNOWN if dialog.target != message.uri else None

    def _dialog(self, message: Message, from_tag: bytes) -> bytes:
        return self._branches.dialog(message.call_id, from_tag, tag_of(message, "to"))

    def _opened(self, message: Message, from_tag: bytes, call: Transaction | None, now: float) -> None:
        """A carrier's response has opened a dialog, or confirmed it; without a call, has moved it (12.2.1.2)."""
        key = self._dialog(message, from_tag)
        known = self._dialogs.get(key, now)
        contact = uri_of(message, "contact")
        if call is None or call.hop is None:
            if known is not None and known.target and contact:
                self._dialogs.replace(key, known._replace(target=contact))
            return
        confirmed = message.status >= _CONFIRMED
        if known is None or (confirmed and not known.over):
            self._dialogs.put(key, OpenedDialog(call.hop, contact if confirmed else b"", called=call.called), now)

    def _without_trunk(self, incoming: Incoming) -> list[Effect]:
        self.seen.no_trunk += 1
        self._warn(
            "trunk",
            "a SIP request is answered 404: neither the port that it came to, nor its Route's user, nor its"
            " Request-URI's host names a trunk of [sip_gate.trunks]",
        )
        return self._answered(incoming, answers.NO_TRUNK)

    def _answered(self, incoming: Incoming, lines: answers.Lines) -> list[Effect]:
        return [self._relay.answer(incoming, lines)]

    def _response(self, data: bytes, sender: Sender) -> Message | None:
        """A response that a carrier has sent, or None."""
        if not self._carriers.knows(sender):
            return None
        message = read_message(data, stream=sender.transport is not Transport.UDP)
        if message is None or not message.status:
            return None
        if message.fault:
            self._warn("response", f"a response of a carrier is not passed on: {message.fault}")
            return None
        return message

    def _from_carrier(self, data: bytes, sender: Sender, now: float) -> list[Effect]:
        """What came to where carriers send: a response to what we sent, or nothing of ours."""
        message = self._response(data, sender)
        if message is None:
            self.seen.stray += 1
            return []
        from_tag = tag_of(message, "from")
        try:
            back = returning(message, from_tag, self._ways)
        except ProtocolError:
            back = None
        call = None if back is None else self.memory.get(back.way.key)
        if back is None or (call is not None and call.stage is not Stage.SENT):
            self.seen.stray += 1
            return []
        if call is not None and call.hop is not None and message.cseq_method == "INVITE":
            if back.way.attempt != call.attempt:
                return self._calls.heard_late(call, back.way.attempt, message.status)
            elsewhere = self._calls.heard(back.way.key, call, message, from_tag, now)
            if elsewhere:
                return elsewhere
            if _TRYING < message.status < _FAILURE:
                self._unnoted = (message, from_tag, call, now)
        elif message.cseq_method in _MOVE and _CONFIRMED <= message.status < _FAILURE:
            self._unnoted = (message, from_tag, None, now)
        self.seen.returned += 1
        return [Send(back.data, back.way.to, back=True, listener=back.way.listener)]
