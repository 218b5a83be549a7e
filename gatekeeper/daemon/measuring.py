"""Measures the daemon: out of what its parts know anyway, at the moment of a scrape; and tells whether it is ready."""

import os
import shutil
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final

from gatekeeper import __version__
from gatekeeper.clock import SECOND_US, now_micros
from gatekeeper.daemon.list_refresh import ListKeeper
from gatekeeper.daemon.part import Part
from gatekeeper.journal import JOURNAL_FILE
from gatekeeper.lists.freshness import freshness
from gatekeeper.metrics import families
from gatekeeper.metrics.families import Measurement
from gatekeeper.metrics.source import ReadyState
from gatekeeper.policy import Reason
from gatekeeper.screening.service import Screening

GAUGES: Final = frozenset(
    {
        "answering",
        "connections",
        "deciding",
        "dialogs",
        "kept",
        "lists",
        "numbers",
        "open",
        "past_sip_gate",
        "pending",
        "transactions",
        "waiting",
    }
)
"""The counters of parts that go down as well as up."""

_OF_THEIR_OWN: Final = {"bypasses": families.BYPASSES, "lag_bytes": families.LAG}
"""The counters of parts that are metrics of their own."""

_DECIDING: Final = frozenset({"the lists", "the journal"})
"""The parts without which no call is decided."""

_MOST_BITS: Final = 24
"""Buckets of the histogram: powers of two of a microsecond, up to 16 s; what took longer is in the last one."""

_BOUNDS: Final = tuple((bits, repr(2**bits / SECOND_US)) for bits in range(2, _MOST_BITS + 1))


class Observed:
    """What is measured; the composition root fills it while it builds.

    Args:
        data_dir: the data folder.
        max_age: by list name, how many microseconds after its import a list may be relied on.

    Attributes:
        max_age: as it was given.
        parts: all that were built.
        lists: the lists.
        screening: the screening service.
    """

    lists: ListKeeper
    screening: Screening

    def __init__(self, data_dir: Path, max_age: Mapping[str, int]) -> None:
        self.parts: list[Part] = []
        self._data_dir = data_dir
        self.max_age = max_age

    def readiness(self) -> ReadyState:
        """Whether calls can be decided now, and what else does not work.

        A stale list is not among it: the calls of its campaigns are decided, and on every other server alike.
        """
        ailing = {part.name: f"{part.name}: {part.trouble}" for part in self.parts if part.trouble}
        refused = self.screening.trouble
        return ReadyState(
            [text for name, text in ailing.items() if name in _DECIDING]
            + ([f"calls are refused with GATE_ERROR: {refused}"] if refused else []),
            [text for name, text in ailing.items() if name not in _DECIDING],
        )

    def measure(self) -> list[Measurement]:
        """What is known in memory."""
        return [
            Measurement(families.INFO, (__version__,), 1),
            Measurement(families.READY, (), not self.readiness().undecided),
            *self._of_parts(),
            *self._of_decisions(),
            *self._of_lists(),
        ]

    def measure_disk(self) -> list[Measurement]:
        """What the system has to be asked for."""
        found = []
        try:
            usage = shutil.disk_usage(self._data_dir)
            found = [Measurement(families.FREE, (), usage.free), Measurement(families.SIZE, (), usage.total)]
            found.append(Measurement(families.WAL, (), os.stat(self._data_dir / f"{JOURNAL_FILE}-wal").st_size))  # noqa: PTH116
        except OSError:
            pass  # what can't be asked has no figure, which an alert on its absence tells
        return found

    def _of_parts(self) -> Iterator[Measurement]:
        for part in self.parts:
            name = part.name.removeprefix("the ")
            yield Measurement(families.HEALTHY, (name,), not part.trouble)
            for event, count in part.counters().items():
                if event in _OF_THEIR_OWN:
                    yield Measurement(_OF_THEIR_OWN[event], (), count)
                elif event in GAUGES:
                    yield Measurement(families.STATE, (name, event), count)
                else:
                    yield Measurement(families.EVENTS, (name, event), count)
        for event, count in self.screening.attempts().items():
            if event == "standing":
                yield Measurement(families.STANDING, (), count)
            else:
                yield Measurement(families.ATTEMPTS, (event,), count)

    def _of_decisions(self) -> Iterator[Measurement]:
        tally = self.screening.tally
        counts: defaultdict[tuple[str, str, str], int] = defaultdict(int)
        bits: defaultdict[str, defaultdict[int, int]] = defaultdict(lambda: defaultdict(int))
        for sort, count in tally.sorts():
            counts[sort.verdict, sort.reason, sort.gate] += count
            bits[sort.gate][sort.bits] += count
        for labels, count in sorted(counts.items()):
            yield Measurement(families.DECISIONS, labels, count)
        # Once more by itself, from the start on: an alert sees the first one only where there was a 0 before.
        errors = sum(count for (_, reason, _), count in counts.items() if reason == Reason.GATE_ERROR)
        yield Measurement(families.ERRORS, (), errors)
        for gate, count in sorted(tally.met.items()):
            yield Measurement(families.MET, (gate,), count)
        micros = tally.micros()
        for gate, counted in sorted(bits.items()):
            yield Measurement(families.SECONDS, (gate,), micros[gate] / SECOND_US, _buckets(counted))

    def _of_lists(self) -> Iterator[Measurement]:
        now = now_micros()
        false_hits = self.lists.index.false_hits()
        for name, state in self.lists.index.states().items():
            label = (name,)
            found = freshness(state, self.max_age, now)
            yield Measurement(families.LIST_NUMBERS, label, state.count)
            yield Measurement(families.LIST_STALE, label, found.mark == 0)
            if found.mark is not None:
                yield Measurement(families.LIST_MARK, label, found.mark)
            yield Measurement(families.FILTER_BYTES, label, state.filter_bytes)
            yield Measurement(families.FALSE_HITS, label, false_hits.get(name, 0))
            if state.imported_at is not None:
                yield Measurement(families.LIST_AGE, label, (now - state.imported_at) / SECOND_US)
            if found.left is not None:
                yield Measurement(families.LIST_LEFT, label, found.left / SECOND_US)


def _buckets(counted: Mapping[int, int]) -> Sequence[tuple[str, float]]:
    """How many decisions took at most as long as each bound: whole microseconds of `bits` bits are below 2**bits."""
    return [
        *((bound, float(sum(count for bits, count in counted.items() if bits <= most))) for most, bound in _BOUNDS),
        ("+Inf", float(sum(counted.values()))),
    ]
