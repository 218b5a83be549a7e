"""Measures under a law: the French one, with consents, and every hour and many attempts allowed."""

import shutil
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import attempts
from originate import CALLER_ID, p50

from gatekeeper.config import load
from gatekeeper.daemon.wiring import open_screening
from gatekeeper.journal import JOURNAL_FILE
from gatekeeper.policy import Gate
from gatekeeper.screening import Question
from lab.daemon import GatekeeperDaemon

OVERRIDES = """
[fr.provisions.FR-DAYS]
with = { week = { "mon-sun" = ["00:00-24:00"] }, holidays = "" }
because = "a benchmark runs on every day"

[fr.provisions.FR-HOURS]
with = { week = { "mon-sun" = ["00:00-24:00"] } }
because = "and at every hour"

[fr.provisions.FR-CAP]
with = { limit = 1000000 }
because = "and calls the same numbers again and again"
"""

CONFIG = """
[law]
default = "fr"
overrides = "{overrides}"
[lists.bloctel]
kind = "opposition"
registry = "own"
[campaigns.default]
principal = "{principal}"
goods = ["insurance"]
"""

HEADING = "number;principal;goods;collected_at;until;channel;items;proof\n"


def config(folder: Path) -> str:
    """The configuration of a site under the law."""
    folder.mkdir(exist_ok=True)
    path = folder / "overrides.toml"
    path.write_text(OVERRIDES)
    return CONFIG.format(overrides=path, principal=attempts.PRINCIPAL)


def consent(daemon: GatekeeperDaemon, folder: Path, numbers: Sequence[str]) -> None:
    """Import a consent of each number, as a dialer writes them."""
    file, day = folder / "of-these.csv", time.strftime("%Y-%m-%dT%H:%M", time.localtime(time.time() - 86_400))
    until = time.strftime("%Y-%m-%d", time.localtime(time.time() + 90 * 86_400))
    with file.open("w") as out:
        out.write(HEADING)
        for place, number in enumerate(dict.fromkeys(numbers)):
            out.write(f"{number};{attempts.PRINCIPAL};insurance;{day};{until};web;all;bench-{place:09}\n")
    daemon.command("consent", "import", str(file))


def measure(
    daemon: GatekeeperDaemon, consents: Path, past: Path, folder: Path, count: int, say: Callable[[str], None]
) -> dict[str, float]:
    """p50 of a decision under the law that allows a call: consents, listed numbers and past attempts in millions.

    Args:
        daemon: has the list.
        consents: the data folder of a site that has the consents.
        past: the journal that has the attempts.
        folder: a folder of its own.
        count: how many decisions.
        say: tells what is going on.
    """
    say(f"{count:,} decisions under the law")
    site = GatekeeperDaemon(folder, config=config(folder))
    shutil.copytree(daemon.data_dir, site.data_dir, ignore=shutil.ignore_patterns("journal*"))
    for path in consents.glob("consents*"):
        whole = shutil.copytree if path.is_dir() else shutil.copy2
        whole(path, site.data_dir / path.name)
    past.rename(site.data_dir / JOURNAL_FILE)
    numbers = [f"0{attempts.FIRST + 7 * place - 33_000_000_000}" for place in range(count)]
    consent(site, folder, numbers)
    taken = []
    with open_screening(load(site.config_path)) as screening:
        now = time.time_ns() // 1000
        for number in numbers:
            question = Question(number, Gate.CLI, caller_id=CALLER_ID)
            started = time.perf_counter_ns()
            finding = screening.find(question, now)
            taken.append(time.perf_counter_ns() - started)
            if finding.decision.provision not in ("FR-BASIS", ""):
                raise RuntimeError(f"not what was meant: {finding.decision}")
    shutil.rmtree(folder)
    return {"law_decision_us": p50(taken) / 1000}
