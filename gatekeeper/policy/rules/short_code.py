"""Short service numbers belong to no person."""

from gatekeeper.phone import NumberKind
from gatekeeper.policy.attempt import Attempt
from gatekeeper.policy.decision import Outcome, Verdict
from gatekeeper.policy.facts import Facts
from gatekeeper.policy.reasons import Reason

_SHORT_CODE = Outcome(Verdict.ALLOW, Reason.SHORT_CODE)


def short_code(attempt: Attempt, _facts: Facts) -> Outcome | None:
    """Allows the short numbers of the home country's plan."""
    return _SHORT_CODE if attempt.callee.kind is NumberKind.SHORT_CODE else None
