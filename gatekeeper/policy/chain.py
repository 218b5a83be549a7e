"""The chain of rules: which rules are asked, in which order, and what comes of their opinions. The order is data."""

from collections.abc import Callable, Sequence
from functools import cached_property
from typing import Final, NamedTuple, Protocol

from gatekeeper.phone import NumberKind
from gatekeeper.policy.attempt import Attempt
from gatekeeper.policy.decision import Decision, Outcome, Verdict
from gatekeeper.policy.facts import Fact, Facts
from gatekeeper.policy.reasons import Reason
from gatekeeper.policy.rule import Rule

_E164: Final = NumberKind.E164
_NO_RULE: Final = Decision(Verdict.ALLOW, Reason.CLEAR, "default")

AskedRule = tuple[str, Callable[[Attempt, Facts], Outcome | None], str]
"""A rule's name, the rule, and its basis, as they are asked."""


class Provision(NamedTuple):
    """A rule as a law has it.

    Attributes:
        rule: the rule with its parameters.
        basis: the text of law behind it, or "".
        required: whether a site may not leave it out.
    """

    rule: Rule
    basis: str = ""
    required: bool = False


class Step(NamedTuple):
    """One rule's part in a decision.

    Attributes:
        rule: its name.
        outcome: what it says, or None for no opinion.
        decides: whether it is the one that decided.
        basis: the text of law behind it, or "".
    """

    rule: str
    outcome: Outcome | None
    decides: bool
    basis: str = ""


class Law(Protocol):
    """What says which rules hold when."""

    def at(self, at: int, /) -> "Chain":
        """The chain at a moment, in microseconds since the epoch."""

    @property
    def only(self) -> "Chain | None":
        """The chain of every moment; None where it changes."""

    @property
    def needs(self) -> frozenset[type[Fact]]:
        """The facts that some rule needs, beside those of the lists."""


class Chain:
    """Rules in order; the first with an opinion decides, but for what a rule before it lifts.

    A chain is also the law that never changes.

    Args:
        provisions: the rules, in the order in which they are asked.
    """

    def __init__(self, provisions: Sequence[Provision]) -> None:
        self.provisions = tuple(provisions)
        # The methods, bound once; and a number is put only to rules that it concerns: this is on every call's way.
        self._by_kind: dict[NumberKind, tuple[AskedRule, ...]] = {
            kind: tuple(
                (one.rule.name, one.rule.__call__, one.basis) for one in self.provisions if kind in one.rule.concerns
            )
            for kind in NumberKind
        }
        self._people = self._by_kind[_E164]

    @property
    def order(self) -> tuple[str, ...]:
        """The names of the rules, in the order in which they are asked."""
        return tuple(one.rule.name for one in self.provisions)

    @property
    def only(self) -> "Chain | None":
        """This chain."""
        return self

    @cached_property
    def needs(self) -> frozenset[type[Fact]]:
        """The facts that some rule needs, beside those of the lists."""
        return frozenset(fact for one in self.provisions for fact in one.rule.needs)

    def at(self, _at: int, /) -> "Chain":
        """This chain, whenever."""
        return self

    def decide(self, attempt: Attempt, facts: Facts) -> Decision:
        """The decision on an attempt. The same attempt and facts give the same decision."""
        kind = attempt.callee.kind
        for name, rule, basis in self._people if kind is _E164 else self._by_kind[kind]:
            outcome = rule(attempt, facts)
            if outcome is not None:
                if outcome.lifts:
                    return self._lifting(attempt, facts)
                return Decision(outcome.verdict, outcome.reason, name, outcome.hit, basis)
        return _NO_RULE

    def explain(self, attempt: Attempt, facts: Facts) -> list[Step]:
        """What every rule of the chain says, also those behind the one that decides."""
        asked = {name: rule(attempt, facts) for name, rule, _ in self._by_kind[attempt.callee.kind]}
        outcomes = [(one, asked.get(one.rule.name)) for one in self.provisions]
        decisive = self.decide(attempt, facts).rule
        steps = []
        for place, (one, outcome) in enumerate(outcomes):
            said = outcome
            if outcome is not None and outcome.lifts:
                said = _lifted(outcome, [behind for _, behind in outcomes[place + 1 :]])
            steps.append(Step(one.rule.name, said, one.rule.name == decisive, one.basis))
        return steps

    def _lifting(self, attempt: Attempt, facts: Facts) -> Decision:
        """The decision where a rule lifts: what it lifts is passed over, and whatever else is said decides."""
        lifting: list[tuple[str, Outcome, str]] = []
        allowed: Decision | None = None
        for name, rule, basis in self._by_kind[attempt.callee.kind]:
            outcome = rule(attempt, facts)
            if outcome is None:
                continue
            if outcome.lifts:
                lifting.append((name, outcome, basis))
                continue
            lifter = next((one for one in lifting if _lifts(one[1], outcome)), None)
            if lifter is not None:
                by, why, of = lifter
                allowed = allowed or Decision(why.verdict, why.reason, by, outcome.hit, of)
            elif outcome.verdict is Verdict.BLOCK or allowed is None:
                return Decision(outcome.verdict, outcome.reason, name, outcome.hit, basis)
            else:
                break
        return allowed or _NO_RULE


def _lifts(outcome: Outcome, other: Outcome) -> bool:
    return other.verdict is Verdict.BLOCK and other.reason in outcome.lifts


def _lifted(outcome: Outcome, behind: Sequence[Outcome | None]) -> Outcome | None:
    """What a lifting rule says beside the rules behind it: it names the list that it lifts."""
    for other in behind:
        if other is not None and not other.lifts and _lifts(outcome, other):
            return outcome._replace(hit=other.hit, lifts=frozenset())
    return None
