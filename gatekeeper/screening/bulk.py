"""Bulk screening: decides on many numbers at once, exactly as `Screening.find` decides on one.

Needs NumPy, which serving does without.
"""

import numpy as np
from numpy.typing import NDArray

from gatekeeper.phone import Callee, NumberKind, PhoneNumber, callee_of
from gatekeeper.phone.bulk import callees
from gatekeeper.policy import NO_FACTS, Attempt, Chain, Decision, Facts, Hit, Reason
from gatekeeper.screening.facts.applied import Applied
from gatekeeper.screening.facts.many import Many, together
from gatekeeper.screening.question import Question
from gatekeeper.screening.service import Screening

Codes = NDArray[np.int16]


class BulkScreening:
    """Decides on many numbers of one campaign at one moment, on the lists as they were when it was made.

    The rules see of a number its callee and the facts, and both have finitely many values. So one attempt of each sort
    is put to the chain, and the decision holds for all of that sort.

    Args:
        screening: decides; its lists must not be refreshed while this is used.
        question: campaign, principal, caller ID and gate; its number does not matter.
        at: the moment, in microseconds since the epoch.

    Raises:
        StoreError: the lists can't be read.
    """

    def __init__(self, screening: Screening, question: Question, at: int) -> None:
        self.applied: Applied = screening.applied(question)
        self.decisions: list[Decision] = []
        self._screening = screening
        self._question = question
        self._at = at
        self.chain: Chain = self.applied.law.at(at)
        self._codes: dict[Decision, int] = {}
        self._by_sort: dict[tuple[Callee, Facts], int] = {}

    @property
    def principal(self) -> str:
        """The company that is called for, or ""."""
        return self.applied.principal

    @property
    def blocked_as_stale(self) -> Hit | None:
        """The list that is too old to rely on, so that nobody without a contract may be called; None without one."""
        stale = self.applied.stale(self._at)
        if stale is None or self._decide(Callee(NumberKind.E164), Facts(stale=stale)).reason is not Reason.LIST_STALE:
            return None
        return stale

    def numbers(self, numbers: NDArray[np.int64]) -> Codes:
        """For each number (E.164, above 0) the place of its decision in `decisions`.

        Raises:
            StoreError: the lists can't be read.
        """
        if len(numbers) == 0:
            return np.empty(0, np.int16)
        distinct, places = np.unique(numbers, return_inverse=True)
        facts = self._screening.gatherer.many(distinct, self.applied, self._at)
        sorts = together([Many(*callees(distinct)), facts])
        codes = np.array([self._of_sort(callee, known) for callee, known in sorts.values], np.int16)
        return codes[sorts.which][places]

    def other(self, number: PhoneNumber) -> int:
        """The place in `decisions` of the decision on what is not an E.164 number."""
        return self._of_sort(callee_of(number), NO_FACTS)

    def _of_sort(self, callee: Callee, facts: Facts) -> int:
        key = (callee, facts)
        if key not in self._by_sort:
            self._by_sort[key] = self._code(self._decide(callee, facts))
        return self._by_sort[key]

    def _decide(self, callee: Callee, facts: Facts) -> Decision:
        question, campaign = self._question, self.applied.campaign
        attempt = Attempt(callee, self._at, campaign, self.principal, question.caller_id, question.gate)
        return self.chain.decide(attempt, facts)

    def _code(self, decision: Decision) -> int:
        if decision not in self._codes:
            self._codes[decision] = len(self.decisions)
            self.decisions.append(decision)
        return self._codes[decision]
