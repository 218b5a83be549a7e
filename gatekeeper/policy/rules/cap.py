"""A cap on attempts: so many within a window, and no more."""

from dataclasses import dataclass
from functools import cached_property
from typing import ClassVar

from gatekeeper.policy.attempt import Attempt
from gatekeeper.policy.calendar import NEVER
from gatekeeper.policy.call import Purpose
from gatekeeper.policy.decision import Outcome, Verdict
from gatekeeper.policy.facts import Facts
from gatekeeper.policy.needs import AttemptsNeed, CallBackNeed, Need, RequestState, the_one
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
        by_number: whether those on each number of a consumer who has several do.
        by_person: whether those of each consumer do, where several are called on one number.
        groups: the principals that count as one, group by group: [["ACME", "ACME Vie"]].
        request: what is asked of a request to be called back whose calls are neither capped nor counted; None where
            those are like others.
    """

    name: ClassVar[str] = "cap"

    limit: int
    window: Window
    by_principal: bool = True
    by_subject: bool = False
    by_number: bool = False
    by_person: bool = False
    groups: tuple[tuple[str, ...], ...] = ()
    request: CallBackNeed | None = None

    def __post_init__(self) -> None:
        if self.limit < 1:
            raise ValueError(f"the limit is {self.limit}: a cap lets at least one call by")

    @cached_property
    def need(self) -> AttemptsNeed:
        """What it needs to know."""
        return the_one(
            AttemptsNeed(
                self.limit,
                self.window,
                self.by_principal,
                self.by_subject,
                self.by_number,
                self.by_person,
                self.groups,
            )
        )

    @cached_property
    def needs(self) -> tuple[Need, ...]:  # noqa: D102 - as in Rule
        return (self.need,) if self.request is None else (self.need, the_one(self.request))

    def __call__(self, attempt: Attempt, facts: Facts, /) -> Outcome | None:  # noqa: D102 - as the class says
        if attempt.timeless or not facts.of(self.need).free_at:
            return None
        return _CAPPED if self.counts(attempt, facts) else None

    @property
    def counts_every(self) -> bool:  # noqa: D102 - as in Rule
        return self.request is None

    def counts(self, attempt: Attempt, facts: Facts) -> bool:  # noqa: D102 - as in Rule: all but what was asked for
        if self.request is None or attempt.call.purpose is not Purpose.CALL_BACK or not facts.needs:
            return True
        return facts.of(the_one(self.request)) is not RequestState.VALID

    def cures(self, _attempt: Attempt, facts: Facts, /) -> int:  # noqa: D102 - as in Rule
        return facts.of(self.need).free_at or NEVER
