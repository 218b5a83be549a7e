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
        lifts: the reasons to block that it lifts where a rule behind it gives one. An outcome that lifts says nothing
            where there is nothing to lift.
    """

    verdict: Verdict
    reason: Reason
    hit: Hit | None = None
    lifts: frozenset[Reason] = frozenset()


class Decision(NamedTuple):
    """What the chain of rules decided.

    Attributes:
        verdict: allow or block.
        reason: why.
        rule: the name of the rule that decided, or `default` where none had an opinion.
        hit: the list that it rests on or that it lifts, if one.
        basis: the text of law that the law profile gives for this rule, or "".
    """

    verdict: Verdict
    reason: Reason
    rule: str
    hit: Hit | None = None
    basis: str = ""
