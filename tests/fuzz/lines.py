"""Changes of inputs that are lines: more often a whole line than an octet, for protocols are made of lines."""

import random
from collections.abc import Callable, Sequence

import atheris


def mutated(
    data: bytes, most: int, seed: int, octets: float, fresh: Callable[[random.Random], bytes], others: Sequence[bytes]
) -> bytes:
    """A changed input. Its first octet says what kind of input it is, and stays the first.

    Args:
        data: the input.
        most: how many octets it may have.
        seed: of the draws.
        octets: how often it is changed as libFuzzer does, not line by line.
        fresh: draws a line.
        others: lines of other inputs, whose ends are put to lines that are cut.
    """
    chance = random.Random(seed)
    lines = data.splitlines(keepends=True)
    if not lines or chance.random() < octets:
        return bytes(atheris.Mutate(data, most))
    place = chance.randrange(len(lines))
    kind = chance.randrange(5)
    if kind == 0 and len(lines) > 1:
        del lines[place]
    elif kind == 1:
        lines.insert(place, chance.choice(lines))
    elif kind == 2 and len(lines[place]) > 1:
        other = chance.choice(others)
        lines[place] = (
            lines[place][: chance.randrange(1, len(lines[place]))] + other[chance.randrange(len(other) + 1) :]
        )
    else:
        line = fresh(chance)
        lines[place : place + chance.randrange(2)] = [lines[place][:1] + line] if place == 0 else [line]
    return b"".join(lines)[:most]
