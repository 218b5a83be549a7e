"""The scrub of a file of contacts, against DuckDB's bare anti-join on numbers that are normalised already."""

import random
import shutil
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from statistics import median
from typing import Self

import numpy as np
from numpy.typing import NDArray
from store import draw

from gatekeeper.config import Settings, load
from gatekeeper.daemon.wiring import open_scrubber
from gatekeeper.scrub import door
from gatekeeper.scrub.options import ScrubOptions
from lab.daemon import GatekeeperDaemon

ROUNDS = 5
LISTED_SHARE = 0.1
_LOWEST, _HIGHEST = 610_000_000, 638_999_999
"""Mobile numbers all of which are valid."""


def measure(
    folder: Path, config: Path, numbers: Sequence[int], *, contacts: int, rounds: int = ROUNDS
) -> dict[str, float]:
    """Scrub `contacts` against the numbers that the site's list bloctel has, a tenth of the contacts being listed.

    DuckDB gets both sides as tables of integers in memory and writes the contacts that are left to a third. The scrub
    opens the lists, reads the file, normalises, decides, writes what is kept and what is removed, hashes all three
    files and writes the certificate. Rounds alternate; the figure is the median of their ratios.
    """
    listed = np.asarray(numbers, np.int64)
    drawn = draw_contacts(contacts, listed)
    file = folder / "contacts.csv"
    write_contacts(file, drawn)
    settings = load(config)
    ours, theirs = [], []
    left = 0
    with AntiJoin(folder, listed, drawn) as peer:
        for _ in range(rounds):
            seconds, left = peer.join()
            theirs.append(seconds)
            ours.append(_scrub(settings, file))
    kept = (folder / "contacts.clean.csv").read_bytes().count(b"\n") - 1
    if kept != left:
        raise RuntimeError(f"DuckDB keeps {left} contacts, the scrub {kept}")
    started = time.perf_counter()
    command = [sys.executable, "-m", "gatekeeper", "--config", str(config)]
    peak = _peak_memory([*command, "scrub", str(file), "--overwrite", "--quiet"])
    whole = time.perf_counter() - started
    return {
        "scrub_ratio": median(mine / peer for mine, peer in zip(ours, theirs, strict=True)),
        "scrub_seconds": median(ours),
        "scrub_peer_seconds": median(theirs),
        "scrub_command_seconds": whole,
        "scrub_command_rss_mb": peak,
    }


class AntiJoin:
    """DuckDB in a process of its own. A context manager."""

    def __init__(self, folder: Path, listed: NDArray[np.int64], contacts: NDArray[np.int64]) -> None:
        files = folder / "listed.npy", folder / "contacts.npy"
        for path, numbers in zip(files, (listed, contacts), strict=True):
            np.save(path, numbers)
        self._process = subprocess.Popen(
            [sys.executable, str(Path(__file__).with_name("duckdb_peer.py")), *map(str, files)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )

    def __enter__(self) -> Self:
        if self._answer() != ["ready"]:
            raise RuntimeError("DuckDB did not load the numbers")
        return self

    def __exit__(self, *_: object) -> None:
        self._process.communicate(timeout=60)

    def join(self) -> tuple[float, int]:
        """Join: the seconds, and how many contacts are left."""
        assert self._process.stdin is not None
        self._process.stdin.write("join\n")
        self._process.stdin.flush()
        seconds, left = self._answer()
        return float(seconds), int(left)

    def _answer(self) -> list[str]:
        assert self._process.stdout is not None
        return self._process.stdout.readline().split()


def draw_contacts(contacts: int, listed: NDArray[np.int64]) -> NDArray[np.int64]:
    """Contacts in no order, a tenth of them listed."""
    generator = np.random.default_rng(12)
    drawn = generator.integers(_LOWEST, _HIGHEST, 2 * contacts, endpoint=True) + 33_000_000_000
    drawn = drawn[~np.isin(drawn, listed)][:contacts]
    chosen = generator.choice(len(drawn), int(len(drawn) * LISTED_SHARE), replace=False)
    drawn[chosen] = generator.choice(listed, len(chosen))
    return drawn


def write_contacts(path: Path, drawn: NDArray[np.int64]) -> None:
    """Contacts as a CRM exports them."""
    towns = ["Épinal", "Saint-Étienne", "Paris", "Aix-en-Provence", "L'Haÿ-les-Roses"]
    generator = random.Random(13)
    with path.open("w", encoding="utf-8", newline="") as file:
        file.write("id;civilite;nom;prenom;telephone;ville;commentaire\r\n")
        for index, number in enumerate(drawn.tolist()):
            town, national = towns[generator.randrange(len(towns))], number - 33_000_000_000
            line = f"{index};Mme;Dupont-{index % 977};Zoé;0{national};{town};rappeler le {index % 28 + 1}/12"
            file.write(line + "\r\n")


def _scrub(settings: Settings, file: Path) -> float:
    started = time.perf_counter()
    with open_scrubber(settings, "benchmark") as scrubber:
        door.scrub(scrubber, file, ScrubOptions(overwrite=True))
    return time.perf_counter() - started


def _peak_memory(command: list[str]) -> float:
    """Run a command to its end; the most memory that it held, in MB."""
    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as child:
        status, peak = Path(f"/proc/{child.pid}/status"), 0
        while child.poll() is None:
            # Not `ru_maxrss`: a child begins with the figure of the process that it was forked from.
            for line in status.read_text().splitlines():
                if line.startswith("VmHWM:"):
                    peak = max(peak, int(line.split()[1]))
            time.sleep(0.01)
    if child.returncode:
        raise RuntimeError(f"the scrub ended with {child.returncode}")
    return peak / 1024


def main() -> int:
    """Measure alone, in a folder that is given or made."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else Path("build") / "bench-scrub"
    folder.mkdir(parents=True, exist_ok=True)
    daemon = GatekeeperDaemon(folder / "gatekeeper", config='[lists.bloctel]\nkind = "opposition"\n')
    daemon.init()
    numbers = draw(10_000_000)
    raw = folder / "list.txt"
    raw.write_text("".join(f"0{number - 33_000_000_000}\n" for number in numbers))
    try:
        daemon.command("list", "import", "bloctel", str(raw))
        for key, value in measure(folder, daemon.config_path, numbers, contacts=1_000_000).items():
            sys.stdout.write(f"{key:24}{value:10.3f}\n")
    finally:
        shutil.rmtree(folder)
    return 0


if __name__ == "__main__":
    sys.exit(main())
