"""What may be called: rules, reasons and decisions. Pure: no I/O, and no clock of its own."""

from gatekeeper.policy.attempt import Attempt, Campaign, Gate, Period, Purpose
from gatekeeper.policy.chain import Chain, Law, Provision, Step
from gatekeeper.policy.decision import Decision, Outcome, Verdict
from gatekeeper.policy.facts import NO_FACTS, Fact, Facts, Hit
from gatekeeper.policy.reasons import Reason, ReasonInfo, info_of
from gatekeeper.policy.rule import Rule

__all__ = [
    "NO_FACTS",
    "Attempt",
    "Campaign",
    "Chain",
    "Decision",
    "Fact",
    "Facts",
    "Gate",
    "Hit",
    "Law",
    "Outcome",
    "Period",
    "Provision",
    "Purpose",
    "Reason",
    "ReasonInfo",
    "Rule",
    "Step",
    "Verdict",
    "info_of",
]
