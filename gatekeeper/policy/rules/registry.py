"""The opposition list of a registry, as a law has it."""

from dataclasses import dataclass
from functools import cached_property
from typing import ClassVar

from gatekeeper.policy.attempt import Attempt
from gatekeeper.policy.decision import Outcome, Verdict
from gatekeeper.policy.facts import Facts
from gatekeeper.policy.needs import NO_REGISTRY, Need, RegistryNeed, the_one
from gatekeeper.policy.reasons import Reason
from gatekeeper.policy.rule import Rule


@dataclass(frozen=True)
class Registry(Rule):
    """Blocks a number that a registry's list holds, and one of which no list of it, or none that is fresh, speaks.

    A number by which the list may be called gives the ground of the call. One that was given up since the consent is
    blocked whatever lifts the list.

    Attributes:
        registry: the registry, as lists name it ("bloctel").
        max_age_days: until the end of how many days after its own an edition of the list may be relied on; 0: as is
            configured for the list.
        working_days: the same in working days, Monday to Friday; 0 where the law does not count so.
        holidays: whose public holidays are no working days ("BE").
        optional: whether it has no opinion where the site has no list of the registry.
    """

    name: ClassVar[str] = "registry"

    registry: str
    max_age_days: int = 0
    working_days: int = 0
    holidays: str = ""
    optional: bool = False

    @cached_property
    def need(self) -> RegistryNeed:
        """What it needs to know."""
        return the_one(RegistryNeed(self.registry, self.max_age_days, self.working_days, self.holidays))

    @property
    def needs(self) -> tuple[Need, ...]:  # noqa: D102 - as in Rule
        return (self.need,)

    def __call__(self, _attempt: Attempt, facts: Facts, /) -> Outcome | None:  # noqa: D102 - as the class says
        standing = facts.of(self.need)
        if standing.reassigned is not None:
            return Outcome(Verdict.BLOCK, Reason.REASSIGNED, standing.reassigned)
        if standing.listed is not None:
            return Outcome(Verdict.BLOCK, Reason.LISTED, standing.listed)
        if standing.stale is not None:
            return Outcome(Verdict.BLOCK, Reason.LIST_STALE, standing.stale)
        if standing.clear is None:
            if self.optional and standing == NO_REGISTRY:
                return None
            return Outcome(Verdict.BLOCK, Reason.NOT_SCRUBBED, standing.unscrubbed)
        return Outcome(Verdict.ALLOW, Reason.CLEAR, standing.clear, ground=True)
