"""A rule: a frozen dataclass whose fields are its parameters, asked for its opinion on an attempt and its facts."""

from abc import ABC, abstractmethod
from typing import ClassVar, Final

from gatekeeper.phone import NumberKind
from gatekeeper.policy.attempt import Attempt
from gatekeeper.policy.calendar import NEVER
from gatekeeper.policy.decision import Outcome
from gatekeeper.policy.facts import Facts
from gatekeeper.policy.needs import Need

PEOPLE: Final = frozenset({NumberKind.E164})
"""What may belong to a person."""


class Rule(ABC):
    """One rule. A subclass is a frozen dataclass in a file of its own in `gatekeeper.policy.rules`.

    Attributes:
        name: by which law profiles and the configuration name it; that of its module.
        concerns: the kinds of number that it can have an opinion on; it is not asked about others. Facts are known of
            public numbers only.
        of_lists: whether it says nothing of a number that no list speaks against (`Facts.quiet`): then it is not asked.
    """

    name: ClassVar[str]
    concerns: ClassVar[frozenset[NumberKind]] = PEOPLE
    of_lists: ClassVar[bool] = False

    @property
    def counts_every(self) -> bool:
        """Of a cap on attempts: whether it counts every call to which its provision applies."""
        return True

    def counts(self, attempt: Attempt, facts: Facts) -> bool:  # noqa: ARG002 - what its own scope leaves out, is not asked
        """Of a cap on attempts: whether it counts a call to which its provision applies."""
        return True

    @property
    def needs(self) -> tuple[Need, ...]:
        """The facts that it looks at, beside those of the lists."""
        return ()

    @abstractmethod
    def __call__(self, attempt: Attempt, facts: Facts, /) -> Outcome | None:
        """Allow, block, lift, or None for no opinion. The same arguments give the same outcome."""

    def cures(self, attempt: Attempt, facts: Facts, /) -> int:  # noqa: ARG002 - most blocks are not cured by time
        """The first moment at which this rule may no longer block what it blocks now, or may lift what it does not.

        In microseconds since the epoch, later than the attempt; `NEVER` where time does not change it. It may be too
        early, and is never too late: who looks for the moment asks again then.
        """
        return NEVER
