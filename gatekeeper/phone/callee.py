"""The callee: what a rule may know of a dialled number. A finite set of values, so that many numbers are sorted by it.

Of a person's number that is the country, and never the number: what is decided on one number then holds for every
other with the same callee and the same facts (`gatekeeper.screening.bulk` rests on it).
"""

from typing import Final, NamedTuple

from gatekeeper.phone.kinds import NumberKind, PhoneNumber

HEAD: Final = 3
"""The longest country code has so many digits."""

_ONE_DIGIT: Final = ("1", "7")
_TWO_DIGITS: Final = frozenset(
    str(code)
    for codes in (
        (20, 27),
        (30, 31, 32, 33, 34, 36, 39),
        (40, 41, 43, 44, 45, 46, 47, 48, 49),
        (51, 52, 53, 54, 55, 56, 57, 58),
        (60, 61, 62, 63, 64, 65, 66),
        (81, 82, 84, 86),
        (90, 91, 92, 93, 94, 95, 98),
    )
    for code in codes
)


class Callee(NamedTuple):
    """What the rules see of a dialled number.

    Attributes:
        kind: what the dialled string is.
        country: its country code by ITU-T E.164 (33, 262, 1), 0 for what is not a complete public number.
    """

    kind: NumberKind
    country: int = 0


def country_code(head: str) -> int:
    """The country code that a public number begins with.

    Source: ITU-T E.164, 6.2.1, and the list of assigned country codes that ITU-T publishes with it: no code is the
    beginning of another, so the first digits say how long it is. A code that nobody was assigned has three digits.

    Args:
        head: the number's first `HEAD` digits.
    """
    if head.startswith(_ONE_DIGIT):
        return int(head[0])
    return int(head[:2] if head[:2] in _TWO_DIGITS else head)


_PEOPLE: Final = {str(head): Callee(NumberKind.E164, country_code(str(head))) for head in range(100, 1000)}
_OTHERS: Final = {kind: Callee(kind) for kind in NumberKind}


def callee_of(number: PhoneNumber) -> Callee:
    """What the rules see of a number; the same as `gatekeeper.phone.bulk.callees` gives of many."""
    if number.e164:
        return _PEOPLE[str(number.e164)[:HEAD]]
    return _OTHERS[number.kind]
