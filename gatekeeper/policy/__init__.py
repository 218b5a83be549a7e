"""What may be called: rules, reasons and decisions. Pure: no I/O, and no clock of its own."""

from gatekeeper.policy.attempt import Attempt, Campaign, Gate, Period
from gatekeeper.policy.call import Call, CalleeKind, CallerId, CallerIdKind, DialMode, Purpose
from gatekeeper.policy.chain import Chain, Law, Step
from gatekeeper.policy.decision import Decision, Outcome, Verdict, WouldBlock
from gatekeeper.policy.facts import NO_FACTS, Fact, Facts, Hit
from gatekeeper.policy.needs import FactNeed, Need
from gatekeeper.policy.provision import Provision, Scope
from gatekeeper.policy.reasons import Reason, ReasonInfo, info_of
from gatekeeper.policy.rule import Rule

__all__ = [
    "NO_FACTS",
    "Attempt",
    "Call",
    "CalleeKind",
    "CallerId",
    "CallerIdKind",
    "Campaign",
    "Chain",
    "Decision",
    "DialMode",
    "Fact",
    "FactNeed",
    "Facts",
    "Gate",
    "Hit",
    "Law",
    "Need",
    "Outcome",
    "Period",
    "Provision",
    "Purpose",
    "Reason",
    "ReasonInfo",
    "Rule",
    "Scope",
    "Step",
    "Verdict",
    "WouldBlock",
    "info_of",
]
