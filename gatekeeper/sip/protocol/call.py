"""The call that an INVITE makes: whom it rings, who calls, what it says of itself, as a question for screening.

A carrier rings whom the Request-URI names - unless something else in the message leads it elsewhere: a Route, a To that
it goes by, a routing number, a dialog that is replaced, a list of recipients in the body. Whatever is known to do so,
and whatever is not known to be harmless where such things stand, makes the call one that is refused. An emergency call
goes on with whatever leads nowhere else.
"""

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Final
from urllib.parse import unquote, unquote_to_bytes

from gatekeeper.errors import ProtocolError, UnreadableTargetError
from gatekeeper.phone import Normaliser, NumberKind
from gatekeeper.phone.sip_uri import called_of, plain
from gatekeeper.policy import Gate, Reason
from gatekeeper.screening import Question
from gatekeeper.screening.call import NOTHING_SAID, Said
from gatekeeper.screening.said import MAX_SAID, said_of
from gatekeeper.sip.protocol.caller import caller_of
from gatekeeper.sip.protocol.elsewhere import Doubt, doubts_of, unclear
from gatekeeper.sip.protocol.headers import NameAddr, read_address
from gatekeeper.sip.protocol.message import Message
from gatekeeper.sip.protocol.ports import Trunk
from gatekeeper.text import printable
from gatekeeper.vocabulary import SipHeader

OURS: Final = "x-gatekeeper-"
"""What the names of our own headers begin with, in lower case."""

_SHOWN: Final = 128
_SOS: Final = re.compile(r"urn:service:sos(?:\.[a-z0-9-]+)*", re.IGNORECASE)

_OF_TO: Final = frozenset({"cpc", "tag", "transport", "user"})
"""Parameters of a To that say nothing about who is rung: the tag, and what belongs to a URI without brackets."""

_SAID: Final = {
    SipHeader.PURPOSE.lower(): "purpose",
    SipHeader.SECTOR.lower(): "sector",
    SipHeader.GOODS.lower(): "goods",
    SipHeader.DIAL_MODE.lower(): "dial_mode",
    SipHeader.CALLEE.lower(): "callee",
    SipHeader.SUBCONTRACTOR.lower(): "subcontractor",
    SipHeader.CONTACT.lower(): "contact",
    SipHeader.POSTCODE.lower(): "postcode",
    SipHeader.AGENT.lower(): "agent",
}
_DECISION: Final = SipHeader.DECISION.lower()
_CAMPAIGN: Final = SipHeader.CAMPAIGN.lower()
_PRINCIPAL: Final = SipHeader.PRINCIPAL.lower()


class CalledNumbers:
    """Compares dialled numbers, and knows those for emergencies.

    Args:
        normaliser: reads them.
    """

    def __init__(self, normaliser: Normaliser) -> None:
        self._normalise = normaliser.normalise
        self.is_emergency = lru_cache(maxsize=1024)(self._is_emergency)
        # It says which 112 is meant (RFC 3966, 5.1.5); behind any other number, a carrier may put it before that.
        self._at_home = re.compile(rf";phone-context=\+{normaliser.country_code}(?=[;@]|$)", re.IGNORECASE)

    def named(self, uri: str) -> str:
        """The number that a URI calls, as a carrier is sure to read it; "" where it names none.

        Raises:
            UnreadableTargetError: a carrier could read it otherwise.
        """
        without = self._at_home.sub("", uri, count=1) if ";" in uri else uri
        if without != uri and self.is_emergency(there := called_of(without)):
            return there
        return called_of(uri)

    def _is_emergency(self, dialled: str) -> bool:
        return self._normalise(dialled).kind is NumberKind.EMERGENCY or _SOS.fullmatch(dialled) is not None

    def same(self, one: str, other: str) -> bool:
        """Whether two spellings are of one number, or both of emergency services.

        A switch that takes off a prefix leaves it in To; and who calls `urn:service:sos` may have dialled 112 (RFC
        6881, 9.2).
        """
        if one == other or plain(one) == plain(other):
            return True
        number = self._normalise(one)
        if number.kind is NumberKind.E164:
            return number.e164 == self._normalise(other).e164
        return self.is_emergency(one) and self.is_emergency(other)


class InviteReader:
    """Makes questions of INVITEs.

    Args:
        numbers: compares dialled numbers.
    """

    def __init__(self, numbers: CalledNumbers) -> None:
        self._numbers = numbers

    def is_to(self, message: Message, called: str) -> bool:
        """Whether the To of a request names this number."""
        try:
            return self._numbers.same(self._named_in_to(read_address(message.first("to"))), called)
        except (ProtocolError, UnreadableTargetError, UnicodeDecodeError):
            return False

    def read(self, message: Message, trunk: Trunk, strange: str = "") -> tuple[Question, str]:
        """The question that an INVITE puts, and why it is refused whatever the lists say, or "".

        Args:
            message: the INVITE.
            trunk: where it goes.
            strange: what is wrong with the way that it came, or "": it leads elsewhere.
        """
        dialled, doubt = self._dialled(message)
        doubts = [doubt] if doubt else []
        if message.fault:
            doubts.append(unclear(message.fault))
        if strange:
            doubts.append(unclear(strange))
        doubts += doubts_of(message)
        if not trunk.to_may_differ:
            doubts += self._of_to(message, dialled)
        caller_id, of_caller = caller_of(message, self._numbers.same, from_is_shown=trunk.from_is_shown)
        words, of_words = _words(message)
        doubts += filter(None, (of_caller, of_words))
        emergency = self._numbers.is_emergency(dialled)
        if emergency:
            doubts = [doubt for doubt in doubts if not doubt.harmless]
        first = doubts[0] if doubts else None
        question = Question(
            dialled,
            Gate.SIP_GATE,
            campaign=words.get(_CAMPAIGN) or trunk.campaign,
            principal=words.get(_PRINCIPAL, ""),
            caller_id=caller_id,
            channel=f"SIP_GATE/{trunk.name}",
            uniqueid=printable(message.call_id.decode("utf-8", "replace"))[:_SHOWN],
            earlier=words.get(_DECISION, ""),
            refused=first.reason.value if first else "",
            emergency=emergency and first is None,
            said=_said(message),
        )
        return question, first.why if first else ""

    def _of_to(self, message: Message, dialled: str) -> Iterable[Doubt]:
        """What in the To a carrier that goes by it could be led elsewhere by."""
        try:
            to = read_address(message.first("to"))
            named = self._named_in_to(to)
        except (ProtocolError, UnreadableTargetError, UnicodeDecodeError):
            yield unclear("the To can't be read plainly")
            return
        if not self._numbers.same(named, dialled):
            yield unclear("the To names another number than the Request-URI")
        elif not to.parameters.keys() <= _OF_TO:
            yield unclear("the To has a parameter that may change the number")
        elif not _is_plain_name(to):
            yield unclear("the To's name could be taken for an address", harmless=True)

    def _named_in_to(self, to: NameAddr) -> str:
        uri = to.uri.decode("ascii")
        return uri if _SOS.fullmatch(uri) else self._numbers.named(uri)

    def _dialled(self, message: Message) -> tuple[str, Doubt | None]:
        """What is dialled, and why it can't be relied on."""
        uri = message.uri.decode("ascii", "replace")
        if _SOS.fullmatch(uri):
            return uri.lower(), None
        try:
            called = self._numbers.named(uri)
        except UnreadableTargetError as error:
            return _shown(uri), Doubt(Reason.NUMBER_INVALID, f"the Request-URI is {error}")
        if not called:
            return _shown(uri), Doubt(Reason.NUMBER_INVALID, "the Request-URI names nobody")
        return called, None


def _shown(uri: str) -> str:
    """What a Request-URI that can't be relied on may have named, for the log: its row says who was meant."""
    user = (uri.partition(":")[2] or uri).partition("@")[0].partition(";")[0]
    return printable(unquote(user) or uri)[:_SHOWN]


def _is_plain_name(to: NameAddr) -> bool:
    return not {0x3C, 0x3E, 0x5C, 0x40}.intersection(to.display)  # < > \ @


def _words(message: Message) -> tuple[dict[str, str], Doubt | None]:
    """What our own headers say, and why that can't be told."""
    found: dict[str, str] = {}
    doubt = None
    for name in (_DECISION, _CAMPAIGN, _PRINCIPAL):
        values = message.values.get(name)
        if values is None:
            continue
        try:
            words = {_decoded(value) for value in values}
        except UnicodeError:
            words = set()
        if len(words) == 1:
            found[name] = words.pop()
        else:
            doubt = unclear(f"{name} can't be read, or says two things", harmless=True)
    return found, doubt


def _decoded(value: bytes) -> str:
    """A value of ours, percent-encoded UTF-8; what is too long, or would not be seen, is unreadable."""
    text = unquote_to_bytes(value).decode("utf-8")
    if len(text) > MAX_SAID or not text.isprintable():
        raise UnicodeError
    return text


def _said(message: Message) -> Said:
    values = message.values
    if values.keys().isdisjoint(_SAID):
        return NOTHING_SAID
    pairs = []
    for name, field in _SAID.items():
        for value in values.get(name, ()):
            try:
                pairs.append((field, _decoded(value)))
            except UnicodeError:
                if field == "agent":
                    continue
                return Said(fault=f"the call's {field} can't be read")
    return said_of(pairs)
