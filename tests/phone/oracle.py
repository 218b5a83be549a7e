"""phonenumbers' own answer, asked one number at a time and sharing nothing with the code under test."""

import phonenumbers

FRENCH = ("FR", "GP", "MF", "BL", "GF", "MQ", "RE", "YT", "PM")

OWN_BLOCKS = {
    262: ("262", "263", "269", "639", "692", "693", "9478", "9479"),
    590: ("590", "690", "691", "9475"),
    594: ("594", "694", "9476"),
    596: ("596", "696", "697", "9477"),
}
"""What begins the numbers of a territory, whether or not the metadata knows the block already (Arcep)."""


def e164(text: str, home: str) -> int:
    """The number that phonenumbers holds valid, with its overseas code where the French plan is shared; or 0."""
    try:
        number = phonenumbers.parse(text, home)
    except phonenumbers.NumberParseException:
        return 0
    if number.country_code in (33, 262, 508, 590, 594, 596):
        return _french(number)
    if not phonenumbers.is_valid_number(number):
        return 0
    return _as_int(number)


def _french(number: phonenumbers.PhoneNumber) -> int:
    national = phonenumbers.national_significant_number(number)
    blocks = {code: int(f"{code}{national}") for code, heads in OWN_BLOCKS.items() if is_own(national, heads)}
    if number.country_code != 33 and number.country_code not in blocks and not phonenumbers.is_valid_number(number):
        return 0
    if len(national) != 9:
        return _as_int(number) if phonenumbers.is_valid_number(number) else 0
    valid = {candidate: reading for candidate in FRENCH if (reading := _valid_in(candidate, national))}
    metropolitan = valid.pop("FR", 0)
    if metropolitan and national[0] == "8":
        return metropolitan
    overseas = {str(reading)[:3]: reading for reading in (*valid.values(), *blocks.values())}
    if len(overseas) == 1:
        return next(iter(overseas.values()))
    return metropolitan or (_as_int(number) if number.country_code != 33 else 0)


def is_own(national: str, heads: tuple[str, ...]) -> bool:
    """Whether a national number begins as a territory's own."""
    return len(national) == 9 and national.startswith(heads)


def _valid_in(region: str, national: str) -> int:
    candidates = [national]
    if region == "PM" and national.startswith("508"):
        candidates.append(national[3:])
    for candidate in candidates:
        if candidate.startswith("0"):  # int() would make another number of it
            continue
        number = phonenumbers.PhoneNumber(phonenumbers.country_code_for_region(region), int(candidate))
        if phonenumbers.is_valid_number_for_region(number, region):
            return _as_int(number)
    return 0


def _as_int(number: phonenumbers.PhoneNumber) -> int:
    return int(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)[1:])
