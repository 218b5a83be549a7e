"""Cells that many lines of a plain block share: which lines say the same, and what that is."""

from collections.abc import Callable, Mapping
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from gatekeeper.consents.importing.rows import Integers, Octets, OctetWords, words_of

LONGEST_RUN: Final = 512
"""Octets that neighbouring cells may have together; longer ones are not taken here."""

_WORD: Final = 8
_SLOT_BITS: Final = 16
_SLOT_SHIFT: Final = np.uint64(64 - _SLOT_BITS)
_MOST_GROUPS: Final = 1 << 15
"""Groups that are remembered; beyond that it begins anew."""

_ODD: Final = np.uint64(0x9E3779B97F4A7C15)
_MASKS: Final = np.array([(1 << (8 * count)) - 1 for count in range(8)] + [(1 << 64) - 1], np.uint64)


class GroupValue(NamedTuple):
    """What the cells that many lines share say: the place of their terms, the period's end, and what they lack."""

    terms: int
    until: int
    void: str


class Groups(NamedTuple):
    """The groups of a block's lines.

    Attributes:
        places: which of `values` each line is of.
        values: the groups, those of earlier blocks among them.
        terms: `terms` of each of `values`.
        until: `until` of each.
        void: whether each lacks something.
    """

    places: Integers
    values: list[GroupValue]
    terms: NDArray[np.int32]
    until: Integers
    void: NDArray[np.bool_]


class SharedCells:
    """Finds the groups of lines.

    Args:
        places: of the columns that lines share, by name.
        group: what such cells say, by the names of their columns; None where they can't be taken here.
    """

    def __init__(self, places: Mapping[str, int], group: Callable[[dict[str, str]], GroupValue | None]) -> None:
        self._names = {place: name for name, place in places.items()}
        self._runs = _runs(sorted(places.values()))
        self._group = group
        drawn = np.random.default_rng(14).integers(1 << 62, size=(len(self._runs), 1 + LONGEST_RUN // _WORD))
        self._factors = drawn.astype(np.uint64) * np.uint64(2) + np.uint64(1)
        self._forget()

    def _forget(self) -> None:
        self._refused: set[tuple[bytes, ...]] = set()
        self._slots = np.zeros(1 << _SLOT_BITS, np.int64)
        self._words: dict[tuple[int, int], OctetWords] = {}
        self._values: list[GroupValue] = []
        self._terms = np.empty(0, np.int32)
        self._until = np.empty(0, np.int64)
        self._void = np.empty(0, np.bool_)

    def read(self, padded: bytes, octets: Octets, starts: Integers, ends: Integers) -> Groups | None:
        """The groups; None where not all lines have cells that can be taken here.

        Lines whose cells are the same are found by a hash, which is then compared with the cells themselves.

        Args:
            padded: the block, with `LONGEST_RUN` octets behind it.
            octets: the same.
            starts: where cells begin: a row for each column.
            ends: where they end.
        """
        if len(self._values) > _MOST_GROUPS:
            self._forget()
        found = self._hashed(octets, starts, ends)
        if found is None:
            return None
        mixed, seen = found
        places = self._slots[mixed >> _SLOT_SHIFT]
        left = np.flatnonzero(self._differ(places, seen))
        if len(left) and not self._learn(padded, starts, ends, left, mixed, seen, places):
            return None
        return Groups(places, self._values, self._terms, self._until, self._void)

    def _hashed(
        self, octets: Octets, starts: Integers, ends: Integers
    ) -> tuple[OctetWords, dict[tuple[int, int], OctetWords]] | None:
        """A hash of each line's cells, and all that went into it: lengths, and the characters eight by eight."""
        words = words_of(octets)
        mixed = np.zeros(starts.shape[1], np.uint64)
        seen: dict[tuple[int, int], OctetWords] = {}
        for run, (first, last) in enumerate(self._runs):
            begins, lengths = starts[first], ends[last] - starts[first]
            longest, shortest = int(lengths.max()), int(lengths.min())
            if longest > LONGEST_RUN:
                return None
            seen[run, 0] = lengths.astype(np.uint64)
            for place, at in enumerate(range(0, longest, _WORD), start=1):
                word = words[begins + at]
                if shortest < at + _WORD:
                    word &= _MASKS[np.clip(lengths - at, 0, _WORD)]
                seen[run, place] = word
        for (run, place), word in seen.items():
            mixed += word * self._factors[run, place]
        mixed ^= mixed >> np.uint64(32)
        return mixed * _ODD, seen

    def _differ(self, places: Integers, seen: Mapping[tuple[int, int], OctetWords]) -> NDArray[np.bool_]:
        """Which lines are not of the groups at these places."""
        differ = np.full(len(places), not self._values)
        if self._values:
            for key, word in seen.items():
                known = self._words.get(key)
                differ |= word != (known[places] if known is not None else np.uint64(0))
        return differ

    def _learn(
        self,
        padded: bytes,
        starts: Integers,
        ends: Integers,
        left: Integers,
        mixed: OctetWords,
        seen: Mapping[tuple[int, int], OctetWords],
        places: Integers,
    ) -> bool:
        """Add the groups of the lines that are left, and say which lines are of them; false where one is none."""
        _, some, which = np.unique(mixed[left], return_index=True, return_inverse=True)
        some = left[some]
        if any((word[left] != word[some][which]).any() for word in seen.values()):
            return False
        known = []
        for line in some.tolist():
            value = self._value(padded, starts[:, line], ends[:, line])
            if value is None:
                return False
            known.append(value)
        known_before = len(self._values)
        for key in self._words.keys() | seen.keys():
            before = self._words.get(key, np.zeros(known_before, np.uint64))
            self._words[key] = np.append(before, seen[key][some] if key in seen else np.zeros(len(some), np.uint64))
        self._values += known
        self._terms = np.append(self._terms, np.array([value.terms for value in known], np.int32))
        self._until = np.append(self._until, np.array([value.until for value in known], np.int64))
        self._void = np.append(self._void, np.array([value.void != "" for value in known]))
        self._slots[mixed[some] >> _SLOT_SHIFT] = known_before + np.arange(len(some))
        places[left] = known_before + which
        return True

    def _value(self, padded: bytes, starts: Integers, ends: Integers) -> GroupValue | None:
        key = tuple(padded[starts[first] : ends[last]] for first, last in self._runs)
        if key in self._refused:
            return None
        try:
            said = {
                self._names[place]: padded[starts[place] : ends[place]].decode().strip()
                for first, last in self._runs
                for place in range(first, last + 1)
            }
        except UnicodeDecodeError:
            return None
        found = self._group(said)
        if found is None:
            self._refused.add(key)
        return found


def _runs(places: list[int]) -> list[tuple[int, int]]:
    """Neighbouring columns, first and last of each run."""
    runs: list[tuple[int, int]] = []
    for place in places:
        if runs and runs[-1][1] == place - 1:
            runs[-1] = (runs[-1][0], place)
        else:
            runs.append((place, place))
    return runs
