"""Running contracts: the register that has one of the number with the principal."""

from typing import TYPE_CHECKING

from gatekeeper.clock import DAY_US, micros_of, moment_of
from gatekeeper.lists import ListKind
from gatekeeper.policy import Attempt, Hit
from gatekeeper.policy.calendar import zone_of
from gatekeeper.policy.needs import ContractNeed, Need
from gatekeeper.screening.facts.applied import Applied
from gatekeeper.screening.facts.source import Asked
from gatekeeper.screening.ports import Index
from gatekeeper.territory import NOWHERE, Place

if TYPE_CHECKING:
    from gatekeeper.screening.facts.many import Many, Numbers


class RunningContracts:
    """Asks the contract registers.

    Args:
        index: the lists, opened for serving.
    """

    def __init__(self, index: Index) -> None:
        self._index = index
        self._known: tuple[str, ...] = ()
        self._made_by: str | None = None

    def of_campaign(self, number: int, asked: Asked, applied: Applied, /) -> Hit | None:
        """The first register with a contract of a number that runs, on a subject of the campaign's.

        Raises:
            StoreError: a register can't be read.
        """
        attempt = asked.attempt
        subjects = attempt.campaign.subjects
        return self._index.contract(number, applied.contracts, attempt.principal, subjects, attempt.at)

    def of_campaign_many(self, numbers: "Numbers", asked: Asked, applied: Applied, /) -> "Many[Hit | None]":
        """The same for many numbers.

        Raises:
            StoreError: a register can't be read.
        """
        from gatekeeper.screening.facts.many import hits  # NumPy

        attempt = asked.attempt
        subjects = attempt.campaign.subjects
        lists = self._index.bulk()
        return hits(lists.contracts_many(numbers, applied.contracts, attempt.principal, subjects, attempt.at))

    def one(self, number: int, asked: Asked, needs: tuple[Need, ...], /) -> tuple[Hit | None, ...]:
        """The register that each need asks for.

        Raises:
            StoreError: a register can't be read.
        """
        return tuple([self._one(number, asked, need) for need in needs if isinstance(need, ContractNeed)])

    def _one(self, number: int, asked: Asked, need: ContractNeed) -> Hit | None:
        registers, principal, at = self._registers(), asked.attempt.principal, asked.attempt.at
        if not registers or not principal:
            return None
        found: Hit | None = None
        clocks = moments_of(at, asked.attempt.place)
        for subjects in _subjects(asked, need):
            for clock in clocks:
                found = None
                for days in range(need.ended_days + 1):
                    found = found or self._index.contract(number, registers, principal, subjects, clock - days * DAY_US)
                if found is None:
                    return None
        return found

    def many(self, numbers: "Numbers", asked: Asked, needs: tuple[Need, ...], /) -> "Many[tuple[object, ...]]":
        """The same for many numbers.

        Raises:
            StoreError: a register can't be read.
        """
        from gatekeeper.screening.facts.many import together  # NumPy

        return together([self._many(numbers, asked, need) for need in needs if isinstance(need, ContractNeed)])

    def _many(self, numbers: "Numbers", asked: Asked, need: ContractNeed) -> "Many[Hit | None]":
        from gatekeeper.screening.facts.many import hits, same, together  # NumPy

        registers, principal, at = self._registers(), asked.attempt.principal, asked.attempt.at
        if not registers or not principal:
            return same(None, len(numbers))
        lists, clocks = self._index.bulk(), moments_of(at, asked.attempt.place)
        parts = [
            together(
                [
                    hits(lists.contracts_many(numbers, registers, principal, subjects, clock - days * DAY_US))
                    for days in range(need.ended_days + 1)
                ]
            ).mapped(lambda found: next((hit for hit in found if hit is not None), None))
            for subjects in _subjects(asked, need)
            for clock in clocks
        ]
        if not parts:
            return same(None, len(numbers))
        return together(parts).mapped(lambda found: None if None in found else found[-1])

    def begins(self, number: int, attempt: Attempt, /) -> int:
        """The first moment later than an attempt at which a contract of the number with its principal begins; 0: none.

        Where it begins at several moments, by the clocks of several zones, it is the first of these.

        Raises:
            StoreError: a register can't be read.
        """
        registers, principal = self._registers(), attempt.principal
        if not registers or not principal:
            return 0
        at, found = attempt.at, []
        for zone in ("", *_zones_of(attempt.place)):
            begins = self._index.contract_begins(number, registers, principal, _by_clock(at, zone))
            if begins:
                found.append(max(_by_clock(begins, zone, back=True), at + 1))
        return min(found, default=0)

    def begins_many(self, numbers: "Numbers", attempt: Attempt, /) -> "Numbers":
        """The same for many numbers.

        Raises:
            StoreError: a register can't be read.
        """
        import numpy as np  # not where calls are served

        registers = self._registers()
        if not registers or not attempt.principal:
            return np.zeros(len(numbers), np.int64)
        each, places = np.unique(numbers, return_inverse=True)
        moments = np.zeros(len(each), np.int64)
        members = self._index.bulk().find_many(each, registers).which >= 0
        moments[members] = [self.begins(number, attempt) for number in each[members].tolist()]
        return moments[places]

    def _registers(self) -> tuple[str, ...]:
        made_by = self._index.fingerprint
        if made_by is not self._made_by:
            states = self._index.states()
            self._known = tuple(name for name, state in states.items() if state.kind is ListKind.CONTRACT)
            self._made_by = made_by
        return self._known


def moments_of(at: int, place: Place) -> tuple[int, ...]:
    """The moments at all of which a contract must run, for a call at one moment.

    A register has days, which begin and end by the clock of this site. So the callee's clock is looked at as if it were
    this site's: a contract runs from when its first day has begun by both, until its last day ends by either.
    """
    return tuple(dict.fromkeys([at, *(_by_clock(at, zone) for zone in _zones_of(place))]))


def _zones_of(place: Place) -> tuple[str, ...]:
    return () if place is NOWHERE else place.zones


def _by_clock(at: int, zone: str, *, back: bool = False) -> int:
    """The moment at which a clock here shows what one of a zone shows at `at`; the other way round with `back`."""
    if not zone:
        return at
    there = zone_of(zone)
    if back:
        return micros_of(moment_of(at).astimezone().replace(tzinfo=there))
    return micros_of(moment_of(at).astimezone(there).replace(tzinfo=None).astimezone())


def _subjects(asked: Asked, need: ContractNeed) -> list[tuple[str, ...]]:
    """The subjects of which each must have a contract; none at all where the call does not say what it is about.

    A contract of any subject is `()`. What the campaign says that its calls are about counts as the goods that it names
    itself, or for goods that nobody names: of other goods, which only the call names, it says nothing.
    """
    if not need.related:
        return [()]
    call, campaign = asked.attempt.call, asked.attempt.campaign
    own = campaign.subjects if need.by_subjects else ()
    named = [
        (*((one,) if one else ()), *(own if not one or one in campaign.call.goods else ()))
        for one in call.goods or ("",)
    ]
    return named if all(named) else []
