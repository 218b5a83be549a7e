"""A number that a gate let by, dialled with a carrier's prefix before it: `9999` and `0612345678`. Pure.

Behind the gate a dialplan may put digits before a number: a carrier's access code, an account, `1234#`. What comes of
it is not a number of any plan. It is taken for the decided number only where it can be no other one.
"""

import re
from collections.abc import Callable
from typing import Final
from urllib.parse import unquote

from gatekeeper.phone import NumberKind, PhoneNumber

_PREFIXED: Final = re.compile(r"[0-9*#]{8,40}")
_MOST_OF_PREFIX: Final = 10
_INTERNATIONAL: Final = "00"
"""Would lead a carrier that takes off less than the whole prefix to another country."""


def is_behind_prefix(dialled: str, e164: int, normalise: Callable[[str], PhoneNumber]) -> bool:
    """Whether a dialled string is a prefix and a number, and can be no other number behind any part of that prefix.

    Args:
        dialled: as Asterisk dials it.
        e164: the number that was let by.
        normalise: reads numbers.
    """
    if "%" in dialled:
        dialled = unquote(dialled)  # a "#" has to be written so in a SIP URI
    if not _PREFIXED.fullmatch(dialled) or normalise(dialled).kind is not NumberKind.INVALID:
        return False
    for length in range(1, _MOST_OF_PREFIX + 1):
        rest = normalise(dialled[length:])
        if rest.kind is NumberKind.E164:
            return rest.e164 == e164 and _INTERNATIONAL not in dialled[: length + 1]
        if rest.kind is not NumberKind.INVALID:
            return False
    return False
