"""Countries and their calling codes, as phonenumbers knows them. Loads phonenumbers at the first question."""

_NOBODYS = frozenset({"ZZ", "001"})
"""How phonenumbers says that a code is nobody's, or no country's."""


def is_country(country: str) -> bool:
    """Whether it is a country (ISO 3166, two capital letters) with a numbering plan that is known."""
    from phonenumbers import SUPPORTED_REGIONS

    return country in SUPPORTED_REGIONS


def calling_code(country: str) -> int:
    """What is dialled before a country's numbers from abroad; 0 where there is no such country."""
    from phonenumbers import country_code_for_region

    code: int = country_code_for_region(country)
    return code


def country_of_code(code: int) -> str | None:
    """The country with a calling code, of several the main one; None where it is not a country's."""
    from phonenumbers import region_code_for_country_code

    country: str = region_code_for_country_code(code)
    return None if country in _NOBODYS else country


def trunk_prefix(country: str) -> str:
    """What is dialled before national numbers within a country; "" for nothing."""
    from phonenumbers.phonenumberutil import ndd_prefix_for_region

    return ndd_prefix_for_region(country, True) or ""
