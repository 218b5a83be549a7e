"""Calls that a law forbids, whatever is known of the consumer."""

from dataclasses import dataclass
from typing import ClassVar

from gatekeeper.policy.attempt import Attempt
from gatekeeper.policy.decision import Outcome, Verdict
from gatekeeper.policy.facts import Facts
from gatekeeper.policy.reasons import Reason
from gatekeeper.policy.rule import Rule


@dataclass(frozen=True)
class Forbidden(Rule):
    """Blocks every call in its provision's scope.

    Attributes:
        reason: the reason code.
    """

    name: ClassVar[str] = "forbidden"

    reason: Reason = Reason.SECTOR_BANNED

    def __call__(self, _attempt: Attempt, _facts: Facts, /) -> Outcome | None:  # noqa: D102 - as the class says
        return Outcome(Verdict.BLOCK, self.reason)
