"""The laws of a site: the one that holds, those that campaigns name, and that of the callee's country."""

from collections.abc import Mapping
from functools import cached_property
from types import MappingProxyType
from typing import Final

from gatekeeper.law.profile import Profile
from gatekeeper.policy import Chain, Law, Need
from gatekeeper.territory import NOWHERE, Place

CALLEE: Final = "callee"
"""The name of the law of the callee's country, whichever that is."""


class CalleeLaw:
    """The law of the callee's country.

    Args:
        profiles: the countries' laws.
        unknown: what numbers of any other country are judged by.
    """

    name: Final = CALLEE

    def __init__(self, profiles: Mapping[str, Profile], unknown: Profile) -> None:
        self._by_country = {one.country: one for one in profiles.values() if one.country}
        self.unknown = unknown

    def of(self, country: str) -> Profile:
        """The law of a country."""
        return self._by_country.get(country, self.unknown)

    @property
    def profiles(self) -> tuple[Profile, ...]:
        """Those of the countries."""
        return tuple(self._by_country.values())

    def at(self, at: int, place: Place = NOWHERE, /) -> Chain:
        """The chain at a moment, in microseconds since the epoch, for a callee of a place."""
        return self._by_country.get(place.country, self.unknown).at(at, place)

    def changes(self, at: int, place: Place, /) -> int:
        """The first moment later than `at` from when on other rules hold, in microseconds; `NEVER` where none comes."""
        return self._by_country.get(place.country, self.unknown).changes(at, place)

    @property
    def only(self) -> Chain | None:
        """There is not one chain for all."""
        return None

    @cached_property
    def needs(self) -> frozenset[Need]:
        """The facts that some rule needs, beside those of the lists."""
        return self.unknown.needs.union(*(one.needs for one in self._by_country.values()))


def profiles_of(law: Law, place: Place | None = None) -> tuple[Profile, ...]:
    """The profiles that a law is made of: those of all countries, or the one that holds for callees of a place."""
    if isinstance(law, CalleeLaw):
        return law.profiles if place is None else (law.of(place.country),)
    return (law,) if isinstance(law, Profile) else ()


class Laws:
    """Which law a campaign is judged by.

    Args:
        default: the law of every campaign that names none.
        campaigns: the laws of those that do, by campaign.
    """

    def __init__(self, default: Law, campaigns: Mapping[str, Law] = MappingProxyType({})) -> None:
        self.default = default
        self._campaigns = campaigns

    def of(self, campaign: str) -> Law:
        """The law of a campaign."""
        return self._campaigns.get(campaign, self.default)

    @property
    def needs(self) -> frozenset[Need]:
        """The facts that a rule of any of them needs, beside those of the lists."""
        return self.default.needs.union(*(law.needs for law in self._campaigns.values()))
