"""When a call that is blocked may be placed: the first minute at which the same question is allowed."""

from collections.abc import Callable
from typing import Final

from gatekeeper.clock import DAY_US
from gatekeeper.policy import Attempt, Chain, Facts, Law, Verdict
from gatekeeper.policy.calendar import NEVER
from gatekeeper.screening.records import Finding

MINUTE_US: Final = 60_000_000

AHEAD_US: Final = 400 * DAY_US
"""So far ahead a moment is looked for: farther than any consent or cap reaches."""

STEPS: Final = 500
"""At so many moments it is looked: each rule names the next at which it may say otherwise."""


def retry_at(finding: Finding, law: Law, ask: Callable[[int], Finding], begins: Callable[[Attempt], int]) -> int:
    """The first full minute at which a call is allowed, in microseconds since the epoch; 0 where none comes.

    The rule that blocks says when it may stop to: until then the call is blocked in any case, unless a contract begins.

    Args:
        finding: what was decided, a block.
        law: what it is judged by: it may change meanwhile.
        ask: decides on the same question at another moment.
        begins: tells when the next contract begins after an attempt; 0 where none does.

    Raises:
        StoreError: a store can't be read.
    """
    latest = finding.attempt.at + AHEAD_US
    for _ in range(STEPS):
        if finding.chain is None:
            return 0
        moment = next_look(finding.attempt, finding.facts, finding.chain, law)
        moment = sooner(moment, begins(finding.attempt))
        if moment > latest or moment >= NEVER:
            return 0
        finding = ask(moment)
        if finding.decision.verdict is Verdict.ALLOW:
            return moment
    return 0


def next_look(attempt: Attempt, facts: Facts, chain: Chain, law: Law) -> int:
    """The next full minute at which an attempt that is blocked may be decided otherwise; `NEVER` where none comes."""
    cured = max(chain.cures(attempt, facts), attempt.at + 1)
    return min(_full_minute(min(cured, law.changes(attempt.at, attempt.place))), NEVER)


def sooner(moment: int, begins: int) -> int:
    """The next look where a contract begins earlier (0: none does), which no rule foresees."""
    return min(moment, _full_minute(begins)) if begins else moment


def _full_minute(at: int) -> int:
    return -(-at // MINUTE_US) * MINUTE_US
