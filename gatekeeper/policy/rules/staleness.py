"""A list that is too old proves nothing."""

from dataclasses import dataclass
from typing import ClassVar

from gatekeeper.policy.attempt import Attempt
from gatekeeper.policy.decision import Outcome, Verdict
from gatekeeper.policy.facts import Facts
from gatekeeper.policy.reasons import Reason
from gatekeeper.policy.rule import Rule


@dataclass(frozen=True)
class Staleness(Rule):
    """Blocks the calls of a campaign one of whose lists is too old or was never imported.

    It stands behind the lists themselves: a number that even the old list holds is reported as listed.
    """

    name: ClassVar[str] = "staleness"
    of_lists: ClassVar[bool] = True

    def __call__(self, _attempt: Attempt, facts: Facts, /) -> Outcome | None:  # noqa: D102 - as the class says
        return Outcome(Verdict.BLOCK, Reason.LIST_STALE, facts.stale) if facts.stale is not None else None
