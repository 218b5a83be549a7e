"""The tables of this package: what the beginning of a number, or of a postcode, says. CSV files, read once.

A line is a key, a country, a territory and zones. A key that may be in several territories has a line for each.
Lines that begin with # say why.
"""

import csv
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final, NamedTuple

from gatekeeper.territory.place import Spots

NUMBERS: Final = ("world", "shared", "france", "north_america")
"""The tables of numbers. Where two have the same prefix, the later one counts."""

_EVERY: Final = "*"


class Possible(NamedTuple):
    """What is possible behind a prefix: the country whose law holds, and the spots."""

    country: str
    spots: Spots


def _lines(name: str) -> Iterator[dict[str, str]]:
    text = Path(__file__).with_name(f"{name}.csv").read_text(encoding="utf-8")
    yield from csv.DictReader(line for line in text.splitlines() if not line.startswith("#"))


def _spots(region: str, zones: str) -> Spots:
    return frozenset((region, zone) for zone in zones.split())


def read_numbers(*names: str) -> Mapping[str, Possible]:
    """What is possible by the beginning of an E.164 number, for longest-prefix search; "" is for any other number.

    A line with the territory "*" stands for all that its country has in the other lines of its table.
    """
    found: dict[str, Possible] = {}
    for name in names:
        table: dict[str, Possible] = {}
        countries: dict[str, Spots] = {}
        for line in _lines(name):
            country, region = line["country"], line["region"]
            spots = countries[country] if region == _EVERY else _spots(region, line["zones"])
            countries[country] = countries.get(country, frozenset()) | spots
            first = table.get(line["prefix"], Possible(country, frozenset()))
            table[line["prefix"]] = Possible(first.country, first.spots | spots)
        found |= table
    return found


def read_postcodes() -> Mapping[str, Mapping[str, Spots]]:
    """For each country with postcodes that tell something: what is possible by a postcode's beginning."""
    found: dict[str, dict[str, Spots]] = {}
    for line in _lines("postcodes"):
        table = found.setdefault(line["country"], {})
        for key in _between(line["first"], line["last"]):
            table[key] = table.get(key, frozenset()) | _spots(line["region"], line["zones"])
    return found


def _between(first: str, last: str) -> Iterator[str]:
    """The beginnings from first to last: digits count up with their leading zeros, letters stand alone."""
    if not first.isdecimal():
        yield first
        return
    for number in range(int(first), int(last) + 1):
        yield f"{number:0{len(first)}d}"
