"""Calls that a carrier sends back (503) go to the next one: once, acknowledged, and never when anything has rung."""

from typing import Final

import pytest

from gatekeeper.sip.protocol.ports import Hop, Send, Sender, Transport
from tests.sip.gate import CARRIER, FIRST, IDENT, SECOND, Gate, sends
from tests.sip.messages import header, request, response, start

OTHER: Final = Sender(SECOND.transport, SECOND.host, SECOND.port, 0)
THIRD: Final = Hop(Transport.UDP, "203.0.113.9", 5060)
BUSY: Final = "503 Service Unavailable"


def sent_back(gate: Gate, sent: Send, carrier: Sender = CARRIER, status: str = BUSY) -> list[Send]:
    """What becomes of a call that a carrier answers so."""
    return sends(gate.comes(response(sent.data, status, to_tag="refused"), carrier))


def test_it_goes_to_the_next_carrier_and_is_acknowledged() -> None:
    """The first gets its ACK, with the branch and the tag of its refusal; the second the same INVITE, by a new one."""
    gate = Gate()
    first = gate.sent_on(request())
    ack, second = sent_back(gate, first)
    assert (ack.to, start(ack.data)) == (FIRST, b"ACK sip:0612345678@carrier.example SIP/2.0")
    assert header(ack.data, "Via") == [header(first.data, "Via")[0].partition(b";rport")[0]]
    assert header(ack.data, "CSeq") == [b"100 ACK"]
    assert header(ack.data, "To") == [b"<sip:0612345678@carrier.example>;tag=refused"]
    assert (second.to, second.data.split(b"\r\n")[2:]) == (SECOND, first.data.split(b"\r\n")[2:])
    branches = [header(one.data, "Via")[0].partition(b"branch=")[2].partition(b";")[0] for one in (first, second)]
    assert branches[1] == branches[0] + b"-1"
    (ringing,) = sends(gate.comes(response(second.data, "180 Ringing"), OTHER))
    assert (ringing.back, start(ringing.data)) == (True, b"SIP/2.0 180 Ringing")
    assert (len(gate.questions), gate.given_back, gate.core.seen.failed_over) == (1, [], 1)


def test_a_refusal_that_is_repeated_is_acknowledged_again() -> None:
    """Its ACK was lost; the caller, whom another carrier rings, hears nothing of it."""
    gate = Gate()
    first = gate.sent_on(request())
    ack, _ = sent_back(gate, first)
    assert sent_back(gate, first) == [ack]
    assert sent_back(gate, first, status="180 Ringing") == []
    assert gate.core.seen.stray == 1


def test_what_follows_goes_to_the_carrier_that_has_it() -> None:
    """CANCEL, a repeated INVITE, and the ACK of its refusal, all with its branch."""
    gate = Gate()
    _, second = sent_back(gate, gate.sent_on(request()))
    for method in ("INVITE", "CANCEL"):
        (sent,) = sends(gate.comes(request(method)))
        assert (sent.to, header(sent.data, "Via")[0]) == (SECOND, header(second.data, "Via")[0])
    gate.comes(response(second.data, "487 Request Terminated"), OTHER)
    (ack,) = sends(gate.comes(request("ACK")))
    assert (ack.to, header(ack.data, "Via")[0]) == (SECOND, header(second.data, "Via")[0])


def test_the_last_carrier_s_word_is_the_call_s() -> None:
    """Its 503 goes back, and the attempt counts: two carriers had the INVITE."""
    gate = Gate()
    gate.carriers.of[""] = (FIRST, THIRD)
    _, second = sent_back(gate, gate.sent_on(request()))
    (back,) = sent_back(gate, second, CARRIER._replace(host=THIRD.host))
    assert (back.back, start(back.data)) == (True, b"SIP/2.0 503 Service Unavailable")
    assert len(header(back.data, "Via")) == 1
    assert (len(gate.questions), gate.given_back) == (1, [])


def test_an_attempt_that_a_carrier_has_sent_back_counts_though_the_next_is_dead() -> None:
    """It has left: the call is answered 503, and nothing is given back."""
    gate = Gate()
    _, second = sent_back(gate, gate.sent_on(request()))
    (refused,) = sends(gate.lost(second))
    assert (refused.back, start(refused.data)) == (True, b"SIP/2.0 503 Service Unavailable")
    assert gate.given_back == []


def test_a_dead_carrier_behind_one_that_sent_it_back_is_passed_over() -> None:
    """What can't be delivered goes on as before, also after a 100 of the one before."""
    gate = Gate()
    gate.carriers.of[""] = (FIRST, SECOND, THIRD)
    first = gate.sent_on(request())
    gate.comes(response(first.data, "100 Trying"), CARRIER)
    _, second = sent_back(gate, first)
    (third,) = sends(gate.lost(second))
    assert (third.to, len(gate.questions), gate.given_back) == (THIRD, 1, [])


@pytest.mark.parametrize("status", ["180 Ringing", "183 Session Progress", "199 Early Dialog Terminated"])
def test_what_may_have_rung_goes_nowhere_else(status: str) -> None:
    """More than 100 was said before."""
    gate = Gate()
    first = gate.sent_on(request())
    gate.comes(response(first.data, status), CARRIER)
    (back,) = sent_back(gate, first)
    assert back.back


@pytest.mark.parametrize(
    "status", ["500 Server Error", "502 Bad Gateway", "504 Timeout", "480 Away", "486 Busy", "404 No", "600 Busy"]
)
def test_only_503_sends_a_call_back(status: str) -> None:
    """Everything else is the word of somebody who may have been rung."""
    gate = Gate()
    (back,) = sent_back(gate, gate.sent_on(request()), status=status)
    assert (back.back, start(back.data)) == (True, b"SIP/2.0 " + status.encode())


@pytest.mark.parametrize(("waited", "trying", "goes_on"), [(29, False, True), (31, False, False), (31, True, True)])
def test_a_caller_who_has_given_up_is_rung_by_nobody(waited: float, trying: bool, goes_on: bool) -> None:
    """Who heard nothing for 32 s has; who was told to wait has not. Who has cancelled has, at once."""
    gate = Gate()
    first = gate.sent_on(request())
    if trying:
        gate.comes(response(first.data, "100 Trying"), CARRIER)
    gate.now += waited
    assert sent_back(gate, first)[0].back != goes_on
    gate = Gate()
    first = gate.sent_on(request())
    gate.comes(request("CANCEL"))
    (back,) = sent_back(gate, first)
    assert back.back


def test_one_carrier_alone_keeps_its_word() -> None:
    """There is nobody else to ask; the caller gets its 503, and acknowledges it."""
    gate = Gate()
    gate.carriers.dead.add(SECOND)
    first = gate.sent_on(request())
    (back,) = sent_back(gate, first)
    assert back.back
    (ack,) = sends(gate.comes(request("ACK")))
    assert (ack.to, header(ack.data, "Via")[0]) == (FIRST, header(first.data, "Via")[0])


def test_an_emergency_call_goes_to_one_that_is_taken_for_dead() -> None:
    """Whatever else could be there."""
    gate = Gate()
    gate.carriers.dead.add(SECOND)
    ack, second = sent_back(gate, gate.sent_on(request(number="112")))
    assert (ack.to, second.to) == (FIRST, SECOND)


def test_the_second_call_of_a_password_goes_by_the_same_way() -> None:
    """The first sends it back again, the second has asked for the password: one decision, that of the first INVITE."""
    gate = Gate()
    _, second = sent_back(gate, gate.sent_on(request()))
    gate.comes(response(second.data, "401 Unauthorized"), OTHER)
    again = gate.question(request(branch="z9hG4bKPj2", cseq=101))
    assert again.earlier == IDENT
