"""SIP messages as Asterisk 22 and carriers send them, with what a test changes in them."""

from typing import Final

NUMBER: Final = "0612345678"

SDP: Final = (
    b"v=0\r\no=- 1 1 IN IP4 192.0.2.10\r\ns=Asterisk\r\nc=IN IP4 192.0.2.10\r\nt=0 0\r\nm=audio 10000 RTP/AVP 8\r\n"
    b"a=rtpmap:8 PCMA/8000\r\n"
)

HEADERS: Final = (
    ("Via", "SIP/2.0/UDP 127.0.0.1:5060;rport;branch={branch}"),
    ("From", '"Sales" <sip:0199000000@192.0.2.10>;tag={from_tag}'),
    ("To", "<sip:{number}@carrier.example>"),
    ("Contact", "<sip:asterisk@127.0.0.1:5060>"),
    ("Call-ID", "{call_id}"),
    ("CSeq", "{cseq} {method}"),
    ("Route", "<sip:127.0.0.1:5080;lr>"),
    ("Allow", "OPTIONS, REGISTER, SUBSCRIBE, NOTIFY, PUBLISH, INVITE, ACK, BYE, CANCEL, UPDATE, PRACK, INFO, REFER"),
    ("Supported", "100rel, timer, replaces, norefersub, histinfo"),
    ("Max-Forwards", "70"),
    ("User-Agent", "Asterisk PBX 22.10.1"),
    ("Content-Type", "application/sdp"),
    ("Content-Length", "{length}"),
)
"""The headers of an INVITE in Asterisk's order."""


def request(
    method: str = "INVITE",
    *,
    number: str = NUMBER,
    uri: str = "",
    branch: str = "z9hG4bKPj1",
    call_id: str = "5b8a1c52-94a7-4b0a-9c53-0d5a4f2f6f10",
    from_tag: str = "a1",
    cseq: int = 100,
    body: bytes | None = None,
    to: str = "",
    without: tuple[str, ...] = (),
    more: tuple[tuple[str, str], ...] = (),
    **changed: str,
) -> bytes:
    """A request with Asterisk's headers.

    Args:
        method: its method.
        number: the user of Request-URI and To.
        uri: the Request-URI, where it is another one.
        branch: of the Via.
        call_id: the Call-ID.
        from_tag: the From's tag.
        cseq: the number of the CSeq.
        body: by default, a description of a session in an INVITE, and nothing in others.
        to: the To, where it is another one.
        without: names of headers that are left out.
        more: headers that come behind the others.
        **changed: other values of headers, by their names with _ for -.
    """
    sdp = method == "INVITE" and body is None
    body = SDP if sdp else body or b""
    values = {"branch": branch, "call_id": call_id, "from_tag": from_tag, "cseq": str(cseq), "method": method}
    lines = [f"{method} {uri or f'sip:{number}@carrier.example'} SIP/2.0"]
    for name, value in HEADERS:
        if name in without or (name in ("Content-Type", "Contact") and method != "INVITE"):
            continue
        text = changed.get(name.replace("-", "_"), value)
        text = to if name == "To" and to else text
        lines.append(f"{name}: " + text.format(**values, number=number, length=len(body)))
    lines += [f"{name}: {value}" for name, value in more]
    return "\r\n".join(lines).encode("utf-8", "surrogateescape") + b"\r\n\r\n" + body


def response(sent: bytes, status: str = "200 OK", *, to_tag: str = "c1", more: tuple[str, ...] = ()) -> bytes:
    """A carrier's response to a request that was sent to it."""
    lines = [f"SIP/2.0 {status}".encode()]
    for line in sent.partition(b"\r\n\r\n")[0].split(b"\r\n")[1:]:
        name = line.partition(b":")[0].lower()
        if name in (b"via", b"from", b"call-id", b"cseq"):
            lines.append(line)
        elif name == b"to":
            lines.append(line if b"tag=" in line or not to_tag else line + b";tag=" + to_tag.encode())
    lines += [line.encode() for line in more]
    lines.append(b"Content-Length: 0")
    return b"\r\n".join(lines) + b"\r\n\r\n"


def header(message: bytes, name: str) -> list[bytes]:
    """The values of a header of a message."""
    head = message.partition(b"\r\n\r\n")[0]
    pairs = [line.partition(b":") for line in head.split(b"\r\n")[1:]]
    return [value.strip() for found, _, value in pairs if found.strip().lower() == name.lower().encode()]


def start(message: bytes) -> bytes:
    """The first line of a message."""
    return message.partition(b"\r\n")[0]
