"""What may be called: rules, reasons and decisions. Pure: no I/O, and no clock of its own."""

from gatekeeper.policy.attempt import Attempt, Campaign, Gate, Purpose
from gatekeeper.policy.chain import Chain, Step, build_chain
from gatekeeper.policy.decision import Decision, Outcome, Verdict
from gatekeeper.policy.facts import NO_FACTS, Facts, Hit
from gatekeeper.policy.reasons import Reason, ReasonInfo, info_of

__all__ = [
    "NO_FACTS",
    "Attempt",
    "Campaign",
    "Chain",
    "Decision",
    "Facts",
    "Gate",
    "Hit",
    "Outcome",
    "Purpose",
    "Reason",
    "ReasonInfo",
    "Step",
    "Verdict",
    "build_chain",
    "info_of",
]
