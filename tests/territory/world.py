"""Makes gatekeeper/territory/world.csv: each country code with its country and every clock of it.

`python -m tests.territory.world` prints the table; a test holds the file equal to it.
"""

from collections.abc import Iterator

import phonenumbers

from gatekeeper.territory.tables import read_numbers
from tests.territory.clocks import distinct, zones_of_countries

# Of these the time zone database has no zone of their own.
ELSEWHERE = {"XK": "Europe/Belgrade", "AC": "Atlantic/St_Helena", "TA": "Atlantic/St_Helena"}
NORTH_AMERICA = 1
HEAD = """\
# Each country code with its country (the first, where several share it) and every clock that is possible there.
# Made by tests/territory/world.py out of phonenumbers' list of codes and the time zone database; not to be edited.
# The first line is for what is nobody's code: every clock that there is.
prefix,country,region,zones"""


def zones_of(country: str) -> tuple[str, ...]:
    """The country's zones."""
    return zones_of_countries().get(country) or (ELSEWHERE[country],)


def lines() -> Iterator[str]:
    """The table's lines."""
    yield from HEAD.splitlines()
    everywhere = distinct(zone for zones in zones_of_countries().values() for zone in zones)
    yield f",,,{' '.join(everywhere)}"
    by_hand = read_numbers("shared", "france")
    for code, countries in sorted(phonenumbers.COUNTRY_CODE_TO_REGION_CODE.items()):
        if code != NORTH_AMERICA and countries != ("001",) and str(code) not in by_hand:
            zones = distinct(zone for country in countries for zone in zones_of(country))
            yield f"{code},{countries[0]},,{' '.join(zones)}"


if __name__ == "__main__":
    print(*lines(), sep="\n")
