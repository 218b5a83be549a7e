"""What can't be read as a number can't be checked, and is not called."""

from dataclasses import dataclass
from typing import ClassVar

from gatekeeper.phone import NumberKind
from gatekeeper.policy.attempt import Attempt
from gatekeeper.policy.decision import Outcome, Verdict
from gatekeeper.policy.facts import Facts
from gatekeeper.policy.reasons import Reason
from gatekeeper.policy.rule import Rule

_INVALID = Outcome(Verdict.BLOCK, Reason.NUMBER_INVALID)


@dataclass(frozen=True)
class Validity(Rule):
    """Blocks what is no complete public number by the time this rule is asked."""

    name: ClassVar[str] = "validity"
    concerns: ClassVar[frozenset[NumberKind]] = frozenset(NumberKind) - {NumberKind.E164}

    def __call__(self, attempt: Attempt, _facts: Facts, /) -> Outcome | None:  # noqa: D102 - as the class says
        return None if attempt.callee.kind is NumberKind.E164 else _INVALID
