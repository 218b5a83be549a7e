"""Cells of contacts: reads every number in one, also one that a spreadsheet made a decimal of.

A cell is written by people and programs, not dialled: `658105567.0` is a column of floats (pandas, Excel), `06… / 07…`
are two numbers, of which either may be called. So all of them are read, and a cell of which a part is not understood is
not understood at all. Everything that is a single number is left to the `Normaliser`.
"""

import re
from functools import lru_cache

from gatekeeper.phone.kinds import NumberKind, PhoneNumber
from gatekeeper.phone.normaliser import Normaliser
from gatekeeper.translation import marked

_WHOLE = re.compile(r"(\+?[0-9]{6,})[.,]0+")
_EXPONENT = re.compile(r"(\+?[0-9])(?:[.,]([0-9]*))?[eE]\+?([0-9]{1,2})")
_FORMULA = re.compile(r'="([^"]*)"|\'(.*)', re.DOTALL)
"""How a text is kept from becoming a number: Excel's formula in a CSV file, and the apostrophe of spreadsheets."""

_BETWEEN = re.compile(
    r"[\r\n\t/\\|&;,]+| (?:ou|or|et|and|oder|und|of|en|o|e|y) |(?<=[0-9])(?:ou|or|et|and|oder|und)(?=[0-9+(])| {2,}"
)
"""What stands between two numbers. Most of these stand within one number or before an extension as well."""

_BEFORE_EXTENSION = frozenset(",;")
_TAIL = re.compile(r"(?:[wWpPxX#]|[eE][xX][tT])(.*)", re.DOTALL)
_NUMBER_DIGITS = 6
"""So many digits may be a number of their own; fewer are a part of one, or an extension."""

_SURELY_DIGITS = 7
_MOST_NUMBERS = 10
_MOST_CHARACTERS = 500


def read_cell(text: str, normaliser: Normaliser, code: str = "") -> tuple[PhoneNumber, ...]:
    """Every number that a cell holds; none where it is empty.

    Where some of it is not understood, one number of the kind `INVALID` stands for all of it.

    Args:
        text: of the cell.
        normaliser: reads each number.
        code: the country calling code that stands beside it (`read_code`), or "".
    """
    text = text.strip()
    if not text:
        return ()
    if len(text) > _MOST_CHARACTERS:
        return (_invalid(text, marked("too long for a number")),)
    written = _written(text)
    if written is None:
        return (_invalid(text, marked("a rounded number: its last digits are lost")),)
    if written != text and written.isdecimal() and not code:
        return (_as_number(written, normaliser),)
    parts = _parts(written, normaliser, code)
    if parts is None:
        return (_invalid(text, marked("holds a number and something more that is none")),)
    found = [number for part in parts for number in _read(part, normaliser, code)]
    if len(found) > 1 and any(number.kind is not NumberKind.E164 for number in found):
        return (_invalid(text, marked("holds several numbers, not all of which are understood")),)
    return tuple({number.e164: number for number in found}.values())


def read_code(text: str) -> str | None:
    """A country calling code, as digits; "" for an empty cell, None for what is none.

    `33`, `+33`, `0033`, `33.0` and the two letters of the country (ISO 3166) are understood.
    """
    return _code(text.strip().casefold())


@lru_cache(1024)
def _code(text: str) -> str | None:
    from phonenumbers import COUNTRY_CODE_TO_REGION_CODE, country_code_for_region

    if not text:
        return ""
    if len(text) == 2 and text.isascii() and text.isalpha():  # noqa: PLR2004 - ISO 3166 alpha-2
        return str(country_code_for_region(text.upper()) or "") or None
    match = re.fullmatch(r"(?:\+|00)?([0-9]{1,3})(?:[.,]0+)?", text.strip("() "))
    return match[1] if match and int(match[1]) in COUNTRY_CODE_TO_REGION_CODE else None


def _written(text: str) -> str | None:
    """The digits of a decimal that is whole; None where its last digits were rounded away; else the text as it is."""
    formula = _FORMULA.fullmatch(text)
    if formula:
        text = (formula[1] if formula[1] is not None else formula[2]).strip()
    whole = _WHOLE.fullmatch(text)
    if whole:
        return whole[1]
    power = _EXPONENT.fullmatch(text)
    if power is None:
        return text
    fraction, exponent = power[2] or "", int(power[3])
    # 6.58105567E8 has all its digits; of 6,58E+08 nobody knows whether the rest are zeros or were cut off.
    if len(fraction) < exponent or fraction[exponent:].strip("0"):
        return None
    return power[1] + fraction[:exponent]


def _as_number(digits: str, normaliser: Normaliser) -> PhoneNumber:
    """Digits that were kept as a number, which loses the zero in front."""
    number = normaliser.normalise(digits)
    if number.kind is NumberKind.INVALID and normaliser.national_prefix:
        national = normaliser.normalise(normaliser.national_prefix + digits)
        return national if national.kind is NumberKind.E164 else number
    return number


def _parts(text: str, normaliser: Normaliser, code: str) -> list[str] | None:
    """The numbers of a cell, each as text: mostly the cell itself. None where something else stands beside one."""
    words = text.split()
    if 1 < len(words) <= _MOST_NUMBERS and all(_is_complete(word, normaliser, code) for word in words):
        return words
    parts = [part for part in _BETWEEN.split(text) if _digits(part)]
    if len(parts) > _MOST_NUMBERS:
        return None
    if len(parts) > 1:
        long = [part for part in parts if _digits(part) >= _NUMBER_DIGITS]
        complete = [_is_complete(part, normaliser, code) for part in parts]
        if all(complete):
            return parts
        if sum(_digits(part) >= _SURELY_DIGITS for part in long) > 1:
            return None
        if complete[0]:
            # 0612345678/79 may be two numbers; what follows a comma or semicolon is an extension.
            rest = text[text.index(parts[0]) + len(parts[0]) :].strip()
            return [text] if len(long) == 1 and rest[:1] in _BEFORE_EXTENSION else None
    tail = _TAIL.search(text)
    if tail and _digits(tail[1]) >= _SURELY_DIGITS and _digits(text[: tail.start()]) >= _NUMBER_DIGITS:
        return None
    return [text]


def _is_complete(text: str, normaliser: Normaliser, code: str) -> bool:
    if _digits(text) < _NUMBER_DIGITS:
        return False
    return all(number.kind is NumberKind.E164 for number in _read(text, normaliser, code))


def _read(text: str, normaliser: Normaliser, code: str) -> list[PhoneNumber]:
    """One number; more than one where it may stand with its country code or without."""
    text = text.strip()
    if not code or text.startswith(("+", "00")) or text[:4].casefold() == "tel:":
        return [normaliser.normalise(text)]
    ways = [f"+{code}{text}"]
    if text.startswith(code):
        ways.append(f"+{text}")
    found = {number.e164: number for number in map(normaliser.normalise, ways) if number.kind is NumberKind.E164}
    if found:
        return list(found.values())
    if code == normaliser.country_code:
        return [normaliser.normalise(text)]
    return [_invalid(text, marked("not a number of the country whose code stands beside it"))]


def _digits(text: str) -> int:
    return sum(character.isdecimal() for character in text)


def _invalid(text: str, note: str) -> PhoneNumber:
    return PhoneNumber(NumberKind.INVALID, 0, text, note)
