"""A law profile: for each span of dates the rules that hold, in their order, with parameters and basis. Pure."""

from bisect import bisect_right
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

from gatekeeper.policy import Chain, Fact, Provision, Rule
from gatekeeper.policy.rules import rules


class Span(NamedTuple):
    """The rules of a law from a day on, until the next span begins.

    Attributes:
        since: its first moment, in microseconds since the epoch.
        chain: its rules.
    """

    since: int
    chain: Chain


class Profile:
    """A law: which rules hold when.

    Args:
        name: by which campaigns name it.
        title: what people call it.
        spans: in the order of time; the first one has no beginning, so that every moment is in one.

    Raises:
        ValueError: a span is not in order, or it lacks a rule that no law may lack.
    """

    def __init__(self, name: str, title: str, spans: Sequence[Span]) -> None:
        self.name = name
        self.title = title
        self.spans = tuple(spans)
        self._begins = [span.since for span in self.spans]
        self.needs: frozenset[type[Fact]] = frozenset().union(*(span.chain.needs for span in self.spans))
        if not self.spans:
            raise ValueError("it has no span")
        if any(later <= earlier for earlier, later in zip(self._begins, self._begins[1:], strict=False)):
            raise ValueError("each span must begin after the one before it")
        for span in self.spans:
            _protects(span.chain.order)

    @property
    def only(self) -> Chain | None:
        """The chain of every moment; None where it changes."""
        return self.spans[0].chain if len(self.spans) == 1 else None

    def at(self, at: int, /) -> Chain:
        """The chain at a moment, in microseconds since the epoch."""
        return self.spans[max(bisect_right(self._begins, at) - 1, 0)].chain

    def ordered(self, order: Sequence[str]) -> "Profile":
        """This law with the rules that `order` names, in its order.

        Raises:
            ValueError: a name is unknown, stands twice or is none of this law's, or a rule is missing that the law
                requires.
        """
        unknown = [name for name in order if name not in rules()]
        if unknown:
            raise ValueError(f"unknown rule {unknown[0]!r}; there are: {', '.join(rules())}")
        if len(set(order)) != len(order):
            raise ValueError("a rule stands twice")
        had = {name for span in self.spans for name in span.chain.order}
        foreign = [name for name in order if name not in had]
        if foreign:
            raise ValueError(f"the rule {foreign[0]!r} is none of the law {self.name!r}")
        return self._changed(lambda provisions: _ordered(provisions, order))

    def with_parameters(self, rule: type[Rule], parameters: Callable[[Any], Mapping[str, object]]) -> "Profile":
        """This law with other parameters of a rule.

        Args:
            rule: the rule.
            parameters: gives those that change, by the rule as it is.
        """

        def change(provisions: Sequence[Provision]) -> list[Provision]:
            return [
                one._replace(rule=replace(one.rule, **parameters(one.rule))) if type(one.rule) is rule else one  # type: ignore[type-var]
                for one in provisions
            ]

        return self._changed(change)

    def _changed(self, change: Callable[[Sequence[Provision]], Sequence[Provision]]) -> "Profile":
        spans = [Span(span.since, Chain(change(span.chain.provisions))) for span in self.spans]
        return Profile(self.name, self.title, spans)


def _ordered(provisions: Sequence[Provision], order: Sequence[str]) -> list[Provision]:
    missing = [one.rule.name for one in provisions if one.required and one.rule.name not in order]
    if missing:
        raise ValueError(f"the rule {missing[0]!r} can't be left out")
    by_name = {one.rule.name: one for one in provisions}
    return [by_name[name] for name in order if name in by_name]


def _protects(order: Sequence[str]) -> None:
    """Whatever the law: an emergency call is let by before anything is asked, and what can't be read is refused."""
    for name in ("emergency", "validity", "red_list"):
        if name not in order:
            raise ValueError(f"the rule {name!r} can't be left out")
    if order[0] != "emergency":
        raise ValueError("the rule 'emergency' must be the first")
