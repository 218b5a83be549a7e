"""Floods against the SIP gate of a daemon, for minutes: of a peer that may ask, and of one that may not."""

from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import Final

from tests.sip.flood import call_beside, flood, flooded
from tests.sip.flooding import LISTED, Flooding

RATE: Final = 20_000
FLOODS: Final = (
    *(("127.0.0.2", "INVITE"), ("127.0.0.1", "INVITE"), ("127.0.0.1", "INVITE"), ("127.0.0.1", "OPTIONS")),
)
"""Who floods with what; the first address may not ask."""

MOST_BACK: Final = {"INVITE": 1.0, "OPTIONS": 1.3}
"""How many octets an allowed peer gets back for each that it sends: the answer to OPTIONS lists the methods."""

MOST_GROWTH_MB: Final = 150.0
"""How much the daemon's memory may grow while its bounded memories fill."""


@dataclass
class Floods:
    """What came of the floods.

    Attributes:
        faults: sentences on what did not hold; empty where all did.
        told: a line on each flood.
    """

    faults: list[str] = field(default_factory=list)
    told: list[str] = field(default_factory=list)


def soak_floods(folder: Path, seconds: float) -> Floods:
    """Flood for so many seconds from each, the allowed one twice: the second time, the memory has to stay as it is."""
    found = Floods()
    site = Flooding(folder)
    with site.daemon:
        for source, method in FLOODS:
            allowed = source == "127.0.0.1"
            before = site.memory_mb()
            pouring = flood(source, site.port, RATE, seconds, method)
            beside = call_beside("127.0.0.3", site.port, LISTED, seconds)
            result = flooded(pouring)
            growth = site.memory_mb() - before
            who = "an allowed peer" if allowed else "a forbidden one"
            found.told.append(
                f"{result.sent:,} {method} in {seconds:.0f} s of {who}: {len(beside.taken_ms):,} calls beside it were "
                f"answered, p50 {median(beside.taken_ms):.1f} ms, {max(beside.taken_ms):.0f} ms at the latest; "
                f"memory {growth:+.0f} MB"
            )
            if beside.unanswered:
                found.faults.append(f"{beside.unanswered} calls beside a flood of {who} were not answered")
            if result.got_octets > (MOST_BACK[method] * result.sent_octets if allowed else 0):
                found.faults.append(f"a flood of {who} got more back than it may: {result.got_octets:,} bytes")
            if growth > MOST_GROWTH_MB:
                found.faults.append(f"the memory grew by {growth:.0f} MB under a flood of {who}")
    return found
