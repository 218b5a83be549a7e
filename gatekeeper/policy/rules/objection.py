"""An objection: who said no to a company is not called for it again."""

from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import ClassVar

from gatekeeper.policy.attempt import Attempt
from gatekeeper.policy.decision import Outcome, Verdict
from gatekeeper.policy.facts import Facts
from gatekeeper.policy.ledger import ConsentTerms, EventKind
from gatekeeper.policy.needs import ContractNeed, LastEvent, Need, the_one
from gatekeeper.policy.reasons import Reason
from gatekeeper.policy.rule import Rule

_RUNNING = the_one(ContractNeed(related=True))
_OBJECTED = Outcome(Verdict.BLOCK, Reason.OBJECTED)


@dataclass(frozen=True)
class Objection(Rule):
    """Blocks a consumer who objected, whatever the ground of the call; time does not cure it.

    Attributes:
        kinds: what counts as an objection.
        reopened_by: what is asked of a consent that was given later to the same principal, and opens the way again
            while it holds; None where none does.
        since: what is of an earlier day, where the consumer is, does not count; None where all does.
        related: whether only what was about the call's goods, or about none in particular, counts.
        but_contract: whether a call on a running contract about the call's goods may be made all the same.
    """

    name: ClassVar[str] = "objection"

    kinds: tuple[EventKind, ...] = (EventKind.OBJECTION,)
    reopened_by: ConsentTerms | None = None
    since: date | None = None
    related: bool = False
    but_contract: bool = False

    @cached_property
    def need(self) -> LastEvent:
        """What it needs to know."""
        return the_one(LastEvent(self.kinds, self.reopened_by, self.since, self.related, dated=False))

    @property
    def needs(self) -> tuple[Need, ...]:  # noqa: D102 - as in Rule
        return (self.need, _RUNNING) if self.but_contract else (self.need,)

    def __call__(self, _attempt: Attempt, facts: Facts, /) -> Outcome | None:  # noqa: D102 - as the class says
        if not facts.of(self.need) or (self.but_contract and facts.of(_RUNNING) is not None):
            return None
        return _OBJECTED
