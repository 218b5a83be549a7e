"""The list store: importing, the filter, and a decision in process."""

import contextlib
import random
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from originate import p50

from gatekeeper.config import load
from gatekeeper.daemon.wiring import open_screening
from gatekeeper.lists import ListIndex
from gatekeeper.policy import Gate
from gatekeeper.screening import Question
from lab.daemon import GatekeeperDaemon

ROUNDS = 3
FILTER_QUESTIONS = 15
"""To each decision."""


def draw(count: int, *, seed: int = 10) -> list[int]:
    """Different French mobile numbers between 06 10 and 06 38, ascending."""
    return sorted(33_600_000_000 + rest for rest in random.Random(seed).sample(range(10_000_000, 38_999_999), count))


def undrawn(count: int) -> list[str]:
    """Valid mobile numbers that `draw` can't draw, as a dialer writes them."""
    generator = random.Random(11)
    return [f"06{generator.randrange(40_000_000, 89_999_999)}" for _ in range(count)]


def measure_import(
    daemon: GatekeeperDaemon, folder: Path, numbers: Sequence[int], say: Callable[[str], None], rounds: int
) -> dict[str, float]:
    """Import the numbers, against sqlite3's own `.import` of the same numbers into the same table.

    sqlite3 gets them normalised, ascending and as plain integers: the best case of its B-tree. Ours get the same order
    as a dialer writes them, and are ready with filter and all.
    """
    raw, plain = folder / "numbers.txt", folder / "plain.csv"
    raw.write_text("".join(f"0{number - 33_000_000_000}\n" for number in numbers))
    plain.write_text("".join(f"{number}\n" for number in numbers))
    ours, theirs = [], []
    for turn in range(rounds):
        say(f"import of {len(numbers):,} numbers, round {turn + 1} of {rounds}: sqlite3, then ours")
        theirs.append(_sqlite_import(folder / f"peer{turn}.sqlite3", plain))
        started = time.perf_counter()
        daemon.command("list", "import", "bloctel", str(raw))
        ours.append(time.perf_counter() - started)
    return {
        "import_ratio": p50([mine / peer for mine, peer in zip(ours, theirs, strict=True)]),
        "import_seconds": p50(ours),
        "import_numbers": len(numbers),
    }


def _sqlite_import(path: Path, plain: Path) -> float:
    script = f"CREATE TABLE number(number INTEGER PRIMARY KEY);\n.import '{plain}' number\n"
    started = time.perf_counter()
    subprocess.run(["sqlite3", "-bail", str(path)], input=script, text=True, check=True, timeout=600)
    seconds = time.perf_counter() - started
    with sqlite3.connect(path) as connection:
        (count,) = connection.execute("SELECT count(*) FROM number").fetchone()
    connection.close()
    if not count:
        raise RuntimeError("sqlite3 imported nothing")
    path.unlink()
    return seconds


def measure_decision(daemon: GatekeeperDaemon, numbers: Sequence[str]) -> dict[str, float]:
    """p50 of a decision on an unlisted home-plan number, in this process, over the daemon's lists."""
    questions = [Question(number, Gate.CLI) for number in numbers]
    taken = []
    with open_screening(load(daemon.config_path)) as screening:
        now = time.time_ns() // 1000
        for question in questions:
            started = time.perf_counter_ns()
            finding = screening.find(question, now)
            taken.append(time.perf_counter_ns() - started)
            if finding.decision.verdict != "ALLOW":
                raise RuntimeError("an unlisted number was not allowed")
    return {"decision_us": p50(taken) / 1000}


def measure_filter(daemon: GatekeeperDaemon, count: int, questions: int) -> dict[str, float]:
    """What the filter takes, and how often it is wrong."""
    with contextlib.closing(ListIndex.open(daemon.data_dir)) as index:
        state = index.states()["bloctel"]
        saved = index.opened("bloctel").filter
        if saved is None:
            raise RuntimeError("the list has no filter")
        strangers = [33_000_000_000 + int(number) for number in undrawn(questions)]
        wrong = sum(number in saved.filter for number in strangers)
    path = daemon.data_dir / "lists" / "bloctel" / f"{state.version}.bloom"
    return {
        "filter_bytes_per_number": path.stat().st_size / count,
        "filter_false_positives": wrong / len(strangers),
    }


def python() -> str:
    """The interpreter that runs this."""
    return sys.executable
