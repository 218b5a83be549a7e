"""A place: where the owner of a number may be, as far as the number and a postcode tell."""

from typing import Final, NamedTuple


class Place(NamedTuple):
    """Where a callee may be. There are few places, so that many numbers are sorted by them.

    Attributes:
        country: the ISO 3166-1 code by which a law is found ("FR" for all of France); "" where none is known.
        regions: every region with rules of its own that is possible, by ISO 3166-2 ("US-FL"), sorted.
        zones: every time zone that is possible, by its IANA name, sorted. What holds must hold in each of them.
    """

    country: str
    regions: tuple[str, ...]
    zones: tuple[str, ...]


NOWHERE: Final = Place("", (), ("UTC",))
"""The place of what is not a public number, and of all where nobody looks at it."""
