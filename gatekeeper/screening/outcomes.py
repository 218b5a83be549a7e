"""Outcomes: what a program tells of a call that was let by for it over the interface."""

from collections.abc import Callable
from enum import StrEnum
from typing import Protocol

from gatekeeper.clock import DAY_US
from gatekeeper.errors import JournalError, OutcomeToldError
from gatekeeper.journal import MetRow, Reservation
from gatekeeper.journal.ident import millisecond_of
from gatekeeper.policy import Gate, Verdict
from gatekeeper.screening.counting import Counting
from gatekeeper.screening.recent import TOLD_GIVEN_BACK, TOLD_MADE, AllowedCall, AttemptLookup, RecentCalls
from gatekeeper.screening.records import told_of
from gatekeeper.translation import phrase

_LATEST_US = 31 * DAY_US
"""So long after the decision it can be told what became of its call: a cap looks back no farther."""


class CallOutcome(StrEnum):
    """What became of a call."""

    MADE = "made"
    """It was placed: it counts as an attempt, whether or not anybody answered."""
    GIVEN_BACK = "given_back"
    """It was not placed, and will not be."""


class MetJournal(Protocol):
    """What is needed of the journal (`gatekeeper.journal.JournalWriter`)."""

    async def append(self, row: MetRow, reservation: Reservation | None = None, /) -> None:
        """Return when the row is committed, or raise `JournalError`."""


class Outcomes:
    """Takes outcomes, and writes them beside their decisions.

    Args:
        recent: the calls let by of late.
        lookup: finds older ones.
        journal: where outcomes are written.
        counting: the attempts; None where none are counted.
        clock: gives now, in microseconds since the epoch.
    """

    def __init__(
        self,
        recent: RecentCalls,
        lookup: AttemptLookup,
        journal: MetJournal,
        counting: Counting | None,
        clock: Callable[[], int],
    ) -> None:
        self._recent = recent
        self._lookup = lookup
        self._journal = journal
        self._counting = counting
        self._clock = clock

    async def tell(self, ident: str, outcome: CallOutcome, principal: str | None = None) -> bool:
        """Take an outcome; the same once more changes nothing.

        Args:
            ident: the id of the decision.
            outcome: what became of its call.
            principal: only of a call for this company; None for any.

        Returns:
            False where no such call was let by over the interface, or none of this company's.

        Raises:
            OutcomeToldError: it was told before that the call was made.
            JournalError: the journal can't be read or written.
        """
        now = self._clock()
        passed = self._passed(ident, now)
        if passed is None or Gate.API not in passed.gates or (principal is not None and passed.principal != principal):
            return False
        mark = TOLD_MADE if outcome is CallOutcome.MADE else TOLD_GIVEN_BACK
        if mark is TOLD_GIVEN_BACK and TOLD_MADE in passed.gates:
            raise OutcomeToldError(
                phrase("it was told before that this call was made: then it counts, whatever is told later")
            )
        if mark in passed.gates:
            return True
        said = None if self._counting is None else self._counting.of_outcome(passed, now, made=mark is TOLD_MADE)
        # Before anything is waited for: a gate that meets the call meanwhile is to know.
        before, passed.stopped = passed.stopped, mark is TOLD_GIVEN_BACK
        passed.meet(mark, "", "", "")
        try:
            await self._journal.append(told_of(passed.id, now, mark), said)
        except JournalError:
            del passed.gates[mark]
            passed.stopped = before
            raise
        return True

    def _passed(self, ident: str, now: int) -> AllowedCall | None:
        at = millisecond_of(ident) * 1000
        if at < 0 or now - at > _LATEST_US:
            return None
        found = self._recent.named(ident, now)
        if found:
            return found[0]
        stored = self._lookup(ident)
        if stored is None or stored.row.verdict != Verdict.ALLOW or stored.row.id != ident:
            return None
        passed = AllowedCall(stored.row)
        for one in stored.met:
            passed.meet(one.gate, one.uniqueid, one.linkedid, one.channel)
        return passed
