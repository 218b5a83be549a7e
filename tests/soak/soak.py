"""A dialer that originates at a steady rate over the AMI proxy, and what must hold meanwhile and in the end."""

import itertools
import socket
import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import linear_regression
from typing import Final

from lab.fastagi import ask
from lab.guarded import guarded_site
from lab.processes import wait_until
from lab.roots import AsteriskRoot
from lab.site import LabSite

RATE: Final = 50
"""Originates a second."""

LISTED: Final = tuple(f"0612{rest:06}" for rest in range(200))
"""The numbers on the list; every fifth originate calls one of them."""

FILLING: Final = 20_500
"""So many questions fill the daemon's table of recent calls, which grows to a bound of 20,000 by design."""

WARMING: Final = 2_000
"""So many go before a short run, whose own calls add a megabyte to the table: well within the bound."""

MOST_GROWTH_MB: Final = 4.0
"""How much the line through the samples of the daemon's memory may rise from the first originate to the last."""

DIALPLAN: Final = """
[outbound]
exten => _X.,1,Dial(PJSIP/${EXTEN}@trunk,20)
"""

_END: Final = b"\r\n\r\n"


@dataclass
class Result:
    """What came of a run.

    Attributes:
        placed: number -> how many originates were sent for it; those that are not listed are called once each.
        faults: sentences on what did not hold; empty where all did.
        events: how many events the dialer got.
        growth_mb: the rise of the line through the samples of the daemon's own memory.
        memory_mb: the samples.
        seconds: how long the originates took.
    """

    placed: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)
    events: int = 0
    growth_mb: float = 0.0
    memory_mb: list[float] = field(default_factory=list)
    seconds: float = 0.0


class SteadyDialer:
    """One manager connection with events on, which keeps of what it gets only the answers."""

    def __init__(self, port: int) -> None:
        self.responses: Counter[str] = Counter()
        self.results: dict[str, list[str]] = {}
        self.events = 0
        self.ended = ""
        self._socket = socket.create_connection(("127.0.0.1", port), timeout=60)
        self._socket.settimeout(None)
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        self._send("Login", "login", "Username: dialer", "Secret: dialer-secret", "Events: on")
        wait_until(lambda: self.responses["login"] > 0, 60, "the login")

    def originate(self, ident: str, channel: str) -> None:
        """Send one, and don't wait."""
        self._send("Originate", ident, f"Channel: {channel}", "Application: Wait", "Data: 0.2", "Async: true")

    def close(self) -> None:
        """Hang up."""
        self._socket.shutdown(socket.SHUT_RDWR)
        self._reader.join(10)
        self._socket.close()

    def _send(self, action: str, ident: str, *headers: str) -> None:
        self._socket.sendall("\r\n".join([f"Action: {action}", f"ActionID: {ident}", *headers, "", ""]).encode())

    def _read(self) -> None:
        pending = b""
        while chunk := self._socket.recv(1 << 16):
            *messages, pending = (pending + chunk).split(_END)
            for message in messages:
                self._take(message)
        self.ended = "hung up on"

    def _take(self, message: bytes) -> None:
        if message.startswith(b"Event: OriginateResponse"):
            headers = _headers(message)
            self.results.setdefault(headers["ActionID"], []).append(headers["Response"])
        elif b"Response: " in message[:60]:
            self.responses[_headers(message).get("ActionID", "")] += 1
        else:
            self.events += 1


def _headers(message: bytes) -> dict[str, str]:
    lines = message.decode(errors="replace").split("\r\n")
    return {name: value.strip() for name, _, value in (line.partition(":") for line in lines)}


def soak(root: AsteriskRoot, folder: Path, count: int, say: Callable[[str], None]) -> Result:
    """Originate `count` calls at `RATE` a second, and look whether all is as it must be."""
    before_it = FILLING if count > WARMING else WARMING
    with guarded_site(root, folder, listed=LISTED, dialplan=[DIALPLAN]) as site:
        say(f"filling the daemon's table of recent calls by {before_it:,} questions")
        for number in range(before_it):
            # Only calls that are let by are in the table.
            if ask(site.daemon.fastagi_port, f"0650{number:06}")["GATEKEEPER_VERDICT"] != "ALLOW":
                raise RuntimeError(f"the question on 0650{number:06} was not answered with ALLOW")
        before = len(site.daemon.journal())
        say(f"{count:,} originates at {RATE} a second")
        dialer = SteadyDialer(site.proxy_port)
        result = Result()
        _dial(site, dialer, count, result, say)
        say("comparing what dialer, log and carrier saw")
        result.events = dialer.events
        _judge_answers(dialer, count, result)
        dialer.close()
        _judge_records(site, before, result)
    _judge_memory(result)
    return result


def _dial(site: LabSite, dialer: SteadyDialer, count: int, result: Result, say: Callable[[str], None]) -> None:
    listed = itertools.cycle(LISTED)
    started = time.monotonic()
    for number in range(count):
        delay = started + number / RATE - time.monotonic()
        if delay > 0:
            time.sleep(delay)
        callee = next(listed) if number % 5 == 0 else f"0640{number:06}"
        channel = f"Local/{callee}@outbound" if number % 2 else f"PJSIP/{callee}@trunk"
        result.placed[callee] += 1
        dialer.originate(str(number), channel)
        if number % RATE == 0:
            result.memory_mb.append(own_memory_mb(site.daemon.pid))
        if number and number % (60 * RATE) == 0:
            say(f"{number:,} originates, {dialer.events:,} events, {result.memory_mb[-1]:.1f} MB")
    result.seconds = time.monotonic() - started
    wait_until(lambda: len(dialer.results) == count or dialer.ended != "", 30, "the last answers", every=0.1)
    site.quiet()
    time.sleep(0.5)  # what were doubled would come now


def _judge_answers(dialer: SteadyDialer, count: int, result: Result) -> None:
    if dialer.ended:
        result.faults.append(f"the dialer was {dialer.ended}")
    for number in range(count):
        ident = str(number)
        wanted = ["Failure"] if number % 5 == 0 else ["Success"]
        if dialer.responses[ident] != 1:
            result.faults.append(f"originate {ident} got {dialer.responses[ident]} responses")
        if dialer.results.get(ident) != wanted:
            result.faults.append(f"originate {ident} got {dialer.results.get(ident)} and not {wanted}")


def _judge_records(site: LabSite, before: int, result: Result) -> None:
    rows = site.daemon.journal()[before:]
    logged = Counter((row["dialled"], row["verdict"]) for row in rows)
    wanted = Counter({(number, "BLOCK" if number in LISTED else "ALLOW"): n for number, n in result.placed.items()})
    if logged != wanted:
        result.faults.append(f"the log has too much {logged - wanted} and too little {wanted - logged}")
    called = Counter(invite.number for invite in site.carrier.settle())
    allowed = Counter({number: n for number, n in result.placed.items() if number not in LISTED})
    if called != allowed:
        result.faults.append(f"the carrier saw too much {called - allowed} and too little {allowed - called}")


def _judge_memory(result: Result) -> None:
    result.growth_mb = growth(result.memory_mb)
    if result.growth_mb > MOST_GROWTH_MB:
        each_minute = [round(sample, 1) for sample in result.memory_mb[::60]]
        result.faults.append(f"the daemon's memory grew by {result.growth_mb:.1f} MB; each minute: {each_minute}")


def growth(samples: Sequence[float]) -> float:
    """How far the line through the samples rises from the first to the last."""
    slope, _ = linear_regression(range(len(samples)), samples)
    return slope * (len(samples) - 1)


def own_memory_mb(pid: int) -> float:
    """A process's memory without the pages of files, which the kernel may take back."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("RssAnon:"):
            return int(line.split()[1]) / 1024
    raise RuntimeError("the kernel does not tell a process's own memory")
