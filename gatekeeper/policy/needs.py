"""What rules need to know beside the lists: requests with parameters, and what is answered. Pure.

A rule states its requests; a source of facts answers each, for one number or for many, so no rule sees what the scrub
can't sort many numbers by.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cached_property
from typing import Final, Generic, NamedTuple, TypeVar

from gatekeeper.policy.calendar import check_zone
from gatekeeper.policy.facts import Fact, Hit
from gatekeeper.policy.ledger import ConsentStanding, ConsentTerms, EventKind, name_key
from gatekeeper.policy.windows import Window

Value_co = TypeVar("Value_co", covariant=True)


class FactNeed(Generic[Value_co]):
    """A request for a fact. A subclass is a frozen dataclass whose fields are the parameters of the request."""


N = TypeVar("N", bound=FactNeed[object])
_ONE_OF_EACH: Final[dict[object, object]] = {}


def the_one(need: N) -> N:
    """The one object for a request with these parameters: facts are found by it without comparing parameters."""
    return _ONE_OF_EACH.setdefault(need, need)  # type: ignore[return-value]  # it is equal to it


Need = type[Fact] | FactNeed[object]
"""What a rule needs: an enumeration, or a request with parameters."""


@dataclass(frozen=True)
class ConsentNeed(FactNeed[ConsentStanding]):
    """How the consumer's consents stand, for the call's principal and goods.

    Attributes:
        terms: what the law asks of a consent.
        exact: whether only slots of a certain date matter: when the next one opens is then told, too.
    """

    terms: ConsentTerms
    exact: bool = False

    def __post_init__(self) -> None:
        # One object for equal terms: what stands for the one request can be told for the other without comparing them.
        object.__setattr__(self, "terms", _ONE_OF_EACH.setdefault(self.terms, self.terms))


@dataclass(frozen=True)
class LastEvent(FactNeed[int]):
    """When the consumer last did one of some things to the call's principal, in microseconds; 0 for never.

    What ends consents counts for a call that names no principal, whomever it concerns; nothing else does.

    Attributes:
        kinds: what.
        reopened_by: what is asked of a consent that was given later to the same principal, and takes it away while it
            holds; None where none does.
        since: what is of an earlier day, where the consumer is, does not count; None where all does.
        related: whether only what concerned the call's goods, or said of none in particular, counts: what ends consents
            where it concerned one of these goods, or the call does not say them all; anything else where it concerned
            all of them.
        dated: whether it matters when that was; else any moment stands for it.
        after: only what is later than the last of these counts.
    """

    kinds: tuple[EventKind, ...]
    reopened_by: ConsentTerms | None = None
    since: date | None = None
    related: bool = False
    dated: bool = True
    after: tuple[EventKind, ...] = ()


@dataclass(frozen=True)
class ContractNeed(FactNeed[Hit | None]):
    """The register that has a contract of the consumer with the principal; None without one.

    Attributes:
        related: whether its subject must be the call's goods.
        ended_days: for how many days after its end it still counts.
        by_subjects: whether the subjects that a campaign names stand for its own goods.
    """

    related: bool
    ended_days: int = 0
    by_subjects: bool = True


OF_CALLEE: Final = "callee"
"""Among time zones: those that are possible for the consumer."""


class RequestState(StrEnum):
    """How a consumer's request to be called back stands."""

    NONE = "none"
    OTHER_GOODS = "other-goods"
    """It was about something else."""
    UNPROVED = "unproved"
    OVER = "over"
    """It is too old."""
    VALID = "valid"


@dataclass(frozen=True)
class CallBackNeed(FactNeed[RequestState]):
    """How the latest request to be called back stands, for the call's principal and goods.

    Attributes:
        working_days: it holds until the end of so many working days after the day of the request.
        days: which weekdays are working days (Monday is 0).
        holidays: whose public holidays are not ("FR").
        proved: whether it has to be proved.
        zones: by whose clocks those days are counted, the earliest end of all: a time zone, or "callee" for those of
            the consumer.
    """

    working_days: int
    days: tuple[int, ...] = (0, 1, 2, 3, 4, 5)
    holidays: str = ""
    proved: bool = True
    zones: tuple[str, ...] = (OF_CALLEE,)

    def __post_init__(self) -> None:
        if not self.zones:
            raise ValueError(f'zones: whose clock counts? Write "{OF_CALLEE}", or a time zone')
        for zone in self.zones:
            check_zone("" if zone == OF_CALLEE else zone)
        if self.working_days < 1 or not self.days or not set(self.days) <= set(range(7)):
            raise ValueError("a request holds for one working day at least, and working days are some of 0 to 6")


@dataclass(frozen=True)
class AttemptsNeed(FactNeed["AttemptsStanding"]):
    """How many attempts to reach the consumer count, against a limit.

    Attributes:
        limit: how many may be made in the window.
        window: within what time.
        by_principal: whether those of each principal count for themselves.
        by_subject: whether those on each kind of goods do.
        by_number: whether those on each number of a consumer who has several do.
        by_person: whether those of each consumer do, where several are called on one number.
        groups: the principals that count as one, group by group.
    """

    limit: int
    window: Window
    by_principal: bool = True
    by_subject: bool = False
    by_number: bool = False
    by_person: bool = False
    groups: tuple[tuple[str, ...], ...] = ()

    @cached_property
    def fellows(self) -> Mapping[str, tuple[str, ...]]:
        """By the key of a principal's name all those of its groups."""
        found: dict[str, tuple[str, ...]] = {}
        for group in self.groups:
            for one in group:
                found[name_key(one)] = (*found.get(name_key(one), ()), *group)
        return found


class AttemptsStanding(NamedTuple):
    """What was counted.

    Attributes:
        made: the attempts in the window.
        free_at: the first moment at which one more is within the limit; 0 for now.
    """

    made: int = 0
    free_at: int = 0


@dataclass(frozen=True)
class RegistryNeed(FactNeed["RegistryStanding"]):
    """What the lists of a registry say of the number.

    Attributes:
        registry: the registry ("bloctel").
        max_age_days: until the end of how many days after the day of which it is a list of it may be relied on,
            whatever is configured for the list; 0 for that.
        working_days: the same in working days, Monday to Friday; 0 where the law does not count so.
        holidays: whose public holidays are no working days ("BE").
    """

    registry: str
    max_age_days: int = 0
    working_days: int = 0
    holidays: str = ""

    @property
    def by_law(self) -> bool:
        """Whether the law says for how long a list may be relied on."""
        return bool(self.max_age_days or self.working_days)


class RegistryStanding(NamedTuple):
    """What the lists of a registry say of a number.

    Attributes:
        listed: the list that holds it.
        stale: the list that is too old.
        unscrubbed: the list that ought to say something of it and does not.
        clear: the list by which it may be called; None where one of the others is given, or the site has no list of
            this registry.
        reassigned: the list that says that the number was given up since the consent.
    """

    listed: Hit | None = None
    stale: Hit | None = None
    unscrubbed: Hit | None = None
    clear: Hit | None = None
    reassigned: Hit | None = None


NO_REGISTRY: Final = RegistryStanding()
"""The site has no list of the registry."""
