"""The company's own red list: no campaign and no contract lifts it."""

from gatekeeper.policy.attempt import Attempt
from gatekeeper.policy.decision import Outcome, Verdict
from gatekeeper.policy.facts import Facts
from gatekeeper.policy.reasons import Reason


def red_list(_attempt: Attempt, facts: Facts) -> Outcome | None:
    """Blocks a number that a red list holds."""
    return Outcome(Verdict.BLOCK, Reason.RED_LIST, facts.red) if facts.red is not None else None
