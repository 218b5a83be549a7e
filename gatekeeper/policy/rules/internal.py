"""Internal destinations are no concern of the lists."""

from gatekeeper.phone import NumberKind
from gatekeeper.policy.attempt import Attempt
from gatekeeper.policy.decision import Outcome, Verdict
from gatekeeper.policy.facts import Facts
from gatekeeper.policy.reasons import Reason

_INTERNAL = Outcome(Verdict.ALLOW, Reason.INTERNAL)


def internal(attempt: Attempt, _facts: Facts) -> Outcome | None:
    """Allows what the admin's patterns name as an internal destination."""
    return _INTERNAL if attempt.callee.kind is NumberKind.INTERNAL else None
