"""`make bench`: every figure in one run on this machine, against its peers.

`--short` does the same with few numbers and calls: it shows that the benchmarks work, not how fast anything is.
"""

import argparse
import json
import os
import platform
import shutil
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from rich.console import Console
from rich.table import Table

sys.path.insert(0, str(Path(__file__).parent))

import api
import attempts
import consents
import desk
import gates
import law
import law_scrub
import numpy as np
import proxy
import reload
import scrub
import sip
import store
from daemon_figures import measure_daemon
from targets import TARGETS

from lab.daemon import GatekeeperDaemon
from lab.ports import free_port

REPOSITORY = Path(__file__).resolve().parents[2]
CONFIG = '[lists.bloctel]\nkind = "opposition"\n'


class Size(NamedTuple):
    """How much is measured, and how often at most."""

    numbers: int
    calls: int
    contacts: int
    rounds: int
    attempts: int
    decisions: int
    questions: int


FULL = Size(10_000_000, 1000, 1_000_000, 5, 50_000_000, 50_000_000, 20_000)
SHORT = Size(20_000, 30, 5_000, 1, 20_000, 20_000, 500)


def main() -> int:
    """Measure, print the table, write the figures; 1 where one that must be reached was missed in a full run."""
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--short", action="store_true", help="few numbers, few calls: shows that it works")
    parser.add_argument("--numbers", type=int, help="how many numbers the list has")
    parser.add_argument("--out", type=Path, default=REPOSITORY / "build" / "bench.json", help="where the figures go")
    wanted = parser.parse_args()
    size = SHORT if wanted.short else FULL
    if wanted.numbers:
        size = size._replace(numbers=wanted.numbers)
    folder = wanted.out.resolve().parent / "bench"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    try:
        figures = measure(folder, size, _say)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    wanted.out.write_text(json.dumps({"machine": machine(), "short": wanted.short, **figures}, indent=2) + "\n")
    missed = show(figures)
    _say(f"written to {wanted.out}")
    return 1 if missed and not wanted.short else 0


def measure(folder: Path, size: Size, say: Callable[[str], None]) -> dict[str, float]:
    """Every figure by its key."""
    say(f"drawing {size.numbers:,} numbers")
    numbers = store.draw(size.numbers)
    daemon = GatekeeperDaemon(folder / "gatekeeper", config=CONFIG)
    daemon.init()
    figures = store.measure_import(daemon, folder, numbers, say, min(size.rounds, store.ROUNDS))
    figures |= consents.measure(daemon, folder, numbers, size.questions, say, min(size.rounds, consents.ROUNDS))
    say("decisions, filter, restart and memory")
    figures |= store.measure_filter(daemon, size.numbers, store.FILTER_QUESTIONS * size.questions)
    figures |= store.measure_decision(daemon, store.undrawn(size.questions))
    figures |= measure_daemon(daemon, store.undrawn(size.questions // 10), starts=size.rounds)
    figures |= attempts.measure(folder, size.attempts, say)
    figures |= desk.measure(folder, size.decisions, say)
    past = folder / "attempts.sqlite3"
    figures |= law.measure(daemon, folder / "consents" / "data", past, folder / "law", size.questions, say)
    say(f"scrub of {size.contacts:,} contacts, and DuckDB's anti-join")
    figures |= scrub.measure(folder, daemon.config_path, numbers, contacts=size.contacts, rounds=size.rounds)
    listed = np.asarray(numbers, np.int64)
    figures |= law_scrub.measure(folder, listed, contacts=size.contacts, say=say, rounds=size.rounds)
    figures |= reload.measure(
        daemon, folder / "numbers.txt", numbers, size.questions // 10, say, min(size.rounds, reload.ROUNDS)
    )
    # From here on calls are placed, and each is one that the law has to allow.
    under_law, called, desk_port = law.config(folder), store.undrawn(size.calls), free_port()
    daemon.configure(under_law + api.section(desk_port))
    law.consent(daemon, folder, called)
    with daemon:
        figures |= gates.measure(daemon, folder, numbers, called, say)
        figures |= api.measure(daemon, desk_port, called, say, short=size.rounds == 1)
    figures |= proxy.measure(daemon, under_law, folder, numbers, called, gates.astdb_of(folder), say)
    figures |= sip.measure(daemon, under_law, folder, numbers, called, say)
    return figures


def show(figures: dict[str, float]) -> list[str]:
    """Print the table; give the keys that missed what they must reach."""
    table = Table(title=machine(), title_justify="left")
    for heading in ("figure", "what", "measured", "must", "aim", ""):
        table.add_column(
            heading, overflow="fold", justify="right" if heading in ("measured", "must", "aim") else "left"
        )
    missed = []
    for key, target in TARGETS.items():
        if key not in figures:
            continue
        verdict = target.verdict(figures[key])
        if verdict == "MISSED":
            missed.append(key)
        bounds = ("" if bound is None else f"{bound:g}" for bound in (target.must, target.aim))
        table.add_row(key, target.what, f"{figures[key]:.3g} {target.unit}".strip(), *bounds, verdict)
    for key in figures.keys() - TARGETS.keys():
        table.add_row(key, "", f"{figures[key]:.4g}", "", "", "")
    Console(width=None if sys.stdout.isatty() else 140).print(table)
    return missed


def machine() -> str:
    """On what it was measured."""
    system = f"{platform.system()} {platform.release()}"
    return f"{os.cpu_count()} cores, {platform.machine()}, {system}, Python {platform.python_version()}"


def _say(text: str) -> None:
    sys.stdout.write(f"[{time.strftime('%H:%M:%S')}] {text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
