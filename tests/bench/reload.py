"""Benchmark of reloads: what the replacement of a list costs the calls that are decided on meanwhile."""

import itertools
import math
import random
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from originate import p50
from store import undrawn

from gatekeeper.config import load
from gatekeeper.daemon.wiring import open_screening
from gatekeeper.policy import Gate
from gatekeeper.screening import Question
from gatekeeper.screening.service import Screening
from lab.daemon import GatekeeperDaemon

ROUNDS = 3
_PAUSE = 0.001
_LISTED_SHARE = 0.1


def measure(
    daemon: GatekeeperDaemon, file: Path, numbers: Sequence[int], least: int, say: Callable[[str], None], rounds: int
) -> dict[str, float]:
    """Decide a thousand times a second in this process, at rest and while a child imports the list anew.

    A tenth of the numbers is listed, so that the exact store is asked, too. The figure is the median of the rounds'
    ratios. Each round ends with decisions that rest on the new version; that is made sure of.

    Args:
        daemon: the site; it need not run.
        file: the list's numbers as delivered.
        numbers: the same, as integers.
        least: decisions at rest; of fewer than 2,000 a p99 says little.
        say: is told what is being done.
        rounds: how many.
    """
    questions = itertools.cycle(_questions(numbers, least))
    ratios, slowest = [], []
    with open_screening(load(daemon.config_path)) as screening:
        _decide(screening, questions, least)
        for turn in range(rounds):
            say(f"decisions while the list is replaced, round {turn + 1} of {rounds}")
            before = _version(screening, next(questions))
            at_rest = _decide(screening, questions, least)
            meanwhile = _while_importing(daemon, file, screening, questions)
            if _version(screening, next(questions)) == before:
                raise RuntimeError("the list was imported, and decisions still rest on the old one")
            ratios.append(_p99(meanwhile) / _p99(at_rest))
            slowest.append(max(meanwhile))
    return {"reload_p99_ratio": p50(ratios), "reload_slowest_us": max(slowest) / 1000}


def _questions(numbers: Sequence[int], count: int) -> list[Question]:
    generator = random.Random(14)
    listed = [f"+{number}" for number in generator.sample(numbers, int(count * _LISTED_SHARE))]
    dialled = [*listed, *undrawn(count - len(listed))]
    generator.shuffle(dialled)
    return [Question(number, Gate.CLI) for number in dialled]


def _while_importing(
    daemon: GatekeeperDaemon, file: Path, screening: Screening, questions: "itertools.cycle[Question]"
) -> list[int]:
    command = [sys.executable, "-m", "gatekeeper", "--config", str(daemon.config_path)]
    with subprocess.Popen([*command, "list", "import", "bloctel", str(file)], stdout=subprocess.DEVNULL) as child:
        taken = []
        while child.poll() is None:
            taken += _decide(screening, questions, 50)
    if child.returncode:
        raise RuntimeError(f"the import ended with {child.returncode}")
    return taken + _decide(screening, questions, 50)


def _decide(screening: Screening, questions: "itertools.cycle[Question]", count: int) -> list[int]:
    """Nanoseconds of each decision."""
    taken = []
    for question in itertools.islice(questions, count):
        time.sleep(_PAUSE)
        now = time.time_ns() // 1000
        started = time.perf_counter_ns()
        screening.find(question, now)
        taken.append(time.perf_counter_ns() - started)
    return taken


def _version(screening: Screening, question: Question) -> str:
    return screening.find(question, time.time_ns() // 1000).rests_on


def _p99(taken: Sequence[int]) -> int:
    return sorted(taken)[math.ceil(len(taken) * 0.99) - 1]
