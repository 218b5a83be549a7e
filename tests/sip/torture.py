"""The torture messages of RFC 4475, written anew from the RFC's descriptions, with what the gate does about each.

| what | means |
|---|---|
| asked | a call that is asked about, and may be let by |
| refused | a call that is refused whatever the lists say |
| on | sent on to the carrier |
| dropped | neither answered nor sent on |
| a number | answered with that status |
"""

from typing import Final, NamedTuple


class Torture(NamedTuple):
    """A message.

    Attributes:
        data: its octets.
        outcome: what the gate does about it when it comes in a datagram.
    """

    data: bytes
    outcome: str


def _message(first: str, outcome: str, *lines: str, body: bytes = b"", length: str = "") -> Torture:
    """A message with the headers that every request has, unless its lines have them: by `-NAME` without one."""
    method = first.split(maxsplit=1)[0]
    given = {line.partition(":")[0].strip().lower() for line in lines}
    headers = list(lines)
    for line in (
        "Via: SIP/2.0/UDP 192.0.2.15:5060;branch=z9hG4bKkdjuw",
        "From: <sip:caller@example.net>;tag=93942939o2",
        "To: <sip:user@example.com>",
        "Call-ID: torture@example.net",
        f"CSeq: 8 {method}",
        "Max-Forwards: 70",
        *(("Contact: <sip:caller@host5.example.net>",) if method == "INVITE" else ()),
        *(("Content-Type: application/sdp",) if body else ()),
        f"Content-Length: {length or len(body)}",
    ):
        name = line.partition(":")[0].lower()
        if name not in given and f"-{name}" not in given:
            headers.append(line)
    kept = [line for line in headers if not line.startswith("-")]
    head = "\r\n".join([first, *kept]).encode("utf-8", "surrogateescape")
    return Torture(head + b"\r\n\r\n" + body, outcome)


_SDP: Final = (
    b"v=0\r\no=mhandley 29739 7272939 IN IP4 192.0.2.1\r\ns=-\r\nc=IN IP4 192.0.2.1\r\nt=0 0\r\nm=audio 1 RTP/AVP 0\r\n"
)
_HUGE: Final = "36893488147419103232"
_INVITE: Final = "INVITE sip:user@example.com SIP/2.0"
_OPTIONS: Final = "OPTIONS sip:user@example.com SIP/2.0"
_REGISTER: Final = "REGISTER sip:example.com SIP/2.0"
_UNREASON: Final = (
    "SIP/2.0 200 = 2**3 * 5**2 \u043d\u043e \u0441\u0442\u043e \u0434\u0435\u0432\u044f\u043d\u043e\u0441\u0442\u043e"
)

VALID: Final = {
    "wsinv": _message(
        "INVITE sip:vivekg@chair-dnrc.example.com;unknownparam SIP/2.0",
        "400",
        "TO :\r\n sip:vivekg@chair-dnrc.example.com ;   tag    = 1918181833n",
        'from   : "J Rosenberg \\\\\\""       <sip:jdrosen@example.com>\r\n  ;\r\n  tag = 98asjd8',
        "MaX-fOrWaRdS: 0068",
        "Call-ID: wsinv.ndaksdj@192.0.2.1",
        f"Content-Length   : {len(_SDP)}",
        "cseq: 0009\r\n  INVITE",
        "-via",
        "-content-length",
        "v: SIP  / 2.0  / UDP\r\n    192.0.2.2;branch=390skdjuw , SIP  / 2.0  / TCP     spindle.example.com   ;"
        "\r\n  branch  =   z9hG4bK9ikj8  ,\r\n SIP  /    2.0   / UDP  192.168.255.111   ; branch=\r\n z9hG4bK30239",
        "s :",
        "NewFangledHeader:   newfangled value\r\n continued newfangled value",
        "UnknownHeaderWithUnusualValue: ;;,,;;,;",
        "Content-Type: application/sdp",
        "Route:\r\n <sip:services.example.com;lr;unknownwith=value;unknown-no-value>",
        'm:"Quoted string \\"\\"" <sip:jdrosen@example.com> ; newparam =\r\n      newvalue ;\r\n  second ; q = 0.33',
        "-contact",
        body=_SDP,
    ),
    "intmeth": _message(
        "!interesting-Method0123456789_*+`.%indeed'~ "  # oldest-python: no pattern
        "sip:1_unusual.URI~(to-be!sure)&isn't+it$/crazy?,/;;*:&it+has=1,"
        "weird!*pas$wo~d_too.(doesn't-it)@example.com SIP/2.0",
        "400",
        "Extensionheader-!.%*+_`'~: \ufeff\u5927\u505c\u96fb",  # oldest-python: no pattern
    ),
    "esc01": _message(
        "INVITE sip:sips%3Auser%40example.com@example.net SIP/2.0",
        "refused",
        "To: sip:%75se%72@example.com",
        "From: <sip:I%20have%20spaces@example.net>;tag=938",
    ),
    "escnull": _message(
        _REGISTER,
        "on",
        "To: sip:null-%00-null@example.com",
        "From: sip:null-%00-null@example.com;tag=8",
        "Contact: <sip:%00@host5.example.com>",
        "Contact: <sip:%00%00@host5.example.com>",
    ),
    "esc02": _message(
        "RE%47IST%45R sip:registrar.example.com SIP/2.0", "405", 'To: "%Z%45" <sip:resource@example.com>'
    ),
    "lwsdisp": _message(_OPTIONS, "on", "From: caller<sip:caller@example.com>;tag=323"),
    "longreq": _message(
        _INVITE,
        "refused",
        'To: "I have a user name of '
        + "extreme" * 10
        + ' proportion"<sip:user@example.com:6000;unknownparam1=very'
        + "long" * 20
        + "value;longparam"
        + "name" * 25
        + "=shortvalue;very"
        + "long" * 25
        + "parameternameonly>",
        "F: sip:"
        + "amazinglylongcallername" * 5
        + "@example.net;tag=12"
        + "982" * 50
        + "424;unknownheaderparam"
        + "name" * 20
        + "=unknowheaderparam"
        + "value" * 15,
        "-from",
        "Call-ID: longreq.one" + "really" * 20 + "longcallid",
        "Unknown-" + "Long" * 20 + "-Name: unknown-" + "long" * 20 + "-value",
        *(f"Via: SIP/2.0/TCP sip{number}.example.com" for number in range(33, 0, -1)),
        "Contact: <sip:" + "amazinglylongcallername" * 5 + "@host5.example.net>",
        body=_SDP,
    ),
    "dblreq": _message(
        _REGISTER, "on", body=b"\r\n" + (_INVITE + "\r\nTo: sip:joe@example.com\r\n\r\n").encode(), length="0"
    ),
    "semiuri": _message("OPTIONS sip:user;par=u%40example.net@example.com SIP/2.0", "on"),
    "transports": _message(
        _OPTIONS,
        "on",
        *(
            f"Via: SIP/2.0/{one} t{number}.example.com;branch=z9hG4bKkdjuw{number}"
            for number, one in enumerate(("UDP", "SCTP", "TLS", "UNKNOWN", "TCP"))
        ),
    ),
    "mpart01": _message(
        "MESSAGE sip:kumiko@example.org SIP/2.0",
        "on",
        "Content-Type: multipart/mixed;boundary=7a9cbec02",
        body=b"--7a9cbec02\r\n\r\nHello\r\n--7a9cbec02\r\n\0\x80\xff\r\n--7a9cbec02--",
    ),
    "unreason": _message(_UNREASON, "dropped", "CSeq: 35 INVITE"),
    "noreason": _message("SIP/2.0 100 ", "dropped", "CSeq: 35 INVITE"),
}

INVALID: Final = {
    "badinv01": _message(
        _INVITE, "dropped", "Via: SIP/2.0/UDP 192.0.2.15;;,;,,", 'Contact: "Joe" <sip:joe@example.org>;;;;'
    ),
    "clerr": _message(_INVITE, "refused", body=_SDP, length="9999"),
    "ncl": _message(_INVITE, "refused", body=_SDP, length="-999"),
    "scalar02": _message(
        _REGISTER,
        "400",
        f"CSeq: {_HUGE} REGISTER",
        "Max-Forwards: 300",
        f"Expires: 1{'0' * 35}",
        "Contact: <sip:user@host129.example.com>;expires=280297596632815",
    ),
    "scalarlg": _message(
        "SIP/2.0 503 Service Unavailable",
        "dropped",
        f"CSeq: {_HUGE} OPTIONS",
        "Retry-After: 949302838503028349304023988",
        'Warning: 1812 overture "In Progress"',
    ),
    "quotbal": _message(_INVITE, "refused", 'To: "Mr. J. User <sip:j.user@example.com>', body=_SDP),
    "ltgtruri": _message("INVITE <sip:user@example.com> SIP/2.0", "refused", body=_SDP),
    "lwsruri": _message("INVITE sip:user@example.com; lr SIP/2.0", "refused", body=_SDP),
    "lwsstart": _message("INVITE  sip:user@example.com  SIP/2.0", "refused", body=_SDP),
    "trws": _message("OPTIONS sip:remote-target@example.com SIP/2.0  ", "400"),
    "escruri": _message("INVITE sip:user@example.com?Route=%3Csip:example.com%3E SIP/2.0", "refused", body=_SDP),
    "baddate": _message(_INVITE, "asked", "Date: Fri, 01 Jan 2010 16:00:00 EST", body=_SDP),
    "regbadct": _message(_REGISTER, "on", "Contact: sip:user@example.com?Route=%3Csip:sip.example.com%3E"),
    "badaspec": _message(_OPTIONS, "on", 'To: "Watson, Thomas" < sip:t.watson@example.org >'),
    "baddn": _message(_OPTIONS, "on", "From: Bell, Alexander <sip:a.g.bell@example.com>;tag=43"),
    "badvers": _message(
        "OPTIONS sip:t.watson@example.org SIP/7.0", "dropped", "Via: SIP/7.0/UDP c.example.com;branch=z9hG4bKkdj"
    ),
    "mismatch01": _message(_OPTIONS, "400", "CSeq: 8 INVITE"),
    "mismatch02": _message("NEWMETHOD sip:user@example.com SIP/2.0", "400", "CSeq: 8 INVITE"),
    "bigcode": _message("SIP/2.0 4294967301 better not break the receiver", "dropped", "CSeq: 353494 INVITE"),
}

LAYERS: Final = {
    "badbranch": _message(_OPTIONS, "on", "Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK"),
    "insuf": _message(_INVITE, "refused", "-from", "-to", "-call-id", body=_SDP),
    "unkscm": _message("OPTIONS nobodyKnowsThisScheme:totallyopaquecontent SIP/2.0", "on"),
    "novelsc": _message("OPTIONS soap.beep://192.0.2.103:3002 SIP/2.0", "on"),
    "unksm2": _message(
        _REGISTER,
        "on",
        "To: isbn:2983792873",
        "From: <http://www.example.com>;tag=3234233",
        "Contact: <name:John_Smith>",
    ),
    "bext01": _message(
        _OPTIONS,
        "420",
        "Require: nothingSupportsThis, nothingSupportsThisEither",
        "Proxy-Require: noProxiesSupportThis, norDoAnyProxiesSupportThis",
    ),
    "invut": _message(_INVITE, "refused", "Content-Type: application/unknownformat", body=b"<audio>\r\n</audio>"),
    "regaut01": _message(_REGISTER, "on", "Authorization: NoOneKnowsThisScheme opaque-data=here"),
    "multi01": _message(
        _INVITE,
        "refused",
        "CSeq: 5 INVITE",
        "CSeq: 59 INVITE",
        "Call-ID: multi01.98asdh@192.0.2.1",
        "Call-ID: 98@192.0.2.2",
        "From: sip:caller@example.com;tag=3413415",
        "From: sip:caller@example.net;tag=923420123",
        "To: sip:user@example.com",
        "To: sip:other@example.net",
        "Max-Forwards: 70",
        "Max-Forwards: 5",
        body=_SDP,
    ),
    "mcl01": _message(
        _OPTIONS, "400", "Content-Length: 13", "Content-Length: 5", body=b"There's no way to know how many"
    ),
    "bcast": _message(
        "SIP/2.0 200 OK",
        "dropped",
        "Via: SIP/2.0/UDP 192.0.2.198;branch=z9hG4bK1",
        "Via: SIP/2.0/UDP 255.255.255.255;branch=z9hG4bK1saber23",
        "CSeq: 59 INVITE",
    ),
    "zeromf": _message(_OPTIONS, "483", "Max-Forwards: 0"),
    "cparam01": _message(_REGISTER, "on", "Contact: sip:+19725552222@gw1.example.net;unknownparam"),
    "cparam02": _message(_REGISTER, "on", "Contact: <sip:+19725552222@gw1.example.net;unknownparam>"),
    "regescrt": _message(_REGISTER, "on", "Contact: <sip:user@example.com?Route=%3Csip:sip.example.com%3E>"),
    "sdp01": _message(_INVITE, "asked", "Accept: text/nobodyKnowsThis", body=_SDP),
    "inv2543": _message(
        "INVITE sip:UserB@example.com SIP/2.0",
        "asked",
        "Via: SIP/2.0/UDP iftgw.example.com",
        "From: <sip:+13035551111@ift.client.example.net;user=phone>",
        "To: sip:UserB@example.com",
        "Record-Route: <sip:UserB@example.com;maddr=ss1.example.com>",
        "CSeq: 1 INVITE",
        "-max-forwards",
        body=_SDP,
    ),
}

TORTURES: Final = {**VALID, **INVALID, **LAYERS}
