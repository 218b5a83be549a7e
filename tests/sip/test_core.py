"""The SIP gate's core: what goes on to a carrier, what is answered, and that a call is decided on once."""

import pytest

from gatekeeper.policy import Reason
from gatekeeper.sip.protocol import core, transactions
from gatekeeper.sip.protocol.ports import Ask, Hop, Send, Sender, Transport, Trunk
from gatekeeper.sip.protocol.transaction import Stage
from gatekeeper.sip.protocol.transactions import REPEATED_S, RINGING_S, T4_S, Transactions
from tests.sip.flood import ASKING
from tests.sip.gate import ASTERISK, CARRIER, FIRST, IDENT, LISTENER, SECOND, Gate, answer, sends
from tests.sip.messages import SDP, header, request, response, start
from tests.soak.sip_floods import MOST_BACK
from tests.state_tables import states

BACK = Hop(Transport.UDP, ASTERISK.host, ASTERISK.port)


def keys(effects: list[object]) -> list[bytes]:
    """The keys of the questions among effects."""
    return [effect.key for effect in effects if isinstance(effect, Ask)]


def test_an_allowed_call_goes_to_the_carrier_as_it_came() -> None:
    """Via, Max-Forwards and our Route change; every other byte stays."""
    invite = request(more=(("X-Gatekeeper-Campaign", "spring"), ("x-odd", '  "kept  as it is" ')))
    sent = Gate().sent_on(invite)
    assert sent.to == FIRST
    ours = sent.data.split(b"\r\n")[1]
    assert ours.startswith(b"Via: SIP/2.0/UDP 192.0.2.1:5081;branch=z9hG4bKgk")
    expected = (
        invite.replace(b"Via: ", ours + b"\r\nVia: ")
        .replace(b";rport;branch=z9hG4bKPj1", b";branch=z9hG4bKPj1;received=127.0.0.1;rport=5060")
        .replace(b"Max-Forwards: 70", b"Max-Forwards: 69")
        .replace(b"Route: <sip:127.0.0.1:5080;lr>\r\n", b"")
        .replace(b"X-Gatekeeper-Campaign: spring\r\n", b"")
    )
    assert sent.data == expected


def test_a_refused_call_is_answered_with_its_reason() -> None:
    """603, with verdict, reason and decision in the phrase, the Q.850 cause, and who may call when; nothing leaves."""
    gate = Gate()
    (sent,) = sends(gate.call(request(), allowed=False))
    assert (sent.to, sent.back, sent.listener) == (BACK, True, LISTENER)
    assert start(sent.data) == f"SIP/2.0 603 Gatekeeper RED_LIST {IDENT} own - never".encode()
    assert header(sent.data, "Reason") == [b'Q.850;cause=21;text="RED_LIST"']
    assert header(sent.data, "X-Gatekeeper-Decision") == [IDENT.encode()]
    assert header(sent.data, "X-Gatekeeper-Retry-At") == [b"never"]
    assert header(sent.data, "To")[0].startswith(b"<sip:0612345678@carrier.example>;tag=gk")


def test_a_call_that_cannot_be_decided_on_is_answered_503() -> None:
    """With a time after which it may be tried again."""
    (sent,) = sends(Gate().call(request(), allowed=False, reason=Reason.GATE_ERROR))
    assert start(sent.data).startswith(b"SIP/2.0 503 Gatekeeper GATE_ERROR ")
    assert header(sent.data, "Retry-After") == [b"5"]


@pytest.mark.parametrize("allowed", [True, False])
def test_a_repetition_gets_the_same_without_a_second_decision(allowed: bool) -> None:
    """While it is decided on, 100; afterwards byte for byte what went out, to the same place."""
    gate = Gate()
    (key,) = keys(gate.comes(request()))
    (trying,) = sends(gate.comes(request()))
    assert start(trying.data) == b"SIP/2.0 100 Trying"
    assert b"tag=" not in header(trying.data, "To")[0]
    first = gate.decide(key, answer(allowed=allowed))
    gate.carriers.dead.add(FIRST)
    for _ in range(3):
        gate.now += 2
        assert gate.comes(request()) == first
    assert len(gate.questions) == 1


def test_a_branch_that_is_used_for_another_call_leads_nowhere() -> None:
    """An INVITE with the transaction of one that was let by, and another number, is neither sent nor answered."""
    gate = Gate()
    gate.sent_on(request())
    assert gate.comes(request(number="0612345679")) == []
    assert len(gate.questions) == 1


def test_responses_come_back_without_our_via() -> None:
    """To where the INVITE came from, and by the listener that it came to."""
    gate = Gate()
    sent = gate.sent_on(request())
    for status in ("100 Trying", "180 Ringing", "200 OK"):
        (back,) = sends(gate.comes(response(sent.data, status), CARRIER))
        assert (back.to, back.back, back.listener) == (BACK, True, LISTENER)
        assert start(back.data) == f"SIP/2.0 {status}".encode()
        assert header(back.data, "Via") == [
            b"SIP/2.0/UDP 127.0.0.1:5060;branch=z9hG4bKPj1;received=127.0.0.1;rport=5060"
        ]


@pytest.mark.parametrize("status", ["300 Multiple Choices", "301 Moved", "302 Moved", "305 Use Proxy", "380 Other"])
def test_a_redirection_is_not_passed_on(status: str) -> None:
    """A carrier can't lead a call to a number that nobody has checked."""
    gate = Gate()
    sent = gate.sent_on(request())
    moved = response(sent.data, status, more=("Contact: <sip:0700000000@elsewhere>", "m: <sip:1@x>"))
    (back,) = sends(gate.comes(moved, CARRIER))
    assert start(back.data) == b"SIP/2.0 480 Temporarily Unavailable"
    assert header(back.data, "Contact") + header(back.data, "m") == []


def test_the_acknowledgement_of_a_refusal_is_ours() -> None:
    """It is absorbed; that of a carrier's refusal goes to the carrier, with the branch of the INVITE."""
    gate = Gate()
    gate.call(request(), allowed=False)
    assert gate.comes(request("ACK")) == []
    gate = Gate()
    sent = gate.sent_on(request())
    gate.comes(response(sent.data, "486 Busy Here"), CARRIER)
    (ack,) = sends(gate.comes(request("ACK")))
    assert ack.to == FIRST
    assert header(ack.data, "Via")[0] == header(sent.data, "Via")[0]


def test_a_call_that_is_cancelled_while_it_is_decided_on_never_leaves() -> None:
    """CANCEL gets 200, the INVITE 487; when it is let by afterwards, the attempt is given back."""
    gate = Gate()
    (key,) = keys(gate.comes(request()))
    ok, ended = sends(gate.comes(request("CANCEL")))
    assert (start(ok.data), header(ok.data, "CSeq")) == (b"SIP/2.0 200 OK", [b"100 CANCEL"])
    assert (start(ended.data), header(ended.data, "CSeq")) == (b"SIP/2.0 487 Request Terminated", [b"100 INVITE"])
    assert sends(gate.decide(key, answer(allowed=True))) == []
    (question,) = gate.given_back
    assert (question.refused, question.earlier) == (Reason.GATE_ERROR, IDENT)
    assert sends(gate.comes(request())) == [ended]


def test_the_cancellation_of_a_call_that_has_left_goes_after_it() -> None:
    """To the same carrier, with the same branch, though another one is preferred by now."""
    gate = Gate()
    sent = gate.sent_on(request())
    gate.carriers.dead.add(FIRST)
    (cancel,) = sends(gate.comes(request("CANCEL")))
    assert (cancel.to, header(cancel.data, "Via")[0]) == (FIRST, header(sent.data, "Via")[0])


def test_a_call_goes_to_the_next_carrier_only_if_the_first_has_nothing_of_it() -> None:
    """What came back undelivered is sent to the next; a silent carrier, or one that has spoken, may be ringing."""
    gate = Gate()
    sent = gate.sent_on(request())
    (second,) = sends(gate.lost(sent))
    assert second.to == SECOND
    assert header(second.data, "Via")[0].startswith(b"SIP/2.0/TCP 192.0.2.1:5081;branch=z9hG4bKgk")
    assert second.data.split(b"\r\n")[2:] == sent.data.split(b"\r\n")[2:]
    assert gate.given_back == []
    (refused,) = sends(gate.lost(second))
    assert start(refused.data) == b"SIP/2.0 503 Service Unavailable"
    assert [question.earlier for question in gate.given_back] == [IDENT]
    assert len(gate.questions) == 1


def test_a_carrier_that_spoke_keeps_the_call() -> None:
    """Whatever comes back undelivered after its first response."""
    gate = Gate()
    sent = gate.sent_on(request())
    gate.comes(response(sent.data, "100 Trying"), CARRIER)
    assert gate.lost(sent) == []


def test_a_call_of_which_a_copy_may_have_arrived_goes_nowhere_else() -> None:
    """The first copy may have come to a carrier that is gone by now: the call is answered, and the attempt counts."""
    gate = Gate()
    gate.sent_on(request())
    (again,) = sends(gate.comes(request()))
    assert gate.lost(again) == []
    (refused,) = sends(gate.comes(request()))
    assert (refused.back, start(refused.data)) == (True, b"SIP/2.0 503 Service Unavailable")
    assert gate.given_back == []


def test_a_call_of_which_every_copy_came_back_goes_to_the_next_carrier() -> None:
    """A network says only after seconds that nobody is there, and the call has been repeated meanwhile."""
    gate = Gate()
    first = gate.sent_on(request())
    copies = [first, *sends(gate.comes(request())), *sends(gate.comes(request()))]
    assert [one.to for one in copies] == [FIRST] * 3
    assert [effect for one in copies[:2] for effect in gate.lost(one)] == []
    (second,) = sends(gate.lost(copies[2]))
    assert (second.to, len(gate.questions), gate.given_back) == (SECOND, 1, [])
    assert [one.to for one in sends(gate.comes(request()))] == [SECOND]


@pytest.mark.parametrize(
    ("status", "acknowledged"), [("486 Busy Here", True), ("487 Request Terminated", True), ("200 OK", False)]
)
def test_an_invite_is_not_repeated_to_a_carrier_that_is_done_with_it(status: str, acknowledged: bool) -> None:
    """It would take it for a new call, for which nobody was asked and no attempt counted."""
    gate = Gate()
    sent = gate.sent_on(request())
    gate.comes(response(sent.data, status), CARRIER)
    if acknowledged:
        assert len(sends(gate.comes(request()))) == 1  # it has the response still, and sends it again
        gate.comes(request("ACK"))
    assert sends(gate.comes(request())) == []
    assert len(gate.questions) == 1


def test_a_cancelled_call_goes_to_no_other_carrier() -> None:
    """What comes back undelivered after a CANCEL is answered 487, and the attempt given back."""
    gate = Gate()
    sent = gate.sent_on(request())
    gate.comes(request("CANCEL"))
    (ended,) = sends(gate.lost(sent))
    assert (ended.back, start(ended.data)) == (True, b"SIP/2.0 487 Request Terminated")
    assert len(gate.given_back) == 1


def test_a_call_that_we_have_answered_hears_nothing_of_a_carrier() -> None:
    """A response to it comes too late: its caller has the end of it already."""
    gate = Gate()
    sent = gate.sent_on(request())
    gate.comes(request())
    gate.lost(sent)
    assert len(sends(gate.comes(request()))) == 1
    assert gate.comes(response(sent.data, "180 Ringing"), CARRIER) == []


def test_what_never_left_is_not_taken_for_ours() -> None:
    """Anybody can send an ICMP error: it is believed only with the branch of a call that is with a carrier now."""
    gate = Gate()
    (key,) = keys(gate.comes(request()))
    (sent,) = sends(gate.decide(key, answer(allowed=True)))
    assert gate.core.has_sent(sent.data[:540])
    other = Gate(secret=b"another").sent_on(request(branch="z9hG4bKPj2"))
    assert not any(map(gate.core.has_sent, (other.data, sent.data[:8], b"", b"INVITE sip:0612345678@carrier.example")))


def test_without_a_carrier_the_call_is_given_back() -> None:
    """503, and no attempt; an emergency call goes to a carrier that is taken for dead."""
    gate = Gate()
    gate.carriers.dead |= {FIRST, SECOND}
    (refused,) = sends(gate.call(request()))
    assert start(refused.data) == b"SIP/2.0 503 Service Unavailable"
    assert len(gate.given_back) == 1
    assert gate.sent_on(request(number="112", branch="z9hG4bKPj2", call_id="2")).to == FIRST


def test_the_answer_to_a_password_is_the_same_call() -> None:
    """The INVITE after 401 names the first decision; a call that comes again for no such reason does not."""
    gate = Gate()
    sent = gate.sent_on(request())
    gate.comes(response(sent.data, "401 Unauthorized"), CARRIER)
    gate.comes(request("ACK"))
    second = gate.question(request(branch="z9hG4bKPj2", cseq=101))
    assert (second.earlier, second.uniqueid, second.retried) == (IDENT, gate.questions[0].uniqueid, True)
    third = gate.question(request(branch="z9hG4bKPj3", cseq=102))
    assert (third.earlier, third.retried) == ("", False)
    gate = Gate()
    sent = gate.sent_on(request())
    gate.comes(response(sent.data, "486 Busy Here"), CARRIER)
    assert gate.question(request(branch="z9hG4bKPj2", cseq=101)).earlier == ""


@pytest.mark.parametrize("method", ["REGISTER", "OPTIONS", "SUBSCRIBE", "PUBLISH", "MESSAGE", "INFO", "BYE"])
def test_other_requests_go_to_the_trunks_carrier(method: str) -> None:
    """And their responses come back."""
    gate = Gate()
    (sent,) = sends(gate.comes(request(method)))
    assert (sent.to, start(sent.data).split()[0]) == (FIRST, method.encode())
    (back,) = sends(gate.comes(response(sent.data), CARRIER))
    assert back.to == BACK


@pytest.mark.parametrize(
    ("message", "status"),
    [
        (request("OPTIONS", uri="sip:127.0.0.1:5080", without=("Route",)), 200),
        (request("REFER"), 603),
        (request("BYE", more=(("Also", "<sip:0700000000@carrier>"),)), 603),
        (request("NOSUCH"), 405),
        (request(Max_Forwards="0"), 483),
        (request("REGISTER", Max_Forwards="0"), 483),
        (request(to="<sip:0612345678@carrier.example>;tag=unknown"), 481),
        (request("REGISTER", without=("To",)), 400),
        (request("MESSAGE", Route="<sip:127.0.0.1:5080;lr>, <sip:evil.example;lr>"), 400),
    ],
)
def test_the_gate_answers(message: bytes, status: int) -> None:
    """What a proxy has to say; nothing goes to a carrier."""
    (sent,) = Gate().comes(message)
    assert isinstance(sent, Send)
    assert sent.back
    assert int(start(sent.data).split()[1]) == status


@pytest.mark.parametrize("call", ["flood-1", "flood-1199999"])
def test_an_answer_to_options_is_little_longer_than_the_question(call: str) -> None:
    """The shortest that the floods of `make soak` send: who sends from another's address must gain nothing by us."""
    asked = ASKING.format(port=LISTENER, host=ASTERISK.host, mine=ASTERISK.port, call=call).encode()
    (sent,) = Gate().comes(asked)
    assert isinstance(sent, Send)
    assert start(sent.data) == b"SIP/2.0 200 OK"
    assert len(sent.data) <= MOST_BACK["OPTIONS"] * len(asked)


def test_a_loop_is_ended() -> None:
    """A request that has our own Via in it."""
    gate = Gate()
    sent = gate.sent_on(request())
    (answered,) = sends(gate.comes(sent.data))
    assert start(answered.data) == b"SIP/2.0 482 Loop Detected"


def test_dialogs_that_no_bye_ends_are_bounded_and_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """Asterisk's BYE goes straight to the carrier: the oldest make room, and how many had to is counted."""
    monkeypatch.setattr(core, "MOST_DIALOGS", 20)
    gate = Gate()
    sent = gate.sent_on(request())
    for one in range(25):
        gate.comes(response(sent.data, "183 Session Progress", to_tag=str(one)), CARRIER)
    told = gate.core.counters()
    assert (told["dialogs"], told["dialogs_forgotten"]) == (20, 5)


@pytest.mark.parametrize(
    ("tag", "uri", "called", "known"),
    [
        ("known", "sip:42@203.0.113.7:5062", "0612345678", True),
        ("known", "sip:42@203.0.113.7:5062", "+33612345678", True),
        ("other", "sip:42@203.0.113.7:5062", "0612345678", False),
        ("known", "sip:0700000000@carrier.example", "0612345678", False),
        ("known", "sip:0612345678@carrier.example", "0612345678", False),
        ("known", "sip:42@203.0.113.7:5062", "0700000000", False),
        ("known", "sip:42@203.0.113.7:5062", "0612345678;rn=0700000000", False),
    ],
)
def test_a_dialog_that_a_carrier_has_opened_is_known(tag: str, uri: str, called: str, known: bool) -> None:
    """An INVITE with its tags and number, to the URI that the carrier has named, goes on unasked; others get 481."""
    gate = Gate()
    sent = gate.sent_on(request())
    contact = "Contact: <sip:42@203.0.113.7:5062>"
    gate.comes(response(sent.data, "200 OK", to_tag="known", more=(contact,)), CARRIER)
    to = f"<sip:{called}@carrier.example>;tag={tag}"
    (again,) = sends(gate.comes(request(branch="z9hG4bKPj2", cseq=101, to=to, uri=uri)))
    assert again.back != known
    assert again.to == FIRST if known else start(again.data).startswith(b"SIP/2.0 481 ")
    assert len(gate.questions) == 1


@pytest.mark.parametrize("method", ["INVITE", "UPDATE"])
def test_a_dialog_goes_on_where_the_carrier_has_moved_it(method: str) -> None:
    """The 200 to a change of the session may name another URI: the next change has that one."""
    gate = Gate()
    gate.comes(
        response(gate.sent_on(request()).data, "200 OK", to_tag="c", more=("Contact: <sip:1@x.example>",)), CARRIER
    )
    to = "<sip:0612345678@carrier.example>;tag=c"
    (changed,) = sends(
        gate.comes(request(method, branch="z9hG4bKPj2", cseq=101, to=to, uri="sip:1@x.example", body=b""))
    )
    gate.comes(response(changed.data, "200 OK", more=("Contact: <sip:2@x.example>",)), CARRIER)
    for one, back in ((1, True), (2, False)):
        uri = f"sip:{one}@x.example"
        (sent,) = sends(gate.comes(request(branch=f"z9hG4bKPk{one}", cseq=102, to=to, uri=uri)))
        assert sent.back == back


@pytest.mark.parametrize("method", ["INVITE", "ACK", "BYE", "PRACK"])
def test_a_dialog_needs_no_trunk(method: str) -> None:
    """Its requests have the URI of the carrier's Contact, which names no trunk that goes by the Request-URI's host."""
    gate = Gate(Trunk("one", hosts=frozenset({"sbc.example"})), Trunk("two", hosts=frozenset({"other.example"})))
    sent = gate.sent_on(request(uri="sip:0612345678@sbc.example"))
    contact = "Contact: <sip:42@203.0.113.7:5062>"
    gate.comes(response(sent.data, "200 OK", to_tag="c", more=(contact,)), CARRIER)
    within = {"to": "<sip:0612345678@sbc.example>;tag=c", "uri": "sip:42@203.0.113.7:5062", "branch": "z9hG4bKPj2"}
    (on,) = sends(gate.comes(request(method, cseq=101, **within)))
    assert (on.back, on.to) == (False, FIRST)
    (lost,) = sends(gate.comes(request("BYE", cseq=102, **within | {"to": "<sip:0612345678@sbc.example>;tag=other"})))
    assert start(lost.data) == b"SIP/2.0 404 No Such Trunk"


def test_a_call_that_rings_for_long_is_remembered() -> None:
    """As long as its carrier says that it rings: CANCEL goes to the carrier that has it."""
    gate = Gate()
    (second,) = sends(gate.lost(gate.sent_on(request())))
    for _ in range(10):
        gate.now += 60
        gate.comes(response(second.data, "180 Ringing"), CARRIER._replace(host=SECOND.host, transport=Transport.TCP))
    gate.now += RINGING_S - 1
    (cancel,) = sends(gate.comes(request("CANCEL")))
    assert (cancel.to, header(cancel.data, "Via")[0]) == (SECOND, header(second.data, "Via")[0])


@pytest.mark.parametrize(
    "more", [("Max-Forwards: 256",), ("Session-Expires: 90", "Session-Expires: 90"), ("Content-Type: a/b",) * 2]
)
def test_a_response_that_is_odd_where_it_does_not_matter_is_passed_on(more: tuple[str, ...]) -> None:
    """The callee has answered: nobody is rung by a response, and a call without it is a call without speech."""
    gate = Gate()
    sent = gate.sent_on(request())
    (back,) = sends(gate.comes(response(sent.data, "200 OK", more=more), CARRIER))
    assert (back.back, start(back.data)) == (True, b"SIP/2.0 200 OK")


def test_a_response_that_can_not_be_read_is_told(caplog: pytest.LogCaptureFixture) -> None:
    """It is dropped, and the log says why."""
    gate = Gate()
    sent = gate.sent_on(request())
    assert gate.comes(response(sent.data, "200 OK", more=("From: <sip:x@y>",)), CARRIER) == []
    assert "a response of a carrier is not passed on: more than one from header" in caplog.text


TRUNKS = (
    Trunk("by-port", port=5090),
    Trunk("by-user", users=frozenset({"sales"})),
    Trunk("by-host", hosts=frozenset({"sbc.example"})),
)


@pytest.mark.parametrize(
    ("trunk", "port", "route", "uri"),
    [
        ("by-port", 5090, "sip:127.0.0.1:5090", "sip:0612345678@sbc.example"),
        ("by-host", 5061, "sip:127.0.0.1;transport=tls", "sip:0612345678@sbc.example"),
        ("by-host", 5061, "sips:127.0.0.1", "sip:0612345678@sbc.example"),
        ("by-user", 5080, "sip:sales@127.0.0.1:5080", "sip:0612345678@sbc.example"),
        ("by-host", 5080, "sip:127.0.0.1:5080", "sip:0612345678@SBC.example:5070"),
        ("", 5080, "sip:127.0.0.1:5080", "sip:0612345678@other.example"),
        ("", 5080, "sip:nobody@127.0.0.1:5080", "sip:0612345678@sbc.example"),
    ],
)
def test_the_trunk_is_found(trunk: str, port: int, route: str, uri: str) -> None:
    """By the port, by the user of our Route, by the Request-URI's host; where none fits, 404."""
    gate = Gate(*TRUNKS)
    effects = gate.comes(request(uri=uri, Route=f"<{route};lr>"), Sender(Transport.UDP, "127.0.0.1", 5060, port))
    if trunk:
        assert [(one.channel, one.refused) for one in gate.questions] == [(f"SIP_GATE/{trunk}", "")]
    else:
        assert start(sends(effects)[0].data) == b"SIP/2.0 404 No Such Trunk"


def test_redirection_names_the_carrier_and_the_number_that_was_checked() -> None:
    """In that mode nothing passes the gate, but for a call to the emergency service by its name: no host is in that."""
    for uri in ("sip:0612345678@carrier.example;user=phone", "tel:0612345678"):
        gate = Gate(Trunk("one", redirects=True))
        (sent,) = sends(gate.call(request(uri=uri)))
        assert start(sent.data) == b"SIP/2.0 302 Moved Temporarily"
        assert header(sent.data, "Contact") == [b"<sip:0612345678@203.0.113.7:5060>"]
    urgent = Gate(Trunk("one", redirects=True)).sent_on(request(uri="urn:service:sos", to="<urn:service:sos>"))
    assert (urgent.to, start(urgent.data)) == (FIRST, b"INVITE urn:service:sos SIP/2.0")


def test_the_memory_is_bounded_and_forgets() -> None:
    """Beyond its bound calls get 503, emergencies do not; what is over makes room."""
    gate = Gate(memory=Transactions(most=40, most_deciding=40))
    answers = [gate.call(request(branch=f"z9hG4bK{one}", call_id=str(one)), allowed=False) for one in range(50)]
    full = [one for one in answers if start(sends(one)[0].data) == b"SIP/2.0 503 Service Unavailable"]
    assert len(full) == 20  # one sender gets three quarters
    assert gate.sent_on(request(number="112", branch="z9hG4bKe", call_id="e")).to == FIRST
    gate.comes(request("ACK", branch="z9hG4bK0", call_id="0"))
    gate.now += T4_S
    gate.comes(b"")
    assert len(gate.core.memory) == 30
    gate.now += REPEATED_S
    gate.comes(b"")
    assert len(gate.core.memory) == 1


def test_no_sender_has_all_the_room_for_the_undecided() -> None:
    """A flood of one leaves a quarter to others."""
    gate = Gate(memory=Transactions(most_deciding=40))

    def ask(number: int, port: int) -> bool:
        data = request(branch=f"z9hG4bK{number}", call_id=str(number))
        return bool(keys(gate.comes(data, ASTERISK._replace(port=port))))

    assert sum(ask(number, 5060) for number in range(100)) == 30
    assert sum(ask(number, 5061) for number in range(100, 200)) == 10


def test_large_messages_take_no_more_memory() -> None:
    """The undecided, and those whose carrier is silent, have so many octets together; one sender three quarters."""
    gate = Gate(memory=Transactions(most_octets=1_000_000))
    body = SDP + b"a=x\r\n" * 12_000
    asked = []
    for port in (5060, 5061):
        for number in range(20):
            data = request(branch=f"z9hG4bK{port}{number}", call_id=f"{port}{number}", body=body)
            asked += keys(gate.comes(data, ASTERISK._replace(port=port)))
    assert len(asked) == 7
    sent = [one for key in asked for one in sends(gate.decide(key, answer(allowed=True)))]
    assert sum(call.waiting is not None for call in gate.core.memory) == 7
    assert [len(gate.lost(one)) for one in sent] == [1] * 7


@pytest.mark.parametrize("allowed", [True, False])
def test_what_is_repeated_does_not_put_the_end_off(allowed: bool) -> None:
    """A flood of ACKs, or of a carrier's responses, takes no memory: a call is forgotten once its time is over."""
    gate = Gate()
    (sent,) = sends(gate.call(request(), allowed=allowed))
    for _ in range(12):
        if allowed:
            gate.comes(response(sent.data, "486 Busy Here"), CARRIER)
        else:
            gate.comes(request("ACK"))
        gate.now += 3
    gate.comes(b"")
    assert len(gate.core.memory) == 0


def test_of_calls_to_silent_carriers_only_some_keep_their_message() -> None:
    """The latest can go to another carrier yet."""
    gate = Gate(memory=Transactions(most_unheard=3))
    sent = [gate.sent_on(request(branch=f"z9hG4bK{one}", call_id=str(one))) for one in range(5)]
    assert [len(gate.lost(one)) for one in sent] == [0, 0, 1, 1, 1]


def test_a_decision_that_comes_too_late_rings_nobody() -> None:
    """A caller who was not told to wait has given up after 32 s."""
    gate = Gate()
    (key,) = keys(gate.comes(request()))
    gate.now += 31
    (late,) = sends(gate.decide(key, answer(allowed=True)))
    assert start(late.data) == b"SIP/2.0 503 Service Unavailable"
    assert len(gate.given_back) == 1


def told(effects: list[object], gate: Gate, final: bytes) -> str:
    """What is done about a request, in the words of the table of stages."""
    messages = [effect for effect in effects if isinstance(effect, Send)]
    if not messages:
        return "absorbed"
    if all(not message.back for message in messages):
        return "to the same carrier" if {message.to for message in messages} == {FIRST} else "to another carrier"
    if [message.data for message in messages] == [final]:
        return "the same answer"
    statuses = [start(message.data).split()[1].decode() for message in messages]
    (stage,) = [call.stage for call in gate.core.memory]
    return f"{statuses[0]}, and {statuses[1]} to the INVITE: {stage}" if len(statuses) > 1 else statuses[0]


@pytest.mark.parametrize("method", ["INVITE", "CANCEL", "ACK"])
@pytest.mark.parametrize("stage", list(Stage))
def test_the_table_of_stages_is_true(stage: Stage, method: str) -> None:
    """What is done about each request at each stage."""
    table = states(transactions)
    assert set(table) == set(Stage)
    gate = Gate()
    (key,) = keys(gate.comes(request()))
    final = b""
    if stage is not Stage.DECIDING:
        (sent,) = sends(gate.decide(key, answer(allowed=stage is Stage.SENT)))
        final = sent.data
    gate.carriers.of[""] = (SECOND, FIRST)
    column = "an INVITE repeated" if method == "INVITE" else method
    assert told(gate.comes(request(method)), gate, final) == table[stage][column]
