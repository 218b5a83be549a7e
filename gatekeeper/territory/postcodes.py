"""Postcodes: read as those of the number's country, into the territories and zones that they name."""

import re
from typing import Final

from gatekeeper.territory.place import Spots
from gatekeeper.territory.tables import read_postcodes

_NOTHING: Final[Spots] = frozenset()
TOO_MANY: Final = 17
"""So many characters are not postcode, nor are more."""
_BEGINNINGS: Final = (3, 2, 1)

# How a postcode is written, whole or (Canada) its first half. A leading zero that a spreadsheet dropped is not guessed.
_WRITTEN: Final = {
    "FR": re.compile(r"[0-9]{5}", re.ASCII),
    "US": re.compile(r"[0-9]{5}(?:-?[0-9]{4})?", re.ASCII),
    "CA": re.compile(r"[A-Z][0-9][A-Z](?:[ -]?[0-9][A-Z][0-9])?", re.ASCII),
    "ES": re.compile(r"[0-9]{5}", re.ASCII),
    "PT": re.compile(r"[0-9]{4}(?:-?[0-9]{3})?", re.ASCII),
}
_TABLES: Final = read_postcodes()
_NORTH_AMERICA: Final = "1"


def read(prefix: str, country: str, postcode: str) -> tuple[str, Spots]:
    """The country whose postcode it is, and what it names; nothing where it cannot be read.

    Args:
        prefix: how the number begins. Numbers of the North American plan may be kept over the borders in it, so that
            both ZIP codes and Canadian postal codes are read.
        country: the number's.
        postcode: as it was written.
    """
    if len(postcode) < TOO_MANY:
        text = postcode.strip().upper()
        for each in ("US", "CA") if prefix.startswith(_NORTH_AMERICA) else (country,):
            if each in _WRITTEN and _WRITTEN[each].fullmatch(text):
                return each, _find(each, text)
    return country, _NOTHING


def _find(country: str, text: str) -> Spots:
    table = _TABLES[country]
    return next((table[text[:size]] for size in _BEGINNINGS if text[:size] in table), _NOTHING)
