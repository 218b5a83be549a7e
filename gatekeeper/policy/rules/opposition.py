"""Opposition lists: those that the campaign must respect."""

from dataclasses import dataclass
from typing import ClassVar

from gatekeeper.policy.attempt import Attempt
from gatekeeper.policy.decision import Outcome, Verdict
from gatekeeper.policy.facts import Facts
from gatekeeper.policy.reasons import Reason
from gatekeeper.policy.rule import Rule


@dataclass(frozen=True)
class Opposition(Rule):
    """Blocks a number that one of the campaign's opposition lists holds, or that was given up since the consent.

    What lifts opposition lists does not lift the latter: an exception is about the person who had the number. Source:
    47 CFR 64.1200(m); US Reassigned Numbers Database.
    """

    name: ClassVar[str] = "opposition"
    of_lists: ClassVar[bool] = True

    def __call__(self, _attempt: Attempt, facts: Facts, /) -> Outcome | None:  # noqa: D102 - as the class says
        if facts.reassigned is not None:
            return Outcome(Verdict.BLOCK, Reason.REASSIGNED, facts.reassigned)
        return Outcome(Verdict.BLOCK, Reason.LISTED, facts.listed) if facts.listed is not None else None
