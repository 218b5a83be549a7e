"""Tally of the decisions: how many of each sort were answered, and how long they took; for the metrics.

It is on every call's way: a decision costs two increments, and everything else is done when somebody looks.
"""

from collections import defaultdict
from collections.abc import Iterator
from typing import NamedTuple

from gatekeeper.journal import DecisionRow


class DecidedSort(NamedTuple):
    """A sort of decisions.

    Attributes:
        verdict: `ALLOW` or `BLOCK`.
        reason: the reason code.
        gate: where the calls were met.
        bits: how many bits the microseconds of each have: 2**bits is more than any of them took.
    """

    verdict: str
    reason: str
    gate: str
    bits: int


class DecisionTally:
    """Counts decisions. Nothing of a call but verdict, reason, gate and time goes in.

    Attributes:
        met: by gate, the calls that an earlier gate had let by, and that were let by again.
    """

    def __init__(self) -> None:
        self._sorts: defaultdict[tuple[str, str, str, int], int] = defaultdict(int)
        self._micros: defaultdict[str, int] = defaultdict(int)
        self.met: defaultdict[str, int] = defaultdict(int)

    def add(self, row: DecisionRow) -> None:
        """A decision was answered."""
        micros, gate = row.micros, row.gate
        self._sorts[row.verdict, row.reason, gate, micros.bit_length()] += 1
        self._micros[gate] += micros

    def sorts(self) -> Iterator[tuple[DecidedSort, int]]:
        """Every sort, and how many there were of it."""
        for key, count in tuple(self._sorts.items()):
            yield DecidedSort(*key), count

    def micros(self) -> dict[str, int]:
        """By gate, how many microseconds all its decisions took together."""
        return dict(self._micros)
