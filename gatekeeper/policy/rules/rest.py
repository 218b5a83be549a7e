"""A rest after a refusal: so many days nobody calls again."""

from dataclasses import dataclass
from functools import cached_property
from typing import ClassVar

from gatekeeper.policy.attempt import Attempt
from gatekeeper.policy.calendar import NEVER, begins, local_day
from gatekeeper.policy.decision import Outcome, Verdict
from gatekeeper.policy.facts import Facts
from gatekeeper.policy.ledger import EventKind
from gatekeeper.policy.needs import LastEvent, Need, the_one
from gatekeeper.policy.reasons import Reason
from gatekeeper.policy.rule import Rule

_RESTING = Outcome(Verdict.BLOCK, Reason.REST_PERIOD)
_REFUSED = the_one(LastEvent((EventKind.REFUSAL, EventKind.OBJECTION)))


@dataclass(frozen=True)
class Rest(Rule):
    """Blocks a consumer who refused of late: until so many days after the day of the refusal, by the callee's calendar.

    Attributes:
        days: the first day on which another call may be made is the day of the refusal and so many days.
    """

    name: ClassVar[str] = "rest"

    days: int

    @cached_property
    def needs(self) -> tuple[Need, ...]:  # noqa: D102 - as in Rule
        return (_REFUSED,)

    def __call__(self, attempt: Attempt, facts: Facts, /) -> Outcome | None:  # noqa: D102 - as the class says
        if attempt.timeless:
            return None
        return _RESTING if attempt.at < self.cures(attempt, facts) < NEVER else None

    def cures(self, attempt: Attempt, facts: Facts, /) -> int:  # noqa: D102 - as in Rule
        refused = facts.of(_REFUSED)
        if not refused:
            return NEVER
        zones = attempt.place.zones
        return max(begins(local_day(refused, zone) + self.days, zone) for zone in zones)
