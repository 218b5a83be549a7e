"""`make soak`: 20,000 originates at 50 a second over the AMI proxy, with events on."""

import argparse
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from soak import RATE, soak

from lab.roots import asterisk_root


def main() -> int:
    """Run it; 1 where something did not hold."""
    parser = argparse.ArgumentParser(prog="make soak", description=__doc__)
    parser.add_argument("--originates", type=int, default=20_000, help="how many")
    parser.add_argument("--release", choices=("22", "16"), default="22", help="which Asterisk")
    wanted = parser.parse_args()
    _say(f"it takes about {wanted.originates / RATE / 60:.0f} minutes")
    with tempfile.TemporaryDirectory(prefix="gatekeeper-soak-") as folder:
        result = soak(asterisk_root(wanted.release), Path(folder), wanted.originates, _say)
    first, last = result.memory_mb[0], result.memory_mb[-1]
    _say(f"{sum(result.placed.values()):,} originates in {result.seconds:.0f} s, {result.events:,} events")
    _say(f"the daemon's memory: {first:.1f} MB, then {last:.1f} MB; its line rises by {result.growth_mb:.2f} MB")
    for fault in result.faults[:20]:
        _say(f"FAULT: {fault}")
    _say("nothing missing, nothing doubled" if not result.faults else f"{len(result.faults)} faults")
    return 1 if result.faults else 0


def _say(text: str) -> None:
    sys.stdout.write(f"[{time.strftime('%H:%M:%S')}] {text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
