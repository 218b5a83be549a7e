"""The ids of decisions: ULIDs of the moment of the decision, so that the journal can be looked up by time through them.

One index serves both. Each more that the journal has costs every call some ten microseconds.
"""

import hashlib
import os
from typing import Final

from ulid import ULID

_CHANCE_BYTES: Final = 10

_LETTERS: Final = 26
"""How long an id is."""

_CROCKFORD: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_PAIRS: Final = tuple(first + second for first in _CROCKFORD for second in _CROCKFORD)
_CHANCE: Final = (_CROCKFORD * 8).encode()
"""The letter of each octet: all of them are as likely."""
_CHANCE_LETTERS: Final = 16

_NONE: Final = "ILOUabcdefghijklmnopqrstuvwxyz_"
_IN_BASE_32: Final = str.maketrans(_CROCKFORD + _NONE, "0123456789abcdefghijklmnopqrstuv" + "!" * len(_NONE))
"""From Crockford's letters, which ULIDs are written in, to those that Python reads numbers of base 32 in."""


def new_ident(at: int) -> str:
    """The id of a new decision. It is written here, as it is on every call's way: this takes a third of what ULID does.

    Args:
        at: when it was made, in microseconds since the epoch.
    """
    time, pairs = at // 1000, _PAIRS
    moment = pairs[time >> 40] + pairs[time >> 30 & 1023] + pairs[time >> 20 & 1023] + pairs[time >> 10 & 1023]
    return moment + pairs[time & 1023] + os.urandom(_CHANCE_LETTERS).translate(_CHANCE).decode("ascii")


def millisecond_of(ident: str) -> int:
    """The moment of an id, in milliseconds since the epoch; -1 of what is not an id."""
    try:
        return int(ULID.from_str(ident).milliseconds)
    except ValueError:
        return -1


def ident_of(at: int, rest: bytes) -> str:
    """The id with this moment and this rest.

    Args:
        at: in microseconds since the epoch.
        rest: ten bytes, in place of chance.
    """
    return str(ULID.from_bytes((at // 1000).to_bytes(6, "big") + rest))


def ident_of_correction(at: int, ident: str, said: str) -> str:
    """The id of a second row about one decision, which is the same each time that row is made.

    Args:
        at: when the decision was made, in microseconds since the epoch.
        ident: the decision's id.
        said: what the second row says.
    """
    return ident_of(at, hashlib.sha256(f"{ident} {said}".encode()).digest()[:_CHANCE_BYTES])


def first_ident(at: int) -> str:
    """No decision of the moment, or of a later one, has a smaller id.

    Args:
        at: in microseconds since the epoch; what lies before it counts as the epoch.
    """
    return ident_of(max(0, at), bytes(_CHANCE_BYTES))


def bytes_of_ident(ident: str) -> bytes:
    """The 16 bytes that an id of ours stands for.

    Args:
        ident: as `new_ident` gives it.

    Raises:
        ValueError: it is not a such id.
    """
    if len(ident) != _LETTERS or not "0" <= ident[0] <= "7":
        raise ValueError("no id of a decision")
    return int(ident.translate(_IN_BASE_32), 32).to_bytes(16, "big")
