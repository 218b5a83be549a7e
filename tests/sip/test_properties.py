"""Properties of the SIP gate's core, for any message and any order of events."""

from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from gatekeeper.sip.protocol.ports import Ask, Hop, Send, Sender, Transport
from gatekeeper.sip.protocol.transactions import FOR_EMERGENCIES, REPEATED_S, RINGING_S, T4_S, Transactions
from tests.sip.gate import ASTERISK, CARRIER, FIRST, LISTENER, Gate, answer, sends
from tests.sip.messages import SDP, header, request, response, start

NAMES = st.from_regex(r"X-[A-Za-z0-9.!%*_+`'~-]{1,20}", fullmatch=True)
VALUES = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cc", "Zl", "Zp"), exclude_characters="\x7f"), max_size=60
)
TAGS = st.from_regex(r"[A-Za-z0-9.~-]{1,20}", fullmatch=True)
SENDERS = st.builds(
    Sender,
    st.sampled_from(Transport),
    st.sampled_from(["127.0.0.1", "192.0.2.33", "::1", "2001:db8::33"]),
    st.integers(1, 65535),
    st.integers(1, 65535),
)


def edited(message: bytes, ours: bytes) -> bytes:
    """An INVITE as it is to go on: every byte as it came, but for what a proxy changes."""
    return (
        message.replace(b"Via: ", ours + b"\r\nVia: ", 1)
        .replace(b";rport;branch=z9hG4bKPj1", b";branch=z9hG4bKPj1;received=127.0.0.1;rport=5060")
        .replace(b"Max-Forwards: 70", b"Max-Forwards: 69", 1)
        .replace(b"Route: <sip:127.0.0.1:5080;lr>\r\n", b"", 1)
    )


@given(st.lists(st.tuples(NAMES, VALUES), max_size=10), st.binary(max_size=300))
@settings(deadline=None)  # a shared machine may stand still
def test_bytes_go_on_as_they_came(more: list[tuple[str, str]], body: bytes) -> None:
    """Whatever headers there are, in whatever spelling, and whatever the body is."""
    message = request(more=tuple(more), body=body)
    sent = Gate().sent_on(message)
    assert sent.data == edited(message, sent.data.split(b"\r\n")[1])


@given(st.text("0123456789abcdef-@.", min_size=1, max_size=60), TAGS, TAGS, st.integers(1, 2**31 - 1), SENDERS)
@settings(deadline=None)  # a shared machine may stand still
def test_a_response_finds_its_way_back(call_id: str, branch: str, tag: str, cseq: int, sender: Sender) -> None:
    """To where the request came from, by whatever transport, without anything being remembered."""
    gate = Gate()
    route = {"Route": f"<sip:127.0.0.1:{sender.listener};lr>"}
    via = f"SIP/2.0/{sender.transport} host.example:5060;rport;branch=z9hG4bK{branch}"
    message = request("REGISTER", call_id=call_id, from_tag=tag, cseq=cseq, Via=via, **route)
    (sent,) = sends(gate.comes(message, sender))
    later = Gate()  # another process with the same secret
    (back,) = sends(later.comes(response(sent.data), CARRIER))
    assert back.to == Hop(sender.transport, sender.host, sender.port)
    assert back.listener == sender.listener


FIELDS: dict[str, Callable[[str], dict[str, object]]] = {
    "branch": lambda text: {"branch": f"z9hG4bK{text}"},
    "call_id": lambda text: {"call_id": text},
    "from_tag": lambda text: {"from_tag": text},
    "cseq": lambda text: {"cseq": sum(text.encode()) + 1},
    "sent-by": lambda text: {"Via": f"SIP/2.0/UDP {text}.example;rport;branch=z9hG4bKPj1"},
}


@pytest.mark.parametrize("field", FIELDS)
@given(one=st.from_regex(r"[a-z0-9]{1,10}", fullmatch=True), other=st.from_regex(r"[a-z0-9]{1,10}", fullmatch=True))
@settings(deadline=None)  # a shared machine may stand still
def test_a_transaction_has_one_branch(field: str, one: str, other: str) -> None:
    """The same for INVITE, CANCEL and ACK; another one where anything that names it differs."""
    made: dict[tuple[object, ...], set[bytes]] = {}
    for text in (one, other):
        changes = FIELDS[field](text)
        for method in ("INVITE", "CANCEL", "ACK"):
            gate = Gate()
            effects = gate.call(request(method, **changes))  # type: ignore[arg-type]
            (sent,) = sends(effects)
            via = header(sent.data, "Via")[0]
            made.setdefault(tuple(changes.values()), set()).add(via[: via.index(b";rport")])
    assert all(len(vias) == 1 for vias in made.values())
    assert len(set.union(*made.values())) == len(made)


SENT = Gate().sent_on(request())
RINGING = response(SENT.data, "180 Ringing")


@given(st.integers(0, len(RINGING) - 1), st.integers(1, 255))
@settings(deadline=None)  # a shared machine may stand still
def test_a_response_that_is_not_ours_goes_nowhere_else(place: int, flip: int) -> None:
    """Whatever octet of it is changed: it goes where ours would go, or nowhere."""
    changed = bytearray(RINGING)
    changed[place] ^= flip
    gate = Gate()
    for effect in gate.comes(bytes(changed), CARRIER):
        assert isinstance(effect, Send)
        assert (effect.to, effect.listener) == (Hop(Transport.UDP, "127.0.0.1", 5060), LISTENER)
    named = RINGING.index(b"z9hG4bK"), RINGING.index(b";rport;gk")
    if named[0] <= place < named[1]:
        assert gate.core.seen.returned == 0


@pytest.mark.parametrize("sender", [ASTERISK, Sender(Transport.UDP, "198.51.100.9", 5060, 0)], ids=["asks", "stranger"])
def test_a_response_comes_from_carriers_only(sender: Sender) -> None:
    """One that is ours by its looks, from somebody else, is dropped."""
    gate = Gate()
    sent = gate.sent_on(request())
    assert gate.comes(response(sent.data), sender) == []


def test_a_process_with_another_secret_takes_no_responses() -> None:
    """A branch can be made by who has the key."""
    assert Gate(secret=b"other").comes(RINGING, CARRIER) == []


@given(st.lists(st.tuples(st.integers(0, 400), st.integers(0, 3), st.booleans()), max_size=300))
@settings(max_examples=25, deadline=None)
def test_the_memory_stays_bounded_and_empties(calls: list[tuple[int, int, bool]]) -> None:
    """Whatever comes, from whomever, decided on or not."""
    most = 50
    gate = Gate(memory=Transactions(most, most))
    undecided = []
    for number, source, decide in calls:
        data = request(
            branch=f"z9hG4bK{number}", call_id=str(number), number="112" if number % 7 == 0 else "0612345678"
        )
        for effect in gate.comes(data, ASTERISK._replace(port=5060 + source)):
            if isinstance(effect, Ask) and decide:
                gate.decide(effect.key, answer(allowed=number % 2 == 0))
            elif isinstance(effect, Ask):
                undecided.append(effect.key)
        assert len(gate.core.memory) <= most + FOR_EMERGENCIES
    for key in undecided:
        gate.decide(key, answer(allowed=False))
    gate.now += RINGING_S
    gate.comes(b"")
    assert len(gate.core.memory) == gate.core.memory.deciding == 0


STATUSES = ("100 Trying", "180 Ringing", "200 OK", "302 Moved", "486 Busy", "503 Unavailable")


class Calls(RuleBasedStateMachine):
    """Calls in any order of events: repeated, cancelled, acknowledged, answered, sent back, lost, in time or late."""

    def __init__(self) -> None:
        super().__init__()
        self.gate = Gate()
        self.asked: dict[str, bytes] = {}
        self.waiting: dict[str, bytes] = {}
        self.allowed: set[str] = set()
        self.left: dict[str, list[Send]] = {}
        self.undelivered: dict[str, set[Hop]] = {}
        """Where a call is not: it came back from there, or was sent back."""
        self.final: dict[str, bytes] = {}
        self.acknowledged: dict[str, float] = {}

    def message(self, method: str, call: str) -> bytes:
        """A request of a call."""
        return request(method, branch=f"z9hG4bK{call}", call_id=call, from_tag=call)

    def note(self, call: str, effects: list[object]) -> None:
        """Look at what is done about a call."""
        for effect in effects:
            if isinstance(effect, Ask):
                assert call not in self.asked or self.is_over(call), "asked twice"
                self.forget(call)
                self.asked[call] = self.waiting[call] = effect.key
            elif isinstance(effect, Send) and not effect.back and start(effect.data).startswith(b"INVITE"):
                assert call in self.allowed, "it left undecided"
                others = {one.to for one in self.left.get(call, ())} - {effect.to}
                assert others <= self.undelivered.get(call, set()), "a second carrier"
                self.left.setdefault(call, []).append(effect)
            elif isinstance(effect, Send) and effect.back and b" INVITE" in header(effect.data, "CSeq")[0]:
                status = start(effect.data)
                if not status.startswith(b"SIP/2.0 1"):
                    assert self.final.setdefault(call, status) == status, "two final answers"

    def is_over(self, call: str) -> bool:
        """Whether the network has forgotten the INVITE of a call that was answered and acknowledged (T4)."""
        return self.gate.now - self.acknowledged.get(call, self.gate.now) >= T4_S

    def forget(self, call: str) -> None:
        """What comes next under this name is another call."""
        self.allowed.discard(call)
        self.acknowledged.pop(call, None)
        for known in (self.left, self.undelivered, self.final):
            known.pop(call, None)  # type: ignore[attr-defined]

    CALL = st.sampled_from("abc")

    @rule(call=CALL)
    def invite(self, call: str) -> None:
        """An INVITE comes, or comes again."""
        self.note(call, self.gate.comes(self.message("INVITE", call)))

    @rule(call=CALL, method=st.sampled_from(["CANCEL", "ACK"]))
    def follows(self, call: str, method: str) -> None:
        """A CANCEL or an ACK comes, though perhaps for nothing."""
        self.note(call, self.gate.comes(self.message(method, call)))
        if method == "ACK" and call in self.final:
            self.acknowledged.setdefault(call, self.gate.now)

    @precondition(lambda self: self.waiting)
    @rule(allowed=st.booleans(), data=st.data())
    def decide(self, allowed: bool, data: st.DataObject) -> None:
        """A decision comes."""
        call = data.draw(st.sampled_from(sorted(self.waiting)))
        if allowed:
            self.allowed.add(call)
        self.note(call, self.gate.decide(self.waiting.pop(call), answer(allowed=allowed)))

    @precondition(lambda self: self.left)
    @rule(data=st.data(), status=st.sampled_from(STATUSES))
    def responds(self, data: st.DataObject, status: str) -> None:
        """A carrier responds."""
        call = data.draw(st.sampled_from(sorted(self.left)))
        sent = self.left[call][-1]
        if call not in self.final and sent.to not in self.undelivered.get(call, set()):
            effects = self.gate.comes(response(sent.data, status), CARRIER._replace(host=sent.to.host))
            if effects and not sends(effects)[0].back:
                assert status.startswith("503"), "another response is acknowledged by us"
                self.undelivered.setdefault(call, set()).add(sent.to)
            self.note(call, effects)

    @precondition(lambda self: self.left)
    @rule(data=st.data())
    def is_lost(self, data: st.DataObject) -> None:
        """The last of what was sent on comes back."""
        call = data.draw(st.sampled_from(sorted(self.left)))
        sent = self.left[call][-1]
        self.undelivered.setdefault(call, set()).add(sent.to)
        self.note(call, self.gate.lost(sent))

    @rule(seconds=st.sampled_from([0.5, 5.0, 29.0]))
    def waits(self, seconds: float) -> None:
        """Time goes on, though not so far that a call would be forgotten."""
        if self.gate.now + seconds < 1000.0 + REPEATED_S:
            self.gate.now += seconds

    @invariant()
    def nothing_is_lost(self) -> None:
        """What is let by and never leaves is given back, or may have left."""
        assert len(self.gate.given_back) <= len(self.gate.questions)
        assert len(self.gate.core.memory) <= len(self.asked)


Calls.TestCase.settings = settings(max_examples=60, stateful_step_count=25, deadline=None)
TestCalls = Calls.TestCase


@given(st.binary(max_size=400))
@settings(deadline=None)  # a shared machine may stand still
def test_no_octets_make_it_fail(octets: bytes) -> None:
    """By themselves, and behind the beginning of an INVITE; from either side."""
    gate = Gate()
    for data in (octets, request()[:100] + octets, request().replace(SDP, octets), request().replace(b"Sales", octets)):
        for sender in (ASTERISK, CARRIER, Sender(Transport.TCP, "::1", 1, LISTENER)):
            for effect in gate.call(data) if sender is ASTERISK else gate.comes(data, sender):
                assert not isinstance(effect, Send) or effect.back or effect.to == FIRST
