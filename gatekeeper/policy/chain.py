"""The chain of rules: which rules are asked, in which order, and what comes of their opinions. The order is data."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from types import MappingProxyType
from typing import Final, NamedTuple, Protocol

from gatekeeper.phone import NumberKind
from gatekeeper.policy.attempt import Attempt
from gatekeeper.policy.calendar import NEVER
from gatekeeper.policy.decision import Decision, Outcome, Verdict, WouldBlock
from gatekeeper.policy.facts import Facts
from gatekeeper.policy.needs import AttemptsNeed, Need
from gatekeeper.policy.provision import EVERY_CALL, Provision
from gatekeeper.policy.reasons import Reason
from gatekeeper.policy.rule import Rule
from gatekeeper.territory import NOWHERE, Place

_MOST_NARROWED: Final = 1024
"""So many kinds of calls are remembered: what calls say of themselves must not fill the memory."""

_E164: Final = NumberKind.E164
_BLOCK: Final = Verdict.BLOCK
_NO_RULE: Final = Decision(Verdict.ALLOW, Reason.CLEAR, "default")


_Asked = tuple[Callable[[Attempt, Facts], Outcome | None], Provision, Callable[[Attempt], bool] | None]
"""A rule, its provision, and what tells whether that applies; None where it always does."""


class Step(NamedTuple):
    """One provision's part in a decision.

    Attributes:
        rule: its rule's name.
        outcome: what it says, or None for no opinion.
        decides: whether it is the one that decided.
        basis: the text of law behind it, or "".
        provision: its id, or "".
        applies: whether the call is one that it applies to.
        lifted: whether another provision lifts what it says.
        shadow: whether it is judged and told, and does not block.
    """

    rule: str
    outcome: Outcome | None
    decides: bool
    basis: str = ""
    provision: str = ""
    applies: bool = True
    lifted: bool = False
    shadow: bool = False


class Law(Protocol):
    """What says which rules hold when and where."""

    @property
    def name(self) -> str:
        """What it is called in the configuration."""

    def at(self, at: int, place: Place = NOWHERE, /) -> "Chain":
        """The chain at a moment, in microseconds since the epoch, for a callee of a place."""

    def changes(self, at: int, place: Place, /) -> int:
        """The first moment later than `at` from when on other rules hold, in microseconds; `NEVER` where none comes."""

    @property
    def only(self) -> "Chain | None":
        """The chain of every moment and place; None where it changes."""

    @property
    def needs(self) -> frozenset[Need]:
        """The facts that some rule needs, beside those of the lists."""


class Chain:
    """Provisions in order. The first that blocks decides, unless another lifts it; else the call is allowed.

    An outcome to allow that is not just a ground decides as well. On what ground a call is allowed, the provision says
    that lifted a block, else the first one that gives a ground.

    A chain is also the law that never changes.

    Args:
        provisions: the rules, in the order in which they are asked.
        fingerprint: of the set of rules that it belongs to, with every parameter; or "".
        country: whose law it is; "" for none.
        texts: by a provision's id the text of law behind it, where outcomes name others than their own.
        name: of the law that it belongs to, as the configuration has it; "" for that of its country.
    """

    def __init__(
        self,
        provisions: Sequence[Provision],
        fingerprint: str = "",
        country: str = "",
        texts: Mapping[str, str] = MappingProxyType({}),
        name: str = "",
    ) -> None:
        self.provisions = tuple(provisions)
        self.whole = self
        self._texts = texts
        self._narrowed: dict[tuple[object, ...], Chain] = {}
        self._weighs = any(one.id or one.shadow for one in self.provisions)
        self.fingerprint = fingerprint
        self.country = country
        # The methods, bound once; and a number is put only to rules that it concerns: this is on every call's way.
        self._by_kind: dict[NumberKind, tuple[_Asked, ...]] = {
            kind: tuple(
                (one.rule.__call__, one, None if one.scope is EVERY_CALL else one.scope.holds)
                for one in self.provisions
                if kind in one.rule.concerns
            )
            for kind in NumberKind
        }
        self._people = self._by_kind[_E164]
        self._quiet = tuple(one for one in self._people if not one[1].rule.of_lists)
        self._capping = tuple(one for one in self.provisions if any(_is_count(need) for need in one.rule.needs))
        self._counts_every = any(one.scope is EVERY_CALL and one.rule.counts_every for one in self._capping)
        self.name = name or country or "chain"
        self.registries = frozenset(need.registry for need in self.asked if hasattr(need, "registry"))

    @property
    def order(self) -> tuple[str, ...]:
        """The names of the rules, in the order in which they are asked."""
        return tuple(one.rule.name for one in self.provisions)

    @property
    def only(self) -> "Chain | None":
        """This chain."""
        return self

    @cached_property
    def asked(self) -> tuple[Need, ...]:
        """The facts that some rule needs, beside those of the lists, each once, in the order of the rules."""
        return tuple(dict.fromkeys(need for one in self.provisions for need in one.rule.needs))

    @cached_property
    def needs(self) -> frozenset[Need]:
        """The facts that some rule needs, beside those of the lists."""
        return frozenset(self.asked)

    def at(self, _at: int, _place: Place = NOWHERE, /) -> "Chain":
        """This chain, whenever and wherever."""
        return self

    def changes(self, _at: int, _place: Place, /) -> int:
        """It does not change."""
        return NEVER

    def of_call(self, attempt: Attempt) -> "Chain":
        """The provisions that apply to a call, as a chain: of the same calls the same one. `whole` is the chain itself.

        Campaigns make few kinds of calls; so which provisions apply is not found out call by call.
        """
        call = attempt.call
        key = (call.purpose, *call.callees, call.dial_mode, call.sectors, call.goods, attempt.place.regions)
        found = self._narrowed.get(key)
        if found is None:
            if len(self._narrowed) >= _MOST_NARROWED:
                self._narrowed.clear()
            applying = [one for one in self.provisions if one.scope.holds(attempt)]
            found = self._narrowed[key] = Chain(
                [replace(one, scope=EVERY_CALL) for one in applying],
                self.fingerprint,
                self.country,
                self._texts,
                self.name,
            )
            found.whole = self
        return found

    def decide(self, attempt: Attempt, facts: Facts) -> Decision:
        """The decision on an attempt. The same attempt and facts give the same decision."""
        if self._weighs:
            return self._weighed(attempt, facts)
        for rule, provision, holds in self._concerned(attempt, facts):
            if holds is not None and not holds(attempt):
                continue
            outcome = rule(attempt, facts)
            if outcome is not None:
                if outcome.lifts or outcome.ground or provision.shadow:
                    return self._weighed(attempt, facts)
                return self._decision(outcome, provision)
        return _NO_RULE

    def _concerned(self, attempt: Attempt, facts: Facts) -> "tuple[_Asked, ...]":
        """The rules that can have an opinion."""
        kind = attempt.callee.kind
        if kind is not _E164:
            return self._by_kind[kind]
        return self._quiet if facts.quiet else self._people

    def _weighed(self, attempt: Attempt, facts: Facts) -> Decision:
        """The decision where a rule lifts, gives a ground or stands in shadow. Every call under a law comes here."""
        lifting: list[tuple[Outcome, Provision]] = []
        ground: tuple[Outcome, Provision] | None = None
        lifter: tuple[Outcome, Provision] | None = None
        would: WouldBlock | None = None
        for rule, provision, holds in self._concerned(attempt, facts):
            outcome = rule(attempt, facts) if holds is None or holds(attempt) else None
            if outcome is None:
                continue
            if outcome.lifts:
                lifting.append((outcome, provision))
            elif outcome.verdict is _BLOCK:
                by = next((one for one in lifting if _lifts(*one, outcome, provision)), None)
                if by is not None:
                    lifter = lifter or (by[0]._replace(hit=outcome.hit), by[1])
                elif provision.shadow and not provision.required:
                    would = would or WouldBlock(outcome.reason, outcome.provision or provision.id)
                else:
                    return self._decision(outcome, provision, would)
            elif outcome.ground:
                ground = ground or (outcome, provision)
            elif lifter is None:
                return self._decision(outcome, provision, would)
            else:
                break
        found = lifter or ground
        if found is not None:
            return self._decision(*found, would)
        return _NO_RULE if would is None else _NO_RULE._replace(would_block=would)

    def _decision(self, outcome: Outcome, provision: Provision, would: WouldBlock | None = None) -> Decision:
        named, basis = provision.id, provision.basis
        if outcome.provision:
            named, basis = outcome.provision, self._texts.get(outcome.provision, basis)
        name = provision.rule.name
        return Decision(outcome.verdict, outcome.reason, name, outcome.hit, basis, named, outcome.proof, would)

    def counts(self, attempt: Attempt, facts: Facts) -> bool:
        """Whether a cap on attempts counts this one."""
        return self._counts_every or any(
            one.scope.holds(attempt) and one.rule.counts(attempt, facts) for one in self._capping
        )

    def cures(self, attempt: Attempt, facts: Facts) -> int:
        """The first moment at which an attempt that is blocked may be decided otherwise; `NEVER` where none comes.

        In microseconds since the epoch. It may be too early, and is never too late.
        """
        lifting: list[tuple[Rule, Provision]] = []
        lifted: list[tuple[Outcome, Provision]] = []
        for one in self.provisions:
            if attempt.callee.kind not in one.rule.concerns or not one.scope.holds(attempt):
                continue
            outcome = one.rule(attempt, facts)
            if outcome is not None and outcome.lifts:
                lifted.append((outcome, one))
            if one.lifts:
                lifting.append((one.rule, one))
            if outcome is None or outcome.verdict is not Verdict.BLOCK or (one.shadow and not one.required):
                continue
            if any(_lifts(*by, outcome, one) for by in lifted):
                continue
            named = outcome.provision or one.id
            others = [by.cures(attempt, facts) for by, of in lifting if {named, one.id} & of.lifts]
            return min([one.rule.cures(attempt, facts), *others])
        return NEVER

    def explain(self, attempt: Attempt, facts: Facts) -> list[Step]:
        """What every provision of the chain says, also those behind the one that decides."""
        decisive = self.decide(attempt, facts)
        steps: list[Step] = []
        lifting: list[tuple[Outcome, Provision]] = []
        found = False
        for place, one in enumerate(self.provisions):
            applies = attempt.callee.kind in one.rule.concerns and one.scope.holds(attempt)
            outcome = one.rule(attempt, facts) if applies else None
            lifted = outcome is not None and not outcome.lifts and any(_lifts(*by, outcome, one) for by in lifting)
            said = outcome
            if outcome is not None and outcome.lifts:
                lifting.append((outcome, one))
                said = self._lifted(outcome, place, attempt, facts)
            decides = not found and said is not None and not lifted and _is(decisive, said, one)
            found = found or decides
            basis = self._texts.get(said.provision, one.basis) if said is not None and said.provision else one.basis
            steps.append(Step(one.rule.name, said, decides, basis, one.id, applies, lifted, one.shadow))
        return steps

    def _lifted(self, outcome: Outcome, place: int, attempt: Attempt, facts: Facts) -> Outcome | None:
        """What a lifting rule says beside the rules behind it: it names the list that it lifts; None where none is."""
        provision = self.provisions[place]
        for one in self.provisions[place + 1 :]:
            if attempt.callee.kind not in one.rule.concerns or not one.scope.holds(attempt):
                continue
            other = one.rule(attempt, facts)
            if other is not None and not other.lifts and _lifts(outcome, provision, other, one):
                return outcome._replace(hit=other.hit, lifts=frozenset())
        return None


def _is(decision: Decision, said: Outcome, provision: Provision) -> bool:
    """Whether a decision is what a provision says."""
    same = (decision.rule, decision.verdict, decision.reason, decision.provision)
    return same == (provision.rule.name, said.verdict, said.reason, said.provision or provision.id)


def _is_count(need: Need) -> bool:
    return isinstance(need, AttemptsNeed)


def _lifts(outcome: Outcome, by: Provision, other: Outcome, provision: Provision) -> bool:
    """Whether an outcome lifts another one."""
    if other.verdict is not Verdict.BLOCK or other.reason not in outcome.lifts or provision.required:
        return False
    return not by.lifts or provision.id in by.lifts
