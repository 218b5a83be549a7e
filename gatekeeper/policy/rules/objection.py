"""An objection: who said no to a company is not called for it again."""

from dataclasses import dataclass
from functools import cached_property
from typing import ClassVar

from gatekeeper.policy.attempt import Attempt
from gatekeeper.policy.decision import Outcome, Verdict
from gatekeeper.policy.facts import Facts
from gatekeeper.policy.ledger import ConsentTerms, EventKind
from gatekeeper.policy.needs import LastEvent, Need, the_one
from gatekeeper.policy.reasons import Reason
from gatekeeper.policy.rule import Rule

_OBJECTED = Outcome(Verdict.BLOCK, Reason.OBJECTED)


@dataclass(frozen=True)
class Objection(Rule):
    """Blocks a consumer who objected, whatever the ground of the call; time does not cure it.

    Attributes:
        kinds: what counts as an objection.
        reopened_by: what is asked of a consent that was given later to the same principal, and opens the way again
            while it holds; None where none does.
        since: what is earlier does not count, in microseconds since the epoch.
    """

    name: ClassVar[str] = "objection"

    kinds: tuple[EventKind, ...] = (EventKind.OBJECTION,)
    reopened_by: ConsentTerms | None = None
    since: int = 0

    @cached_property
    def need(self) -> LastEvent:
        """What it needs to know."""
        return the_one(LastEvent(self.kinds, self.reopened_by, self.since, dated=False))

    @property
    def needs(self) -> tuple[Need, ...]:  # noqa: D102 - as in Rule
        return (self.need,)

    def __call__(self, _attempt: Attempt, facts: Facts, /) -> Outcome | None:  # noqa: D102 - as the class says
        return _OBJECTED if facts.of(self.need) else None
