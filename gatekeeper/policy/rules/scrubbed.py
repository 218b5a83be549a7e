"""A number of which a list says nothing, though it must, is not called."""

from dataclasses import dataclass
from typing import ClassVar

from gatekeeper.policy.attempt import Attempt
from gatekeeper.policy.decision import Outcome, Verdict
from gatekeeper.policy.facts import Facts
from gatekeeper.policy.reasons import Reason
from gatekeeper.policy.rule import Rule


@dataclass(frozen=True)
class Scrubbed(Rule):
    """Blocks a number without a fresh answer of a wash list, or one whose prefix a list does not cover.

    Source: Bloctel's returns held for thirty days, and every number had to be in one; elsewhere the law of the
    registry that the list comes from.
    """

    name: ClassVar[str] = "scrubbed"
    of_lists: ClassVar[bool] = True

    def __call__(self, _attempt: Attempt, facts: Facts, /) -> Outcome | None:  # noqa: D102 - as the class says
        return Outcome(Verdict.BLOCK, Reason.NOT_SCRUBBED, facts.unscrubbed) if facts.unscrubbed is not None else None
