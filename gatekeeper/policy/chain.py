"""The chain of rules: which rules are asked, in which order. The order is data."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

from gatekeeper.policy.attempt import Attempt
from gatekeeper.policy.decision import Decision, Outcome, Verdict
from gatekeeper.policy.facts import Facts
from gatekeeper.policy.reasons import Reason
from gatekeeper.policy.rules.contract import contract
from gatekeeper.policy.rules.emergency import emergency
from gatekeeper.policy.rules.exempt_purpose import exempt_purpose
from gatekeeper.policy.rules.internal import internal
from gatekeeper.policy.rules.opposition import opposition
from gatekeeper.policy.rules.red_list import red_list
from gatekeeper.policy.rules.scrubbed import scrubbed
from gatekeeper.policy.rules.short_code import short_code
from gatekeeper.policy.rules.staleness import staleness
from gatekeeper.policy.rules.validity import validity

Rule = Callable[[Attempt, Facts], Outcome | None]

RULES: dict[str, Rule] = {
    rule.__name__: rule
    for rule in (
        emergency,
        internal,
        short_code,
        validity,
        red_list,
        exempt_purpose,
        contract,
        opposition,
        staleness,
        scrubbed,
    )
}
"""Every rule by its name, in the default order."""

DEFAULT_ORDER: tuple[str, ...] = tuple(RULES)

_NO_RULE = Decision(Verdict.ALLOW, Reason.CLEAR, "default")


class Step(NamedTuple):
    """One rule's part in a decision.

    Attributes:
        rule: its name.
        outcome: what it says, or None for no opinion.
        decides: whether it is the one that decided.
    """

    rule: str
    outcome: Outcome | None
    decides: bool


class Chain:
    """Rules in order; the first with an opinion decides."""

    def __init__(self, rules: Sequence[tuple[str, Rule]]) -> None:
        self._rules = tuple(rules)

    @property
    def order(self) -> tuple[str, ...]:
        """The names of the rules, in the order in which they are asked."""
        return tuple(name for name, _ in self._rules)

    def decide(self, attempt: Attempt, facts: Facts) -> Decision:
        """The decision on an attempt. The same attempt and facts give the same decision."""
        for name, rule in self._rules:
            outcome = rule(attempt, facts)
            if outcome is not None:
                return Decision(outcome.verdict, outcome.reason, name, outcome.hit)
        return _NO_RULE

    def explain(self, attempt: Attempt, facts: Facts) -> list[Step]:
        """What every rule of the chain says, also those behind the one that decides."""
        outcomes = [(name, rule(attempt, facts)) for name, rule in self._rules]
        decisive = next((name for name, outcome in outcomes if outcome is not None), None)
        return [Step(name, outcome, name == decisive) for name, outcome in outcomes]


def build_chain(order: Sequence[str] = DEFAULT_ORDER) -> Chain:
    """A chain of the rules that `order` names.

    Raises:
        ValueError: a name is unknown or stands twice, or a rule that no site may drop is missing.
    """
    unknown = [name for name in order if name not in RULES]
    if unknown:
        raise ValueError(f"unknown rule {unknown[0]!r}; there are: {', '.join(RULES)}")
    if len(set(order)) != len(order):
        raise ValueError("a rule stands twice")
    missing = [name for name in ("emergency", "validity", "red_list") if name not in order]
    if missing:
        raise ValueError(f"the rule {missing[0]!r} can't be left out")
    if order[0] != "emergency":
        raise ValueError("the rule 'emergency' must be the first")
    return Chain([(name, RULES[name]) for name in order])
