"""A customer: a contract that runs, or a purchase or inquiry of late, lifts what other provisions forbid."""

from dataclasses import dataclass
from functools import cached_property
from typing import ClassVar

from gatekeeper.policy.attempt import Attempt
from gatekeeper.policy.calendar import local_day, months_later
from gatekeeper.policy.decision import Outcome, Verdict
from gatekeeper.policy.facts import Facts
from gatekeeper.policy.ledger import EventKind
from gatekeeper.policy.needs import ContractNeed, LastEvent, Need, the_one
from gatekeeper.policy.reasons import LIFTED, Reason
from gatekeeper.policy.rule import Rule

_PURCHASE = {similar: the_one(LastEvent((EventKind.PURCHASE,), related=similar)) for similar in (False, True)}
_INQUIRY = the_one(LastEvent((EventKind.INQUIRY,)))


@dataclass(frozen=True)
class Customer(Rule):
    """Lifts provisions that its own names, for who is a customer of the principal.

    Attributes:
        contract: whether a running contract does.
        related: whether it must be about the call's goods; of a purchase only where `similar` says so.
        ended_days: for how many days after its end it still does.
        purchase_months: for how many months a purchase does; 0 for not at all.
        inquiry_months: for how many months an inquiry does; 0 for not at all.
        purchase_days: for how many days at most, where that is counted as well; 0 where it is not.
        inquiry_days: the same of an inquiry.
        similar: whether a purchase must have been of the call's goods, where it says of what it was.
        ground: whether it is a ground by itself, where there is nothing to lift.
    """

    name: ClassVar[str] = "customer"

    contract: bool = False
    related: bool = True
    ended_days: int = 0
    purchase_months: int = 0
    inquiry_months: int = 0
    purchase_days: int = 0
    inquiry_days: int = 0
    similar: bool = False
    ground: bool = False

    @cached_property
    def register(self) -> ContractNeed:
        """The contract that it asks for."""
        return the_one(ContractNeed(self.related, self.ended_days))

    @cached_property
    def needs(self) -> tuple[Need, ...]:  # noqa: D102 - as in Rule
        needed: list[Need] = [self.register] if self.contract else []
        if self.purchase_months:
            needed.append(_PURCHASE[self.similar])
        if self.inquiry_months:
            needed.append(_INQUIRY)
        return tuple(needed)

    def __call__(self, attempt: Attempt, facts: Facts, /) -> Outcome | None:  # noqa: D102 - as the class says
        if self.contract:
            register = facts.of(self.register)
            if register is not None:
                return self._says(Outcome(Verdict.ALLOW, Reason.CONTRACT, register))
        bought = self._recent(_PURCHASE[self.similar], self.purchase_months, self.purchase_days, attempt, facts)
        asked = self._recent(_INQUIRY, self.inquiry_months, self.inquiry_days, attempt, facts)
        return self._says(Outcome(Verdict.ALLOW, Reason.CUSTOMER)) if bought or asked else None

    def _says(self, outcome: Outcome) -> Outcome:
        return outcome._replace(ground=True) if self.ground else outcome._replace(lifts=LIFTED)

    @staticmethod
    def _recent(need: LastEvent, months: int, days: int, attempt: Attempt, facts: Facts) -> bool:
        last = facts.of(need) if months else 0
        return bool(last) and all(
            attempt.at < months_later(last, months, zone)
            and (not days or local_day(attempt.at, zone) <= local_day(last, zone) + days)
            for zone in attempt.place.zones
        )
