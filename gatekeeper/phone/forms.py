"""Digits of a number as other programs keep it: without the country code, with the trunk prefix, or whole."""

from collections.abc import Callable, Mapping
from typing import Final, Literal

from phonenumbers import NumberParseException, PhoneNumberFormat, format_number, national_significant_number, parse

DigitForm = Literal["significant", "national", "e164"]


def significant(e164: int) -> str:
    """Without country code and trunk prefix: 612345678, 7275551212."""
    try:
        return national_significant_number(parse(f"+{e164}"))
    except NumberParseException:
        return str(e164)


def national(e164: int) -> str:
    """As it is dialled in its country: 0612345678, 7275551212."""
    try:
        shown = format_number(parse(f"+{e164}"), PhoneNumberFormat.NATIONAL)
    except NumberParseException:
        return str(e164)
    return "".join(character for character in shown if character.isdecimal())


DIGIT_FORMS: Final[Mapping[DigitForm, Callable[[int], str]]] = {
    "significant": significant,
    "national": national,
    "e164": str,
}
"""By their names in settings; `e164` is without its plus: 33612345678."""
