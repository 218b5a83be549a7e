"""Plain blocks of a CSV, taken column by column: no quotes, the same cells in every line, moments written alike.

What is claimed here is exactly what `records.ConsentReader` makes of the same lines; whatever is spelled otherwise is
left to it, a whole block at a time.
"""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from gatekeeper.clock import SECOND_US, micros_of
from gatekeeper.consents.importing.rows import RECORD_TYPE, EntryRows, Integers, gathered
from gatekeeper.phone.bulk import BulkNormaliser, Fields

Octets = NDArray[np.uint8]

_PREFIX = b"ref:sha256:"
_REF, _SUM, _HEX = 4, 7, 64
_LONGEST_RUN = 512
_WORD = 8
_SIXTY = 60
_ODD = np.uint64(0x9E3779B97F4A7C15)
_MASKS = np.array([(1 << (8 * count)) - 1 for count in range(8)] + [(1 << 64) - 1], np.uint64)
_FORMS = {16: "dddd-dd-dd?dd:dd", 19: "dddd-dd-dd?dd:dd:dd"}
_WORDY = np.zeros(256, np.bool_)
_WORDY[np.frombuffer(b"-_", np.uint8)] = True
for _first, _last in (b"09", b"AZ", b"az"):
    _WORDY[_first : _last + 1] = True
_HEXY = np.zeros(256, np.bool_)
for _first, _last in (b"09", b"af"):
    _HEXY[_first : _last + 1] = True
_SHORTEST_REFERENCE = 7
"""Characters from which on no reference is a word that says yes or no."""


class GroupValue(NamedTuple):
    """What the cells that many lines share say: the place of their terms, the period's end, and what they lack."""

    terms: int
    until: int
    void: str


class PlainBlock(NamedTuple):
    """What was read of a block.

    Attributes:
        rows: its consents; of `records`, `id` is not set.
        groups: which group each line is of.
        values: the groups.
        unproved: which lines have no proof.
    """

    rows: EntryRows
    groups: Integers
    values: list[GroupValue]
    unproved: NDArray[np.bool_]


class PlainReader:
    """Reads plain blocks.

    Args:
        places: of the columns.
        delimiter: between them.
        numbers: reads the numbers.
        zone: of moments without one.
        latest: no consent is of after this.
        group: what the shared cells of a line say; None where they can't be taken here.
    """

    def __init__(
        self,
        places: Mapping[str, int],
        delimiter: bytes,
        numbers: BulkNormaliser,
        zone: ZoneInfo,
        latest: int,
        group: Callable[[dict[str, str]], GroupValue | None],
    ) -> None:
        self._places = dict(places)
        self._delimiter = delimiter
        self._numbers = numbers
        self._zone = zone
        self._latest = latest
        self._group = group
        self._known: dict[tuple[bytes, ...], GroupValue | None] = {}
        self._hours: dict[int, int] = {}
        shared = sorted(place for name, place in places.items() if name not in {"number", "collected_at", "proof"})
        self._names = {place: name for name, place in places.items()}
        self._runs = _runs(shared)

    def read(self, data: bytes) -> PlainBlock | None:
        """The consents of whole lines; None where they are not plain."""
        if b'"' in data or b"\r" in data or "number" not in self._places or "contact" in self._places:
            return None
        padded = data + _PREFIX + bytes(_WORD)
        octets = np.frombuffer(padded, np.uint8)
        cells = self._cells(octets[: len(data)])
        if cells is None:
            return None
        starts, ends = cells
        place = self._places["number"]
        numbers = self._numbers.fields(data, Fields(starts[:, place], ends[:, place]))
        at = self._moments(octets, starts, ends)
        if at is None or not numbers.all():
            return None
        grouped = self._groups(padded, octets, starts, ends)
        texts = self._proofs(octets, len(data), starts, ends)
        if grouped is None or texts is None:
            return None
        groups, values = grouped
        records = np.zeros(len(numbers), RECORD_TYPE)
        records["at"] = at
        records["terms"] = np.array([value.terms for value in values], np.int32)[groups]
        records["until"] = np.array([value.until for value in values], np.int64)[groups]
        if ((records["until"] != 0) & (records["until"] <= at)).any():
            return None
        records["proof"] = texts[1]
        return PlainBlock(EntryRows(numbers, records, texts[0]), groups, values, texts[1] == 0)

    def _cells(self, octets: Octets) -> tuple[Integers, Integers] | None:
        """Where each cell begins and ends: a row for each line."""
        lines = np.flatnonzero(octets == ord("\n")).astype(np.int64)
        if not len(lines) or lines[-1] != len(octets) - 1:
            return None
        marks: Integers = np.flatnonzero(octets == self._delimiter[0]).astype(np.int64)
        columns = len(self._places)
        if len(marks) != len(lines) * (columns - 1):
            return None
        marks = marks.reshape(len(lines), columns - 1)
        begins = np.concatenate([[0], lines[:-1] + 1])
        if columns > 1 and ((marks[:, 0] < begins).any() or (marks[:, -1] > lines).any()):
            return None
        return np.column_stack([begins, marks + 1]), np.column_stack([marks, lines])

    def _moments(self, octets: Octets, starts: Integers, ends: Integers) -> Integers | None:
        place = self._places["collected_at"]
        begins, lengths = starts[:, place], ends[:, place] - starts[:, place]
        form = _FORMS.get(int(lengths[0]))
        if form is None or (lengths != lengths[0]).any():
            return None
        text = octets[begins[:, None] + np.arange(len(form))]
        for at, sign in enumerate(form):
            column = text[:, at]
            good = (
                (column >= ord("0")) & (column <= ord("9"))
                if sign == "d"
                else (column == ord("T")) | (column == ord(" "))
                if sign == "?"
                else column == ord(sign)
            )
            if not good.all():
                return None
        digits = text.astype(np.int64) - ord("0")
        hours = _decimal(digits, (0, 1, 2, 3, 5, 6, 8, 9, 11, 12))
        minutes = _decimal(digits, (14, 15))
        seconds = _decimal(digits, (17, 18)) if len(form) > len(_FORMS[16]) else np.zeros_like(minutes)
        if (minutes >= _SIXTY).any() or (seconds >= _SIXTY).any():
            return None
        each, where = np.unique(hours, return_inverse=True)
        bases = [self._hour(hour) for hour in each.tolist()]
        if min(bases) < 0:
            return None
        moments: Integers = np.array(bases, np.int64)[where] + (minutes * _SIXTY + seconds) * SECOND_US
        return None if (moments > self._latest).any() else moments

    def _hour(self, code: int) -> int:
        """The beginning of an hour that is whole and comes once; -1 of others."""
        if code not in self._hours:
            self._hours[code] = _whole_hour(code, self._zone)
        return self._hours[code]

    def _groups(
        self, padded: bytes, octets: Octets, starts: Integers, ends: Integers
    ) -> tuple[Integers, list[GroupValue]] | None:
        """Lines whose shared cells are the same, by a hash that is then held against the cells themselves."""
        words = np.ndarray(shape=(len(octets) - _WORD + 1,), dtype="<u8", buffer=octets.data, strides=(1,))
        mixed = np.zeros(len(starts), np.uint64)
        seen = []
        for first, last in self._runs:
            begins, lengths = starts[:, first], ends[:, last] - starts[:, first]
            longest = int(lengths.max())
            if longest > _LONGEST_RUN:
                return None
            mixed = (mixed + lengths.astype(np.uint64)) * _ODD
            seen.append(lengths.astype(np.uint64))
            for at in range(0, longest, _WORD):
                word = words[np.minimum(begins + at, len(words) - 1)] & _MASKS[np.clip(lengths - at, 0, _WORD)]
                mixed = (mixed ^ word) * _ODD
                mixed ^= mixed >> np.uint64(29)
                seen.append(word)
        _, some, groups = np.unique(mixed, return_index=True, return_inverse=True)
        if any((word != word[some][groups]).any() for word in seen):
            return None
        values = [self._value(padded, starts[line], ends[line]) for line in some.tolist()]
        known = [value for value in values if value is not None]
        return (groups.astype(np.int64), known) if len(known) == len(values) else None

    def _value(self, padded: bytes, starts: Integers, ends: Integers) -> GroupValue | None:
        key = tuple(padded[starts[first] : ends[last]] for first, last in self._runs)
        if key not in self._known:
            try:
                said = {
                    self._names[place]: padded[starts[place] : ends[place]].decode().strip()
                    for first, last in self._runs
                    for place in range(first, last + 1)
                }
            except UnicodeDecodeError:
                return None
            self._known[key] = self._group(said)
        return self._known[key]

    def _proofs(self, octets: Octets, behind: int, starts: Integers, ends: Integers) -> tuple[Octets, Integers] | None:
        """The texts of the proofs, and how long each is: plain references, or sums."""
        none = np.zeros(len(starts), np.int64)
        place = self._places.get("proof")
        if place is None:
            return np.empty(0, np.uint8), none
        begins, lengths = starts[:, place], ends[:, place] - starts[:, place]
        text = gathered(octets, begins, lengths)
        given = lengths > 0
        if (lengths == _HEX).all() and _HEXY[text].all():
            prefix = (behind + _REF, _SUM)
        elif _WORDY[text].all() and ((lengths >= _SHORTEST_REFERENCE) & (lengths < _HEX))[given].all():
            prefix = (behind, _REF)
        else:
            return None
        pieces = np.column_stack([np.full(len(starts), prefix[0], np.int64), begins]).ravel()
        sizes = np.column_stack([np.where(given, prefix[1], 0), lengths]).ravel()
        return gathered(octets, pieces, sizes), np.where(given, lengths + prefix[1], 0)


def _runs(places: list[int]) -> list[tuple[int, int]]:
    """Neighbouring columns, first and last of each run."""
    runs: list[tuple[int, int]] = []
    for place in places:
        if runs and runs[-1][1] == place - 1:
            runs[-1] = (runs[-1][0], place)
        else:
            runs.append((place, place))
    return runs


def _decimal(digits: Integers, places: tuple[int, ...]) -> Integers:
    value = np.zeros(len(digits), np.int64)
    for place in places:
        value = value * 10 + digits[:, place]
    return value


def _whole_hour(code: int, zone: ZoneInfo) -> int:
    rest, hour = divmod(code, 100)
    rest, day = divmod(rest, 100)
    year, month = divmod(rest, 100)
    try:
        local = datetime(year, month, day, hour, tzinfo=zone)
        last = local + timedelta(minutes=59, seconds=59)
    except (ValueError, OverflowError):
        return -1
    offsets = {moment.replace(fold=fold).utcoffset() for moment in (local, last) for fold in (0, 1)}
    return micros_of(local) if len(offsets) == 1 and year > 1970 else -1  # noqa: PLR2004 - the epoch's year
