"""The desk's pages over a long journal: the desk as a process of its own, asked over HTTP by one who has signed in."""

import contextlib
import random
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

import desk_idle
import httpx
import long_journal

from gatekeeper.accounts import Accounts, Role
from gatekeeper.clock import now_micros
from gatekeeper.journal import JOURNAL_FILE, first_ident
from lab.daemon import GatekeeperDaemon
from lab.ports import free_port

LOOKS: Final = 120
FEW_LOOKS: Final = 10
"""At each page, of a journal to measure, and of one that only shows that it can be."""

BYTES: Final = 480
"""Of a decision in the file, with its indexes."""

_PASSWORD: Final = "four unrelated words here"
_LESS: Final = 5_000_000
_SMALL: Final = 1_000_000
_ROUNDS: Final = 5
_CALLS: Final = 2000
_FEW_CALLS: Final = 40
_START_S: Final = 60

Ask = Callable[[random.Random], str]
"""Draws the address of a page."""


def measure(folder: Path, count: int, say: Callable[[str], None]) -> dict[str, float]:
    """p95 of each page in milliseconds, and the slowest page's as the figure.

    Args:
        folder: where the journal is made, and removed at the end.
        count: how many decisions it has; fewer where the disk has no room for twice as much.
        say: is told what is being done.
    """
    place = folder / "desk"
    if shutil.disk_usage(folder).free < 2 * count * BYTES:
        say(f"no room for {count:,} decisions: {_LESS:,} instead")
        count = min(count, _LESS)
    say(f"a journal of {count:,} decisions")
    port = free_port()
    daemon = GatekeeperDaemon(place, config=f'[lists.bloctel]\nkind = "opposition"\n[desk]\nport = {port}\n')
    try:
        daemon.init()
        journal = daemon.data_dir / JOURNAL_FILE
        for path in daemon.data_dir.glob(f"{JOURNAL_FILE}*"):
            path.unlink()
        until = now_micros()
        began = time.perf_counter()
        long_journal.make(journal, count, until)
        made = time.perf_counter() - began
        with Accounts(daemon.data_dir) as accounts:
            accounts.users.add("bench", _PASSWORD, Role.READER, by="bench")
        with daemon, _desk(daemon, f"http://127.0.0.1:{port}") as client:
            begin = until - count * long_journal.step_of()
            looks = LOOKS if count > _SMALL else FEW_LOOKS
            figures = _measure(client, begin, until, say, looks)
            called = [f"06{number:08}" for number in range(_CALLS if count > _SMALL else _FEW_CALLS)]
            beside = desk_idle.measure(daemon, client, called, _ROUNDS if count > _SMALL else 1, say)
    finally:
        daemon.close()
        shutil.rmtree(place, ignore_errors=True)
    slowest = max(figures.values())
    return {"desk_p95_ms": slowest, **figures, **beside, "desk_decisions": count, "desk_journal_seconds": made}


@contextlib.contextmanager
def _desk(daemon: GatekeeperDaemon, url: str) -> Iterator[httpx.Client]:
    # With the priority that its unit gives it.
    command = ["nice", "-n", "10", sys.executable, "-m", "gatekeeper", "--config", str(daemon.config_path), "desk"]
    with (
        daemon.log_path.open("ab") as log,
        subprocess.Popen(command, stdout=log, stderr=log) as process,
        httpx.Client(base_url=url, headers={"origin": url}, trust_env=False, timeout=60) as client,
    ):
        try:
            _wait(client, process, daemon.log_path)
            answer = client.post("/sign-in", data={"name": "bench", "password": _PASSWORD})
            if answer.status_code != 303:
                raise RuntimeError(f"nobody can sign in: {answer.status_code}")
            yield client
        finally:
            process.terminate()
            process.wait(20)


def _wait(client: httpx.Client, process: "subprocess.Popen[bytes]", log: Path) -> None:
    for _ in range(_START_S * 10):
        with contextlib.suppress(httpx.TransportError):
            if client.get("/healthz").is_success:
                return
        if process.poll() is not None:
            raise RuntimeError(f"the desk ended; see {log}")
        time.sleep(0.1)
    raise RuntimeError(f"the desk does not answer; see {log}")


def _measure(client: httpx.Client, begin: int, until: int, say: Callable[[str], None], looks: int) -> dict[str, float]:
    began = time.perf_counter()
    first = _milliseconds(client, "/today")
    while "still being counted:" in client.get("/today").text:
        time.sleep(0.2)
    say(f"the first look at today: {first:.0f} ms; it was counted after {time.perf_counter() - began:.1f} s")
    draw = random.Random(13)
    taken = {}
    for name, ask in _pages(begin, until).items():
        say(f"the desk's {name}")
        taken[f"desk_{name}_p95_ms"] = _p95([_milliseconds(client, ask(draw)) for _ in range(looks)])
    if (address := _number_address(client)) is not None:
        taken["desk_number_p95_ms"] = _p95([_milliseconds(client, address(draw)) for _ in range(looks)])
    return taken


def _pages(begin: int, until: int) -> dict[str, Ask]:
    """The pages that are looked at, each at places all over the journal."""

    def cursor(draw: random.Random) -> str:
        return f"before={first_ident(draw.randrange(begin, until))}"

    def filtered(draw: random.Random) -> str:
        wanted = draw.choice(
            (
                "verdict=BLOCK&campaign=survey",
                "reason=CALL_HOURS",
                "principal=Sondages+SAS&gate=AMI_PROXY",
                "agent=manager%3Avicidial&verdict=BLOCK",
                "reason=OBJECTED",
                "bypassed=1",
            )
        )
        return f"/journal?{wanted}&{cursor(draw)}"

    return {
        "first": lambda _: "/journal",
        "page": lambda draw: f"/journal?{cursor(draw)}",
        "filtered": filtered,
        "of_number": lambda draw: (
            f"/journal?number=%2B{long_journal.FIRST_NUMBER + draw.randrange(long_journal.NUMBERS)}"
        ),
        "today": lambda _: "/today",
    }


def _number_address(client: httpx.Client) -> Ask | None:
    """What draws a number's page; None where the desk has none."""
    if not client.get("/number").is_success:
        return None

    def address(draw: random.Random) -> str:
        number = long_journal.FIRST_NUMBER + draw.randrange(long_journal.NUMBERS)
        return client.post("/number", data={"number": f"+{number}"}).headers["location"]

    return address


def _milliseconds(client: httpx.Client, address: str) -> float:
    began = time.perf_counter()
    answer = client.get(address)
    taken = time.perf_counter() - began
    if not answer.is_success or "<h1" not in answer.text:
        raise RuntimeError(f"{address}: {answer.status_code}")
    return taken * 1000


def _p95(taken: list[float]) -> float:
    return sorted(taken)[int(len(taken) * 0.95)]
