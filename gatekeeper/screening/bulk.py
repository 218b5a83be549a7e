"""Bulk screening: decides on many numbers at once, exactly as `Screening.find` decides on one.

Needs NumPy, which serving does without.
"""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from gatekeeper.law.laws import profiles_of
from gatekeeper.law.profile import Profile
from gatekeeper.phone import Callee, NumberKind, PhoneNumber, callee_of
from gatekeeper.phone.bulk import callees
from gatekeeper.policy import NO_FACTS, Attempt, Campaign, Chain, Decision, Facts, Hit, Reason
from gatekeeper.policy.needs import ConsentNeed
from gatekeeper.screening.call import place_for
from gatekeeper.screening.facts.applied import Applied
from gatekeeper.screening.facts.consents import LedgerFacts
from gatekeeper.screening.facts.many import Many, together
from gatekeeper.screening.facts.source import Asked
from gatekeeper.screening.gather import Plan
from gatekeeper.screening.question import Question
from gatekeeper.screening.service import Screening
from gatekeeper.territory import NOWHERE, Place
from gatekeeper.territory.bulk import places

Codes = NDArray[np.int32]
Numbers = NDArray[np.int64]

_CALLER_ID = "caller_id"
"""The rule on the caller IDs that may be presented."""

_STALENESS = "staleness"
"""The rule by which nobody is called while a list of the site's own is too old."""


class Beside(NamedTuple):
    """What is known of contacts beside their numbers, one to each number; nothing where nobody says.

    Attributes:
        contacts: by what the site knows the consumers.
        postcodes: theirs.
    """

    contacts: Sequence[str] = ()
    postcodes: Sequence[str] = ()

    def of(self, places: Sequence[int]) -> "Beside":
        """What is known of some of them."""
        return Beside(
            [self.contacts[place] for place in places] if self.contacts else (),
            [self.postcodes[place] for place in places] if self.postcodes else (),
        )

    @property
    def nothing(self) -> bool:
        """Whether nothing is known."""
        return not self.contacts and not self.postcodes


NOTHING_BESIDE = Beside()


class Sort(NamedTuple):
    """Numbers on which the same is decided, for the same reasons.

    Attributes:
        attempt: one of their calls.
        facts: what is known of them.
        chain: the rules.
        code: the place of the decision.
    """

    attempt: Attempt
    facts: Facts
    chain: Chain
    code: int


class BulkScreening:
    """Decides on many numbers of one campaign at one moment, on the lists as they were when it was made.

    The rules see of a number its callee, its place and the facts, and all have few values. So one attempt of each sort
    is put to the chain, and the decision holds for all of that sort. A consent that it rests on (`proof`) is named by
    its place among the consumer's: `proof` gives its id.

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
        self.sorts: list[Sort] = []
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
        self._plans: dict[int, Plan] = {}
        self._places: dict[Place, None] = {}
        self._codes: dict[Decision, int] = {}
        self._by_sort: dict[tuple[Callee, Place, Facts], int] = {}

    @property
    def principal(self) -> str:
        """The company that is called for, or ""."""
        return self._attempt.principal

    @property
    def blocked_as_stale(self) -> Hit | None:
        """The list that is too old to rely on, so that nobody without a contract may be called; None without one.

        Under the law of a country that is said of the site's own lists only: what it says of a registry's list that is
        too old, the provision says of each number that it is about.
        """
        if self.law.only is None:
            stale = self._screening.gatherer.own(self._attempt.campaign).stale(self._at)
            return stale if stale is not None and all(map(self._refuses_stale, profiles_of(self.law))) else None
        stale = self.applied.stale(self._at)
        if stale is None:
            return None
        decision = self.chain.decide(self._attempt, Facts(stale=stale))
        return None if decision.reason is not Reason.LIST_STALE else stale

    def _refuses_stale(self, profile: Profile) -> bool:
        provisions = profile.at(self._at).provisions
        return any(one.rule.name == _STALENESS and not one.shadow for one in provisions)

    def needs_caller_id(self, place: Place) -> bool:
        """Whether the law of a place refuses a call that shows no caller ID, whomever it is to."""
        return any(map(self._refuses_withheld, profiles_of(self.law, place)))

    def _refuses_withheld(self, profile: Profile) -> bool:
        return any(
            one.rule.name == _CALLER_ID and not one.shadow and one.scope.holds(self._attempt)
            for one in profile.at(self._at).provisions
        )

    @property
    def plans(self) -> list[Plan]:
        """What was asked of the numbers so far, by each chain that they were put to."""
        return list(self._plans.values()) or [self._screening.gatherer.plan(self._attempt.campaign, self.chain)]

    @property
    def profiles(self) -> list[Profile]:
        """The laws of the numbers so far; none where it is not one of a country, nor any that changes."""
        if self.law.only is not None:
            return []
        return list({id(one): one for one in self._profiles()}.values())

    def _profiles(self) -> Iterator[Profile]:
        for place in self._places:
            yield from profiles_of(self.law, place)

    def lists_of(self, plan: Plan) -> tuple[str, ...]:
        """The lists that a plan asks, those of registries included."""
        return self._screening.gatherer.lists_of(self._attempt.campaign, plan)

    def numbers(self, numbers: Numbers, beside: Beside = NOTHING_BESIDE) -> Codes:
        """For each number (E.164, above 0) the place of its decision in `decisions`.

        Args:
            numbers: in any order.
            beside: what is known of each beside it.

        Raises:
            StoreError: the lists can't be read.
        """
        if len(numbers) == 0:
            return np.empty(0, np.int32)
        sorts = self.sorted(numbers, beside)
        return np.array([sort.code for sort in self.sorts], np.int32)[sorts]

    def sorted(self, numbers: Numbers, beside: Beside = NOTHING_BESIDE) -> NDArray[np.intp]:
        """For each number the place of its sort in `sorts`. Arguments as of `numbers`."""
        if beside.nothing:
            distinct, back = np.unique(numbers, return_inverse=True)
            return self._sorted(distinct, beside)[back]
        keys: dict[tuple[int, str, str], int] = {}
        said = (beside.contacts or [""] * len(numbers), beside.postcodes or [""] * len(numbers))
        back = np.array([keys.setdefault(key, len(keys)) for key in zip(numbers.tolist(), *said, strict=True)], np.intp)
        order = sorted(keys)
        found = np.empty(len(order), np.intp)
        for places_of_round in _rounds(order):
            chosen = [order[place] for place in places_of_round]
            part = Beside([contact for _, contact, _ in chosen], [postcode for _, _, postcode in chosen])
            sorts = self._sorted(np.array([number for number, _, _ in chosen], np.int64), part)
            found[[keys[key] for key in chosen]] = sorts
        return found[back]

    def _sorted(self, numbers: Numbers, beside: Beside) -> NDArray[np.intp]:
        """The same of ascending numbers, each once."""
        if self.law.only is not None:
            return self._of_place(numbers, NOWHERE, beside)
        where = _places(numbers, beside, self._attempt.campaign)
        sorts = np.zeros(len(numbers), np.intp)
        for place, of in enumerate(where.values):
            here = np.flatnonzero(where.which == place)
            if len(here):
                sorts[here] = self._of_place(numbers[here], of, beside.of(here.tolist()))
        return sorts

    def _of_place(self, numbers: Numbers, place: Place, beside: Beside) -> NDArray[np.intp]:
        """The same for numbers of one place."""
        chain = self.chain if self.law.only is not None else self.law.at(self._at, place)
        attempt = self._attempt if self.law.only is not None else self._attempt._replace(place=place)
        if self.law.only is None:
            chain = chain.of_call(attempt)
        plan = self._screening.gatherer.plan(attempt.campaign, chain)
        self._plans[id(chain)] = plan
        self._places[place] = None
        asked = Asked(attempt, contacts=tuple(beside.contacts) if any(beside.contacts) else ())
        facts = self._screening.gatherer.many(numbers, asked, plan)
        sorts = together([Many(*callees(numbers)), facts])
        found = [self._of_sort(attempt._replace(callee=callee), known, chain) for callee, known in sorts.values]
        return np.array(found, np.intp)[sorts.which]

    def other(self, number: PhoneNumber) -> int:
        """The place in `decisions` of the decision on what is not an E.164 number."""
        attempt = self._attempt._replace(callee=callee_of(number))
        return self.sorts[self._of_sort(attempt, NO_FACTS, self.chain)].code

    def proof(self, decision: Decision, number: int, contact: str = "") -> int:
        """The id of the consent that a decision on a number rests on; 0 without one.

        Raises:
            StoreError: the ledger can't be read.
        """
        source = self._screening.gatherer.sources.get(ConsentNeed)
        if not decision.proof or not isinstance(source, LedgerFacts):
            return 0
        return source.proof(number, Asked(self._attempt, contact), decision.proof)

    def _of_sort(self, attempt: Attempt, facts: Facts, chain: Chain) -> int:
        key = (attempt.callee, attempt.place, facts)
        found = self._by_sort.get(key)
        if found is None:
            found = self._by_sort[key] = len(self.sorts)
            self.sorts.append(Sort(attempt, facts, chain, self._code(chain.decide(attempt, facts))))
        return found

    def _code(self, decision: Decision) -> int:
        if decision not in self._codes:
            self._codes[decision] = len(self.decisions)
            self.decisions.append(decision)
        return self._codes[decision]


def _places(numbers: Numbers, beside: Beside, campaign: Campaign) -> Many[Place]:
    """Where callees may be."""
    where = Many(*places(numbers))
    if not beside.postcodes:
        return where
    known = {place: at for at, place in enumerate(where.values)}
    which = where.which.copy()
    for at, (number, postcode) in enumerate(zip(numbers.tolist(), beside.postcodes, strict=True)):
        if postcode:
            which[at] = known.setdefault(place_for(number, postcode, campaign), len(known))
    return Many(which, list(known))


def _rounds(keys: Sequence[tuple[int, str, str]]) -> Iterator[list[int]]:
    """The places of ascending keys in rounds, in each of which every number stands once."""
    times: list[list[int]] = []
    before, time = 0, 0
    for place, (number, _, _) in enumerate(keys):
        time = time + 1 if number == before else 0
        before = number
        if time == len(times):
            times.append([])
        times[time].append(place)
    yield from times
