"""A number of which a list says nothing, though it must, is not called."""

from gatekeeper.policy.attempt import Attempt
from gatekeeper.policy.decision import Outcome, Verdict
from gatekeeper.policy.facts import Facts
from gatekeeper.policy.reasons import Reason


def scrubbed(_attempt: Attempt, facts: Facts) -> Outcome | None:
    """Blocks a number without a fresh answer of a wash list, or one whose prefix a list does not cover.

    Source: Bloctel's returns held for thirty days, and every number had to be in one; elsewhere the law of the
    registry that the list comes from.
    """
    return Outcome(Verdict.BLOCK, Reason.NOT_SCRUBBED, facts.unscrubbed) if facts.unscrubbed is not None else None
