"""Lookup of a number: the changes by hand, the filter's bits and the exact store of a list, and nothing else."""

import sqlite3
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from gatekeeper.errors import UnreadableError
from gatekeeper.lists.model import Listing, shown_version
from gatekeeper.lists.serving.catalog import ListRow
from gatekeeper.lists.serving.open_version import ServedVersion
from gatekeeper.lists.version.bloom import MASK32, MASK64, MULTIPLIER_1, MULTIPLIER_2


class NumberLookup(NamedTuple):
    """A list, as far as `find` needs it.

    Attributes:
        by_hand: number to whether it is listed by hand (or unlisted).
        bits: of the filter; None where there is no filter to rely on.
        width: bits in a slice of the filter.
        slices: positions of a number in the filter, but for the first.
        holds: asks the exact store; None where no version was imported.
        listing: the answer for a number that is listed.
        misses: its one entry counts the numbers that the filter let pass and the exact store did not hold.
    """

    by_hand: dict[int, bool]
    bits: Sequence[int] | None
    width: int
    slices: range
    holds: Callable[[int], bool] | None
    listing: Listing
    misses: list[int]


def make_lookup(
    row: ListRow, version: ServedVersion | None, by_hand: dict[int, bool], misses: list[int] | None = None
) -> NumberLookup:
    """The lookup of a list.

    Args:
        row: what the database says of it.
        version: its imported version, None before the first import.
        by_hand: what was changed by hand since; kept, not copied.
        misses: where false hits of the filter are counted; kept, not copied.
    """
    saved = version.filter if version else None
    width = saved.meta.bits_per_slice if saved else 0
    return NumberLookup(
        by_hand=by_hand,
        bits=saved.filter.bitarray if saved else None,
        width=width,
        slices=range(width, width * saved.meta.slices, width) if saved else range(0),
        holds=version.file.holds if version else None,
        listing=Listing(row.name, shown_version(row.version, row.changes)),
        misses=misses if misses is not None else [0],
    )


def find(  # noqa: C901 - one function on purpose: calls would cost more than what they do
    lookups: Mapping[str, NumberLookup], number: int, lists: Sequence[str]
) -> Listing | None:
    """The first of the lists that holds the number; None where none does.

    Raises:
        KeyError: there is no such list.
        UnreadableError: an exact store can't be read.
    """
    first = -1
    step = 0
    for name in lists:
        by_hand, bits, width, slices, holds, listing, misses = lookups[name]
        if number in by_hand:
            if by_hand[number]:
                return listing
            continue
        if holds is None:
            continue
        if bits is not None:
            # `number in filter` written out (see `bloom.mix` and `bloom.make_hashes_of`, a test compares): a call
            # and a generator cost more than the whole question.
            if first < 0:
                x = number * MULTIPLIER_1 & MASK64
                x ^= x >> 32
                x = x * MULTIPLIER_2 & MASK64
                x ^= x >> 29
                step = x & MASK32
                first = x >> 32
            if not bits[first * width >> 32]:
                continue
            x = first
            for start in slices:
                x = x + step & MASK32
                if not bits[start + (x * width >> 32)]:
                    break
            else:
                if exactly(name, holds, number):
                    return listing
                misses[0] += 1
        elif exactly(name, holds, number):
            return listing
    return None


def exactly(name: str, holds: Callable[[int], bool], number: int) -> bool:
    """Ask an exact store.

    Raises:
        UnreadableError: it can't be read.
    """
    try:
        return holds(number)
    except sqlite3.Error as error:
        raise UnreadableError(name, error) from error
