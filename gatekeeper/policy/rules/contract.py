"""A contract that runs with the company called for: the registry's list does not stand between the two."""

from dataclasses import dataclass
from typing import ClassVar

from gatekeeper.policy.attempt import Attempt
from gatekeeper.policy.decision import Outcome, Verdict
from gatekeeper.policy.facts import Facts
from gatekeeper.policy.reasons import LISTS_SPEAK, Reason
from gatekeeper.policy.rule import Rule

_CONTRACT = Outcome(Verdict.ALLOW, Reason.CONTRACT, lifts=LISTS_SPEAK)


@dataclass(frozen=True)
class Contract(Rule):
    """Lifts what the lists say, where the principal has a running contract with the number.

    It stands behind the red lists, which no contract lifts. The decision names the list that it lifts.
    """

    name: ClassVar[str] = "contract"

    def __call__(self, _attempt: Attempt, facts: Facts, /) -> Outcome | None:  # noqa: D102 - as the class says
        return _CONTRACT if facts.contract is not None else None
