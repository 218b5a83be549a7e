"""Targets of the benchmark: what each measured figure must reach, and what it aims at."""

from typing import NamedTuple


class Target(NamedTuple):
    """One figure of the table.

    Attributes:
        what: what is measured, for people.
        must: the bound it must keep, or None where it is only reported.
        aim: the bound it aims at, or None.
        more_is_better: whether the bounds are lower bounds.
        unit: what the figure counts.
    """

    what: str
    must: float | None = None
    aim: float | None = None
    more_is_better: bool = False
    unit: str = ""

    def verdict(self, value: float) -> str:
        """`aim`, `must`, `MISSED`, or `reported`."""
        for word, bound in (("aim", self.aim), ("must", self.must)):
            if bound is not None and (value >= bound if self.more_is_better else value <= bound):
                return word
        return "reported" if self.must is None else "MISSED"


TARGETS: dict[str, Target] = {
    "decision_us": Target("an unlisted home-plan number decided, in process, p50", 15, 8, unit="µs"),
    "fastagi_latency_ratio": Target(
        "Originate to result through the FastAGI gate / a server that answers at once", 1.20, 1.10
    ),
    "fastagi_throughput_ratio": Target("the same at 16 at a time, calls a second", 0.80, 0.90, more_is_better=True),
    "astdb_latency_ratio": Target("through the FastAGI gate / through an AstDB gate"),
    "script_latency_ratio": Target("through the FastAGI gate / a plain Python AGI with sqlite3"),
    "proxy_allowed_ratio": Target(
        "Originate to OriginateResponse of a call to the trunk, over the AMI proxy / straight to Asterisk", 1.25, 1.15
    ),
    "proxy_allowed_local_ratio": Target("the same of a Local channel that its dialplan answers at once"),
    "proxy_blocked_ratio": Target("a blocked Originate at the AMI proxy / at an AstDB gate in the dialplan", 0.5, 0.2),
    "proxy_event_throughput_ratio": Target(
        "events a second to ten clients over the AMI proxy / straight", 0.7, 0.9, more_is_better=True
    ),
    "sip_allowed_ratio": Target(
        "Originate to 200 OK over a trunk with the SIP gate / over a plain trunk, p50", 1.20, 1.10
    ),
    "sip_blocked_ms": Target("INVITE to 603 at the SIP gate's socket, listed, journal on, p50", 0.5, 0.2, unit="ms"),
    "sip_blocked_p99_ms": Target("the same, p99", 3, 1, unit="ms"),
    "sip_invites_per_second": Target(
        "INVITEs a second at the SIP gate on one core, allowed and blocked in turns", 2000, 5000, more_is_better=True
    ),
    "watchdog_cancel_ms": Target("INVITE to CANCEL at the carrier of a call past the gates, p99", 20, 5, unit="ms"),
    "api_check_per_second": Target(
        "questions to /v1/check of 16 clients a second / of the same server answering a constant",
        0.5,
        0.7,
        more_is_better=True,
    ),
    "api_batch_us": Target("an attempt in a batch of 10,000 to /v1/check", 60, 30, unit="µs"),
    "import_ratio": Target("import, normalised, store and filter ready / sqlite3 .import", 1.5, 1.0),
    "consent_import_ratio": Target("import of consents, each with its moment and proof / list import", 4, 2),
    "consent_lookup_us": Target("everything known of a consumer with a consent, in process, p50", 10, unit="µs"),
    "consent_unknown_us": Target("the same of one of whom nothing is known", 10, unit="µs"),
    "scrub_ratio": Target("a whole scrub of a file / DuckDB's anti-join of normalised numbers", 10, 4),
    "reload_p99_ratio": Target("a decision while the list is replaced / at rest, p99", 3, 1.5),
    "filter_bytes_per_number": Target("filter at 0.1 % false positives", 1.9, 1.8, unit="B"),
    "filter_false_positives": Target(
        "share of unlisted numbers that the filter does not spare the exact store", 0.0012, 0.001
    ),
    "law_scrub_ratio": Target(
        "the scrub of a file under the French law, with consents / the same scrub by lists alone", 2, 1.3
    ),
    "law_decision_us": Target(
        "a decision under the French law in process: 10 million consents and listed, 50 million attempts, p50",
        40,
        20,
        unit="µs",
    ),
    "attempts_lookup_us": Target("a consumer's past attempts among 50 million, p50", 20, 10, unit="µs"),
    "attempts_reserve_us": Target("what reserving an attempt adds to a decision and its commit, p50", unit="µs"),
    "desk_p95_ms": Target(
        "the desk with 50 million decisions: the slowest of first page, filtered page, one number, today, p95",
        150,
        60,
        unit="ms",
    ),
    "desk_idle_gate_ratio": Target(
        "the FastAGI gate with ten people and an export at the desk / with nobody there, p99", 1.3, 1.1
    ),
    "restart_seconds": Target("start of serve to its first answer", 1.5, 0.7, unit="s"),
    "rss_mb": Target("the daemon's resident memory", 200, 120, unit="MB"),
}
"""Every figure by its key in `build/bench.json`."""
