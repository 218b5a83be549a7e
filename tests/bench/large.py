"""`make bench-large`: the size of the US registry, 258 million numbers.

Numbers are spread over all area codes of the United States at even distances, written in the registry's own form
(`212,5550123`), and imported by the command line. Measured are the import's time and memory, the size of what it makes,
the daemon's start to its first answer, and the decision on an unlisted number, also against a list of one million.
`--numbers` measures fewer.
"""

import argparse
import json
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

sys.path.insert(0, str(Path(__file__).parent))

from daemon_figures import STARTS, measure_daemon
from store import measure_decision

from gatekeeper.lists import ListStore
from gatekeeper.phone import DialPlan, Normaliser, NumberKind
from lab.daemon import GatekeeperDaemon

REPOSITORY = Path(__file__).resolve().parents[2]
NUMBERS = 258_000_000
CONFIG = """\
[phone]
home = "US"

[lists.us]
format = "ftc"
"""
MUST_RESTART_SECONDS = 3.0
MUST_GIB = 24.0
SMALL = 1_000_000
ASKED, FEW_ASKED = 20_000, 2_000
_DENSE = 1_000
"""So many numbers to an area code has only a run in earnest."""
ANSWERED = 2_000

_FIRST, _SPAN = 2_000_000, 8_000_000
"""Numbers within an area code begin with 2 to 9."""
_LINE = 12
_PLACES, _FEW_PLACES = 800, 40
"""Where in an area code it is asked whether numbers are valid; a short run loses a few to the places it passes over."""
_LOOKS_A_SECOND = 5


def main() -> int:
    """Measure; 1 where a full run needs more than it may."""
    parser = argparse.ArgumentParser(prog="make bench-large", description=__doc__)
    parser.add_argument("--numbers", type=int, default=NUMBERS, help="how many numbers the list has")
    parser.add_argument("--out", type=Path, default=REPOSITORY / "build" / "bench-large.json")
    wanted = parser.parse_args()
    folder = wanted.out.resolve().parent / "bench-large"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    try:
        figures = measure(folder, wanted.numbers)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    wanted.out.write_text(json.dumps(figures, indent=2) + "\n")
    for key, value in figures.items():
        sys.stdout.write(f"{key:28}{value:14,.3f}\n")
    works = figures["restart_seconds"] < MUST_RESTART_SECONDS and figures["import_peak_gib"] < MUST_GIB
    return 0 if works else 1


def measure(folder: Path, count: int) -> dict[str, float]:
    """Every figure by its key."""
    areas = area_codes(_PLACES if count == NUMBERS else _FEW_PLACES)
    file = folder / "registry.txt"
    each = write(file, areas, count)
    daemon = GatekeeperDaemon(folder / "gatekeeper", config=CONFIG)
    daemon.init()
    command = [sys.executable, "-m", "gatekeeper", "--config", str(daemon.config_path), "list", "import", "us"]
    started = time.perf_counter()
    peak = peak_memory([*command, str(file), "--quiet"])
    seconds = time.perf_counter() - started
    file.unlink()
    with ListStore(daemon.data_dir) as store:
        listed = next(one.count for one in store.status() if one.name == "us")
    asked = unlisted(areas, each)
    figures: dict[str, float] = {
        "numbers": listed,
        "import_seconds": seconds,
        "import_numbers_a_second": listed / seconds,
        "import_peak_gib": peak / 2**30,
    }
    kept = list((daemon.data_dir / "lists" / "us").iterdir())
    for key, suffix in (("filter_bytes", ".bloom"), ("store_bytes", ".sqlite3")):
        figures[key] = sum(path.stat().st_size for path in kept if path.suffix == suffix)
    figures["filter_bytes_per_number"] = figures["filter_bytes"] / listed
    figures |= measure_daemon(daemon, asked[:ANSWERED], starts=STARTS if count == NUMBERS else 1) | measure_decision(
        daemon, asked
    )
    small = decision_on_a_small_list(folder, areas, min(SMALL, count))
    return figures | {"decision_small_us": small, "decision_ratio": figures["decision_us"] / small}


def decision_on_a_small_list(folder: Path, areas: Sequence[int], count: int) -> float:
    """The same decision with a list that is small, in microseconds."""
    file = folder / "small.txt"
    each = write(file, areas, count)
    daemon = GatekeeperDaemon(folder / "small", config=CONFIG)
    daemon.init()
    daemon.command("list", "import", "us", str(file), "--quiet")
    return measure_decision(daemon, unlisted(areas, each))["decision_us"]


def area_codes(places: int) -> list[int]:
    """The area codes in which all numbers are valid, as far as so many places in each tell."""
    normaliser = Normaliser(DialPlan(home="US"))

    def valid(area: int) -> bool:
        # Of some area codes only a part is in use.
        asked = (*range(_FIRST, _FIRST + _SPAN, _SPAN // places), _FIRST + _SPAN - 1)
        return all(normaliser.normalise(f"+1{area}{place}").kind is NumberKind.E164 for place in asked)

    return [area for area in range(201, 990) if valid(area)]


def write(path: Path, areas: Sequence[int], count: int) -> int:
    """Write the file; gives how many numbers each area code has.

    The last area code has fewer where they don't come out even.
    """
    each = -(-count // len(areas))
    step = _SPAN // each
    if step < 2:
        raise ValueError(f"{count:,} numbers leave none unlisted in {len(areas)} area codes")
    left = count
    with path.open("wb") as file:
        for area in areas:
            some = min(each, left)
            file.write(_lines(area, _FIRST + step * np.arange(some, dtype=np.int64)))
            left -= some
    return each


def _lines(area: int, numbers: NDArray[np.int64]) -> bytes:
    text = np.empty((len(numbers), _LINE), np.uint8)
    text[:, :4] = np.frombuffer(f"{area},".encode(), np.uint8)
    rest = numbers.copy()
    for place in range(10, 3, -1):
        text[:, place] = rest % 10 + ord("0")
        rest //= 10
    text[:, 11] = ord("\n")
    return text.tobytes()


def unlisted(areas: Sequence[int], each: int) -> list[str]:
    """Numbers between those that are listed, as a dialer writes them."""
    step = _SPAN // each
    asked = ASKED if each > _DENSE else FEW_ASKED  # a short run shows that it works, not how fast it is
    places = np.linspace(0, each - 2, asked // 10).astype(int).tolist()
    chosen = areas[:: max(1, len(areas) // 12)][:10]
    return [f"{area}{_FIRST + step * place + 1}" for place in places for area in chosen]


def peak_memory(command: list[str]) -> int:
    """Run a command to its end; the most bytes that it and its children held, each page counted once."""
    most = 0
    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as child:
        while child.poll() is None:
            most = max(most, sum(_memory_of(pid) for pid in _family(child.pid)))
            time.sleep(1 / _LOOKS_A_SECOND)
    if child.returncode:
        raise RuntimeError(f"{command[-2]} was not imported: exit code {child.returncode}")
    return most


def _family(pid: int) -> Iterator[int]:
    yield pid
    try:
        threads = list(Path(f"/proc/{pid}/task").iterdir())
        children = " ".join((thread / "children").read_text() for thread in threads)
    except OSError:
        return  # it ended
    for child in children.split():
        yield from _family(int(child))


def _memory_of(pid: int) -> int:
    """Proportional share of memory: what processes share is split among them. Pages of mapped files are in it."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return sum(int(line.split()[1]) * 1024 for line in lines if line.startswith("Pss:"))


if __name__ == "__main__":
    sys.exit(main())
