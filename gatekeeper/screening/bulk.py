"""Deciding on many numbers at once, exactly as `Screening.find` decides on one.

Needs NumPy, which serving does without.
"""

import numpy as np
from numpy.typing import NDArray

from gatekeeper.lists.serving.bulk import BulkIndex, Found
from gatekeeper.phone import Callee, NumberKind, PhoneNumber, callee_of
from gatekeeper.phone.bulk import callees
from gatekeeper.policy import NO_FACTS, Attempt, Decision, Facts, Reason
from gatekeeper.screening.plans import Ground
from gatekeeper.screening.question import Question
from gatekeeper.screening.service import Screening

Codes = NDArray[np.int16]


class BulkScreening:
    """Decides on many numbers of one campaign at one moment, on the lists as they were when it was made.

    The rules see of a number its callee and the facts, and both have finitely many values. So one attempt of each sort
    is put to the chain, and the decision holds for all of that sort.

    Args:
        screening: decides; its lists must not be refreshed while the judge is used.
        index: the same lists, asked many numbers at a time.
        question: campaign, principal, caller ID and gate; its number does not matter.
        at: the moment, in microseconds since the epoch.

    Raises:
        StoreError: the lists can't be read.
    """

    def __init__(self, screening: Screening, index: BulkIndex, question: Question, at: int) -> None:
        self.ground: Ground = screening.ground(question, at)
        self.decisions: list[Decision] = []
        self._screening = screening
        self._index = index
        self._question = question
        self._at = at
        self._codes: dict[Decision, int] = {}
        self._by_sort: dict[tuple[Callee, Facts], int] = {}

    @property
    def principal(self) -> str:
        """The company that is called for, or ""."""
        return self._question.principal or self.ground.campaign.principal

    @property
    def stale_blocks(self) -> bool:
        """Whether a list of the campaign is too old to rely on, so that nobody without a contract may be called."""
        if self.ground.stale is None:
            return False
        return self._decide(Callee(NumberKind.E164), Facts(stale=self.ground.stale)).reason is Reason.LIST_STALE

    def numbers(self, numbers: NDArray[np.int64]) -> Codes:
        """For each number (E.164, above 0) the place of its decision in `decisions`.

        Raises:
            StoreError: the lists can't be read.
        """
        if len(numbers) == 0:
            return np.empty(0, np.int16)
        distinct, places = np.unique(numbers, return_inverse=True)
        return self._together(distinct)[places]

    def other(self, number: PhoneNumber) -> int:
        """The place in `decisions` of the decision on what is no E.164 number."""
        return self._of_sort(callee_of(number), NO_FACTS)

    def _together(self, distinct: NDArray[np.int64]) -> Codes:
        found = self._look_up(distinct)
        of_callee, seen = callees(distinct)
        shape = [len(seen), *(len(one.hits) + 1 for one in found)]
        sorts = np.ravel_multi_index([of_callee, *(one.which.astype(np.intp) + 1 for one in found)], shape)
        codes = np.empty(len(distinct), np.int16)
        for sort in np.unique(sorts).tolist():
            of_sort = np.flatnonzero(sorts == sort)
            callee, *places = (int(place) for place in np.unravel_index(sort, shape))
            red, listed, unscrubbed, contract = (
                one.hits[place - 1] if place else None for one, place in zip(found, places, strict=True)
            )
            facts = Facts(red, listed, self.ground.stale, unscrubbed, contract)
            codes[of_sort] = self._of_sort(seen[callee], facts)
        return codes

    def _look_up(self, numbers: NDArray[np.int64]) -> tuple[Found, Found, Found, Found]:
        """Of numbers (ascending, each once): `red`, `listed`, `unscrubbed` and `contract` of `Facts`."""
        ground, index = self.ground, self._index
        red = index.find_many(numbers, ground.red)
        listed = index.find_many(numbers, ground.lists)
        unscrubbed, asked = self._unscrubbed(numbers)
        listed = _either(listed, asked)
        running = Found(np.full(len(numbers), -1, np.int16), [])
        against = (listed.which >= 0) | (unscrubbed.which >= 0) | (ground.stale is not None)
        if ground.contracts and against.any():
            subjects = ground.campaign.subjects
            some = index.contracts_many(numbers[against], ground.contracts, self.principal, subjects, self._at)
            running.which[against] = some.which
            running = Found(running.which, some.hits)
        return red, listed, unscrubbed, running

    def _unscrubbed(self, numbers: NDArray[np.int64]) -> tuple[Found, Found]:
        """For each number the list that ought to say something of it and does not; and what lists it of those asked."""
        ground, index = self.ground, self._index
        found = Found(np.full(len(numbers), -1, np.int16), [])
        for name, unsaid in ground.washes:
            left = np.flatnonzero(found.which < 0)
            found.which[left[~index.cleared_many(numbers[left], name, self._at)]] = len(found.hits)
            found.hits.append(unsaid)
        asked = Found(np.full(len(numbers), -1, np.int16), [])
        left = np.flatnonzero(found.which < 0)
        if ground.limited:
            uncovered = index.uncovered_many(numbers[left], ground.covering)
            if not ground.queries:
                found.which[left] = np.where(uncovered.which < 0, -1, uncovered.which + len(found.hits))
                found.hits.extend(uncovered.hits)
            left = left[uncovered.which >= 0]
        elif ground.covering:
            left = left[:0]
        for name, said in ground.queries:
            answers = index.answered_many(numbers[left], name, self._at)
            asked.which[left[answers > 0]] = len(asked.hits)
            found.which[left[answers < 0]] = len(found.hits)
            asked.hits.append(said)
            found.hits.append(said)
            left = left[answers == 0]
        return found, asked

    def _of_sort(self, callee: Callee, facts: Facts) -> int:
        key = (callee, facts)
        if key not in self._by_sort:
            self._by_sort[key] = self._code(self._decide(callee, facts))
        return self._by_sort[key]

    def _decide(self, callee: Callee, facts: Facts) -> Decision:
        question, campaign = self._question, self.ground.campaign
        attempt = Attempt(callee, self._at, campaign, self.principal, question.caller_id, question.gate)
        return self._screening.chain.decide(attempt, facts)

    def _code(self, decision: Decision) -> int:
        if decision not in self._codes:
            self._codes[decision] = len(self.decisions)
            self.decisions.append(decision)
        return self._codes[decision]


def _either(one: Found, other: Found) -> Found:
    """What the first says of a number, else what the other does."""
    later = np.where(other.which < 0, -1, other.which + len(one.hits))
    return Found(np.where(one.which < 0, later, one.which).astype(np.int16), [*one.hits, *other.hits])
