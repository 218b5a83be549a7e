"""The scrub of contacts under the French law, most of them with a consent, against that of the same by lists alone."""

import sys
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

import attempts
import numpy as np
import scrub
from law import HEADING
from numpy.typing import NDArray

from gatekeeper.config import Settings, load
from gatekeeper.daemon.wiring import open_scrubber
from gatekeeper.scrub import door
from gatekeeper.scrub.options import ScrubOptions
from lab.daemon import GatekeeperDaemon

SHARE = 0.8
"""Of the contacts, so many have a consent."""

OTHERS = 2
"""For each contact so many consents of others are in the ledger."""

CALLER_ID = "+33162000001"
CONFIG = """
[law]
default = "{law}"
[lists.bloctel]
kind = "opposition"
registry = "own"
[campaigns.default]
principal = "{principal}"
goods = ["insurance"]
"""


def measure(
    folder: Path, listed: NDArray[np.int64], *, contacts: int, say: Callable[[str], None], rounds: int
) -> dict[str, float]:
    """The median of the ratios of rounds that alternate; each opens the stores, and writes all outputs."""
    say(f"scrub of {contacts:,} contacts under the law, and without")
    site = GatekeeperDaemon(folder / "law-scrub", config=CONFIG.format(law="fr", principal=attempts.PRINCIPAL))
    site.init()
    raw = folder / "law-scrub-list.txt"
    raw.write_text("".join(f"+{number}\n" for number in listed.tolist()))
    site.command("list", "import", "bloctel", str(raw))
    drawn = scrub.draw_contacts(contacts, listed)
    file, given = folder / "law-contacts.csv", folder / "law-consents.csv"
    scrub.write_contacts(file, drawn)
    _consents(given, np.concatenate([drawn[: int(len(drawn) * SHARE)], scrub.draw_contacts(OTHERS * contacts, drawn)]))
    site.command("consent", "import", str(given))
    under = load(site.config_path)
    alone = site.config_path.with_name("lists-only.toml")
    alone.write_text(site.config_path.read_text().replace('default = "fr"', 'default = "lists-only"'))
    without = load(alone)
    ours, theirs = [], []
    for _ in range(rounds):
        theirs.append(_scrub(without, file))
        ours.append(_scrub(under, file))
    return {
        "law_scrub_ratio": median(mine / peer for mine, peer in zip(ours, theirs, strict=True)),
        "law_scrub_seconds": median(ours),
    }


def _consents(path: Path, numbers: NDArray[np.int64]) -> None:
    """A consent of each number, collected in the last 200 days."""
    now, until = time.time(), time.strftime("%Y-%m-%d", time.localtime(time.time() + 90 * 86_400))
    days = [time.strftime("%Y-%m-%dT%H:%M", time.localtime(now - 86_400 * day)) for day in range(1, 200)]
    with path.open("w") as out:
        out.write(HEADING)
        for place, number in enumerate(np.unique(numbers).tolist()):
            out.write(f"+{number};{attempts.PRINCIPAL};insurance;{days[place % 199]};{until};web;all;p-{place:09}\n")


def _scrub(settings: Settings, file: Path) -> float:
    started = time.perf_counter()
    with open_scrubber(settings, "benchmark") as scrubber:
        door.scrub(scrubber, file, ScrubOptions(overwrite=True, caller_id=CALLER_ID))
    return time.perf_counter() - started


def main() -> int:
    """Measure alone, in a folder that is given, with so many contacts."""
    folder, contacts = Path(sys.argv[1]), int(sys.argv[2])
    folder.mkdir(parents=True, exist_ok=True)
    drawn = np.unique(np.random.default_rng(1).integers(33_610_000_000, 33_638_999_999, contacts))
    for key, value in measure(folder, drawn, contacts=contacts, say=lambda _text: None, rounds=3).items():
        sys.stdout.write(f"{key:24}{value:10.3f}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
