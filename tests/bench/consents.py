"""The consent ledger: importing consents, against the list import of the same numbers, and looking one up."""

import contextlib
import random
import shutil
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from originate import p50

from gatekeeper.consents import ConsentLedger
from lab.daemon import GatekeeperDaemon

ROUNDS = 3
HEADING = "number;principal;goods;collected_at;until;channel;items;proof\n"
GOODS = ("insurance", "telecom", "wine")


def measure(
    daemon: GatekeeperDaemon, folder: Path, numbers: Sequence[int], asked: int, say: Callable[[str], None], rounds: int
) -> dict[str, float]:
    """Import a consent of each number, each of a minute and with a proof of its own, into an empty ledger.

    The list import of the same numbers runs in turns with it.
    """
    raw, file = folder / "numbers.txt", folder / "consents.csv"
    write(file, numbers)
    ours, theirs = [], []
    for turn in range(rounds):
        say(f"import of {len(numbers):,} consents, round {turn + 1} of {rounds}: the list, then the consents")
        theirs.append(_seconds(daemon, "list", "import", "bloctel", str(raw)))
        shutil.rmtree(folder / "consents", ignore_errors=True)
        site = GatekeeperDaemon(folder / "consents")
        site.init()
        ours.append(_seconds(site, "consent", "import", str(file)))
    with contextlib.closing(ConsentLedger.open(site.data_dir)) as ledger:
        figures = {
            "consent_lookup_us": _lookup(ledger, random.Random(12).choices(numbers, k=asked), known=True),
            "consent_unknown_us": _lookup(ledger, [number + 10**9 for number in numbers[:asked]], known=False),
        }
    return {
        "consent_import_ratio": p50([mine / peer for mine, peer in zip(ours, theirs, strict=True)]),
        "consent_import_seconds": p50(ours),
        **figures,
    }


def write(file: Path, numbers: Sequence[int]) -> None:
    """A file with a consent of each number, in no order of theirs."""
    some = list(numbers)
    random.Random(13).shuffle(some)
    with file.open("w") as out:
        out.write(HEADING)
        for place, number in enumerate(some):
            day = f"2026-{8 + place % 3:02}-{1 + place % 28:02}T{10 + place % 9}:{place % 60:02}"
            out.write(f"0{number - 33_000_000_000};ACME;{GOODS[place % 3]};{day};2027-08-20;web;all;rec-{place:09}\n")


def _seconds(daemon: GatekeeperDaemon, *command: str) -> float:
    started = time.perf_counter()
    daemon.command(*command)
    return time.perf_counter() - started


def _lookup(ledger: ConsentLedger, numbers: Sequence[int], *, known: bool) -> float:
    """p50 of asking for everything known of a number, after asking whether anything has changed, in microseconds."""
    taken = []
    for number in numbers:
        started = time.perf_counter_ns()
        ledger.refresh()
        found = ledger.dossier(number)
        taken.append(time.perf_counter_ns() - started)
        if bool(found.consents) is not known:
            raise RuntimeError("the ledger does not know what was imported")
    return p50(taken) / 1000
