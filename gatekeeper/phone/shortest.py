"""The shortest number that can be dialled in a country: anything shorter is an extension."""

from typing import Final

_KINDS: Final = ("fixed_line", "mobile", "voip", "personal_number")
"""Kinds of number that are a person's; service numbers are in no list."""

_SHORTEST_IN_AN_AREA: Final = 6
"""Shorter numbers that are dialled within a town can't be told from extensions, and few are left."""

_LONGEST: Final = 9
"""However long a country's own numbers are, those of others that are dialled there may be as short."""


def shortest_public(home: str) -> int:
    """How many digits the shortest number of a person has in a country, as phonenumbers knows its plan.

    The national prefix is not counted, and where the area code may be left out, it is not counted either.

    Raises:
        ValueError: no such country.
    """
    from phonenumbers import PhoneMetadata  # loads phonenumbers: 30 ms

    metadata = PhoneMetadata.metadata_for_region(home.upper())
    if metadata is None:
        raise ValueError(f"{home!r} is not a country that phonenumbers knows")
    kinds = [kind for name in _KINDS if (kind := getattr(metadata, name)) is not None]
    lengths = [length for kind in kinds for length in kind.possible_length if length > 0]
    local = [length for kind in kinds for length in kind.possible_length_local_only if length >= _SHORTEST_IN_AN_AREA]
    shortest: int = min(*lengths, *local, _LONGEST)
    return shortest
