"""A list that is too old proves nothing."""

from gatekeeper.policy.attempt import Attempt
from gatekeeper.policy.decision import Outcome, Verdict
from gatekeeper.policy.facts import Facts
from gatekeeper.policy.reasons import Reason


def staleness(_attempt: Attempt, facts: Facts) -> Outcome | None:
    """Blocks the calls of a campaign one of whose lists is too old or was never imported.

    It stands behind the lists themselves: a number that even the old list holds is reported as listed.
    """
    return Outcome(Verdict.BLOCK, Reason.LIST_STALE, facts.stale) if facts.stale is not None else None
