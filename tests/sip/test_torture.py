"""The torture messages of RFC 4475: each is answered or dropped, and none makes an unchecked number ring."""

import pytest

from gatekeeper.sip.protocol.framing import MessageFramer
from gatekeeper.sip.protocol.ports import Ask, Effect, Send
from tests.sip.gate import ASTERISK, CARRIER, STREAM, Gate, answer, sends
from tests.sip.messages import request, start
from tests.sip.torture import TORTURES


def outcome(effects: list[Effect]) -> str:
    """What is done about a message, in the words of the table."""
    if not effects:
        return "dropped"
    (effect,) = effects
    if isinstance(effect, Ask):
        return "refused" if effect.question.refused else "asked"
    assert isinstance(effect, Send)
    return start(effect.data).split()[1].decode() if effect.back else "on"


def test_there_are_all_of_them() -> None:
    """The RFC has 49."""
    assert len(TORTURES) == 49


@pytest.mark.parametrize("name", TORTURES)
def test_a_torture_message_by_udp(name: str) -> None:
    """Its outcome is as expected, and what goes on is what was checked."""
    data, expected = TORTURES[name]
    gate = Gate()
    effects = gate.comes(data)
    assert outcome(effects) == expected
    for effect in effects:
        if isinstance(effect, Ask):
            (sent,) = sends(gate.decide(effect.key, answer(allowed=True)))
            assert sent.back == (expected == "refused")
            assert sent.back or start(sent.data) == start(data)
    assert gate.comes(data) == [] or gate.questions[1:] == []


@pytest.mark.parametrize("name", TORTURES)
def test_a_torture_message_by_a_connection(name: str) -> None:
    """It is cut, or ends the connection; the message behind it is not mistaken for a part of it."""
    gate, framer = Gate(), MessageFramer()
    for message in framer.feed(TORTURES[name].data + request(branch="z9hG4bKnext", call_id="next")):
        for effect in gate.comes(message, STREAM):
            assert isinstance(effect, Send | Ask)
            if isinstance(effect, Send) and not effect.back:
                assert not effect.data.startswith(b"INVITE")
    ours = [question for question in gate.questions if question.uniqueid == "next"]
    assert len(ours) == (0 if framer.fault or framer.pending or name == "clerr" else 1)


@pytest.mark.parametrize("name", TORTURES)
def test_a_torture_message_of_a_carrier(name: str) -> None:
    """Carriers ask nothing of us, and answer what we sent only."""
    assert Gate().comes(TORTURES[name].data, CARRIER) == []


def test_an_old_invite_gets_what_it_lacks() -> None:
    """RFC 2543 had no Max-Forwards."""
    sent = Gate().sent_on(TORTURES["inv2543"].data)
    assert b"\r\nMax-Forwards: 70\r\n" in sent.data
    assert ASTERISK.host.encode() in sent.data


def test_what_stands_behind_a_request_is_no_part_of_it() -> None:
    """A second request in one datagram is dropped."""
    (sent,) = sends(Gate().comes(TORTURES["dblreq"].data))
    assert b"INVITE" not in sent.data
