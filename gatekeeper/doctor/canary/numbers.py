"""Numbers that ring nobody: each country's regulator keeps them for films and books.

Sources: Arcep, decision 2018-0881, annex 1 (numbers for audiovisual works: 01 99 00 ...); Ofcom, "Telephone numbers for
use in TV and radio drama" (020 7946 0xxx); NANPA, "555 Line Numbers" (555-0100 to 555-0199 are fictional);
Bundesnetzagentur, notice 148/2021 on numbers for media productions (030 23125 000 to 999).
"""

from collections.abc import Mapping
from typing import Final

from gatekeeper.errors import ConfigError
from gatekeeper.translation import phrase

RESERVED: Final[Mapping[str, str]] = {
    "FR": "0199000001",
    "GB": "02079460123",
    "US": "2025550143",
    "CA": "6135550143",
    "DE": "03023125001",
}
"""By country one of them, as it is dialled there."""


def canary_number(home: str, given: str = "") -> str:
    """The number to dial, as it is dialled at a site.

    Args:
        home: the site's country.
        given: a number that the site has for this.

    Raises:
        ConfigError: none is known for the country, and none was given.
    """
    found = given or RESERVED.get(home, "")
    if not found:
        raise ConfigError(
            phrase(
                "no number that rings nobody is known for {home}: give one with --number, such as one of your "
                "own that no telephone has",
                home=home,
            )
        )
    return found
