"""The interface `/v1`: single questions of 16 clients, against the same server answering a constant; and batches."""

import contextlib
import json
import selectors
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from originate import CALLER_ID, p50

from gatekeeper.accounts import Accounts
from lab.daemon import GatekeeperDaemon
from lab.ports import free_port

CLIENTS = 16
BATCH, SHORT_BATCH = 10_000, 500
LISTS = "lists"
"""A campaign that no country's law binds."""

SECONDS = 5.0
HERE = Path(__file__).parent

Say = Callable[[str], None]


def section(port: int) -> str:
    """What the configuration needs, so that nothing but the work itself bounds the rate."""
    desk = f"[desk]\nport = {port}\nrate_per_minute = 600000\n"
    return f'{desk}[campaigns.{LISTS}]\nlaw = "lists-only"\n'


def measure(daemon: GatekeeperDaemon, port: int, numbers: Sequence[str], say: Say, *, short: bool) -> dict[str, float]:
    """Both figures, of a running daemon whose configuration has `section(port)`."""
    say("the interface: 16 clients, and batches")
    with Accounts(daemon.data_dir) as accounts:
        _, key = accounts.keys.add("bench", ["check"], by="bench")
    calls = [{"number": number, "caller_id": CALLER_ID} for number in numbers]
    questions = [{**call, "intent": "ask"} for call in calls]
    seconds = 0.5 if short else SECONDS
    rounds = 1 if short else 3
    size = SHORT_BATCH if short else BATCH
    ours, theirs = [], []
    desk = [sys.executable, "-m", "gatekeeper", "--config", str(daemon.config_path), "desk"]
    other = free_port()
    with (
        _serving(desk, port, daemon.folder / "desk.log"),
        _serving([sys.executable, str(HERE / "constant_api.py"), str(other)], other, daemon.folder / "constant.log"),
    ):
        for _ in range(rounds):
            ours.append(_rate(port, key, questions, seconds))
            theirs.append(_rate(other, key, questions, seconds))
        spent = {}
        for key_of, campaign in (("api_batch_us", LISTS), ("api_batch_law_us", "")):
            attempts = [{**calls[place % len(calls)], "campaign": campaign} for place in range(size)]
            taken = [_batch(port, key, attempts) for _ in range(1 if short else 6)]
            spent[key_of] = p50(taken[1:] or taken) / size * 1e6
    return {
        "api_check_per_second": p50(ours) / p50(theirs),
        "api_checks_a_second": p50(ours),
        **spent,
    }


def _rate(port: int, key: str, questions: Sequence[dict[str, str]], seconds: float) -> float:
    """Questions a second that 16 clients get answered, each on its connection, one at a time."""
    requests = [_request(port, key, one) for one in questions]
    answered = 0
    with contextlib.ExitStack() as opened, selectors.DefaultSelector() as ready:
        for place in range(CLIENTS):
            client = opened.enter_context(socket.create_connection(("127.0.0.1", port)))
            ready.register(client, selectors.EVENT_READ, bytearray())
            client.sendall(requests[place % len(requests)])
        began = time.perf_counter()
        until = began + seconds
        while time.perf_counter() < until:
            for found, _ in ready.select(1):
                client, received = found.fileobj, found.data
                assert isinstance(client, socket.socket)
                received += client.recv(65_536)
                if not _whole(received):
                    continue
                if not received.startswith(b"HTTP/1.1 200"):
                    raise RuntimeError(received.decode("utf-8", "replace"))
                received.clear()
                answered += 1
                client.sendall(requests[(answered + CLIENTS) % len(requests)])
        return answered / (time.perf_counter() - began)


def _batch(port: int, key: str, attempts: Sequence[dict[str, str]]) -> float:
    """Seconds from a batch's first byte to its answer's last."""
    request = _request(port, key, {"intent": "ask", "attempts": attempts})
    began = time.perf_counter()
    with socket.create_connection(("127.0.0.1", port)) as client:
        client.sendall(request)
        received = bytearray()
        while not received.endswith(b"\r\n0\r\n\r\n"):
            data = client.recv(1 << 20)
            if not data:
                raise RuntimeError(received[:500].decode("utf-8", "replace"))
            received += data
    spent = time.perf_counter() - began
    if received.count(b'"decision"') != len(attempts):
        raise RuntimeError("the answers are not as many as the attempts")
    return spent


def _request(port: int, key: str, body: object) -> bytes:
    text = json.dumps(body).encode()
    head = (
        f"POST /v1/check HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nAuthorization: Bearer {key}\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(text)}\r\n\r\n"
    )
    return head.encode() + text


def _whole(received: bytearray) -> bool:
    """Whether an answer with a length is there."""
    head, blank, body = received.partition(b"\r\n\r\n")
    if not blank:
        return False
    length = head.lower().partition(b"content-length:")[2].partition(b"\r\n")[0]
    return len(body) >= int(length)


@contextlib.contextmanager
def _serving(command: Sequence[str], port: int, log: Path) -> Iterator[None]:
    with log.open("wb") as out, subprocess.Popen(command, stdout=out, stderr=out) as process:
        try:
            for _ in range(600):
                with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port)):
                    break
                if process.poll() is not None:
                    raise RuntimeError(log.read_text())
                time.sleep(0.05)
            yield
        finally:
            process.terminate()
            process.wait(20)
