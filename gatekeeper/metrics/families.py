"""The metrics that are exported: each with its kind, its labels and what it says, as `docs/metrics.md` has them.

A label's values come from sets that the code or the configuration closes: reason codes, gates, names of lists and of
parts. Nothing that a call says of itself is among them: no number, no campaign, no channel.
"""

from collections.abc import Sequence
from enum import StrEnum
from typing import Final, NamedTuple


class MetricKind(StrEnum):
    """The kinds of metric that Prometheus knows, as far as they are used here."""

    COUNTER = "counter"
    GAUGE = "gauge"
    HISTOGRAM = "histogram"


class MetricFamily(NamedTuple):
    """A metric with all its label values.

    Attributes:
        name: as it is exported; a counter's ends with `_total`.
        kind: counter, gauge or histogram.
        labels: the names of its labels.
        says: what it is, in one sentence.
    """

    name: str
    kind: MetricKind
    labels: tuple[str, ...]
    says: str


class Measurement(NamedTuple):
    """One value of a metric.

    Attributes:
        family: of which metric.
        labels: the values of its labels, in their order.
        value: the value; of a histogram the sum of all that was observed.
        buckets: of a histogram, how much was observed up to each bound, the last one without a bound.
    """

    family: MetricFamily
    labels: tuple[str, ...]
    value: float
    buckets: Sequence[tuple[str, float]] = ()


_C, _G, _H = MetricKind.COUNTER, MetricKind.GAUGE, MetricKind.HISTOGRAM

INFO: Final = MetricFamily("gatekeeper_info", _G, ("version",), "Always 1; the version that runs.")
READY: Final = MetricFamily("gatekeeper_ready", _G, (), "1 while calls can be decided, as `/readyz` tells; else 0.")
HEALTHY: Final = MetricFamily(
    "gatekeeper_part_healthy", _G, ("part",), "1 while a part of the daemon works as it should, 0 while it does not."
)
DECISIONS: Final = MetricFamily(
    "gatekeeper_decisions_total", _C, ("verdict", "reason", "gate"), "Decisions that were answered."
)
ERRORS: Final = MetricFamily(
    "gatekeeper_gate_errors_total",
    _C,
    (),
    "Calls refused with `GATE_ERROR`: nothing could be decided or written.",
)
MET: Final = MetricFamily(
    "gatekeeper_met_again_total", _C, ("gate",), "Calls that an earlier gate had let by, and that were let by again."
)
SECONDS: Final = MetricFamily(
    "gatekeeper_decision_seconds", _H, ("gate",), "How long decisions took, without the commit of their row."
)
BYPASSES: Final = MetricFamily(
    "gatekeeper_bypasses_total", _C, (), "Calls that were dialled without any gate, as the watchdog saw them."
)
ATTEMPTS: Final = MetricFamily(
    "gatekeeper_attempts_total",
    _C,
    ("event",),
    "Attempts that caps count: `reserved` with a decision, `given_back` where a later gate stopped the call.",
)
STANDING: Final = MetricFamily(
    "gatekeeper_attempts_standing", _G, (), "Consumers with an attempt in memory whose commit is not made yet."
)
LIST_NUMBERS: Final = MetricFamily(
    "gatekeeper_list_numbers", _G, ("list",), "Numbers on a list, changes by hand included."
)
LIST_AGE: Final = MetricFamily(
    "gatekeeper_list_age_seconds", _G, ("list",), "Time since the version in force was imported."
)
LIST_LEFT: Final = MetricFamily(
    "gatekeeper_list_left_seconds",
    _G,
    ("list",),
    "Time until a list grows stale; below 0 since when it is. A list without an end has none.",
)
LIST_STALE: Final = MetricFamily(
    "gatekeeper_list_stale", _G, ("list",), "1 where a list is stale or was never imported, so that calls are blocked."
)
LIST_MARK: Final = MetricFamily(
    "gatekeeper_list_mark",
    _G,
    ("list",),
    "The mark that a list passed last: 7, 3 or 1 days before its end, or 0 from the end on. Before them it has none.",
)
FILTER_BYTES: Final = MetricFamily(
    "gatekeeper_list_filter_bytes", _G, ("list",), "Size of a list's filter; 0 while there is none to rely on."
)
FALSE_HITS: Final = MetricFamily(
    "gatekeeper_list_filter_false_hits_total",
    _C,
    ("list",),
    "Numbers that a list's filter let pass, and that its exact store does not hold.",
)
EVENTS: Final = MetricFamily(
    "gatekeeper_part_events_total", _C, ("part", "event"), "What a part of the daemon has counted since it started."
)
STATE: Final = MetricFamily(
    "gatekeeper_part_state", _G, ("part", "state"), "What a part of the daemon has at this moment: waiting, connected."
)
WAL: Final = MetricFamily("gatekeeper_journal_wal_bytes", _G, (), "Size of the journal's write-ahead log.")
LAG: Final = MetricFamily(
    "gatekeeper_journal_wal_lag_bytes", _G, (), "What of it was not in the database yet when that was looked at last."
)
FREE: Final = MetricFamily("gatekeeper_data_free_bytes", _G, (), "Room on the disk of the data folder.")
SIZE: Final = MetricFamily("gatekeeper_data_size_bytes", _G, (), "Size of the disk of the data folder.")

FAMILIES: Final = (
    INFO,
    READY,
    HEALTHY,
    DECISIONS,
    ERRORS,
    MET,
    SECONDS,
    BYPASSES,
    ATTEMPTS,
    STANDING,
    LIST_NUMBERS,
    LIST_AGE,
    LIST_LEFT,
    LIST_STALE,
    LIST_MARK,
    FILTER_BYTES,
    FALSE_HITS,
    EVENTS,
    STATE,
    WAL,
    LAG,
    FREE,
    SIZE,
)
"""All of them, in the order in which they are exported; those of the process (`process_...`) stand behind them."""
