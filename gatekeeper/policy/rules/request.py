"""A request to be called back that lifts what other provisions forbid: the hours."""

from dataclasses import dataclass
from functools import cached_property
from typing import ClassVar

from gatekeeper.policy.attempt import Attempt
from gatekeeper.policy.call import Purpose
from gatekeeper.policy.decision import Outcome, Verdict
from gatekeeper.policy.facts import Facts
from gatekeeper.policy.needs import CallBackNeed, Need, RequestState, the_one
from gatekeeper.policy.reasons import LIFTED, Reason
from gatekeeper.policy.rule import Rule

_ASKED_FOR = Outcome(Verdict.ALLOW, Reason.CALL_BACK, lifts=LIFTED)


@dataclass(frozen=True)
class RequestException(Rule):
    """Lifts provisions that its own names, where the consumer asked to be called back, about these goods and no more.

    Attributes:
        terms: what the law asks of the request; None where no request lifts anything.
    """

    name: ClassVar[str] = "request"

    terms: CallBackNeed | None = None

    @cached_property
    def needs(self) -> tuple[Need, ...]:  # noqa: D102 - as in Rule
        return () if self.terms is None else (the_one(self.terms),)

    def __call__(self, attempt: Attempt, facts: Facts, /) -> Outcome | None:  # noqa: D102 - as the class says
        if self.terms is None or attempt.call.purpose is not Purpose.CALL_BACK:
            return None
        return _ASKED_FOR if facts.of(the_one(self.terms)) is RequestState.VALID else None
