"""Opposition lists: those that the campaign must respect."""

from gatekeeper.policy.attempt import Attempt
from gatekeeper.policy.decision import Outcome, Verdict
from gatekeeper.policy.facts import Facts
from gatekeeper.policy.reasons import Reason


def opposition(_attempt: Attempt, facts: Facts) -> Outcome | None:
    """Blocks a number that one of the campaign's opposition lists holds.

    Source: Code de la consommation, art. L. 223-1 in its wording up to 10 August 2026; elsewhere the law of the
    registry that the list comes from.
    """
    return Outcome(Verdict.BLOCK, Reason.LISTED, facts.listed) if facts.listed is not None else None
