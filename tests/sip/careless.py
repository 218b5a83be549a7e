"""A careless carrier: reads an INVITE in every way in which some stack could, and says whom it might ring."""

import re
from typing import Final
from urllib.parse import unquote

from gatekeeper.phone import NumberKind
from gatekeeper.screening import Answer, Question
from gatekeeper.sip.protocol.ports import Ask, Send, Sender
from tests.sip.gate import FRENCH, Gate, answer

_LINES: Final = re.compile(rb"\r\n|\n|\r|\0")
_URI: Final = re.compile(r"(?:sips?|tel|urn):[^\s<>\"]*", re.IGNORECASE)
_LEADS: Final = re.compile(rb"(?:replaces|join|refer-to|r|also|p-called-party-id|route)[ \t]*:", re.IGNORECASE)
_TO: Final = re.compile(rb"(?:to|t)[ \t]*:(.*)", re.IGNORECASE | re.DOTALL)
_NUMBERS: Final = re.compile(r"[;?&](?:rn|postd|target|cic|maddr|replaces|route|to)=([^;&]*)", re.IGNORECASE)
_CONTEXT: Final = re.compile(r";phone-context=(\+[^;@]*)", re.IGNORECASE)


def users_of(uri: str) -> set[str]:
    """Whom a URI could name: by the first colon or the last, the first at sign or the last, escaped or not."""
    rest = uri.partition(":")[2]
    found = {rest.partition("@")[0], rest.rpartition("@")[0] or rest}
    found |= {one.rpartition(":")[2] for one in found} | {one.partition(":")[0] for one in found}
    plain = {unquote(one.partition(";")[0].partition("?")[0]) for one in found}
    local = {context + one for context in _CONTEXT.findall(rest) for one in plain if not one.startswith("+")}
    return plain | local | set(_NUMBERS.findall(rest))


def rung_by(invite: bytes) -> set[str]:
    """Whom a carrier could ring."""
    head = invite.partition(b"\r\n\r\n")[0]
    lines = _LINES.split(head)
    first = lines[0].decode("utf-8", "replace")
    found = {user for uri in _URI.findall(first) for user in users_of(uri)}
    unfolded: list[bytes] = []
    for line in lines[1:]:
        if line[:1] in (b" ", b"\t") and unfolded:
            unfolded[-1] += b" " + line
        else:
            unfolded.append(line)
    for line in [*unfolded, *lines[1:]]:
        if _LEADS.match(line.lstrip()):
            found.add(f"led elsewhere by {line!r}")
        to = _TO.match(line.lstrip())
        if to:
            found |= {user for uri in _URI.findall(to[1].decode("utf-8", "replace")) for user in users_of(uri)}
    return found


def same(one: str, other: str) -> bool:
    """Whether two spellings are of one number, or both of emergency services."""
    if one == other or one.removeprefix("urn:").lower() == other.removeprefix("urn:").lower():
        return True
    number = FRENCH.normalise(one)
    if number.e164:
        return number.e164 == FRENCH.normalise(other).e164
    return _is_emergency(one) and _is_emergency(other)


def _is_emergency(called: str) -> bool:
    service = called.lower().removeprefix("urn:").partition(".")[0] == "service:sos"
    return service or FRENCH.normalise(called).kind is NumberKind.EMERGENCY


class Watched:
    """A gate that lets all calls by, but for those that it refuses by itself; and what must hold all the same."""

    def __init__(self) -> None:
        self.gate = Gate()
        self.asked: list[Question] = []
        self.sent: list[Send] = []

    def comes(self, data: bytes, sender: Sender) -> None:
        """A message comes; nothing that was not checked may leave for a carrier."""
        effects = self.gate.comes(data, sender)
        assert len(effects) <= 2, "one message makes many"
        for effect in effects:
            if isinstance(effect, Ask):
                self.asked.append(effect.question)
                effects = effects + self.gate.decide(effect.key, self._screened(effect.question))
        for effect in effects:
            if isinstance(effect, Send):
                self._look_at(effect, data)

    def _screened(self, question: Question) -> Answer:
        return answer(allowed=not question.refused)

    def _look_at(self, sent: Send, data: bytes) -> None:
        self.sent.append(sent)
        if sent.back:
            assert len(sent.data) <= len(data) + 1000, "it amplifies"
            return
        if not re.match(rb"\s*invite\s", sent.data, re.IGNORECASE):
            return
        allowed = [question.dialled for question in self.asked if not question.refused]
        for user in rung_by(sent.data):
            assert any(same(user, dialled) for dialled in allowed), f"{user!r} could ring, {allowed} was checked"
