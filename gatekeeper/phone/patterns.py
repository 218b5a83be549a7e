"""Can the remaining digits of a number still change what a metadata pattern says? Answered by a small automaton.

phonenumbers describes numbers by regular expressions over digits. To answer for a whole block of numbers at once
("0612" and six more digits) one must know that a pattern matches all of them or none. `re` cannot say; an automaton
over ten digits can, exactly. Only what the metadata uses is understood; anything else raises `UnknownPatternError`,
and the caller goes without the short cut.
"""

import re
from collections.abc import Iterable
from functools import cache, lru_cache
from typing import Final, NamedTuple

from gatekeeper.errors import UnknownPatternError

DIGITS = "0123456789"
_PLANS: Final = 16
"""Of so many sets of patterns the graphs are kept: three sets to a home country."""

_PART = re.compile(r"\\d|\[[^\]]*\]|\(\?:|[()|?]|\{\d+(?:,\d+)?\}|\d")


class Pattern(NamedTuple):
    """One metadata pattern, in which lengths it holds (empty: any), and a tag: those with the same tag say the same."""

    tag: int
    expression: str
    lengths: frozenset[int] = frozenset()


class Automaton:
    """Many patterns followed at once, digit by digit. States are made when they are first reached, and numbered."""

    def __init__(self, patterns: Iterable[Pattern]) -> None:
        """Read the patterns; raises UnknownPatternError."""
        graph = _graph(tuple(patterns))
        self._edges, self._free, self._ends = graph.edges, graph.free, graph.ends
        self._states: list[frozenset[int]] = []
        self._number: dict[frozenset[int], int] = {}
        self._steps: list[dict[str, int]] = []
        self._verdicts: dict[tuple[int, int, int], frozenset[int] | None] = {}
        self._enter(())  # state 0: nothing can match any more
        self._start = self._enter(graph.starts)

    def can_go_on(self, digits: str) -> bool:
        """Whether some further digit can still be part of a match."""
        state = self._after(digits)
        return any(self._step(state, digit) for digit in DIGITS)

    def block(self, digits: str, more: int) -> frozenset[int] | None:
        """The tags of the patterns that match the digits with `more` digits after them; None: it depends on these."""
        return self._verdict(self._after(digits), more, len(digits) + more)

    def _after(self, digits: str) -> int:
        state = self._start
        for digit in digits:
            state = self._step(state, digit)
        return state

    def _verdict(self, state: int, more: int, total: int) -> frozenset[int] | None:
        if not state:
            return frozenset()
        key = (state, more, total)
        if key not in self._verdicts:
            self._verdicts[key] = self._common(state, more, total) if more else self._matched(state, total)
        return self._verdicts[key]

    def _common(self, state: int, more: int, total: int) -> frozenset[int] | None:
        common = self._verdict(self._step(state, "0"), more - 1, total)
        if common is None:
            return None
        for digit in DIGITS[1:]:
            if self._verdict(self._step(state, digit), more - 1, total) != common:
                return None
        return common

    def _matched(self, state: int, total: int) -> frozenset[int]:
        patterns = [self._ends[node] for node in self._states[state] if node in self._ends]
        return frozenset(pattern.tag for pattern in patterns if not pattern.lengths or total in pattern.lengths)

    def _step(self, state: int, digit: str) -> int:
        steps = self._steps[state]
        if digit not in steps:
            nodes = self._states[state]
            steps[digit] = self._enter(
                target for node in nodes for characters, target in self._edges[node] if digit in characters
            )
        return steps[digit]

    def _enter(self, nodes: Iterable[int]) -> int:
        reached = set(nodes)
        waiting = list(reached)
        while waiting:
            for node in self._free[waiting.pop()]:
                if node not in reached:
                    reached.add(node)
                    waiting.append(node)
        # Nodes with nothing but free moves tell nothing more: leaving them out lets equal states meet.
        state = frozenset(node for node in reached if self._edges[node] or node in self._ends)
        if state not in self._number:
            self._number[state] = len(self._states)
            self._states.append(state)
            self._steps.append({})
        return self._number[state]


class _Graph:
    """Patterns as nodes, with moves by a digit and free ones between them. Once it is read it stays as it is.

    A pattern is read as alternatives of sequences of items with an optional repeat.

    Attributes:
        edges: of each node, to which node which digits lead.
        free: of each node, where it leads without a digit.
        starts: where the patterns begin.
        ends: the nodes at which a pattern has matched.
    """

    def __init__(self, patterns: Iterable[Pattern]) -> None:
        self.edges: list[list[tuple[frozenset[str], int]]] = []
        self.free: list[list[int]] = []
        self.starts: list[int] = []
        self.ends: dict[int, Pattern] = {}
        for pattern in patterns:
            start, end = self._compile(pattern.expression)
            self.starts.append(start)
            self.ends[end] = pattern

    def _compile(self, pattern: str) -> tuple[int, int]:
        parts = _PART.findall(pattern)
        if "".join(parts) != pattern:
            raise UnknownPatternError(pattern)
        start = self._node()
        end, rest = self._alternatives(parts, 0, start)
        if rest != len(parts):
            raise UnknownPatternError(pattern)
        return start, end

    def _node(self) -> int:
        self.edges.append([])
        self.free.append([])
        return len(self.edges) - 1

    def _alternatives(self, parts: list[str], at: int, start: int) -> tuple[int, int]:
        end = self._node()
        while True:
            node, at = self._sequence(parts, at, start)
            self.free[node].append(end)
            if at == len(parts) or parts[at] == ")":
                return end, at
            at += 1  # over the |

    def _sequence(self, parts: list[str], at: int, node: int) -> tuple[int, int]:
        # A branch begins at a node of its own: a repeat in one branch must not lead into another.
        here = self._node()
        self.free[node].append(here)
        while at < len(parts) and parts[at] not in "|)":
            begin = at
            after, at = self._item(parts, begin, here)
            least, most = 1, 1
            if at < len(parts) and (parts[at] == "?" or parts[at][0] == "{"):
                least, most = _repeat(parts[at])
                at += 1
            ends = [here] if least == 0 else []
            for count in range(1, most + 1):
                if count > 1:
                    after, _ = self._item(parts, begin, after)
                if count >= least:
                    ends.append(after)
            here = self._node()
            for end in ends:
                self.free[end].append(here)
        return here, at

    def _item(self, parts: list[str], at: int, node: int) -> tuple[int, int]:
        part = parts[at]
        if part in ("(", "(?:"):
            end, at = self._alternatives(parts, at + 1, node)
            if at == len(parts):
                raise UnknownPatternError(part)
            return end, at + 1
        end = self._node()
        self.edges[node].append((_characters(part), end))
        return end, at + 1


@lru_cache(maxsize=_PLANS)
def _graph(patterns: tuple[Pattern, ...]) -> _Graph:
    """Many tables of blocks are made in one process, and reading a country's patterns takes milliseconds."""
    return _Graph(patterns)


def _repeat(part: str) -> tuple[int, int]:
    if part == "?":
        return 0, 1
    least, _, most = part[1:-1].partition(",")
    return int(least), int(most or least)


@cache
def _characters(part: str) -> frozenset[str]:
    if part == r"\d":
        return frozenset(DIGITS)
    if part.isdecimal():
        return frozenset(part)
    if not re.fullmatch(r"\[(?:\d-\d|\d)+\]", part):
        raise UnknownPatternError(part)
    return frozenset(digit for digit in DIGITS if re.fullmatch(part, digit))
