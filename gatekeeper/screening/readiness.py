"""Readiness: tells whether calls can be decided on now, and why not; nothing is recorded.

Calls can't be decided on while

- the journal can't be written: no answer is given before its row is committed;
- a call to a number of the home country, under the campaign `default`, would be refused with `GATE_ERROR`, because the
  lists or what else the law asks can't be read;
- it would be refused with `LIST_STALE`, or only another reason comes before that one.

A call that goes round the gates names no campaign, so it is judged under `default`. A block for any other reason is a
decision.
"""

from collections.abc import Callable
from typing import Protocol

from gatekeeper.clock import now_micros
from gatekeeper.errors import GatekeeperError
from gatekeeper.policy import Gate, Reason, Step
from gatekeeper.screening.question import Question
from gatekeeper.screening.records import Finding
from gatekeeper.translation import phrase


class Judging(Protocol):
    """What is asked of the screening service."""

    def find(self, question: Question, at: int, /) -> Finding:
        """The decision on a question, without recording it."""

    def explain(self, finding: Finding, /) -> list[Step]:
        """What every rule says of a finding."""


class Readiness:
    """Asks what a gate would ask.

    Args:
        screening: decides.
        number: a complete number of the home country, in international form.
        journal_trouble: why the journal can't be written now, or "".
        clock: gives now, in microseconds since the epoch.
    """

    def __init__(
        self,
        screening: Judging,
        number: str,
        journal_trouble: Callable[[], str],
        clock: Callable[[], int] = now_micros,
    ) -> None:
        self._screening = screening
        self._question = Question(dialled=number, gate=Gate.WATCHDOG)
        self._journal_trouble = journal_trouble
        self._clock = clock

    def why_not(self) -> str:
        """Why calls can't be decided on now, or ""."""
        if trouble := self._journal_trouble():
            return phrase("the journal can't be written: {trouble}", trouble=trouble)
        try:
            finding = self._screening.find(self._question, self._clock())
            stale = [step for step in self._screening.explain(finding) if _says_stale(step)]
        except GatekeeperError as error:
            return phrase("calls are refused with GATE_ERROR: {error}", error=error)
        except Exception as error:  # noqa: BLE001 - whatever keeps a call from being decided on is what is asked
            return phrase(
                "calls are refused with GATE_ERROR: {kind} (a fault of Gatekeeper)", kind=type(error).__name__
            )
        if not stale:
            return ""
        hit = stale[0].outcome.hit if stale[0].outcome is not None else None
        if hit is None:
            return phrase("calls are refused with LIST_STALE: the list that applies is too old")
        return phrase("calls are refused with LIST_STALE: the list {name} is too old", name=hit.list)


def _says_stale(step: Step) -> bool:
    counts = step.applies and not step.lifted and not step.shadow
    return counts and step.outcome is not None and step.outcome.reason is Reason.LIST_STALE
