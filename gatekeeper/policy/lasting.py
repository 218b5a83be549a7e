"""How long a consent lasts: for so many days to the second, or for years until the end of the anniversary's day. Pure.

"One year" (R.223-1 of the French code de la consommation) can be read either way.
"""

from collections.abc import Sequence
from typing import Final

from gatekeeper.clock import DAY_US
from gatekeeper.policy.calendar import months_later

YEAR_DAYS: Final = 365
_YEAR_MONTHS: Final = 12
_LEAP_US: Final = 3 * DAY_US
"""An anniversary's day ends less than so much later than so many years of 365 days, and a further day each year."""


def lasts_until(collected_at: int, days: int, zones: Sequence[str]) -> int:
    """The moment at which a consent is over, in microseconds since the epoch.

    Args:
        collected_at: when it was given, in the same unit.
        days: for how many days it is good, counted to the second where no zones are given; else these are years of 365.
        zones: where the consumer may be: the earliest end of the anniversary's day counts.
    """
    if not zones:
        return collected_at + days * DAY_US
    months = days // YEAR_DAYS * _YEAR_MONTHS
    return min([months_later(collected_at, months, zone) for zone in zones])


def lasts_since(at: int, days: int, zones: Sequence[str]) -> int:
    """The moment that divides consents: collected earlier they are over at `at`, collected later they are not.

    Arguments as of `lasts_until`.
    """
    latest = at - days * DAY_US
    if not zones:
        return latest
    low, high = latest - _LEAP_US - days // YEAR_DAYS * DAY_US, latest + DAY_US
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if lasts_until(middle, days, zones) > at else (middle, high)
    return high
