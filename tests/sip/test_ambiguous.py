"""INVITEs by which a carrier could ring somebody else than the one who is checked: each is refused, with its row."""

import pytest

from gatekeeper.policy import Reason
from gatekeeper.sip.protocol.ports import Trunk
from tests.sip.gate import Gate, answer, sends
from tests.sip.messages import NUMBER, SDP, header, request, start

OTHER = "0700000000"
INVALID, UNREADABLE = Reason.NUMBER_INVALID, Reason.CALL_UNREADABLE

URIS = {
    "a routing number": f"sip:{NUMBER};rn=+33700000000@carrier.example",
    "a routing number without a dip": f"sip:{NUMBER};npdi;rn={OTHER}@carrier.example",
    "digits to be sent after": f"tel:{NUMBER};postd=p{OTHER}",
    "a context that changes the number": f"tel:{NUMBER};phone-context=+44",
    "a context in a sip URI": f"sip:{NUMBER};phone-context=+44@carrier.example",
    "the own country for a context": f"tel:{NUMBER};phone-context=+33",
    "a context that goes before an emergency number": "tel:112;phone-context=+3361234",
    "another country's emergency number": "tel:112;phone-context=+44",
    "two contexts": "tel:112;phone-context=+33;phone-context=+44",
    "an unknown parameter of the user": f"sip:{NUMBER};x={OTHER}@carrier.example",
    "a password": f"sip:{NUMBER}:{OTHER}@carrier.example",
    "an empty password": f"sip:{NUMBER}:@carrier.example",
    "an escaped digit": "sip:%30612345678@carrier.example",
    "an escaped NUL": f"sip:{NUMBER}%00@carrier.example",
    "an escaped at sign": f"sip:{NUMBER}%40{OTHER}@carrier.example",
    "an escaped semicolon": f"sip:{NUMBER}%3Brn={OTHER}@carrier.example",
    "an address to go to": f"sip:{NUMBER}@carrier.example;maddr=198.51.100.1",
    "a method": f"sip:{NUMBER}@carrier.example;method=REFER",
    "a group": f"sip:{NUMBER}@carrier.example;gr=urn:uuid:1",
    "a target": f"sip:{NUMBER}@carrier.example;target=sip:{OTHER}%40x;cause=486",
    "a parameter that says two things": f"sip:{NUMBER}@carrier.example;user=phone;user=ip",
    "a user that is dialled": f"sip:{NUMBER}@carrier.example;user=dialstring",
    "headers": f"sip:{NUMBER}@carrier.example?Replaces=1",
    "a To among headers": f"sip:{NUMBER}@carrier.example?To=sip:{OTHER}@x",
    "two at signs": f"sip:{NUMBER}@{OTHER}@carrier.example",
    "another URI in it": f"sip:sip:{OTHER}@{NUMBER}@carrier.example",
    "a scheme for a user": f"sip:tel;{OTHER}@carrier.example",
    "two numbers": f"sip:{NUMBER},{OTHER}@carrier.example",
    "two numbers with an ampersand": f"sip:{NUMBER}&{OTHER}@carrier.example",
    "a slash in the host": f"sip:{NUMBER}@carrier.example/{OTHER}",
    "a comma behind the host": f"sip:{NUMBER}@carrier.example,sip:{OTHER}@carrier.example",
    "a port that is not a number": f"sip:{NUMBER}@carrier.example:port",
    "a port that is too long": f"sip:{NUMBER}@carrier.example:506000",
    "no user": "sip:carrier.example",
    "an empty user": "sip:@carrier.example",
    "a number in place of the host": f"sip:{NUMBER}",
    "another scheme": f"mailto:{NUMBER}@carrier.example",
    "no scheme": f"{NUMBER}@carrier.example",
    "an unknown urn": "urn:service:counseling",
    "an empty parameter": f"sip:{NUMBER}@carrier.example;",
    "too long a user": f"sip:{'1' * 200}@carrier.example",
    "a backslash": f"sip:{NUMBER}\\@carrier.example",
}  # fmt: skip

PLAIN_URIS = {
    "its number": f"sip:{NUMBER}@carrier.example",
    "a port": f"sip:{NUMBER}@carrier.example:5070",
    "an address": f"sip:{NUMBER}@203.0.113.7",
    "an IPv6 address": f"sip:{NUMBER}@[2001:db8::1]:5060",
    "sips": f"sips:{NUMBER}@carrier.example",
    "capitals": f"SIP:{NUMBER}@CARRIER.example",
    "user=phone": f"sip:{NUMBER}@carrier.example;user=phone",
    "the transport": f"sip:{NUMBER}@carrier.example;transport=tcp;lr",
    "a trunk group": f"sip:{NUMBER};tgrp=g1;trunk-context=carrier.example@carrier.example;user=phone",
    "who calls": f"sip:{NUMBER};cpc=ordinary@carrier.example",
    "a global number in its context": "sip:+33612345678;phone-context=+33@carrier.example",
    "tel": f"tel:{NUMBER}",
    "tel, global": "tel:+33-6-12-34-56-78",
    "a domain for a context": f"tel:{NUMBER};phone-context=carrier.example",
    "a number that was looked up already": f"sip:{NUMBER};npdi@carrier.example",
}


@pytest.mark.parametrize("uri", URIS.values(), ids=URIS)
def test_a_request_uri_that_could_name_somebody_else_is_refused(uri: str) -> None:
    """As an invalid number, and with the row of a refusal."""
    question = Gate().question(request(uri=uri))
    assert question.refused == INVALID
    assert question.dialled


@pytest.mark.parametrize("uri", PLAIN_URIS.values(), ids=PLAIN_URIS)
def test_a_request_uri_that_names_one_number_is_asked_about(uri: str) -> None:
    """Parameters that lead nowhere change nothing."""
    question = Gate().question(request(uri=uri))
    assert question.refused == ""
    assert question.dialled in (NUMBER, "+33612345678", "+33-6-12-34-56-78")


HEADERS = {
    "a To with another number": request(to=f"<sip:{OTHER}@carrier.example>"),
    "a To that is a tel URI of another number": request(to=f"<tel:{OTHER}>"),
    "a To with a routing number": request(to=f"<sip:{NUMBER};rn={OTHER}@carrier.example>"),
    "a To with two addresses": request(to=f"<sip:{NUMBER}@carrier.example>, <sip:{OTHER}@carrier.example>"),
    "a To whose name is an address": request(to=f'"<sip:{OTHER}@x>" <sip:{NUMBER}@carrier.example>'),
    "a To with a routing number behind it": request(to=f"<sip:{NUMBER}@carrier.example>;npdi;rn={OTHER}"),
    "a To without brackets, with a routing number": request(to=f"sip:{NUMBER}@carrier.example;rn={OTHER}"),
    "a To that can't be read": request(to=f'"open <sip:{NUMBER}@carrier.example>'),
    "a To with nobody": request(to="<sip:carrier.example>"),
    "Replaces": request(more=(("Replaces", "1;to-tag=1;from-tag=2"),)),
    "Join": request(more=(("Join", "1;to-tag=1;from-tag=2"),)),
    "Refer-To": request(more=(("Refer-To", f"<sip:{OTHER}@carrier.example>"),)),
    "Refer-To, compact": request(more=(("r", f"<sip:{OTHER}@carrier.example>"),)),
    "Also": request(more=(("Also", f"<sip:{OTHER}@carrier.example>"),)),
    "P-DCS-Redirect": request(more=(("P-DCS-Redirect", f"<sip:{OTHER}@carrier.example>;count=1"),)),
    "P-DCS-OSPS": request(more=(("P-DCS-OSPS", "BLV"),)),
    "P-Called-Party, without the rest of its name": request(more=(("P-Called-Party", f"<sip:{OTHER}@x>"),)),
    "P-Called-Party-ID": request(more=(("P-Called-Party-ID", f"<sip:{OTHER}@carrier.example>"),)),
    "Target-Dialog": request(more=(("Target-Dialog", "1;local-tag=1;remote-tag=2"),)),
    "a second Route": request(more=(("Route", "<sip:evil.example;lr>"),)),
    "a second Route behind a comma": request(Route="<sip:127.0.0.1:5080;lr>, <sip:evil.example;lr>"),
    "a Route elsewhere": request(Route="<sip:evil.example;lr>"),
    "a Route that is strict": request(Route="<sip:127.0.0.1:5080>"),
    "a Route that can't be read": request(Route="<sip:127.0.0.1:5080;lr"),
    "a list of recipients": request(body=b"<list/>", Content_Type="application/resource-lists+xml"),
    "parts of a body": request(body=b"--x\r\n", Content_Type="multipart/mixed;boundary=x"),
    "a body for something else": request(more=(("Content-Disposition", "recipient-list"),)),
    "a body that is encoded": request(more=(("Content-Encoding", "gzip"),)),
    "a body that is encoded, compact": request(more=(("e", "gzip"),)),
    "a demand for a list": request(more=(("Require", "recipient-list-invite"),)),
    "a demand for replacing": request(more=(("Require", "timer, replaces"),)),
    "a demand of proxies": request(more=(("Proxy-Require", "foo"),)),
    "no Contact": request(without=("Contact",)),
    "two Contacts": request(more=(("m", "<sip:asterisk@198.51.100.1>"),)),
    "two Contacts in one header": request(Contact="<sip:asterisk@127.0.0.1>, <sip:asterisk@198.51.100.1>"),
    "a Contact that can't be told apart": request(Contact='"open <sip:asterisk@127.0.0.1>, <sip:a@x>'),
    "our headers saying two things": request(more=(("X-Gatekeeper-Campaign", "a"), ("X-Gatekeeper-Campaign", "b"))),
    "our header with a control character": request(more=(("X-Gatekeeper-Principal", "a%0d%0ab"),)),
    "our header that is not UTF-8": request(more=(("X-Gatekeeper-Decision", "%ff"),)),
}  # fmt: skip


@pytest.mark.parametrize("message", HEADERS.values(), ids=HEADERS)
def test_an_invite_that_leads_elsewhere_is_refused(message: bytes) -> None:
    """It could ring somebody else; its row says whom it named."""
    question = Gate().question(message)
    assert (question.refused, question.dialled) == (UNREADABLE, NUMBER)


SAME = request()
HEAD, BODY = SAME[: -len(SDP) - 4], SDP
SINGLE = (
    *("To", "From", "Call-ID", "CSeq", "Max-Forwards", "Content-Length", "Content-Type", "Session-Expires", "Min-SE"),
    *("Expires", "RAck", "MIME-Version"),
)
VALUES = {"To": f"<sip:{OTHER}@x>", "From": "<sip:1@x>;tag=1", "CSeq": "100 INVITE", "Content-Length": str(len(SDP))}


def twice(name: str) -> bytes:
    """An INVITE with two headers of which there is one."""
    value = VALUES.get(name, "1")
    added = f"\r\n{name}: {value}".encode()
    there = f"\r\n{name}:".encode() in HEAD
    return HEAD + (added if there else added * 2) + b"\r\n\r\n" + BODY


def with_line(line: bytes) -> bytes:
    """An INVITE with one more line among its headers."""
    return HEAD + b"\r\n" + line + b"\r\n\r\n" + BODY


def changed(old: bytes, new: bytes) -> bytes:
    """An INVITE with other bytes in one place."""
    assert SAME.count(old) == 1, old
    return SAME.replace(old, new)


FAULTS = {
    **{f"two {name}": twice(name) for name in SINGLE},
    **{f"two {name}, one compact": with_line(f"{name}: {VALUES.get(long, '1')}".encode())
       for long, name in {"To": "t", "From": "f", "Call-ID": "i", "Content-Length": "l", "Content-Type": "c"}.items()},
    "two To, in capitals": with_line(b"TO: <sip:0700000000@x>"),
    "two To, one with a blank before its colon": with_line(b"To : <sip:0700000000@x>"),
    "two Request-URIs": changed(b" SIP/2.0\r\nVia", b" sip:0700000000@carrier.example SIP/2.0\r\nVia"),
    "two blanks in the request line": changed(b"INVITE sip:0", b"INVITE  sip:0"),
    "a blank behind the request line": changed(b" SIP/2.0\r\nVia", b" SIP/2.0 \r\nVia"),
    "a tab in the request line": changed(b"INVITE sip:0", b"INVITE\tsip:0"),
    "brackets around the Request-URI": changed(b"INVITE sip:0612345678@carrier.example",
                                               b"INVITE <sip:0612345678@carrier.example>"),
    "another version": changed(b" SIP/2.0\r\nVia", b" SIP/3.0\r\nVia"),
    "a version in small letters": changed(b" SIP/2.0\r\nVia", b" sip/2.0\r\nVia"),
    "a NUL in a header": with_line(b"X-A: a\0b"),
    "a NUL in the Request-URI": changed(b"INVITE sip:0", b"INVITE sip:\x000"),
    "a delete in a header": with_line(b"X-A: a\x7fb"),
    "a line feed by itself": with_line(b"X-A: a\nTo: <sip:0700000000@x>"),
    "a carriage return by itself": with_line(b"X-A: a\rTo: <sip:0700000000@x>"),
    "an empty line of line feeds": with_line(b"X-A: a\n\nTo: <sip:0700000000@x>"),
    "line feeds alone": SAME.replace(b"\r\n", b"\n"),
    "a line of blanks": with_line(b" \t\r\nX-A: a"),
    "a line without a colon": with_line(b"To <sip:0700000000@x>"),
    "a name without a colon": with_line(b"X-A: a\r\nX-A"),
    "a name that is not one": with_line(b"To@: <sip:0700000000@x>"),
    "a name of other letters": with_line("Tö: <sip:0700000000@x>".encode()),
    "no name": with_line(b": <sip:0700000000@x>"),
    "a folded line that looks like a header": with_line(b"X-A: a\r\n To: <sip:0700000000@x>"),
    "a folded line that looks like a Route": with_line(b"X-A: a\r\n\tRoute : <sip:evil.example;lr>"),
    "a header that is too long": with_line(b"X-A: " + b"a" * 5000),
    "too many headers": with_line(b"\r\n".join(b"X-A: a" for _ in range(300))),
    "a length that is folded": changed(b"Content-Length: 119", b"Content-Length:\r\n 119"),
    "a line separator of Unicode": with_line("X-A: a\u2028To: <sip:0700000000@x>".encode()),
    "a paragraph separator of Unicode": with_line("X-A: a\u2029To: <sip:0700000000@x>".encode()),
    "a next line of Unicode": with_line("X-A: a\u0085To: <sip:0700000000@x>".encode()),
    "a length that is too long": changed(b"Content-Length: 119", b"Content-Length: 120"),
    "a length that is not a number": changed(b"Content-Length: 119", b"Content-Length: +119"),
    "a length below nothing": changed(b"Content-Length: 119", b"Content-Length: -1"),
    "a length in hexadecimal": changed(b"Content-Length: 119", b"Content-Length: 0x77"),
    "two lengths in one": changed(b"Content-Length: 119", b"Content-Length: 119, 119"),
    "too many hops to go": request(Max_Forwards="256"),
    "hops that are not a number": request(Max_Forwards="x"),
    "no To": request(without=("To",)),
    "no From": request(without=("From",)),
    "no CSeq": request(without=("CSeq",)),
    "no Call-ID": request(without=("Call-ID",)),
    "a Call-ID of two words": request(call_id="a b"),
    "a Call-ID that is too long": request(call_id="a" * 300),
    "a CSeq of another method": request(CSeq="100 REFER"),
    "a CSeq that is not a number": request(CSeq="x INVITE"),
    "a CSeq that is too large": request(CSeq="2147483648 INVITE"),
    "no end": SAME[:300],
}  # fmt: skip


@pytest.mark.parametrize("message", FAULTS.values(), ids=FAULTS)
def test_an_invite_that_stacks_read_differently_is_refused(message: bytes) -> None:
    """One takes the first of two, another the last; one ends a line here, another there."""
    gate = Gate()
    question = gate.question(message)
    assert question.refused in (UNREADABLE, INVALID)
    assert header(message.replace(b"\n", b"\r\n"), "Via")
    gate = Gate()
    (sent,) = sends(gate.call(message))
    assert (sent.back, start(sent.data)[:11]) == (True, b"SIP/2.0 603"), "it left"


HARMLESS = {
    "a folded header": (changed(b"To: <sip", b"To:\r\n <sip"), b"To:\r\n <sip"),
    "a folded name": (changed(b'"Sales" <sip', b'"Sales"\r\n\t<sip'), b'"Sales"\r\n\t<sip'),
    "compact names": (
        SAME.replace(b"\r\nTo:", b"\r\nt:").replace(b"\r\nFrom:", b"\r\nf:").replace(b"\r\nCall-ID:", b"\r\ni :"),
        b"\r\nt: <sip:",
    ),
    "names in capitals": (SAME.replace(b"\r\nTo:", b"\r\nTO:"), b"\r\nTO: "),
    "a diversion": (with_line(b"Diversion: <sip:0700000000@x>;reason=unconditional"), b"Diversion: <sip:0700000000"),
    "a history": (with_line(b"History-Info: <sip:0700000000@x>;index=1"), b"History-Info: "),
    "several headers of a kind that has several": (with_line(b"Allow: PRACK"), b"\r\nAllow: PRACK"),
    "UTF-8": (with_line("X-A: é".encode()), "X-A: é".encode()),
    "octets that are not UTF-8": (with_line(b"X-A: \xff\xfe"), b"X-A: \xff\xfe"),
    "empty lines before it": (b"\r\n\r\n" + SAME, b"INVITE sip:"),
    "more than its length behind it": (SAME + b"Refer-To: <sip:0700000000@x>", SDP),
    "a length with blanks before it": (changed(b"Content-Length: 119", b"Content-Length:    119"), b":    119"),
    "a length that could be octal": (changed(b"Content-Length: 119", b"Content-Length: 0119"), b"Content-Length: 119"),
    "a length behind a blank": (changed(b"Content-Length: 119", b"l : 119"), b"\r\nContent-Length: 119\r\n"),
    "no Content-Length": (SAME.replace(b"Content-Length: 119\r\n", b""), SDP),
    "a To of the same number": (request(to="<tel:+33-6-12-34-56-78>"), b"<tel:+33-6-12-34-56-78>"),
    "a To of the same number, as dialled": (request(to="<sip:+33612345678@x;user=phone>"), b"+33612345678"),
    "a To without brackets": (request(to=f"sip:{NUMBER}@carrier.example;user=phone"), b"carrier.example;user=phone"),
    "a demand about media": (with_line(b"Require: 100rel,precondition"), b"Require: 100rel"),
}  # fmt: skip


@pytest.mark.parametrize(("message", "kept"), HARMLESS.values(), ids=HARMLESS)
def test_what_leads_nowhere_else_goes_on_as_it_is(message: bytes, kept: bytes) -> None:
    """Its bytes stay as they came, folds and compact names among them."""
    sent = Gate().sent_on(message)
    assert kept in sent.data
    assert sent.data.endswith(SDP)
    assert b"Refer-To" not in sent.data


def test_a_trunk_may_let_the_to_differ() -> None:
    """Then only the Request-URI counts, of which the carrier is known to go by it."""
    gate = Gate(Trunk("one", to_may_differ=True))
    assert gate.question(request(to=f"<sip:{OTHER}@carrier.example>")).refused == ""


EMERGENCY = "112"
PARTS = b"--x\r\nContent-Type: Application/ISUP;version=itu-t92+\r\n\r\n\1\0\r\n--x--\r\n"
LEADS_NOWHERE = {
    "parts of a body": request(number=EMERGENCY, body=b"--x\r\n", Content_Type="multipart/mixed;boundary=x"),
    "no Contact": request(number=EMERGENCY, without=("Contact",)),
    "a demand of proxies": request(number=EMERGENCY, more=(("Proxy-Require", "foo"),)),
    "our headers unreadable": request(number=EMERGENCY, more=(("X-Gatekeeper-Campaign", "%ff"),)),
    "the emergency service": request(uri="urn:service:sos", to="<urn:service:sos>"),
    "in the country's own plan": request(uri="tel:112;phone-context=+33", to="<tel:112;phone-context=+33>"),
    "the same in a sip URI": request(uri="sip:112;phone-context=+33@carrier.example;user=phone", to="<sip:112@x>"),
    "the same in capitals": request(uri="tel:112;Phone-Context=+33", to="<tel:112>"),
    "its rank": request(number=EMERGENCY, more=(("Require", "resource-priority"),)),
    "the fire brigade": request(uri="urn:service:sos.fire", to="<urn:service:sos.fire>"),
    "the service, which was dialled": request(uri="urn:service:sos", to="<sip:112@carrier.example>"),
    "the service in To": request(number=EMERGENCY, to="<urn:service:sos>"),
    "a general service in To": request(uri="urn:service:sos.fire", to="<urn:service:SOS>"),
    "a prefix that a switch took off": request(number=EMERGENCY, to="<sip:0112@carrier.example>"),
    "a prefix that a switch put before": request(uri="sip:0112@carrier.example", to="<sip:112@carrier.example>"),
    "a country's prefix": request(number=EMERGENCY, to="<sip:+33112@carrier.example>"),
}


@pytest.mark.parametrize("message", LEADS_NOWHERE.values(), ids=LEADS_NOWHERE)
def test_an_emergency_call_goes_on_with_what_leads_nowhere_else(message: bytes) -> None:
    """A body of parts has the caller's place."""
    question = Gate().question(message)
    assert (question.emergency, question.refused) == (True, "")


@pytest.mark.parametrize(
    "message",
    [
        request(number=EMERGENCY, to=f"<sip:{OTHER}@carrier.example>"),
        request(number=EMERGENCY, to=f"<sip:{EMERGENCY}@carrier.example>;rn={OTHER}"),
        request(number=EMERGENCY, more=(("Replaces", "1;to-tag=1;from-tag=2"),)),
        request(number=EMERGENCY, body=b"<list/>", Content_Type="application/resource-lists+xml"),
        request(number=EMERGENCY, more=(("Content-Disposition", "recipient-list"),)),
        request(number=EMERGENCY, body=PARTS, Content_Type="multipart/mixed;boundary=x"),
        request(uri=f"sip:{EMERGENCY};rn={OTHER}@carrier.example"),
        request(number=EMERGENCY, more=(("Route", "<sip:evil.example;lr>"),)),
        request(uri="urn:service:sos", to=f"<sip:{OTHER}@carrier.example>"),
        request(to="<urn:service:sos>"),
        request(to=f"<sip:{EMERGENCY}@carrier.example>"),
        request(number="service", to=f"<sip:{EMERGENCY}@carrier.example>"),
    ],
)
def test_who_calls_somebody_else_calls_no_emergency(message: bytes) -> None:
    """An emergency number is no cover for another one."""
    question = Gate().question(message)
    assert not question.emergency
    assert question.refused


def test_what_the_gate_refuses_never_leaves() -> None:
    """Whatever is answered to its question."""
    gate = Gate()
    gate.comes(request(to=f"<sip:{OTHER}@carrier.example>"))
    key = next(iter(gate.core.memory._known))
    (sent,) = sends(gate.decide(key, answer(allowed=True)))
    assert sent.back


@pytest.mark.parametrize(
    "message",
    [
        SAME.replace(b"\r\nVia", b"\r\n Via", 1),
        request(without=("Via",)),
        request(Via="SIP/2.0/UDP 127.0.0.1:port;branch=z9hG4bKPj1"),
        request(Via='SIP/2.0/UDP 127.0.0.1;branch="z9hG4bKPj1'),
        request(Via="SIP/2.0/UDP 127.0.0.1:0;branch=z9hG4bKPj1"),
        request(Via="SIP/2.0/UDP 127.0.0.1:65536;branch=z9hG4bKPj1"),
        request(Via="SIP/2.0/UDP 127.0.0.1:99999;rport;branch=z9hG4bKPj1"),
        b"INVITE\r\n\r\n",
        b"\r\n\r\n",
        b"",
        b"\0" * 65_535,
        b"INVITE sip:0612345678@carrier.example SIP/2.0\r\n" * 1300,
        b"SIP/2.0 200 OK\r\nVia: SIP/2.0/UDP 127.0.0.1\r\n\r\n",
    ],
    ids=range(13),
)
def test_what_has_no_way_back_is_dropped(message: bytes) -> None:
    """Nothing says where an answer would go."""
    gate = Gate()
    assert gate.comes(message) == []
    assert gate.core.seen.unreadable + gate.core.seen.stray == 1
