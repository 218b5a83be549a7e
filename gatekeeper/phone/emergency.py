"""Emergency numbers: which strings are one, alone or behind prefixes. The dialplan has the same rule."""

import re
from collections.abc import Callable, Iterable, Iterator
from itertools import product
from typing import Final

MOST_PREFIXES: Final = 3
"""So many prefixes in a row are taken off: an outside line, the code that hides the caller ID, a trunk prefix."""

DIGITS: Final = range(2, 7)
"""How long an emergency number behind prefixes may be; a longer one of the site's own counts when dialled alone."""

SEPARATORS: Final = str.maketrans("", "", " .()-")
"""What the dialplan drops from a number, as a table for `str.translate`."""

_SHORTEST_PUBLIC: Final = 7
"""So many digits are somebody's number where the numbering plan says so, although an emergency number ends them."""

_MOST_CHARACTERS: Final = 64  # the dialplan takes nothing longer for a number

_PAUSES: Final = ",wW"

_ANYWHERE: Final = ("0", "9", "#31#", "*31#")
"""Digits for an outside line, and the codes of GSM handsets that hide or show the caller ID (3GPP TS 22.030)."""

_CODES_OF_HOME: Final[dict[str, tuple[str, ...]]] = {
    "AU": ("1831", "1832"),
    "CA": ("*67", "*82", "1167"),
    "ES": ("067",),
    "FR": ("3651",),
    "GB": ("141", "1470"),
    "IT": ("*67#",),
    "US": ("*67", "*82", "1167"),
}
"""Codes of fixed lines that hide or show the caller ID."""


def dialling_prefixes(
    home: str, country_code: str, national_prefix: str, international_prefix: str, configured: Iterable[str] = ()
) -> tuple[str, ...]:
    """What a caller may dial before an emergency number in a country, in the order of the shipped dialplan.

    Args:
        home: the country, ISO 3166 alpha-2.
        country_code: such as "33".
        national_prefix: such as "0", or "" where there is none.
        international_prefix: such as "00", or "" where it is not one string of digits.
        configured: the site's own.
    """
    codes = _CODES_OF_HOME.get(home.upper(), ())
    abroad = (f"+{country_code}", f"{international_prefix}{country_code}" if international_prefix else "")
    every = (*_ANYWHERE, *codes, *abroad, national_prefix, *configured)
    return tuple(dict.fromkeys(prefix for prefix in every if prefix))


class EmergencyNumbers:
    """Tells emergency numbers. It has the rule of the dialplan's context `gatekeeper-emergency`, to the letter.

    A string is one if it is exactly an emergency number, or if up to `MOST_PREFIXES` prefixes stand before one of
    `DIGITS` digits, unless the whole is somebody's number: +33 9 00 03 31 12 may be dialled 900033112.

    Args:
        numbers: exactly as dialled.
        prefixes: what may stand before them.
        is_public: whether digits, with a plus or without, are a valid public number.
    """

    def __init__(self, numbers: frozenset[str], prefixes: tuple[str, ...], is_public: Callable[[str], bool]) -> None:
        self.numbers = numbers
        self.prefixes = prefixes
        self._is_public = is_public
        one = "|".join(re.escape(prefix) for prefix in sorted(prefixes, key=len, reverse=True))
        self._head = re.compile(f"(?:(?:{one})[{_PAUSES}]*){{1,{MOST_PREFIXES}}}" if one else "(?!)")

    def is_one(self, dialled: str) -> bool:
        """Whether the whole string is an emergency number, after prefixes or not."""
        if len(dialled) > _MOST_CHARACTERS:
            return False
        text = dialled.translate(SEPARATORS)
        if text in self.numbers:
            return True
        return any(
            text[-size:] in self.numbers and self._head.fullmatch(text[:-size]) is not None for size in DIGITS
        ) and not self._belongs_to_somebody(text)

    def is_head(self, text: str) -> bool:
        """Whether a string is prefixes and nothing else, or empty."""
        return not text or self._head.fullmatch(text) is not None

    def mistakable(self) -> list[str]:
        """The strings of prefixes and an emergency number that are somebody's number, sorted."""
        return sorted({text for text in self._combinations() if self._belongs_to_somebody(text)})

    def _combinations(self) -> Iterator[str]:
        ends = [number for number in self.numbers if len(number) in DIGITS]
        for count in range(1, MOST_PREFIXES + 1):
            for before in product(self.prefixes, repeat=count):
                yield from ("".join(before) + end for end in ends)

    def _belongs_to_somebody(self, text: str) -> bool:
        digits = text.removeprefix("+")
        return len(digits) >= _SHORTEST_PUBLIC and digits.isascii() and digits.isdecimal() and self._is_public(text)
