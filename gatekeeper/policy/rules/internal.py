"""Internal destinations are no concern of the lists."""

from dataclasses import dataclass
from typing import ClassVar

from gatekeeper.phone import NumberKind
from gatekeeper.policy.attempt import Attempt
from gatekeeper.policy.decision import Outcome, Verdict
from gatekeeper.policy.facts import Facts
from gatekeeper.policy.reasons import Reason
from gatekeeper.policy.rule import Rule

_INTERNAL = Outcome(Verdict.ALLOW, Reason.INTERNAL)


@dataclass(frozen=True)
class Internal(Rule):
    """Allows what the admin's patterns name as an internal destination."""

    name: ClassVar[str] = "internal"
    concerns: ClassVar[frozenset[NumberKind]] = frozenset({NumberKind.INTERNAL})

    def __call__(self, attempt: Attempt, _facts: Facts, /) -> Outcome | None:  # noqa: D102 - as the class says
        return _INTERNAL if attempt.callee.kind is NumberKind.INTERNAL else None
