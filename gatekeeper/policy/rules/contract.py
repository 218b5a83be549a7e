"""A contract that runs with the company called for: the registry's list does not stand between the two."""

from gatekeeper.policy.attempt import Attempt
from gatekeeper.policy.decision import Outcome, Verdict
from gatekeeper.policy.facts import Facts
from gatekeeper.policy.reasons import Reason


def contract(_attempt: Attempt, facts: Facts) -> Outcome | None:
    """Allows what a list speaks against, where the principal has a running contract with the number.

    It stands behind the red lists, which no contract lifts, and names the list that it lifts.

    Source: Code de la consommation, art. L. 223-1: the opposition does not bind within a running contract.
    """
    if facts.contract is None or facts.against is None:
        return None
    return Outcome(Verdict.ALLOW, Reason.CONTRACT, facts.against)
