"""An example of a country's numbers, as phonenumbers gives it: a number to ask about, which nobody dials."""


def example_number(home: str) -> str:
    """A complete number of a person in a country, a mobile one where it has them, in international form.

    Raises:
        ValueError: no such country.
    """
    from phonenumbers import (  # loads phonenumbers: 30 ms
        PhoneNumberFormat,
        PhoneNumberType,
        example_number_for_type,
        format_number,
    )

    kinds = (PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE)
    found = next((one for kind in kinds if (one := example_number_for_type(home.upper(), kind))), None)
    if found is None:
        raise ValueError(f"{home!r} is not a country that phonenumbers knows")
    return format_number(found, PhoneNumberFormat.E164)
