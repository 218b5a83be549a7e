"""The sixty calls of the demonstration: calls of every sort a dialer places."""

import random
from collections.abc import Sequence
from typing import NamedTuple

LISTED, UNLISTED, RED, EMERGENCY, INVALID, SHORT = (
    "listed",
    "not listed",
    "red list, a moment ago",
    "emergency",
    "invalid",
    "short code",
)


class Call(NamedTuple):
    """One call that the dialer originates.

    Attributes:
        sort: what kind of number it is.
        dialled: the number, as the dialer writes it.
        leaves: whether it must reach the carrier.
    """

    sort: str
    dialled: str
    leaves: bool


WRITINGS = ("0{0}", "33{0}", "+33{0}", "0033{0}", "{1}.{2}.{3}.{4}.{5}", "#31#0{0}", "3651{6}", "{1} {2} {3} {4} {5}")
"""How dialers write a French number: {0} is 612345678, {1} to {5} are 06 12 34 56 78, {6} is 0612345678."""

INVALID_DIALLED = ("06123", "06123456789012345678", "abcdef", "0012", "0612", "++33", "00", "0199")


def written(number: int, writing: str) -> str:
    """A French number (E.164 as an integer) as a dialer writes it."""
    national = f"0{number - 33_000_000_000}" if number < 100_000_000_000 else str(number)
    pairs = [national[i : i + 2] for i in range(0, 10, 2)]
    return writing.format(national[1:], *pairs, national)


def draw_mobiles(count: int, seed: int) -> list[int]:
    """Different French mobile numbers (E.164 as integers), in no order.

    From 06 10 to 06 38 and from 06 40 to 06 89: the ranges between and behind are overseas, or not given out.
    """
    generator = random.Random(seed)  # noqa: S311 - the same numbers at every run is what is wanted
    drawn = generator.sample(range(79_000_000), count)
    return [33_610_000_000 + rest + (1_000_000 if rest >= 29_000_000 else 0) for rest in drawn]


def plan_calls(listed: Sequence[int], unlisted: Sequence[int], red: Sequence[int]) -> list[Call]:
    """Sixty calls in a shuffled order: the same at every run."""
    calls = [
        *(Call(LISTED, written(number, WRITINGS[i % len(WRITINGS)]), False) for i, number in enumerate(listed[:18])),
        *(Call(UNLISTED, written(number, WRITINGS[i % len(WRITINGS)]), True) for i, number in enumerate(unlisted[:17])),
        Call(UNLISTED, "+447400123456", True),
        Call(UNLISTED, "+3225551234", True),
        *(Call(RED, written(number, WRITINGS[i % len(WRITINGS)]), False) for i, number in enumerate(red[:7])),
        *(Call(EMERGENCY, number, True) for number in ("112", "15", "17", "18", "114", "115", "119")),
        *(Call(INVALID, dialled, False) for dialled in INVALID_DIALLED),
        Call(SHORT, "3900", True),
    ]
    random.Random(60).shuffle(calls)  # noqa: S311 - the same order at every run
    return calls
