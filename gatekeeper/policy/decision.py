"""Verdicts, outcomes of single rules, and the decision that comes of them."""

from enum import StrEnum
from typing import NamedTuple

from gatekeeper.policy.facts import Hit
from gatekeeper.policy.reasons import Reason


class Verdict(StrEnum):
    """Whether the call may leave."""

    ALLOW = "ALLOW"
    BLOCK = "BLOCK"


class Outcome(NamedTuple):
    """What one rule says of an attempt (a rule without an opinion says None).

    Attributes:
        verdict: allow or block.
        reason: why.
        hit: the list that it rests on, if one.
    """

    verdict: Verdict
    reason: Reason
    hit: Hit | None = None


class Decision(NamedTuple):
    """What the chain of rules decided.

    Attributes:
        verdict: allow or block.
        reason: why.
        rule: the name of the rule that decided, or `default` where none had an opinion.
        hit: the list that it rests on, if one.
    """

    verdict: Verdict
    reason: Reason
    rule: str
    hit: Hit | None = None
