"""A place: where a callee may be. What is uncertain stays open: each territory and zone that is possible is in it."""

from collections.abc import Collection, Iterable, Mapping
from typing import Final, NamedTuple

Spots = frozenset[tuple[str, str]]
"""What is possible, as pairs of a territory ("US-FL", "" for a country as such) and an IANA time zone."""


class Place(NamedTuple):
    """Where a callee may be. A law that depends on it must allow the call in all that is possible.

    Attributes:
        country: ISO 3166-1 alpha-2 code of the law that holds ("FR" for all of France with its overseas, "US" with its
            territories), "" where nobody knows it.
        regions: every territory that is possible, sorted, as ISO 3166-2 codes ("FR-RE", "US-FL", "CA-BC"). Metropolitan
            France has no code here, and shows by its zone; a country whose law does not look at regions has none.
        zones: every IANA time zone that is possible, sorted; at least one.
    """

    country: str
    regions: tuple[str, ...]
    zones: tuple[str, ...]

    def is_within(self, regions: Collection[str]) -> bool:
        """Whether nothing beside these territories is possible, as far as territories are told."""
        return bool(self.regions) and all(one in regions for one in self.regions)


NOWHERE: Final = Place("", (), ("UTC",))
"""The place of what is not a public number, and of every number where the law does not look at it."""

_ONE_OF_EACH: Final[dict[Place, Place]] = {}


def place(country: str, spots: Spots) -> Place:
    """The place that these spots make up; the same object for the same place."""
    regions = sorted({region for region, _ in spots if region})
    made = Place(country, tuple(regions), tuple(sorted({zone for _, zone in spots})))
    return _ONE_OF_EACH.setdefault(made, made)


def zones_by_region(spots: Spots) -> Mapping[str, Spots]:
    """The spots of each territory."""
    return {region: frozenset(spot for spot in spots if spot[0] == region) for region in {one for one, _ in spots}}


def narrowed(by_number: Spots, by_postcode: Spots) -> Spots:
    """What is possible when a number and a postcode are known.

    The postcode narrows where it names territories that the number allows, and the two agree on a zone in each of them.
    Whatever else it says contradicts the number: people move and keep their numbers, and addresses grow old, so that
    both remain possible.
    """
    number, postcode = zones_by_region(by_number), zones_by_region(by_postcode)
    if not postcode:
        return by_number
    agreed = [number.get(region, frozenset()) & spots for region, spots in postcode.items()]
    return _together(agreed) if all(agreed) else by_number | by_postcode


def _together(parts: Iterable[Spots]) -> Spots:
    return frozenset().union(*parts)
