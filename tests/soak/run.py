"""`make soak`: a steady dialer, races for a capped call, and the SIP gate under floods and with every way at once.

20,000 originates at 50 a second over the AMI proxy, with events on; a thousand races of two dialers for one call;
10,000 calls straight to a trunk with a SIP gate, while lists change and the daemon is killed; floods of INVITEs;
what lintian says of the Debian package; and how long the README's two commands take, from nothing to a guarded call.
"""

import argparse
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from sip import soak_sip
from sip_floods import soak_floods
from soak import RATE, soak

from lab.roots import asterisk_root
from tests.attempts.race import race
from tests.soak.from_nothing import from_nothing
from tests.soak.lintian import lint_package

FIVE_MINUTES = 300


def main() -> int:
    """Run it; 1 where something did not hold."""
    parser = argparse.ArgumentParser(prog="make soak", description=__doc__)
    parser.add_argument("--originates", type=int, default=20_000, help="how many")
    parser.add_argument(
        "--rounds", type=int, default=1_000, help="how often two dialers race for a number's fourth call"
    )
    parser.add_argument("--sip-calls", type=int, default=10_000, help="how many go straight to a trunk with a SIP gate")
    parser.add_argument("--flood-seconds", type=float, default=60, help="how long each flood of INVITEs lasts")
    parser.add_argument("--release", choices=("22", "16"), default="22", help="which Asterisk")
    wanted = parser.parse_args()
    _say(f"it takes about {wanted.originates / RATE / 60:.0f} minutes")
    with tempfile.TemporaryDirectory(prefix="gatekeeper-soak-") as folder:
        result = soak(asterisk_root(wanted.release), Path(folder) / "soak", wanted.originates, _say)
        outcomes = [
            race(asterisk_root(wanted.release), Path(folder) / how, wanted.rounds // 2, how, kill_every=5, say=_say)
            for how in ("normal", "full")
        ]
        straight = soak_sip(asterisk_root(wanted.release), Path(folder) / "sip", wanted.sip_calls, kill_every=500)
        floods = soak_floods(Path(folder) / "floods", wanted.flood_seconds)
        _say("the Debian package, read by lintian; then the README's two commands in a Debian 12")
        linted = list(lint_package(Path(folder) / "package"))
        timed = from_nothing(Path(folder) / "nothing")
    first, last = result.memory_mb[0], result.memory_mb[-1]
    _say(f"{sum(result.placed.values()):,} originates in {result.seconds:.0f} s, {result.events:,} events")
    _say(f"the daemon's memory: {first:.1f} MB, then {last:.1f} MB; its line rises by {result.growth_mb:.2f} MB")
    for outcome in outcomes:
        _say(f"races for the fourth call: {outcome.kills} kills, won by {dict(outcome.won)}")
    _say(
        f"straight to the gated trunk: {sum(straight.placed.values()):,} calls {dict(straight.placed)}, "
        f"{straight.reached:,} reached the carrier, {straight.refused:,} refused, {straight.kills} kills"
    )
    for line in floods.told:
        _say(line)
    _say(
        f"from nothing to the first guarded call: {timed.seconds:.0f} s, of which {timed.environment:.0f} s the "
        f"virtual environment, {timed.install:.0f} s `gatekeeper install`, {timed.call:.0f} s the call"
    )
    faults = [
        *straight.faults,
        *floods.faults,
        *linted,
        *([] if timed.refused else ["the first call was not refused"]),
        *([] if timed.seconds < FIVE_MINUTES else ["from nothing to the first guarded call took over five minutes"]),
        *result.faults,
        *(fault for outcome in outcomes for fault in outcome.faults),
    ]
    for fault in faults[:20]:
        _say(f"FAULT: {fault}")
    _say("nothing missing, nothing doubled, no call too many" if not faults else f"{len(faults)} faults")
    return 1 if faults else 0


def _say(text: str) -> None:
    sys.stdout.write(f"[{time.strftime('%H:%M:%S')}] {text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
