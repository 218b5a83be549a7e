"""Calls that a law permits as they are."""

from dataclasses import dataclass
from typing import ClassVar

from gatekeeper.policy.attempt import Attempt
from gatekeeper.policy.decision import Outcome, Verdict
from gatekeeper.policy.facts import Facts
from gatekeeper.policy.reasons import Reason
from gatekeeper.policy.rule import Rule

_PERMITTED = Outcome(Verdict.ALLOW, Reason.PERMITTED, ground=True)


@dataclass(frozen=True)
class Permitted(Rule):
    """Gives the ground of every call in its provision's scope; what other provisions forbid stays forbidden."""

    name: ClassVar[str] = "permitted"

    def __call__(self, _attempt: Attempt, _facts: Facts, /) -> Outcome | None:  # noqa: D102 - as the class says
        return _PERMITTED
