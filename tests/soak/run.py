"""`make soak`: a steady dialer, races for a capped call, and the SIP gate under floods and with every way at once.

20,000 originates at 50 a second over the AMI proxy, with events on; a thousand races of two dialers for one call;
10,000 calls straight to a trunk with a SIP gate, while lists change and the daemon is killed; floods of requests;
what lintian says of the Debian package; and how long the README's two commands take, from nothing to a guarded call.
What goes wrong in one part does not end the others.
"""

import argparse
import sys
import tempfile
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from lab.roots import asterisk_root
from tests.attempts.race import race
from tests.soak.from_nothing import from_nothing
from tests.soak.lintian import lint_package
from tests.soak.sip import soak_sip
from tests.soak.sip_floods import soak_floods
from tests.soak.soak import soak

FIVE_MINUTES = 300


@dataclass
class SoakPart:
    """What came of a part.

    Attributes:
        told: lines on it.
        faults: what did not hold.
    """

    told: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)


def originates(wanted: argparse.Namespace, folder: Path) -> SoakPart:
    """A steady dialer over the AMI proxy."""
    result = soak(asterisk_root(wanted.release), folder, wanted.originates, _say)
    first, last = result.memory_mb[0], result.memory_mb[-1]
    told = [
        f"{sum(result.placed.values()):,} originates in {result.seconds:.0f} s, {result.events:,} events",
        f"the daemon's memory: {first:.1f} MB, then {last:.1f} MB; its line rises by {result.growth_mb:.2f} MB",
    ]
    return SoakPart(told, list(result.faults))


def races(wanted: argparse.Namespace, folder: Path) -> SoakPart:
    """Two dialers for a number's last call, with the journal in both of its ways of writing."""
    part = SoakPart()
    for how in ("normal", "full"):
        outcome = race(asterisk_root(wanted.release), folder / how, wanted.rounds // 2, how, kill_every=5, say=_say)
        part.told.append(f"races for the fourth call: {outcome.kills} kills, won by {dict(outcome.won)}")
        part.faults += outcome.faults
    return part


def sip(wanted: argparse.Namespace, folder: Path) -> SoakPart:
    """Calls by every way straight to a trunk with a SIP gate."""
    straight = soak_sip(asterisk_root(wanted.release), folder, wanted.sip_calls, kill_every=500)
    told = (
        f"straight to the gated trunk: {sum(straight.placed.values()):,} calls {dict(straight.placed)}, "
        f"{straight.reached:,} reached the carrier, {straight.refused:,} refused, {straight.kills} kills"
    )
    return SoakPart([told], straight.faults)


def floods(wanted: argparse.Namespace, folder: Path) -> SoakPart:
    """Floods of requests at the SIP gate."""
    found = soak_floods(folder, wanted.flood_seconds)
    return SoakPart(found.told, found.faults)


def package(_: argparse.Namespace, folder: Path) -> SoakPart:
    """The Debian package, read by lintian."""
    faults = list(lint_package(folder))
    return SoakPart([f"the Debian package: lintian says {len(faults) or 'nothing'}"], faults)


def nothing(_: argparse.Namespace, folder: Path) -> SoakPart:
    """The README's two commands, in a Debian 12."""
    timed = from_nothing(folder)
    told = (
        f"from nothing to the first guarded call: {timed.seconds:.0f} s, of which {timed.environment:.0f} s the "
        f"virtual environment, {timed.install:.0f} s `gatekeeper install`, {timed.call:.0f} s the call"
    )
    faults = [] if timed.refused else ["the first call was not refused"]
    if timed.seconds >= FIVE_MINUTES:
        faults.append("from nothing to the first guarded call took over five minutes")
    return SoakPart([told], faults)


PARTS: dict[str, Callable[[argparse.Namespace, Path], SoakPart]] = {
    part.__name__: part for part in (originates, races, sip, floods, package, nothing)
}


def main() -> int:
    """Run it; 1 where something did not hold."""
    parser = argparse.ArgumentParser(prog="make soak", description=__doc__)
    parser.add_argument("--originates", type=int, default=20_000, help="how many")
    parser.add_argument(
        "--rounds", type=int, default=1_000, help="how often two dialers race for a number's fourth call"
    )
    parser.add_argument("--sip-calls", type=int, default=10_000, help="how many go straight to a trunk with a SIP gate")
    parser.add_argument("--flood-seconds", type=float, default=60, help="how long each flood lasts")
    parser.add_argument("--release", choices=("22", "16"), default="22", help="which Asterisk")
    parser.add_argument("--only", choices=PARTS, action="append", help="this part alone; can be repeated")
    wanted = parser.parse_args()
    found = SoakPart()
    with tempfile.TemporaryDirectory(prefix="gatekeeper-soak-") as folder:
        for name in wanted.only or PARTS:
            _say(f"{name}: {(PARTS[name].__doc__ or '').strip()}")
            try:
                part = PARTS[name](wanted, Path(folder) / name)
            except Exception:  # noqa: BLE001 - the other parts are run all the same, and this one is told
                part = SoakPart([traceback.format_exc()], [f"{name} broke off"])
            found.told += part.told
            found.faults += part.faults
    for line in found.told:
        _say(line)
    for fault in found.faults[:20]:
        _say(f"FAULT: {fault}")
    _say("nothing missing, nothing doubled, no call too many" if not found.faults else f"{len(found.faults)} faults")
    return 1 if found.faults else 0


def _say(text: str) -> None:
    sys.stdout.write(f"[{time.strftime('%H:%M:%S')}] {text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
