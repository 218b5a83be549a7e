"""What can't be read as a number can't be checked, and is not called."""

from gatekeeper.phone import NumberKind
from gatekeeper.policy.attempt import Attempt
from gatekeeper.policy.decision import Outcome, Verdict
from gatekeeper.policy.facts import Facts
from gatekeeper.policy.reasons import Reason

_INVALID = Outcome(Verdict.BLOCK, Reason.NUMBER_INVALID)


def validity(attempt: Attempt, _facts: Facts) -> Outcome | None:
    """Blocks what is no complete public number by the time this rule is asked."""
    return None if attempt.callee.kind is NumberKind.E164 else _INVALID
