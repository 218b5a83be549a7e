"""Floods against a SIP gate, and a caller beside them: `python flood.py SOURCE PORT RATE SECONDS METHOD`."""

import contextlib
import selectors
import socket
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Final, NamedTuple

TEMPLATE: Final = (
    "INVITE sip:{number}@127.0.0.1 SIP/2.0\r\n"
    "Via: SIP/2.0/UDP {host}:{mine};rport;branch=z9hG4bKPj{call}\r\n"
    "From: <sip:0162000001@127.0.0.1>;tag={call}\r\nTo: <sip:{number}@127.0.0.1>\r\n"
    "Contact: <sip:asterisk@{host}:{mine}>\r\nCall-ID: {call}\r\nCSeq: 1 INVITE\r\n"
    "Max-Forwards: 70\r\nContent-Length: 0\r\n\r\n"
)


ASKING: Final = (
    "OPTIONS sip:127.0.0.1:{port} SIP/2.0\r\n"
    "Via: SIP/2.0/UDP {host}:{mine};rport;branch=z9hG4bKPj{call}\r\n"
    "From: <sip:0162000001@127.0.0.1>;tag={call}\r\nTo: <sip:127.0.0.1>\r\n"
    "Contact: <sip:asterisk@{host}:{mine}>\r\nCall-ID: {call}\r\nCSeq: 1 OPTIONS\r\n"
    "Max-Forwards: 70\r\nContent-Length: 0\r\n\r\n"
)
"""To the gate itself: {number} is not in it."""


class Flooded(NamedTuple):
    """What became of a flood.

    Attributes:
        sent: how many requests were sent.
        sent_octets: their length together.
        got_octets: the length of all that came back.
    """

    sent: int
    sent_octets: int
    got_octets: int


class Caller(NamedTuple):
    """What a caller beside the flood has seen.

    Attributes:
        taken_ms: how long each of its INVITEs took to be answered.
        unanswered: how many were not answered.
    """

    taken_ms: list[float]
    unanswered: int


def flood(source: str, port: int, rate: int, seconds: float, method: str = "INVITE") -> "subprocess.Popen[str]":
    """Begin a flood, in a process of its own; see `flooded`."""
    command = [sys.executable, str(Path(__file__)), source, str(port), str(rate), str(seconds), method]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


def flooded(process: "subprocess.Popen[str]") -> Flooded:
    """What became of a flood, once it is over."""
    out, _ = process.communicate(timeout=3600)
    return Flooded(*map(int, out.split()))


def call_beside(source: str, port: int, number: str, seconds: float, every_s: float = 0.02) -> Caller:
    """Send INVITEs at a steady pace as a well-behaved peer, and take the time of each; the number is a listed one."""
    taken: list[float] = []
    unanswered = 0
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as peer:
        peer.bind((source, 0))
        text = TEMPLATE.format(number=number, host=source, mine=peer.getsockname()[1], call="{call}")
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            call = f"beside-{time.monotonic_ns()}"
            started = time.perf_counter()
            if _answered(peer, port, text.replace("{call}", call).encode(), call.encode()):
                taken.append((time.perf_counter() - started) * 1000)
            else:
                unanswered += 1
            time.sleep(every_s)
    return Caller(taken, unanswered)


def _answered(peer: socket.socket, port: int, data: bytes, call: bytes) -> bool:
    """Send an INVITE until it is answered, as often as RFC 3261 has it (17.1.1.2)."""
    for seconds in (0.5, 1, 2, 4):
        peer.settimeout(seconds)
        peer.sendto(data, ("127.0.0.1", port))
        with contextlib.suppress(TimeoutError):
            while True:
                answer = peer.recv(65536)
                if call in answer and answer.startswith(b"SIP/2.0 603"):
                    return True
    return False


def main(arguments: Sequence[str]) -> None:
    """Send so many requests a second, each of another call and a number of its own; say what was sent and came back."""
    source, port, rate, seconds = arguments[0], int(arguments[1]), int(arguments[2]), float(arguments[3])
    template = TEMPLATE if arguments[4] == "INVITE" else ASKING.replace("{port}", str(port))
    sent = sent_octets = got = 0
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as peer, selectors.DefaultSelector() as selector:
        peer.bind((source, 0))
        peer.setblocking(False)
        selector.register(peer, selectors.EVENT_READ)
        text = template.format(number="{number}", host=source, mine=peer.getsockname()[1], call="{call}")
        began = time.monotonic()
        over = began + seconds
        while (now := time.monotonic()) < over + 0.3:
            while now < over and sent < (now - began) * rate:
                data = text.replace("{number}", f"06{sent % 90_000_000 + 10_000_000}").replace(
                    "{call}", f"flood-{sent}"
                )
                sent_octets += peer.sendto(data.encode(), ("127.0.0.1", port))
                sent += 1
            while selector.select(0.0005):
                got += len(peer.recv(65536))
    sys.stdout.write(f"{sent} {sent_octets} {got}\n")


if __name__ == "__main__":
    main(sys.argv[1:])
