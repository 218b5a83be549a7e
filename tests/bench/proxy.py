"""The AMI proxy and the watchdog on a real Asterisk 22, with the daemon as it is served: a process, journal and all."""

import selectors
import shutil
import socket
import subprocess
import sys
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from pathlib import Path
from statistics import quantiles

from originate import TURN, AsyncDialer, BenchDialer, Way, in_turn, p50, paired, to_trunk

from lab.asterisk import AsteriskInstance
from lab.carrier import Carrier
from lab.daemon import GatekeeperDaemon
from lab.ports import free_port
from lab.processes import wait_until
from lab.roots import asterisk_root

REPOSITORY = Path(__file__).resolve().parents[2]
MANAGER = REPOSITORY / "asterisk" / "samples" / "manager.conf"
LISTENERS = 10
ROUNDS = 5

CONFIG = """
[asterisk.main]
port = {ami}
[ami_proxy]
enabled = true
port = {proxy}
"""

WATCHDOG = """
[asterisk.main]
port = {ami}
secret = "change-me"
[watchdog]
enabled = true
"""

DIALPLAN = """
[bench-open]
exten => _X.,1,Answer()
 same => n,Wait(0.01)

[bench-astdb]
exten => _X.,1,GotoIf(${DB_EXISTS(dnc/${EXTEN})}?refused)
 same => n,Answer()
 same => n,Wait(0.01)
 same => n(refused),Hangup(21)
"""


def measure(
    daemon: GatekeeperDaemon,
    config: str,
    folder: Path,
    listed: Sequence[int],
    unlisted: Sequence[str],
    astdb: Path,
    say: Callable[[str], None],
) -> dict[str, float]:
    """The proxy's ratios and the watchdog's time; the daemon is stopped, and has `listed` imported, as has `astdb`."""
    proxy = free_port()
    with ExitStack() as running:
        carrier = running.enter_context(Carrier(folder / "proxy-carrier", answer_after_ms=0))
        ringing = running.enter_context(Carrier(folder / "ringing-carrier", answer_after_ms=None))
        asterisk = AsteriskInstance(
            asterisk_root("22"),
            folder / "proxy-asterisk",
            carrier_port=carrier.port,
            trunks={"trunk-ringing": ringing.port},
            dialplan=[DIALPLAN],
            config={"lab-manager.d/gatekeeper.conf": MANAGER.read_text()},
        )
        library = folder / "proxy-asterisk" / "lib"
        library.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(astdb, library / "astdb.sqlite3")
        running.enter_context(asterisk)
        daemon.configure(config + CONFIG.format(proxy=proxy, ami=asterisk.ami_port))
        with daemon:
            figures = _allowed(asterisk.ami_port, proxy, unlisted, say)
            blocked = [national(number) for number in listed[: len(unlisted)]]
            say(f"{len(blocked):,} blocked originates at the proxy and at an AstDB gate")
            figures |= _blocked(asterisk.ami_port, proxy, blocked)
            figures |= _events(asterisk.ami_port, proxy, 20 * len(unlisted), say)
        daemon.configure(config + WATCHDOG.format(ami=asterisk.ami_port))
        with daemon:
            wait_until(lambda: "gatekeeper" in asterisk.cli("manager show connected"), 60, "the watchdog to log in")
            bypassing = [national(number) for number in listed[-max(100, len(unlisted) // 2) :]]
            say(f"{len(bypassing)} originates past the gates, cancelled by the watchdog")
            figures |= _cancelled(asterisk, ringing, bypassing)
    return figures


def national(number: int) -> str:
    """A French number as a dialer writes it."""
    return f"0{number - 33_000_000_000}"


def _allowed(straight: int, proxy: int, numbers: Sequence[str], say: Callable[[str], None]) -> dict[str, float]:
    """Originate to OriginateResponse, one at a time, straight and over the proxy in turn.

    What is checked is a call to the trunk, so that is what is measured; its carrier answers at once. A Local channel
    which no carrier is behind shows the same cost on the shortest call there is.
    """
    few = numbers[: max(50, len(numbers) // 2)]
    say(f"{len(few):,} allowed originates to the trunk, straight and over the proxy; then to a Local channel")
    ways = {name: Way(port, to_trunk) for name, port in (("straight", straight), ("proxy", proxy))}
    # Both Pythons and Asterisk get quicker over their first few hundred calls.
    in_turn(AsyncDialer, ways, few, succeeds=True)
    trunk = in_turn(AsyncDialer, ways, few, succeeds=True)
    ways = {name: Way(way.port, lambda number: f"Local/{number}@bench-open/n") for name, way in ways.items()}
    local = in_turn(AsyncDialer, ways, few, succeeds=True)
    return {
        "proxy_allowed_ratio": paired(trunk["proxy"], trunk["straight"], TURN),
        "proxy_allowed_local_ratio": paired(local["proxy"], local["straight"], TURN),
        "proxy_straight_ms": p50(trunk["straight"]) * 1000,
        "proxy_added_ms": (p50(trunk["proxy"]) - p50(trunk["straight"])) * 1000,
    }


def _to_astdb(number: str) -> str:
    return f"Local/{number}@bench-astdb/n"


def _blocked(straight: int, proxy: int, numbers: Sequence[str]) -> dict[str, float]:
    """The same for numbers that are listed: at the proxy, and in the AstDB that the dialplan asks.

    Measured to the OriginateResponse as with those that are allowed, which is how dialers originate; and, for the
    record, without `Async`, where Asterisk has neither a thread to start nor events to send.
    """
    ways = {name: Way(port, _to_astdb) for name, port in (("astdb", straight), ("proxy", proxy))}
    taken = {}
    for kind in (AsyncDialer, BenchDialer):
        in_turn(kind, ways, numbers[:50], succeeds=False)
        taken[kind] = in_turn(kind, ways, numbers, succeeds=False)
    events, waiting = taken[AsyncDialer], taken[BenchDialer]
    return {
        "proxy_blocked_ratio": paired(events["proxy"], events["astdb"], TURN),
        "proxy_blocked_ms": p50(events["proxy"]) * 1000,
        "proxy_blocked_sync_ratio": paired(waiting["proxy"], waiting["astdb"], TURN),
    }


def _events(straight: int, proxy: int, count: int, say: Callable[[str], None]) -> dict[str, float]:
    """Events a second that ten clients get, straight and over the proxy in turn."""
    say(f"{count:,} events to {LISTENERS} clients straight and over the proxy, {ROUNDS} rounds")
    rates: dict[int, list[float]] = {straight: [], proxy: []}
    for port in (straight, proxy):
        listen(straight, port, count // 4)
    for _ in range(ROUNDS):
        for port, found in rates.items():
            found.append(listen(straight, port, count))
    return {
        "proxy_event_throughput_ratio": p50([b / a for a, b in zip(rates[straight], rates[proxy], strict=True)]),
        "proxy_events_per_second": p50(rates[proxy]),
    }


def listen(source: int, port: int, count: int) -> float:
    """Events a second that all listeners of a port got of `count` that were raised at once."""
    reader = subprocess.Popen(
        [sys.executable, str(Path(__file__).with_name("listeners.py")), str(port), str(LISTENERS), str(count)],
        stdout=subprocess.PIPE,
        text=True,
    )
    with reader:
        assert reader.stdout is not None
        if reader.stdout.readline() != "listening\n":
            raise RuntimeError("the listeners did not log in")
        _raise_events(source, count)
        seconds = float(reader.stdout.readline() or "nan")
    if reader.returncode:
        raise RuntimeError("the listeners did not get all events")
    return count * LISTENERS / seconds


def _raise_events(port: int, count: int) -> None:
    """Raise events as fast as Asterisk takes the actions."""
    action = (
        b"Action: UserEvent\r\nUserEvent: Bench\r\nFirst: " + b"x" * 80 + b"\r\nSecond: " + b"y" * 120 + b"\r\n\r\n"
    )
    login = b"Action: Login\r\nUsername: dialer\r\nSecret: dialer-secret\r\nEvents: off\r\n\r\n"
    with socket.create_connection(("127.0.0.1", port), timeout=60) as manager, selectors.DefaultSelector() as selector:
        manager.sendall(login)
        manager.setblocking(False)
        selector.register(manager, selectors.EVENT_READ | selectors.EVENT_WRITE)
        waiting = memoryview(action * count)
        answered = 0
        while answered < count:
            for _, events in selector.select(60):
                if events & selectors.EVENT_READ:
                    answered += manager.recv(1 << 18).count(b"Message: Event Sent")
                if events & selectors.EVENT_WRITE:
                    waiting = waiting[manager.send(waiting[: 1 << 16]) :]
                    if not waiting:
                        selector.modify(manager, selectors.EVENT_READ)


def _cancelled(asterisk: AsteriskInstance, ringing: Carrier, numbers: Sequence[str]) -> dict[str, float]:
    """How long after the INVITE of a call that bypasses the gates the CANCEL comes, as the carrier saw it."""
    with BenchDialer(asterisk.ami_port) as dialer:
        for number in numbers:
            _, succeeded = dialer.originate(f"PJSIP/{number}@trunk-ringing")
            if succeeded:
                raise RuntimeError("a call that had to be cancelled was not")
    invites = {invite.number: invite for invite in ringing.settle()}
    taken = [1000 * ((invites[number].cancelled_at or float("inf")) - invites[number].at) for number in numbers]
    return {"watchdog_cancel_ms": quantiles(taken, n=100, method="inclusive")[98], "watchdog_cancel_p50_ms": p50(taken)}
