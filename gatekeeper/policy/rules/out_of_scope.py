"""Calls that a law on prospecting does not bind: other purposes, other callees."""

from dataclasses import dataclass
from typing import ClassVar

from gatekeeper.policy.attempt import Attempt
from gatekeeper.policy.call import CalleeKind, Purpose
from gatekeeper.policy.decision import Outcome, Verdict
from gatekeeper.policy.facts import Facts
from gatekeeper.policy.reasons import Reason
from gatekeeper.policy.rule import Rule

_OUTSIDE = Outcome(Verdict.ALLOW, Reason.OUT_OF_SCOPE, ground=True)


@dataclass(frozen=True)
class OutOfScope(Rule):
    """Gives the ground of a call that the law does not bind. The provisions that do not bind it leave it out by scope.

    Attributes:
        purposes: the purposes that the law binds.
        callees: the callees that it protects.
        but_regions: the territories that it does not hold in.
    """

    name: ClassVar[str] = "out_of_scope"

    purposes: frozenset[Purpose]
    callees: frozenset[CalleeKind] = frozenset(CalleeKind)
    but_regions: frozenset[str] = frozenset()

    def __call__(self, attempt: Attempt, _facts: Facts, /) -> Outcome | None:  # noqa: D102 - as the class says
        bound = attempt.call.purpose in self.purposes and attempt.call.callee in self.callees
        if self.but_regions and attempt.place.is_within(self.but_regions):
            return _OUTSIDE
        return None if bound else _OUTSIDE
