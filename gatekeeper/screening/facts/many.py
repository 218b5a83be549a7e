"""What was found of many numbers: few values, and which of them each number has. Needs NumPy; serving does without."""

import math
from collections.abc import Callable, Hashable, Iterable, Sequence
from typing import Any, Generic, NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

from gatekeeper.lists.serving.bulk import Found
from gatekeeper.policy import Hit

_COUNTED = 1 << 16

Numbers = NDArray[np.int64]
Places = NDArray[np.intp]

T = TypeVar("T")
R = TypeVar("R", bound=Hashable)


class Many(NamedTuple, Generic[T]):
    """What is said of many numbers.

    Attributes:
        which: for each number the place of its value in `values`.
        values: every value that there is.
    """

    which: Places
    values: list[T]

    def mapped(self, function: Callable[[T], R]) -> "Many[R]":
        """With a function applied to each value."""
        return Many(self.which, [function(value) for value in self.values])

    def listed(self) -> list[T]:
        """The value of each number."""
        return [self.values[place] for place in self.which.tolist()]


def same(value: T, count: int) -> Many[T]:
    """One value for all numbers."""
    return Many(np.zeros(count, np.intp), [value])


def of_each(values: Iterable[R]) -> Many[R]:
    """A value for each number, where a store is asked one by one."""
    places: dict[R, int] = {}
    which = [places.setdefault(value, len(places)) for value in values]
    return Many(np.array(which, np.intp), list(places))


def hits(found: Found) -> Many[Hit | None]:
    """What the lists say: the hit of each number, or None."""
    return Many(found.which.astype(np.intp) + 1, [None, *found.hits])


def together(parts: Sequence[Many[Any]]) -> Many[tuple[Any, ...]]:
    """Each number's values in several respects, as one tuple. Only those are there that a number has."""
    shape = [len(part.values) for part in parts]
    sorts = np.ravel_multi_index([part.which for part in parts], shape)
    seen, which = _distinct(sorts, math.prod(shape))
    values = [
        tuple(part.values[place] for part, place in zip(parts, places, strict=True))
        for places in zip(*(axis.tolist() for axis in np.unravel_index(seen, shape)), strict=True)
    ]
    return Many(which, values)


def _distinct(sorts: Places, most: int) -> tuple[Places, Places]:
    """As `np.unique` with its inverse, by counting: sorting took longer than all the rest."""
    if most > _COUNTED:
        return np.unique(sorts, return_inverse=True)
    seen = np.flatnonzero(np.bincount(sorts, minlength=most))
    places = np.zeros(most, np.intp)
    places[seen] = np.arange(len(seen))
    return seen, places[sorts]


def where(wanted: NDArray[np.bool_], of_these: Many[T], otherwise: T) -> Many[T]:
    """What is said of the numbers that are wanted, and one value for the others."""
    which = np.zeros(len(wanted), np.intp)
    which[wanted] = of_these.which + 1
    return Many(which, [otherwise, *of_these.values])
