"""A consent that lifts what other provisions forbid: a list, or the hours."""

from dataclasses import dataclass
from functools import cached_property
from typing import ClassVar

from gatekeeper.policy.attempt import Attempt
from gatekeeper.policy.calendar import NEVER
from gatekeeper.policy.decision import Outcome, Verdict
from gatekeeper.policy.facts import Facts
from gatekeeper.policy.ledger import ConsentState, ConsentTerms
from gatekeeper.policy.needs import ConsentNeed, Need, the_one
from gatekeeper.policy.reasons import LIFTED, Reason
from gatekeeper.policy.rule import Rule


@dataclass(frozen=True)
class ConsentException(Rule):
    """Lifts provisions that its own names, where the consumer consented to this principal's calls.

    Attributes:
        terms: what the law asks of the consent.
        exact: whether only an accepted slot of a certain date lifts, while it lasts.
    """

    name: ClassVar[str] = "consent"

    terms: ConsentTerms
    exact: bool = False

    @cached_property
    def need(self) -> ConsentNeed:
        """What it needs to know."""
        return the_one(ConsentNeed(self.terms, self.exact))

    @property
    def needs(self) -> tuple[Need, ...]:  # noqa: D102 - as in Rule
        return (self.need,)

    def __call__(self, attempt: Attempt, facts: Facts, /) -> Outcome | None:  # noqa: D102 - as the class says
        standing = facts.of(self.need)
        later = attempt.timeless and standing.state is ConsentState.TIME and standing.opens_at
        if not later and (standing.state is not ConsentState.VALID or (self.exact and not standing.exact)):
            return None
        return Outcome(Verdict.ALLOW, Reason.CONSENT, lifts=LIFTED, proof=standing.ident)

    def cures(self, _attempt: Attempt, facts: Facts, /) -> int:  # noqa: D102 - as in Rule
        return facts.of(self.need).opens_at or NEVER
