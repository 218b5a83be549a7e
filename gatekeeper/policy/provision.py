"""A provision: a rule as a law has it, with what it says of itself and to which calls it applies. Pure."""

from dataclasses import dataclass, field

from gatekeeper.policy.attempt import Attempt
from gatekeeper.policy.call import CalleeKind, DialMode, Purpose
from gatekeeper.policy.rule import Rule


@dataclass(frozen=True)
class Scope:
    """To which calls a provision applies; what is empty says nothing.

    Attributes:
        purposes: calls for one of these.
        callees: calls to one of these, or that may be.
        dial_modes: calls dialled in one of these ways.
        sectors: calls for one of these trades.
        goods: calls about one of these.
        regions: calls to where one of these regions is possible.
        but_regions: calls but those to where nothing beside these regions is possible.
    """

    purposes: frozenset[Purpose] = frozenset()
    callees: frozenset[CalleeKind] = frozenset()
    dial_modes: frozenset[DialMode] = frozenset()
    sectors: frozenset[str] = frozenset()
    goods: frozenset[str] = frozenset()
    regions: frozenset[str] = frozenset()
    but_regions: frozenset[str] = frozenset()

    def holds(self, attempt: Attempt) -> bool:
        """Whether it applies to an attempt."""
        call = attempt.call
        return (
            (not self.purposes or call.purpose in self.purposes)
            and (not self.callees or call.callee in self.callees or call.also_callee in self.callees)
            and (not self.dial_modes or call.dial_mode in self.dial_modes)
            and (not self.regions or not self.regions.isdisjoint(attempt.place.regions))
            and not (self.but_regions and attempt.place.is_within(self.but_regions))
            and (
                not (self.sectors or self.goods)
                or not self.sectors.isdisjoint(call.sectors)
                or not self.goods.isdisjoint(call.goods)
            )
        )


EVERY_CALL = Scope()
"""The scope of a provision that applies to every call."""


@dataclass(frozen=True)
class Provision:
    """A rule as a law has it.

    Attributes:
        rule: the rule with its parameters.
        basis: the text of law behind it, or "".
        required: whether a site may not leave it out, nor put it in shadow.
        id: by which it is named in the journal ("FR-HOURS"); "" where no country's law has it.
        scope: to which calls it applies.
        lifts: the ids of the provisions that it lifts, for a rule that lifts; none for all that give such a reason.
        shadow: whether it is judged and told, and does not block.
    """

    rule: Rule
    basis: str = ""
    required: bool = False
    id: str = ""
    scope: Scope = field(default=EVERY_CALL)
    lifts: frozenset[str] = frozenset()
    shadow: bool = False
