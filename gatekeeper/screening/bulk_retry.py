"""When many calls may be placed: for each the first minute at which the same question is allowed. Needs NumPy."""

from collections.abc import Iterator
from heapq import heappop, heappush

import numpy as np
from numpy.typing import NDArray

from gatekeeper.policy import Attempt, Verdict
from gatekeeper.policy.calendar import NEVER
from gatekeeper.screening.bulk import NOTHING_BESIDE, Beside, BulkScreening, Numbers
from gatekeeper.screening.question import Question
from gatekeeper.screening.retry import AHEAD_US, STEPS, next_look, sooner
from gatekeeper.screening.service import Screening


def first_moments(
    screening: Screening,
    question: Question,
    numbers: Numbers,
    at: int,
    beside: Beside = NOTHING_BESIDE,
    until: int = AHEAD_US,
) -> NDArray[np.int64]:
    """For each number `at` where the call may be placed then, else what `Screening.with_retry` gives.

    Numbers that are looked at again at the same moment are decided on together.

    Args:
        screening: decides.
        question: about all of them; its number does not matter.
        numbers: E.164.
        at: now, in microseconds since the epoch.
        beside: what is known of each beside it.
        until: so much later nobody looks.

    Returns:
        The moments, in microseconds since the epoch; 0 where none comes.
    """
    found = np.zeros(len(numbers), np.int64)
    waiting: dict[int, list[NDArray[np.intp]]] = {at: [np.arange(len(numbers))]}
    moments = [at]
    looks = np.zeros(len(numbers), np.int32)
    while moments:
        moment = heappop(moments)
        places = np.concatenate(waiting.pop(moment))
        if len(places) == 0:
            continue
        looks[places] += 1
        bulk = BulkScreening(screening, question, moment)
        sorts = bulk.sorted(numbers[places], NOTHING_BESIDE if beside.nothing else beside.of(places.tolist()))
        for sort in np.unique(sorts).tolist():
            of_sort = places[sorts == sort]
            attempt, facts, chain, code = bulk.sorts[sort]
            if bulk.decisions[code].verdict is Verdict.ALLOW:
                found[of_sort] = moment
                continue
            if not chain.country:
                continue
            later = next_look(attempt, facts, chain, bulk.law)
            again = of_sort[looks[of_sort] <= STEPS]
            for moment_of_some, some in _by_moment(screening, numbers, again, attempt, later):
                if moment_of_some >= NEVER or moment_of_some > at + until:
                    continue
                if moment_of_some not in waiting:
                    waiting[moment_of_some] = []
                    heappush(moments, moment_of_some)
                waiting[moment_of_some].append(some)
    return found


def _by_moment(
    screening: Screening, numbers: Numbers, which: NDArray[np.intp], attempt: Attempt, later: int
) -> Iterator[tuple[int, NDArray[np.intp]]]:
    """When to look at numbers again: where a contract begins before the moment that their rules name, then.

    Args:
        screening: decides.
        numbers: all.
        which: the places of those that are blocked for the same reasons.
        attempt: one of their calls.
        later: what the rules say.
    """
    begun = screening.gatherer.contracts.begins_many(numbers[which], attempt)
    for begins in np.unique(begun).tolist():
        yield sooner(later, begins), which[begun == begins]
