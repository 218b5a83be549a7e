"""Surveys, non-profit bodies that sell nothing, the press, public services: no prospecting, so no opposition to it."""

from gatekeeper.policy.attempt import Attempt
from gatekeeper.policy.decision import Outcome, Verdict
from gatekeeper.policy.facts import Facts
from gatekeeper.policy.reasons import Reason


def exempt_purpose(attempt: Attempt, facts: Facts) -> Outcome | None:
    """Allows what a list speaks against, where the campaign's purpose is exempt at the moment of the call.

    It stands behind the red lists, which no purpose lifts, and names the list that it lifts. From when until when a
    purpose is exempt is configured: laws change.

    Source: Code de la consommation, art. L. 223-1 and L. 223-5, for calls from 1 June 2016 on.
    """
    if facts.against is None or not attempt.campaign.is_exempt(attempt.at):
        return None
    return Outcome(Verdict.ALLOW, Reason.EXEMPT_PURPOSE, facts.against)
