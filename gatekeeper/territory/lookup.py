"""Looks up where a callee may be: by the longest known beginning of the number, and by the postcode if there is one."""

from functools import lru_cache
from typing import Final

from gatekeeper.territory.place import Place, narrowed, place
from gatekeeper.territory.postcodes import TOO_MANY, read
from gatekeeper.territory.tables import NUMBERS, read_numbers

_POSSIBLE: Final = read_numbers(*NUMBERS)
PLACES: Final = {prefix: place(*possible) for prefix, possible in _POSSIBLE.items()}
"""The place of the numbers that begin so. "" is there: nothing is known of any other number."""

LONGEST: Final = max(map(len, PLACES))
TOO_LONG: Final = 10**15
"""From here on it has more digits than a number of ITU-T E.164."""

_SIZES: Final = tuple(range(LONGEST, 0, -1))
_REMEMBERED: Final = 1 << 14  # postcodes with beginnings of numbers; a campaign has a few thousand


def place_of(number: int, postcode: str = "") -> Place:
    """Where the callee may be.

    Args:
        number: E.164. Of what is not a such number, nothing is known.
        postcode: of the callee, as the call brings it, or "". One that cannot be read, or that contradicts the number,
            never makes less possible.

    Returns:
        The same object for the same place.
    """
    if not 0 < number < TOO_LONG:
        return PLACES[""]
    prefix = _prefix_of(str(number)[:LONGEST])
    return _with_postcode(prefix, postcode[:TOO_MANY]) if postcode and prefix else PLACES[prefix]


@lru_cache(_REMEMBERED)
def _prefix_of(digits: str) -> str:
    """The longest known beginning of a number's first digits."""
    return next((digits[:size] for size in _SIZES if digits[:size] in PLACES), "")


@lru_cache(_REMEMBERED)
def _with_postcode(prefix: str, postcode: str) -> Place:
    country, spots = _POSSIBLE[prefix]
    of_postcode, named = read(prefix, country, postcode)
    both = narrowed(spots, named)
    # A number that is of two countries (toll-free) is where its postcode is; otherwise the number's law holds.
    return place(of_postcode if both and both <= named else country, both)
