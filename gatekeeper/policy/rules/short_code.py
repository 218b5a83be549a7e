"""Short service numbers belong to no person."""

from dataclasses import dataclass
from typing import ClassVar

from gatekeeper.phone import NumberKind
from gatekeeper.policy.attempt import Attempt
from gatekeeper.policy.decision import Outcome, Verdict
from gatekeeper.policy.facts import Facts
from gatekeeper.policy.reasons import Reason
from gatekeeper.policy.rule import Rule

_SHORT_CODE = Outcome(Verdict.ALLOW, Reason.SHORT_CODE)


@dataclass(frozen=True)
class ShortCode(Rule):
    """Allows the short numbers of the home country's plan."""

    name: ClassVar[str] = "short_code"
    concerns: ClassVar[frozenset[NumberKind]] = frozenset({NumberKind.SHORT_CODE})

    def __call__(self, attempt: Attempt, _facts: Facts, /) -> Outcome | None:  # noqa: D102 - as the class says
        return _SHORT_CODE if attempt.callee.kind is NumberKind.SHORT_CODE else None
