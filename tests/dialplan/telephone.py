"""An agent's telephone: calls a number over Asterisk and notes what it hears until the call ends."""

import re
import socket
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Final, NamedTuple

from gatekeeper.install.spoken import SPOKEN
from gatekeeper.install.tones import wav
from lab.ami import AmiMessage

_SILENCE: Final = b"\xff\x7f\xd5\x55"
"""What silence is in G.711's two laws."""

_SECONDS: Final = 15


class Heard(NamedTuple):
    """What became of a call.

    Attributes:
        status: of the last answer (RFC 3261, 7.2).
        packets: how many RTP packets came that were not silent.
    """

    status: int
    packets: int


def call(sip_port: int, number: str) -> Heard:
    """Call a number from an address that Asterisk knows nothing of, and hold the line until it is refused."""
    with _socket() as sip, _socket() as rtp:
        here, media = sip.getsockname()[1], rtp.getsockname()[1]
        branch = f"z9hG4bK{number}{time.monotonic_ns()}"
        sip.sendto(_request("INVITE", number, here, sip_port, branch, _sdp(media)), ("127.0.0.1", sip_port))
        packets, deadline = 0, time.monotonic() + _SECONDS
        while time.monotonic() < deadline:
            packets += _sounding(rtp)
            for answer in _waiting(sip, 0.02):
                status = int(answer.split()[1])
                if status >= 300:
                    to = re.search(rb"^To: ?.*$", answer, re.MULTILINE | re.IGNORECASE)
                    assert to
                    told = to[0].decode().strip()
                    sip.sendto(_request("ACK", number, here, sip_port, branch, to=told), ("127.0.0.1", sip_port))
                    return Heard(status, packets + _sounding(rtp))
        raise AssertionError(f"the call to {number} did not end within {_SECONDS} s")


def put_sounds(sounds: Path, language: str) -> None:
    """Put short sounds of the sentences' names into Asterisk's folder, that a test need not wait."""
    folder = sounds / "gatekeeper" / language
    folder.mkdir(parents=True, exist_ok=True)
    for spoken in SPOKEN:
        (folder / f"{spoken.name}.wav").write_bytes(wav([6_000, -6_000] * 400))


def played(events: Iterable[AmiMessage]) -> list[str]:
    """What dialplans played, in order."""
    steps = (event for event in events if event["Event"] == "Newexten" and event["Application"] == "Playback")
    return [step["AppData"].removesuffix(",noanswer") for step in steps]


def _socket() -> socket.socket:
    made = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    made.bind(("127.0.0.1", 0))
    return made


def _waiting(peer: socket.socket, seconds: float = 0.0) -> list[bytes]:
    """The datagrams that have come, or come within so many seconds."""
    found = []
    peer.settimeout(seconds or 0.0)
    try:
        while True:
            found.append(peer.recv(65_536))
    except (BlockingIOError, TimeoutError):
        return found


def _sounding(rtp: socket.socket) -> int:
    """How many of the packets that have come are not silent."""
    return sum(any(octet not in _SILENCE for octet in packet[12:]) for packet in _waiting(rtp))


def _sdp(port: int) -> str:
    return (
        f"v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\n"
        f"m=audio {port} RTP/AVP 0\r\na=rtpmap:0 PCMU/8000\r\n"
    )


def _request(method: str, number: str, here: int, there: int, branch: str, body: str = "", to: str = "") -> bytes:
    uri = f"sip:{number}@127.0.0.1:{there}"
    lines = [
        f"{method} {uri} SIP/2.0",
        f"Via: SIP/2.0/UDP 127.0.0.1:{here};branch={branch}",
        "Max-Forwards: 70",
        f"From: <sip:agent@127.0.0.1:{here}>;tag=1",
        to or f"To: <{uri}>",
        f"Call-ID: {branch}",
        f"CSeq: 1 {method}",
        f"Contact: <sip:agent@127.0.0.1:{here}>",
        *(["Content-Type: application/sdp"] if body else []),
        f"Content-Length: {len(body)}",
    ]
    return ("\r\n".join(lines) + "\r\n\r\n" + body).encode()
