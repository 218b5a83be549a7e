"""History of calls: looks up in the journal those that were let by, however long ago."""

from gatekeeper.clock import moment_of
from gatekeeper.journal import DecisionFilter, DecisionRow, JournalReader
from gatekeeper.phone import Normaliser
from gatekeeper.policy import Gate, Reason, Verdict
from gatekeeper.screening.prefixed import is_behind_prefix
from gatekeeper.screening.question import Question
from gatekeeper.screening.recent import MOST_NAMED, TOLD_GIVEN_BACK, TOLD_MADE, StoredCall

_MOST_OF_A_CALL = 100


class History:
    """Looks calls up in the journal.

    Args:
        reader: reads the journal.
        normaliser: reads what was dialled.
    """

    def __init__(self, reader: JournalReader, normaliser: Normaliser) -> None:
        self._reader = reader
        self._normaliser = normaliser

    def attempt(self, ident: str) -> StoredCall | None:
        """One decision with where else its call was met, and whether a later gate stopped it.

        Raises:
            JournalError: the journal can't be read.
        """
        found = self._reader.attempt(ident)
        if found is None:
            return None
        told = {one.gate for one in found[1]}
        given_back = TOLD_GIVEN_BACK in told and TOLD_MADE not in told
        return StoredCall(*found, stopped=given_back or self._was_stopped(found[0]))

    def _was_stopped(self, row: DecisionRow) -> bool:
        """Whether a later gate refused a call that was let by. What the watchdog cuts has left before."""
        if row.verdict != Verdict.ALLOW or not row.number:
            return False  # what is no public number is not counted
        blocked = frozenset({Verdict.BLOCK.value})
        later = DecisionFilter(number=row.number, verdicts=blocked, since=moment_of(row.at))
        rows = (one.row for one in self._reader.latest(later, _MOST_OF_A_CALL))
        return any(one.supersedes == row.id and one.gate != Gate.WATCHDOG for one in rows)

    def was_let_by(self, question: Question, since: int = 0) -> bool:
        """Whether a gate has let this number by within this call, the watchdog included.

        The number of a decision that the call carries may be dialled behind a carrier's prefix.

        Args:
            question: the call, as the watchdog finds it.
            since: when the call began, in microseconds since the epoch. What was decided before is about another call
                with the same id, which a client may choose.

        Raises:
            JournalError: the journal can't be read.
        """
        number = self._normaliser.normalise(question.dialled).e164
        rows = [found[0] for ident in _ids(question.earlier) if (found := self._reader.attempt(ident))]
        if any(self._is_prefixed(row, question.dialled) for row in rows if _stands(row, since)):
            return True
        if question.linkedid:
            of_call = DecisionFilter(
                linkedid=question.linkedid,
                number=number or None,
                numberless=not number,
                verdicts=frozenset({Verdict.ALLOW.value}),
            )
            rows += [one.row for one in self._reader.latest(of_call, _MOST_OF_A_CALL)]
        return any(_stands(row, since) and _same(row, number, question.dialled) for row in rows)

    def _is_prefixed(self, row: DecisionRow, dialled: str) -> bool:
        return row.number is not None and is_behind_prefix(dialled, row.number, self._normaliser.normalise)


def _stands(row: DecisionRow, since: int) -> bool:
    """Whether it let a call by. Under FAIL_OPEN no gate looked at one; a question over the interface is about none."""
    allowed = row.verdict == Verdict.ALLOW and row.reason != Reason.FAIL_OPEN and row.gate != Gate.API_ASK
    return allowed and row.at >= since


def _ids(earlier: str) -> list[str]:
    return [ident for ident in earlier.split("&")[:MOST_NAMED] if ident]


def _same(row: DecisionRow, number: int, dialled: str) -> bool:
    return row.number == number if number else row.dialled == dialled
