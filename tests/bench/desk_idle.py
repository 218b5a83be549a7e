"""The gate while people work at the desk: ten who click and an export of the whole journal, against nobody.

The desk has the priority that its unit gives it; the daemon has that of `[daemon] realtime`, and who asks that of an
Asterisk that runs with `-p`, where we may. Rest and work take turns, so that what else the machine does falls on both.
An answer is over when it has reached the socket, by the kernel's clock: when the one who asks is woken to read it, is
not the gate's affair. Run as a program it is those ten people: `desk_idle.py URL COOKIE`, until it is ended.
"""

import contextlib
import os
import random
import socket
import struct
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Final

import httpx

from gatekeeper.daemon import realtime
from lab.daemon import GatekeeperDaemon
from lab.fastagi import environment

PEOPLE: Final = 10
THINK_S: Final = 1.0
"""How long one looks at a page before the next click."""

PACE_S: Final = 0.005
"""Between two questions to the gate: 200 calls a second."""

_PAGES: Final = ("/today", "/journal", "/journal?verdict=BLOCK", "/journal?reason=LISTED&campaign=survey", "/exports")
_WAIT_S: Final = 30.0
_OF_ASTERISK: Final = 10
"""What `asterisk -p` takes (its main/asterisk.c, `ast_set_priority`)."""

_TIMESTAMPS: Final = 35
_TIMESPEC: Final = struct.Struct("ll")


def measure(
    daemon: GatekeeperDaemon, client: httpx.Client, numbers: Sequence[str], rounds: int, say: Callable[[str], None]
) -> dict[str, float]:
    """The ratio of the gate's p99, with both in milliseconds.

    Args:
        daemon: that runs.
        client: who has signed in at the desk.
        numbers: so many are asked about in each turn.
        rounds: how many turns of rest and of work.
        say: is told what is being done.
    """
    say(f"the gate with {PEOPLE} people and an export at the desk, against nobody: {rounds} rounds")
    rest: list[float] = []
    work: list[float] = []
    with preferred(daemon.pid, realtime.PRIORITY), preferred(0, _OF_ASTERISK):
        asked(daemon, numbers)  # both Pythons get quicker over their first hundreds
        for _ in range(rounds):
            rest += asked(daemon, numbers)
            with exporting(client), clicking(client):
                work += asked(daemon, numbers)
    at_rest, at_work = p99(rest), p99(work)
    return {
        "desk_idle_gate_ratio": at_work / at_rest,
        "gate_p99_ms": at_rest * 1000,
        "gate_p99_with_desk_ms": at_work * 1000,
    }


def asked(daemon: GatekeeperDaemon, numbers: Sequence[str]) -> list[float]:
    """The seconds that each answer took, at a steady pace: a slow one does not make the next ones fewer."""
    taken = []
    # As long as some socket wants them, the kernel stamps what arrives; it begins to a moment after the first one.
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as wanting:
        wanting.setsockopt(socket.SOL_SOCKET, _TIMESTAMPS, 1)
        due = time.perf_counter() + 20 * PACE_S
        for number in numbers:
            due += PACE_S
            time.sleep(max(0.0, due - time.perf_counter()))
            taken.append(answered(daemon.fastagi_port, number))
    return taken


def answered(port: int, number: str) -> float:
    """The seconds from the connection to the answer's arrival at our socket (socket(7), `SO_TIMESTAMPNS`)."""
    with socket.socket() as peer:
        peer.settimeout(_WAIT_S)
        peer.setsockopt(socket.SOL_SOCKET, _TIMESTAMPS, 1)
        began = time.time_ns()
        peer.connect(("127.0.0.1", port))
        peer.sendall(environment(number))
        data, told, _, _ = peer.recvmsg(65_536, socket.CMSG_SPACE(_TIMESPEC.size))
        arrived = time.time_ns()  # where the kernel does not stamp yet, or at all
        if not data.endswith(b"\n") or b"GATEKEEPER_VERDICT" not in data:
            raise RuntimeError("the gate's answer is none, or not whole")
        peer.sendall(b"200 result=1\n")
    if told:
        seconds, nanoseconds = _TIMESPEC.unpack(told[0][2])
        arrived = int(seconds) * 10**9 + int(nanoseconds)
    return (arrived - began) / 10**9


@contextlib.contextmanager
def preferred(pid: int, priority: int) -> Iterator[None]:
    """Give a process's first thread, and none that it starts, real-time priority while the block runs, where we may."""
    with contextlib.suppress(PermissionError):
        os.sched_setscheduler(pid, os.SCHED_RR | os.SCHED_RESET_ON_FORK, os.sched_param(priority))
    yield
    with contextlib.suppress(PermissionError):
        os.sched_setscheduler(pid, os.SCHED_OTHER, os.sched_param(0))


@contextlib.contextmanager
def exporting(client: httpx.Client) -> Iterator[None]:
    """An export of the whole journal while the block runs; it is called off at its end."""
    answer = client.post("/exports", data={"filter": "", "form": "csv"})
    if answer.status_code != 303:
        raise RuntimeError(f"no export: {answer.status_code} {answer.text[:500]}")
    _until(client, lambda page: "<progress" in page or ".csv" in page, "the export to begin")
    try:
        yield
    finally:
        # Called off while it runs; what is over is removed.
        for _ in range(2):
            ident = client.get("/exports").text.partition('name="export" value="')[2][:32]
            if ident:
                client.post("/exports/end", data={"export": ident})
                _until(client, lambda page: "<progress" not in page, "the export to end")


def _until(client: httpx.Client, holds: Callable[[str], bool], what: str) -> None:
    end = time.monotonic() + _WAIT_S
    while not holds(client.get("/exports").text):
        if time.monotonic() > end:
            raise RuntimeError(f"waited {_WAIT_S:.0f} s for {what}")
        time.sleep(0.05)


@contextlib.contextmanager
def clicking(client: httpx.Client) -> Iterator[None]:
    """Ten people at work, in a process of their own, while the block runs."""
    cookie = "; ".join(f"{one.name}={one.value}" for one in client.cookies.jar)
    command = [sys.executable, str(Path(__file__)), str(client.base_url), cookie]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        try:
            if process.stdout is None or process.stdout.readline() != b"clicking\n":
                raise RuntimeError("nobody clicks")
            yield
            if process.poll() is not None:
                raise RuntimeError("those who click have given up")
        finally:
            process.terminate()


def p99(taken: Sequence[float]) -> float:
    """The 99th percentile."""
    return sorted(taken)[min(len(taken) - 1, int(len(taken) * 0.99))]


def click(url: str, cookie: str) -> None:
    """Be ten people, for ever; a page that does not come ends it."""
    failed = threading.Event()

    def one(seed: int) -> None:
        draw = random.Random(seed)
        with httpx.Client(base_url=url, headers={"cookie": cookie}, trust_env=False, timeout=60) as client:
            while not failed.is_set():
                time.sleep(THINK_S * draw.uniform(0.5, 1.5))
                if not client.get(draw.choice(_PAGES)).is_success:
                    failed.set()

    for seed in range(PEOPLE):
        threading.Thread(target=one, args=(seed,), daemon=True).start()
    print("clicking", flush=True)
    failed.wait()


if __name__ == "__main__":
    click(*sys.argv[1:])
