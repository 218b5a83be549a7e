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
        ground: of an outcome to allow, whether it only says on what ground: rules behind it may still block.
        provision: the id of the provision that says so, where it is another one than the rule's own.
        proof: the id of the consent that it rests on; 0 without one.
    """

    verdict: Verdict
    reason: Reason
    hit: Hit | None = None
    lifts: frozenset[Reason] = frozenset()
    ground: bool = False
    provision: str = ""
    proof: int = 0


class WouldBlock(NamedTuple):
    """What a provision in shadow would have blocked.

    Attributes:
        reason: why.
        provision: by which provision.
    """

    reason: Reason
    provision: str


class Decision(NamedTuple):
    """What the chain of rules decided.

    Attributes:
        verdict: allow or block.
        reason: why.
        rule: the name of the rule that decided, or `default` where none had an opinion.
        hit: the list that it rests on or that it lifts, if one.
        basis: the text of law that the law profile gives for this rule, or "".
        provision: the id of the provision that decided ("FR-HOURS"), or "".
        proof: the id of the consent that it rests on; 0 without one.
        would_block: what a provision in shadow would have blocked, if one would.
        retry_at: of a call that is blocked, from when on it may be placed, in microseconds since the epoch; 0 where
            time does not cure it, or nobody asked.
    """

    verdict: Verdict
    reason: Reason
    rule: str
    hit: Hit | None = None
    basis: str = ""
    provision: str = ""
    proof: int = 0
    would_block: WouldBlock | None = None
    retry_at: int = 0
