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
from gatekeeper.screening.facts.source import Asked
from gatekeeper.screening.gather import Plan
from gatekeeper.screening.question import Question
from gatekeeper.screening.service import Screening
from gatekeeper.territory import NOWHERE, Place
from gatekeeper.territory.bulk import places

Codes = NDArray[np.int32]


class BulkScreening:
    """Decides on many numbers of one campaign at one moment, on the lists as they were when it was made.

    The rules see of a number its callee, its place and the facts, and all have few values. So one attempt of each sort
    is put to the chain, and the decision holds for all of that sort.

    Args:
        screening: decides; its lists must not be refreshed while this is used.
        question: campaign, principal, caller ID, gate, and what is said of the calls; its number does not matter.
        at: the moment, in microseconds since the epoch.

    Raises:
        StoreError: the lists can't be read.
        UnreadableCallError: what is said of the calls is not understood.
    """

    def __init__(self, screening: Screening, question: Question, at: int) -> None:
        self.decisions: list[Decision] = []
        self.law = screening.law_of(question)
        self._screening = screening
        self._at = at
        campaign = screening.campaign_of(question)
        call = screening.calls.read(question.said, question.caller_id, campaign)
        principal = question.principal or campaign.principal
        self._attempt = Attempt(
            Callee(NumberKind.E164),
            at,
            campaign,
            principal,
            question.caller_id,
            question.gate,
            NOWHERE,
            call,
            question.timeless,
        )
        self._question = question
        self.chain: Chain = self.law.only or self.law.at(at, NOWHERE)
        self.applied: Applied = screening.plan(question, self.chain).applied
        self._codes: dict[Decision, int] = {}
        self._by_sort: dict[tuple[Callee, Place, Facts], int] = {}

    @property
    def principal(self) -> str:
        """The company that is called for, or ""."""
        return self._attempt.principal

    @property
    def blocked_as_stale(self) -> Hit | None:
        """The list that is too old to rely on, so that nobody without a contract may be called; None without one."""
        stale = self.applied.stale(self._at)
        if stale is None:
            return None
        decision = self.chain.decide(self._attempt, Facts(stale=stale)) if self.law.only is not None else None
        return None if decision is not None and decision.reason is not Reason.LIST_STALE else stale

    def numbers(self, numbers: NDArray[np.int64]) -> Codes:
        """For each number (E.164, above 0) the place of its decision in `decisions`.

        Raises:
            StoreError: the lists can't be read.
        """
        if len(numbers) == 0:
            return np.empty(0, np.int32)
        distinct, back = np.unique(numbers, return_inverse=True)
        if self.law.only is not None:
            return self._of_place(distinct, NOWHERE)[back]
        where = Many(*places(distinct))
        codes = np.zeros(len(distinct), np.int32)
        for place, of in enumerate(where.values):
            here = where.which == place
            if here.any():
                codes[here] = self._of_place(distinct[here], of)
        return codes[back]

    def _of_place(self, numbers: NDArray[np.int64], place: Place) -> Codes:
        """The same for ascending numbers of one place, each once."""
        chain = self.chain if self.law.only is not None else self.law.at(self._at, place)
        attempt = self._attempt if self.law.only is not None else self._attempt._replace(place=place)
        if self.law.only is None:
            chain = chain.of_call(attempt)
        plan: Plan = self._screening.gatherer.plan(attempt.campaign, chain)
        facts = self._screening.gatherer.many(numbers, Asked(attempt), plan)
        sorts = together([Many(*callees(numbers)), facts])
        codes = [self._of_sort(attempt._replace(callee=callee), known, chain) for callee, known in sorts.values]
        return np.array(codes, np.int32)[sorts.which]

    def other(self, number: PhoneNumber) -> int:
        """The place in `decisions` of the decision on what is no E.164 number."""
        return self._of_sort(self._attempt._replace(callee=callee_of(number)), NO_FACTS, self.chain)

    def _of_sort(self, attempt: Attempt, facts: Facts, chain: Chain) -> int:
        key = (attempt.callee, attempt.place, facts)
        if key not in self._by_sort:
            self._by_sort[key] = self._code(chain.decide(attempt, facts))
        return self._by_sort[key]

    def _code(self, decision: Decision) -> int:
        if decision not in self._codes:
            self._codes[decision] = len(self.decisions)
            self.decisions.append(decision)
        return self._codes[decision]
