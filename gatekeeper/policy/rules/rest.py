"""A rest after a refusal: so many days nobody calls again."""

from dataclasses import dataclass
from functools import cached_property
from typing import ClassVar

from gatekeeper.policy.attempt import Attempt
from gatekeeper.policy.calendar import NEVER, begins, local_day
from gatekeeper.policy.call import Purpose
from gatekeeper.policy.decision import Outcome, Verdict
from gatekeeper.policy.facts import Facts
from gatekeeper.policy.ledger import EventKind
from gatekeeper.policy.needs import CallBackNeed, LastEvent, Need, RequestState, the_one
from gatekeeper.policy.reasons import Reason
from gatekeeper.policy.rule import Rule

_RESTING = Outcome(Verdict.BLOCK, Reason.REST_PERIOD)
_REFUSALS = (EventKind.REFUSAL, EventKind.OBJECTION)
_REFUSED = the_one(LastEvent(_REFUSALS))
_ASKED_SINCE = the_one(LastEvent((EventKind.CALL_BACK_REQUEST,), related=True, dated=False, after=_REFUSALS))


@dataclass(frozen=True)
class Rest(Rule):
    """Blocks a consumer who refused of late: until so many days after the day of the refusal, by the callee's calendar.

    Attributes:
        days: the first day on which another call may be made is the day of the refusal and so many days.
        request: what is asked of a request to be called back that was made after the refusal, and whose calls may be
            made meanwhile; None where none may.
    """

    name: ClassVar[str] = "rest"

    days: int
    request: CallBackNeed | None = None

    @cached_property
    def needs(self) -> tuple[Need, ...]:  # noqa: D102 - as in Rule
        return (_REFUSED,) if self.request is None else (_REFUSED, the_one(self.request), _ASKED_SINCE)

    def __call__(self, attempt: Attempt, facts: Facts, /) -> Outcome | None:  # noqa: D102 - as the class says
        if attempt.timeless or self._is_asked_for(attempt, facts):
            return None
        return _RESTING if attempt.at < self.cures(attempt, facts) < NEVER else None

    def cures(self, attempt: Attempt, facts: Facts, /) -> int:  # noqa: D102 - as in Rule
        refused = facts.of(_REFUSED)
        if not refused:
            return NEVER
        zones = attempt.place.zones
        return max(begins(local_day(refused, zone) + self.days, zone) for zone in zones)

    def _is_asked_for(self, attempt: Attempt, facts: Facts) -> bool:
        if self.request is None or attempt.call.purpose is not Purpose.CALL_BACK:
            return False
        return facts.of(the_one(self.request)) is RequestState.VALID and bool(facts.of(_ASKED_SINCE))
