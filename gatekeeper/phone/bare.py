"""Bare digits: tells quickly that they are not a telephone number but a row's number, an article's, a moment.

The normaliser needs 50 µs for digits that it does not know, and a column of identifiers has millions. What is said here
follows from lengths and first digits alone, and errs towards "may be".
"""

import re
from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray
from phonenumbers import PhoneMetadata, country_code_for_region
from phonenumbers.phonenumberutil import COUNTRY_CODE_TO_REGION_CODE

from gatekeeper.phone.bulk import Fields, Integers

_ABROAD = 7
"""Digits that a number has at least when it is written with its country code."""
_HEAD = 3
"""Digits of a country code, at most."""
_MOST = 30
"""Digits; of longer ones the normaliser says at once that they are too long."""
_ZERO = ord("0")
_FIRST = re.compile(r"\d*", re.ASCII)


class BareDigits:
    """What may be a number, as seen from a country.

    Args:
        country: two letters (ISO 3166), which phonenumbers knows.

    Attributes:
        fewest: digits that a number has at least.
    """

    def __init__(self, country: str) -> None:
        code = country_code_for_region(country)
        plans = _plans(code)
        home = {length for plan in plans for length in _lengths(plan)}
        self.fewest = max(min((_ABROAD, *home)), _HEAD)
        # For each length, and each three first digits.
        self._table: NDArray[np.bool_] = np.zeros((_MOST + 1, 10**_HEAD), np.bool_)
        longest = max(home)
        for length in home:
            self._table[length] = True
        for other in COUNTRY_CODE_TO_REGION_CODE:
            abroad = {len(str(other)) + length for plan in _plans(other) for length in _with_prefix(plan)}
            self._allow(str(other), (length for length in abroad if length > longest))
        for plan in plans:
            self._allow(plan.national_prefix or "", _with_prefix(plan))
            # What is dialled before a number abroad may stand before any.
            self._allow(_FIRST.match(plan.international_prefix or "")[0], range(_MOST + 1))  # type: ignore[index]
        self._allow(str(code), range(_MOST + 1))

    def _allow(self, beginning: str, lengths: Iterable[int]) -> None:
        head = beginning[:_HEAD]
        first = int(head.ljust(_HEAD, "0")) if head else 0
        for length in lengths:
            if length <= _MOST:
                self._table[length, first : first + 10 ** (_HEAD - len(head))] = True

    def may_be(self, digits: str) -> bool:
        """Whether ASCII digits may be a number."""
        return self.fewest <= len(digits) <= _MOST and bool(self._table[len(digits), int(digits[:_HEAD])])

    def nobody(self, octets: NDArray[np.uint8], where: Fields, digits: Integers) -> NDArray[np.bool_]:
        """The fields that are surely no number.

        Args:
            octets: the text.
            where: the fields.
            digits: how many ASCII digits each has.
        """
        lengths = where.ends - where.starts
        bare = (digits == lengths) & (lengths >= self.fewest)
        starts = np.where(bare, where.starts, 0)
        head = np.zeros(len(starts), np.int64)
        for at in range(min(_HEAD, len(octets))):
            head = head * 10 + (octets[np.minimum(starts + at, len(octets) - 1)].astype(np.int64) - _ZERO)
        fits = self._table[np.minimum(lengths, _MOST), np.where(bare, head, 0)] & (lengths <= _MOST)
        found: NDArray[np.bool_] = bare & ~fits
        return found


def _plans(code: int) -> list[PhoneMetadata]:
    """The numbering plans that share a country code."""
    regions = COUNTRY_CODE_TO_REGION_CODE.get(code, ())
    found = [
        PhoneMetadata.metadata_for_nongeo_region(code) if region == "001" else PhoneMetadata.metadata_for_region(region)
        for region in regions
    ]
    return [plan for plan in found if plan is not None]


def _lengths(plan: PhoneMetadata) -> tuple[int, ...]:
    return tuple(plan.general_desc.possible_length) if plan.general_desc is not None else ()


def _with_prefix(plan: PhoneMetadata) -> set[int]:
    """The lengths of national numbers, with the prefix that may stand before them abroad as well."""
    if plan.national_prefix_for_parsing not in (None, plan.national_prefix):
        return set(range(_MOST))
    return {length + extra for length in _lengths(plan) for extra in (0, len(plan.national_prefix or ""))}
