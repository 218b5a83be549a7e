"""Numbers as people write them: in the spacing of their country, internationally."""

from phonenumbers import NumberParseException, PhoneNumberFormat, format_number, parse

_NBSP = "\N{NO-BREAK SPACE}"


def written(e164: int) -> str:
    """A number as people write it, as +33 6 12 34 56 78, with blanks at which no line breaks.

    Args:
        e164: E.164 as an integer.
    """
    try:
        return format_number(parse(f"+{e164}"), PhoneNumberFormat.INTERNATIONAL).replace(" ", _NBSP)
    except NumberParseException:
        return f"+{e164}"
