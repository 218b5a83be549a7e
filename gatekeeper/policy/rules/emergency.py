"""Emergency numbers are never blocked."""

from dataclasses import dataclass
from typing import ClassVar

from gatekeeper.phone import NumberKind
from gatekeeper.policy.attempt import Attempt
from gatekeeper.policy.decision import Outcome, Verdict
from gatekeeper.policy.facts import Facts
from gatekeeper.policy.reasons import Reason
from gatekeeper.policy.rule import Rule

_EMERGENCY = Outcome(Verdict.ALLOW, Reason.EMERGENCY)


@dataclass(frozen=True)
class Emergency(Rule):
    """Allows a call whose whole dialled string is an emergency number."""

    name: ClassVar[str] = "emergency"
    concerns: ClassVar[frozenset[NumberKind]] = frozenset({NumberKind.EMERGENCY})

    def __call__(self, attempt: Attempt, _facts: Facts, /) -> Outcome | None:  # noqa: D102 - as the class says
        return _EMERGENCY if attempt.callee.kind is NumberKind.EMERGENCY else None
