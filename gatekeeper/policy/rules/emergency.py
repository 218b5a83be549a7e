"""Emergency numbers are never blocked."""

from gatekeeper.phone import NumberKind
from gatekeeper.policy.attempt import Attempt
from gatekeeper.policy.decision import Outcome, Verdict
from gatekeeper.policy.facts import Facts
from gatekeeper.policy.reasons import Reason

_EMERGENCY = Outcome(Verdict.ALLOW, Reason.EMERGENCY)


def emergency(attempt: Attempt, _facts: Facts) -> Outcome | None:
    """Allows a call whose whole dialled string is an emergency number."""
    return _EMERGENCY if attempt.callee.kind is NumberKind.EMERGENCY else None
