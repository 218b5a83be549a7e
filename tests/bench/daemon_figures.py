"""The daemon as a process: how long it takes to start, and what it holds in memory."""

import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from originate import p50

from lab.daemon import GatekeeperDaemon
from lab.fastagi import ask

STARTS = 5


def measure_daemon(daemon: GatekeeperDaemon, numbers: Sequence[str], *, starts: int = STARTS) -> dict[str, float]:
    """Seconds from the start of `serve` to its first answer, and its memory after some thousand answers."""
    seconds = [_start_to_answer(daemon, numbers[0]) for _ in range(starts)]
    with daemon:
        for number in numbers:
            ask(daemon.fastagi_port, number)
        resident = _resident_mb(daemon.pid)
    return {"restart_seconds": p50(seconds), "rss_mb": resident}


def _start_to_answer(daemon: GatekeeperDaemon, number: str) -> float:
    command = [sys.executable, "-m", "gatekeeper", "--config", str(daemon.config_path), "serve"]
    with daemon.log_path.open("ab") as log:
        started = time.perf_counter()
        process = subprocess.Popen(command, stdout=log, stderr=log)
    try:
        while True:
            try:
                answer = ask(daemon.fastagi_port, number)
            except OSError:
                if process.poll() is not None:
                    raise RuntimeError(f"the daemon ended; see {daemon.log_path}") from None
                time.sleep(0.002)
                continue
            seconds = time.perf_counter() - started
            if answer["GATEKEEPER_VERDICT"] != "ALLOW":
                raise RuntimeError(f"the first answer was no ALLOW: {answer!r}")
            return seconds
    finally:
        process.terminate()
        process.wait(10)


def _resident_mb(pid: int) -> float:
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    raise RuntimeError("the kernel does not tell the daemon's memory")
