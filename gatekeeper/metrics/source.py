"""Source of the figures, as the server of metrics sees it: who builds the daemon gives it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from gatekeeper.metrics.families import Measurement


class ReadyState(NamedTuple):
    """Whether calls can be decided.

    Attributes:
        undecided: why they can't; nothing where they can.
        beside: what else does not work, without which calls are decided all the same.
    """

    undecided: Sequence[str]
    beside: Sequence[str]


@dataclass(frozen=True, slots=True)
class MetricsSource:
    """Where the figures come from.

    Attributes:
        measure: what is known in memory; called on the event loop.
        measure_disk: what the system has to be asked for; called in a thread.
        readiness: whether calls can be decided now.
    """

    measure: Callable[[], Sequence[Measurement]]
    measure_disk: Callable[[], Sequence[Measurement]]
    readiness: Callable[[], ReadyState]
