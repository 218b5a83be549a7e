"""Requests that begin no call: what of them goes on to a carrier, and what is refused because it could begin one."""

from typing import Final

import pytest

from gatekeeper.sip.protocol.answers import METHODS
from tests.sip.gate import CARRIER, FIRST, Gate, sends
from tests.sip.messages import SDP, header, request, response, start

OTHER: Final = "0700000000"
TARGET: Final = "sip:42@203.0.113.7:5062"
IN_DIALOG: Final = "<sip:0612345678@carrier.example>;tag=c1"
LIST: Final = b'<?xml version="1.0"?><resource-lists><entry uri="sip:0700000000@x"/></resource-lists>'
CONTACT: Final = ("Contact", "<sip:asterisk@127.0.0.1:5060>")


def up(status: str = "200 OK", target: str = TARGET) -> Gate:
    """A gate with a call that a carrier has answered so."""
    gate = Gate()
    sent = gate.sent_on(request())
    gate.comes(response(sent.data, status, more=(f"Contact: <{target}>",)), CARRIER)
    return gate


def within(method: str = "INVITE", body: bytes | None = SDP, uri: str = TARGET, **changed: str) -> bytes:
    """A request in the dialog of the call."""
    kind = {"Content_Type": changed.pop("Content_Type", "application/sdp")} if body else {}
    more = [(name.replace("_", "-"), value) for name, value in changed.items() if name not in ("Route", "Contact")]
    known = {name: changed[name] for name in ("Route", "Contact") if name in changed}
    if body and method != "INVITE":
        more.append(("Content-Type", kind.pop("Content_Type")))
    return request(
        method, branch="z9hG4bKPj2", cseq=101, to=IN_DIALOG, uri=uri, body=body, more=tuple(more), **kind, **known
    )


def status_of(gate: Gate, message: bytes) -> int:
    """The status that a message is answered with; 0 where it goes on to the carrier, and to it alone."""
    (sent,) = sends(gate.comes(message))
    if not sent.back:
        assert sent.to == FIRST
        return 0
    return int(start(sent.data).split()[1])


PASSES = {
    "a re-INVITE": within(),
    "one without a session": within(body=b""),
    "one that demands its timer": within(Require="timer", Session_Expires="90;refresher=uac"),
    "an UPDATE": within("UPDATE"),
    "an UPDATE that only refreshes": within("UPDATE", body=b""),
    "a PRACK with an answer": within("PRACK"),
    "digits": within("INFO", body=b"Signal=1\r\n", Content_Type="application/dtmf-relay"),
    "a picture": within("INFO", body=b"<media_control/>", Content_Type="application/media_control+xml"),
    "an INFO with nothing": within("INFO", body=b""),
    "its end": within("BYE", body=b""),
    "its end with a word": within("BYE", body=b"bye", Content_Type="text/plain"),
    "a subscription": within("SUBSCRIBE", body=b"", Event="message-summary"),
    "how a transfer of the carrier's goes": within(
        "NOTIFY", body=b"SIP/2.0 100 Trying\r\n", Content_Type="message/sipfrag", Event="refer"
    ),
}

REFUSED = {
    "a list of recipients": (415, within(body=LIST, Content_Type="application/resource-lists+xml")),
    "a body of parts": (415, within(body=b"--x\r\n", Content_Type="multipart/mixed;boundary=x")),
    "a list in an UPDATE": (415, within("UPDATE", body=LIST, Content_Type="application/resource-lists+xml")),
    "a list in a PRACK": (415, within("PRACK", body=LIST, Content_Type="application/resource-lists+xml")),
    "a session that is for something else": (415, within(Content_Disposition="recipient-list")),
    "a session that is encoded": (415, within(Content_Encoding="gzip")),
    "a demand for a list": (420, within(Require="recipient-list-invite")),
    "a demand for replacing, in an UPDATE": (420, within("UPDATE", Require="timer, replaces")),
    "a demand of proxies": (420, within("INFO", body=b"", Proxy_Require="foo")),
    "two Contacts": (400, within(Contact="<sip:a@127.0.0.1>, <sip:b@127.0.0.1>")),
    "Replaces": (603, within(Replaces="1;to-tag=1;from-tag=2")),
    "a redirection of old": (603, within(P_DCS_Redirect="sip:0700000000@x")),
    "a call by CSTA": (415, within("INFO", body=b"<MakeCall/>", Content_Type="application/csta+xml")),
    "an INFO that says nothing of its body": (415, within("INFO", body=b"<MakeCall/>", Content_Type="x/y")),
    "to be called when the line is free": (489, within("SUBSCRIBE", body=b"", Event="call-completion")),
    "the same, in short": (489, within("SUBSCRIBE", body=b"", o="call-completion;id=1")),
    "a refer by subscription": (489, within("SUBSCRIBE", body=b"", Event="refer")),
    "REFER": (603, within("REFER", body=b"", Refer_To=f"<sip:{OTHER}@x>")),
    "another Request-URI": (481, within(uri=f"sip:{OTHER}@203.0.113.7:5062")),
    "the Request-URI of the first INVITE": (481, within(uri="sip:0612345678@carrier.example")),
    "a second Route": (400, within(Route="<sip:127.0.0.1:5080;lr>, <sip:198.51.100.1;lr>")),
    "a BYE with a second Route": (400, within("BYE", body=b"", Route="<sip:127.0.0.1:5080;lr>,<sip:198.51.100.1;lr>")),
}


@pytest.mark.parametrize("message", PASSES.values(), ids=PASSES)
def test_what_a_dialog_needs_goes_on(message: bytes) -> None:
    """As it came, unasked."""
    gate = up()
    assert status_of(gate, message) == 0
    assert len(gate.questions) == 1


@pytest.mark.parametrize(("status", "message"), REFUSED.values(), ids=REFUSED)
def test_what_could_begin_a_call_in_a_dialog_is_refused(status: int, message: bytes) -> None:
    """The dialog was let by; somebody else was not."""
    gate = up()
    assert status_of(gate, message) == status
    assert len(gate.questions) == 1


@pytest.mark.parametrize("method", sorted({*METHODS} - {"ACK", "CANCEL", "INVITE"}))
def test_a_dialog_that_nobody_knows_begins_no_call(method: str) -> None:
    """What ends or refreshes one goes on, for the daemon may have been started since; an INVITE does not."""
    gate = Gate()
    assert status_of(gate, within(method, body=b"")) == 0
    assert status_of(gate, within()) == 481
    assert gate.questions == []


def test_an_invite_in_a_dialog_waits_for_the_answer_and_ends_with_it() -> None:
    """491 before the carrier's 200, and 481 once a BYE has ended it: a carrier could take it for a new call."""
    gate = up("183 Session Progress")
    assert status_of(gate, within()) == 491
    gate = up()
    assert status_of(gate, within()) == 0
    assert status_of(gate, within("BYE", body=b"")) == 0
    assert status_of(gate, within()) == 481
    assert status_of(gate, within("BYE", body=b"")) == 0, "it is repeated, to the same carrier"


def test_what_comes_late_changes_no_dialog() -> None:
    """A 183 that comes behind the 200 leaves it confirmed; a 200 that is repeated behind the BYE leaves it ended."""
    gate = Gate()
    sent = gate.sent_on(request())
    contact = (f"Contact: <{TARGET}>",)
    gate.comes(response(sent.data, more=contact), CARRIER)
    gate.comes(response(sent.data, "183 Session Progress", more=("Contact: <sip:1@x>",)), CARRIER)
    assert status_of(gate, within()) == 0
    gate.comes(within("BYE", body=b""))
    gate.comes(response(sent.data, more=contact), CARRIER)
    assert status_of(gate, within()) == 481


OF_THE_INVITE = {
    "no hops left": (483, {"Max_Forwards": "0"}),
    "a second Route": (400, {"Route": "<sip:127.0.0.1:5080;lr>, <sip:198.51.100.1;lr>"}),
    "a Route elsewhere": (400, {"Route": "<sip:198.51.100.1;lr>"}),
    "Replaces": (603, {"more": (("Replaces", "1;to-tag=1;from-tag=2"),)}),
    "a list of recipients": (415, {"body": LIST, "more": (("Content-Type", "application/resource-lists+xml"),)}),
}


@pytest.mark.parametrize(("status", "changed"), OF_THE_INVITE.values(), ids=OF_THE_INVITE)
def test_what_follows_an_invite_is_no_other_message(status: int, changed: dict[str, object]) -> None:
    """A CANCEL that leads elsewhere is answered, an ACK is dropped: neither goes after the INVITE."""
    gate = Gate()
    sent = gate.sent_on(request())
    assert status_of(gate, request("CANCEL", **changed)) == status  # type: ignore[arg-type]
    gate.comes(response(sent.data, "486 Busy Here"), CARRIER)
    assert gate.comes(request("ACK", **changed)) == []  # type: ignore[arg-type]


def test_nobody_else_has_a_say_in_a_call() -> None:
    """Its INVITE, CANCEL and ACK from another allowed address, word for word: 481, or nothing; its caller is served."""
    gate = Gate()
    other = CARRIER._replace(host="127.0.0.2", listener=5080)
    sent = gate.sent_on(request())
    assert gate.comes(request(), other) == []
    (refused,) = sends(gate.comes(request("CANCEL"), other))
    assert (start(refused.data)[8:11], refused.to.host) == (b"481", other.host)
    gate.comes(response(sent.data, "486 Busy Here"), CARRIER)
    assert gate.comes(request("ACK"), other) == []
    (ack,) = sends(gate.comes(request("ACK")))
    assert (ack.to, header(ack.data, "CSeq")) == (FIRST, [b"100 ACK"])
    assert len(gate.questions) == 1
