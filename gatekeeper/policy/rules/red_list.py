"""The company's own red list: no campaign and no contract lifts it."""

from dataclasses import dataclass
from typing import ClassVar

from gatekeeper.policy.attempt import Attempt
from gatekeeper.policy.decision import Outcome, Verdict
from gatekeeper.policy.facts import Facts
from gatekeeper.policy.reasons import Reason
from gatekeeper.policy.rule import Rule


@dataclass(frozen=True)
class RedList(Rule):
    """Blocks a number that a red list holds."""

    name: ClassVar[str] = "red_list"
    of_lists: ClassVar[bool] = True

    def __call__(self, _attempt: Attempt, facts: Facts, /) -> Outcome | None:  # noqa: D102 - as the class says
        return Outcome(Verdict.BLOCK, Reason.RED_LIST, facts.red) if facts.red is not None else None
