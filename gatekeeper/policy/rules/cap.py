"""A cap on attempts: so many within a window, and no more."""

from dataclasses import dataclass
from functools import cached_property
from typing import ClassVar

from gatekeeper.policy.attempt import Attempt
from gatekeeper.policy.calendar import NEVER
from gatekeeper.policy.decision import Outcome, Verdict
from gatekeeper.policy.facts import Facts
from gatekeeper.policy.needs import AttemptsNeed, Need, the_one
from gatekeeper.policy.reasons import Reason
from gatekeeper.policy.rule import Rule
from gatekeeper.policy.windows import Window

_CAPPED = Outcome(Verdict.BLOCK, Reason.ATTEMPTS_CAP)


@dataclass(frozen=True)
class Cap(Rule):
    """Blocks the attempt that would be one too many.

    Attributes:
        limit: how many attempts may be made in the window.
        window: within what time ("30 days" of the callee's calendar, "24 hours").
        by_principal: whether the attempts for each principal count for themselves.
        by_subject: whether those on each kind of goods do.
    """

    name: ClassVar[str] = "cap"

    limit: int
    window: Window
    by_principal: bool = True
    by_subject: bool = False

    def __post_init__(self) -> None:
        if self.limit < 1:
            raise ValueError(f"the limit is {self.limit}: a cap lets at least one call by")

    @cached_property
    def need(self) -> AttemptsNeed:
        """What it needs to know."""
        return the_one(AttemptsNeed(self.limit, self.window, self.by_principal, self.by_subject))

    @property
    def needs(self) -> tuple[Need, ...]:  # noqa: D102 - as in Rule
        return (self.need,)

    def __call__(self, attempt: Attempt, facts: Facts, /) -> Outcome | None:  # noqa: D102 - as the class says
        return _CAPPED if not attempt.timeless and facts.of(self.need).free_at else None

    def cures(self, _attempt: Attempt, facts: Facts, /) -> int:  # noqa: D102 - as in Rule
        return facts.of(self.need).free_at or NEVER
