"""The SIP gate with the daemon as it is served: on a real Asterisk 22 against a plain trunk, and at its socket."""

import os
import selectors
import socket
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from itertools import cycle, islice
from pathlib import Path
from statistics import quantiles

from originate import CALLER_ID, TURN, AsyncDialer, Way, in_turn, p50, paired, to_trunk
from proxy import national

from lab.asterisk import AsteriskInstance
from lab.carrier import Carrier
from lab.daemon import GatekeeperDaemon
from lab.gated import GATED, gated_endpoint
from lab.ports import free_port
from lab.roots import asterisk_root

CONFIG = """
[sip_gate]
enabled = true
port = {gate}
outside_port = 0
[sip_gate.trunks.gated]
carriers = ["sip:127.0.0.1:{carrier}"]
options_s = 0
"""

IN_FLIGHT = 64
PER_CALL = 20
"""So many INVITEs for each of the calls that the other figures take: a flood has to last some seconds."""

SDP = (
    "v=0\r\no=- 1021 1021 IN IP4 127.0.0.1\r\ns=Asterisk\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\n"
    "m=audio 14302 RTP/AVP 0 8 101\r\n"
    "a=rtpmap:0 PCMU/8000\r\na=rtpmap:8 PCMA/8000\r\na=rtpmap:101 telephone-event/8000\r\na=fmtp:101 0-16\r\n"
    "a=ptime:20\r\na=maxptime:140\r\na=sendrecv\r\n"
)
INVITE = (
    "INVITE sip:{number}@127.0.0.1:{carrier} SIP/2.0\r\n"
    "Via: SIP/2.0/UDP 127.0.0.1:{mine};rport;branch=z9hG4bKPj{call}\r\n"
    "From: <sip:" + CALLER_ID + "@127.0.0.1>;tag={call}\r\n"
    "To: <sip:{number}@127.0.0.1>\r\n"
    "Contact: <sip:asterisk@127.0.0.1:{mine}>\r\n"
    "Call-ID: {call}\r\nCSeq: 21435 INVITE\r\nRoute: <sip:gated@127.0.0.1:{gate};lr>\r\n"
    "Allow: OPTIONS, REGISTER, SUBSCRIBE, NOTIFY, PUBLISH, INVITE, ACK, BYE, CANCEL, UPDATE, PRACK, INFO, REFER\r\n"
    "Supported: 100rel, timer, replaces, norefersub\r\nSession-Expires: 1800\r\nMin-SE: 90\r\n"
    "Max-Forwards: 70\r\nUser-Agent: Asterisk PBX 22.10.1\r\n"
    f"Content-Type: application/sdp\r\nContent-Length: {len(SDP)}\r\n\r\n" + SDP
)


def measure(
    daemon: GatekeeperDaemon,
    config: str,
    folder: Path,
    listed: Sequence[int],
    unlisted: Sequence[str],
    say: Callable[[str], None],
) -> dict[str, float]:
    """The figures of the SIP gate; the daemon is stopped, and has `listed` imported."""
    gate = free_port()
    blocked = [national(number) for number in listed[: len(unlisted)]]
    with Carrier(folder / "sip-carrier", answer_after_ms=0) as carrier:
        asterisk = AsteriskInstance(
            asterisk_root("22"),
            folder / "sip-asterisk",
            carrier_port=carrier.port,
            config={"lab-pjsip.d/gated.conf": gated_endpoint(GATED, gate, carrier.port)},
        )
        daemon.configure(config + CONFIG.format(gate=gate, carrier=carrier.port))
        with asterisk, daemon:
            few = unlisted[: max(50, len(unlisted) // 2)]
            say(f"{len(few):,} allowed originates over a plain trunk and over one with the SIP gate")
            figures = _allowed(asterisk.ami_port, few)
    with closing(Load(gate)) as load:
        daemon.configure(config + CONFIG.format(gate=gate, carrier=load.carrier_port))
        with daemon:
            say(f"{len(blocked):,} blocked INVITEs one at a time at the SIP gate")
            load.blocked(blocked[: max(50, len(blocked) // 10)])
            taken = [1000 * seconds for seconds in load.blocked(blocked)]
            figures |= {
                "sip_blocked_ms": p50(taken),
                "sip_blocked_p99_ms": quantiles(taken, n=100, method="inclusive")[98],
            }
            count = PER_CALL * len(unlisted)
            say(f"{count:,} INVITEs at the SIP gate, {IN_FLIGHT} at a time; the daemon has one core")
            on_one_core(daemon.pid)
            mixed = [number for pair in zip(unlisted, blocked, strict=True) for number in pair]
            load.flood(mixed, count // 10)
            figures["sip_invites_per_second"] = count / load.flood(mixed, count)
    return figures


def _allowed(port: int, numbers: Sequence[str]) -> dict[str, float]:
    """Originate to its answer, one at a time, over the two trunks in turn; the carrier answers at once."""
    ways = {"plain": Way(port, to_trunk), "gated": Way(port, lambda number: f"PJSIP/{number}@{GATED}")}
    # Asterisk and the daemon get quicker over their first few hundred calls.
    in_turn(AsyncDialer, ways, numbers, succeeds=True)
    taken = in_turn(AsyncDialer, ways, numbers, succeeds=True)
    return {
        "sip_allowed_ratio": paired(taken["gated"], taken["plain"], TURN),
        "sip_plain_ms": p50(taken["plain"]) * 1000,
        "sip_added_ms": (p50(taken["gated"]) - p50(taken["plain"])) * 1000,
    }


def on_one_core(pid: int) -> None:
    """Let a process and its threads have one core, and ours the others, where there are some."""
    cores = sorted(os.sched_getaffinity(0))
    for task in Path(f"/proc/{pid}/task").iterdir():
        os.sched_setaffinity(int(task.name), cores[-1:])


class Load:
    """An Asterisk and its carrier as far as the gate sees them: INVITEs from one socket, which come out at the other.

    Args:
        gate: the gate's port.
    """

    def __init__(self, gate: int) -> None:
        self._gate = ("127.0.0.1", gate)
        self._asking, self._carrier = _socket(), _socket()
        self.carrier_port: int = self._carrier.getsockname()[1]
        self._calls = 0
        self._text = INVITE.replace("{mine}", str(self._asking.getsockname()[1])).replace("{gate}", str(gate))
        self._text = self._text.replace("{carrier}", str(self.carrier_port))

    def close(self) -> None:
        """Close both sockets."""
        self._asking.close()
        self._carrier.close()

    def blocked(self, numbers: Sequence[str]) -> list[float]:
        """Seconds from each INVITE to its 603, one at a time.

        Raises:
            RuntimeError: something else was answered.
        """
        self._asking.settimeout(5)
        taken = []
        for number in numbers:
            invite = self._invite(number)
            started = time.perf_counter()
            self._asking.sendto(invite, self._gate)
            answer = self._asking.recv(65536)
            taken.append(time.perf_counter() - started)
            if not answer.startswith(b"SIP/2.0 603 "):
                raise RuntimeError(f"a listed number's INVITE was answered {answer[:60]!r}")
            self._asking.sendto(_ack(invite, answer), self._gate)
        return taken

    def flood(self, numbers: Sequence[str], count: int) -> float:
        """Seconds that so many INVITEs take, half of them of listed numbers; the carrier says that it is busy.

        Raises:
            RuntimeError: one was lost.
        """
        waiting: dict[bytes, bytes] = {}
        left = islice(cycle(numbers), count)
        with selectors.DefaultSelector() as selector:
            for one in (self._asking, self._carrier):
                one.setblocking(False)
                selector.register(one, selectors.EVENT_READ)
            started = time.perf_counter()
            self._send_more(left, waiting)
            while waiting:
                ready = selector.select(5)
                if not ready:
                    raise RuntimeError(f"{len(waiting)} INVITEs of {count} have no answer")
                for key, _ in ready:
                    self._take(key.fileobj is self._carrier, waiting)
                self._send_more(left, waiting)
        return time.perf_counter() - started

    def _send_more(self, left: Iterator[str], waiting: dict[bytes, bytes]) -> None:
        for number in islice(left, IN_FLIGHT - len(waiting)):
            invite = self._invite(number)
            waiting[_call_id(invite)] = invite
            self._asking.sendto(invite, self._gate)

    def _take(self, carrier: bool, waiting: dict[bytes, bytes]) -> None:
        one = self._carrier if carrier else self._asking
        while True:
            try:
                message, sender = one.recvfrom(65536)
            except BlockingIOError:
                return
            if carrier:
                if message.startswith(b"INVITE "):
                    head = message.partition(b"\r\n\r\n")[0].partition(b"\r\n")[2]
                    kept = [
                        line
                        for line in head.split(b"\r\n")
                        if line[:4] in (b"Via:", b"From", b"To: ", b"Call", b"CSeq")
                    ]
                    one.sendto(b"\r\n".join([b"SIP/2.0 486 Busy Here", *kept, b"Content-Length: 0", b"", b""]), sender)
            else:
                invite = waiting.pop(_call_id(message), None)
                if invite is not None:
                    one.sendto(_ack(invite, message), self._gate)

    def _invite(self, number: str) -> bytes:
        self._calls += 1
        return self._text.replace("{number}", number).replace("{call}", f"{self._calls:032x}").encode()


def _socket() -> socket.socket:
    made = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    made.bind(("127.0.0.1", 0))
    made.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4 * 1024 * 1024)
    return made


def _call_id(message: bytes) -> bytes:
    return message.partition(b"Call-ID: ")[2][:32]


def _ack(invite: bytes, answer: bytes) -> bytes:
    """The ACK of an answer that is not 2xx (RFC 3261, 17.1.1.3)."""
    head = invite.partition(b"\r\nAllow:")[0].replace(b"INVITE", b"ACK")
    to = b"\r\nTo: " + answer.partition(b"\r\nTo: ")[2].partition(b"\r\n")[0]
    before, _, rest = head.partition(b"\r\nTo: ")
    return before + to + b"\r\n" + rest.partition(b"\r\n")[2] + b"\r\nMax-Forwards: 70\r\nContent-Length: 0\r\n\r\n"
