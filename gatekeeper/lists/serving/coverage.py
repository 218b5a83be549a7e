"""Coverage of a list: registries that are bought by area code say nothing of numbers in others."""

from collections.abc import Iterable
from typing import NamedTuple


class Coverage(NamedTuple):
    """The beginnings of the numbers that a list covers.

    Attributes:
        territory: the country code within which it says anything at all.
        prefixes: the beginnings.
        lengths: of the beginnings.
    """

    territory: str
    prefixes: frozenset[str]
    lengths: tuple[int, ...]

    def covers(self, digits: str) -> bool:
        """Whether the number (E.164 without plus) is one that the list knows of."""
        return any(digits[:length] in self.prefixes for length in self.lengths)


def coverage_of(prefixes: str, territory: str) -> Coverage | None:
    """The coverage as the database has it; None where a list covers all numbers."""
    found = frozenset(prefixes.split())
    return Coverage(territory, found, tuple(sorted({len(prefix) for prefix in found}))) if found else None


def not_covering(number: int, lists: Iterable[tuple[str, Coverage | None]]) -> str | None:
    """The list that ought to cover a number and does not; None where the number is covered.

    A number is covered by any list that names its prefix. Failing that, a list of the number's own country that names
    others leaves it uncovered, however many lists of other countries there are. A number of a country that no limited
    list is of is covered where any list is unlimited.

    Args:
        number: E.164.
        lists: names and coverages of the lists that must be respected, in order.
    """
    digits = str(number)
    unlimited, concerned, first = False, None, None
    for name, coverage in lists:
        if coverage is None:
            unlimited = True
        elif coverage.covers(digits):
            return None
        else:
            first = first or name
            if digits.startswith(coverage.territory):
                concerned = concerned or name
    return concerned or (None if unlimited else first)
