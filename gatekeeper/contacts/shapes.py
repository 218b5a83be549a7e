"""Shapes of cells: tell what a cell surely is, though its digits could be read as a telephone number."""

import re
from collections.abc import Sequence

_DECIMAL = re.compile(
    r"[+-]?(?!0[0-9])[0-9]{1,9}[.,](?!0+$)[0-9]+ ?[€$£%]?|[+-]?[0-9]{1,3}(?:[  .,'][0-9]{3})+[.,][0-9]{1,2} ?[€$£]?"
)
_DATE = re.compile(
    r"(?:(?:19|20)[0-9]{2}([-/.]?)(?:0[1-9]|1[0-2])\1(?:0[1-9]|[12][0-9]|3[01])"
    r"|(?:0?[1-9]|[12][0-9]|3[01])([-/.])(?:0?[1-9]|[12][0-9]|3[01])\2(?:19|20)[0-9]{2})"
    r"(?:[ T][0-9]{1,2}:[0-9]{2}.*)?"
)
_SIREN_DIGITS, _SIRET_DIGITS = 9, 14
_SURE = 4
"""So many different SIREN in a column: a tenth of all numbers has a check digit that is right by chance."""

_MOST = 0.9


def is_other(text: str) -> bool:
    """Whether a text is a decimal number or a date, and no telephone number."""
    return bool(_DECIMAL.fullmatch(text) or _DATE.fullmatch(text))


def is_other_column(cells: Sequence[str]) -> bool:
    """Whether a column that was not named holds decimals, dates, SIREN or SIRET, by some of its cells, none empty."""
    if not cells:
        return False
    texts = [cell.strip() for cell in cells]
    if sum(map(is_other, texts)) >= _MOST * len(texts):
        return True
    companies = {text for text in texts if _is_company(text)}
    return len(companies) >= _SURE and sum(text in companies for text in texts) >= _MOST * len(texts)


def _is_company(text: str) -> bool:
    """A SIREN or SIRET (INSEE), whose last digit makes the sum of Luhn a multiple of ten (ISO/IEC 7812-1)."""
    digits = re.sub(r"[ .]", "", text)
    if not (digits.isascii() and digits.isdecimal() and len(digits) in {_SIREN_DIGITS, _SIRET_DIGITS}):
        return False
    doubled = (int(digit) * (1 + place % 2) for place, digit in enumerate(reversed(digits)))
    return sum(value - 9 if value > 9 else value for value in doubled) % 10 == 0  # noqa: PLR2004 - a digit sum
