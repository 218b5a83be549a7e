"""Counts the attempts that are let by: which decision reserves one, which gives it back, which says that it left."""

import logging
from collections.abc import Callable
from typing import Final

from gatekeeper.attempts import AttemptBook, AttemptKey
from gatekeeper.attempts.reservation import StandingReservation
from gatekeeper.clock import SECOND_US
from gatekeeper.errors import JournalError
from gatekeeper.journal import DecisionRow
from gatekeeper.logs import StateLog
from gatekeeper.policy import Gate, Reason, Verdict
from gatekeeper.screening.question import Question
from gatekeeper.screening.recent import AllowedCall
from gatekeeper.screening.records import Finding

log = logging.getLogger(__name__)

UNTOLD_US: Final = 900 * SECOND_US
"""For so long an attempt that was reserved over the interface counts, unless its program tells what became of it."""

_UNCAPPED: Final = frozenset({Reason.EMERGENCY.value, Reason.GATE_ERROR.value})


class Counting:
    """Says of each decision what it means for the attempts that caps count.

    Args:
        book: the attempts.
        key_of: by what a call that was let by is counted; None where no cap counts it: calls of service, and those
            that were asked for.
    """

    def __init__(self, book: AttemptBook, key_of: Callable[[Question, Finding], AttemptKey | None]) -> None:
        self.book = book
        self._key_of = key_of
        self._trouble = StateLog(log, "attempts that were stopped are counted all the same", level=logging.WARNING)

    def of_decision(
        self, row: DecisionRow, question: Question, finding: Finding, passed: AllowedCall | None
    ) -> StandingReservation | None:
        """What a decision says of attempts, in memory from now on; it goes into the journal with the row.

        Args:
            row: the decision, as it will be written.
            question: what was asked.
            finding: what was found.
            passed: the same call as an earlier gate has let it by, if one has.

        Raises:
            ValueError: it can't be counted.
        """
        if row.verdict != Verdict.ALLOW:
            return None if passed is None else self._stopped(row, passed)
        key = None if row.reason in _UNCAPPED or not row.number else self._key_of(question, finding)
        if key is None:
            return None  # what an earlier gate has counted, stays counted
        left = question.gate is Gate.WATCHDOG
        expiring = row.at + UNTOLD_US if question.gate is Gate.API else 0
        earlier = "" if passed is None else passed.id
        try:
            return self.book.reserve(row.id, key, row.at, left=left, instead_of=earlier, expires_at=expiring)
        except JournalError as error:
            self._trouble.begin(str(error))
            return self.book.reserve(row.id, key, row.at, left=left, expires_at=expiring)

    def of_meeting(self, gate: Gate, passed: AllowedCall, at: int) -> StandingReservation | None:
        """What it says of attempts that a call which was let by, and still is, has met another gate."""
        if gate is Gate.WATCHDOG:
            return self._left(passed, at)
        return self._noted(self.book.keep, passed, at) if Gate.API in passed.gates else None

    def of_outcome(self, passed: AllowedCall, at: int, *, made: bool) -> StandingReservation | None:
        """What it says of attempts that a program tells of its call: it was made, or it was not."""
        return self._left(passed, at) if made else self._noted(self.book.give_back, passed, at)

    def _stopped(self, row: DecisionRow, passed: AllowedCall) -> StandingReservation | None:
        """A later gate stops the call: before it left, or, where that is the watchdog, an instant after."""
        if row.gate == Gate.WATCHDOG:
            return self._left(passed, row.at)
        return self._noted(self.book.give_back, passed, row.at)

    def _left(self, passed: AllowedCall, at: int) -> StandingReservation | None:
        return self._noted(self.book.confirm, passed, at)

    def _noted(
        self, note: Callable[[str, int, int], StandingReservation | None], passed: AllowedCall, at: int
    ) -> StandingReservation | None:
        """Note what became of an attempt. Where that fails, it stays counted: too few calls, never too many."""
        if not isinstance(passed.key, int):
            return None
        try:
            said = note(passed.id, passed.key, at)
        except JournalError as error:
            self._trouble.begin(str(error))
            return None
        self._trouble.end()
        return said
