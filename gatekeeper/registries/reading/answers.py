"""The columns beside the numbers: what an answer means, and of when a line is. Few different texts, many lines."""

import re
from collections.abc import Iterable
from datetime import date, timedelta
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from gatekeeper.phone.bulk import Fields, split_column
from gatekeeper.registries.formats.model import Answers, Meaning
from gatekeeper.registries.reading.text import text_of

LISTED, REMOVED, CALLABLE, UNCLEAR = range(4)
CODES = {Meaning.LISTED: LISTED, Meaning.REMOVED: REMOVED, Meaning.CALLABLE: CALLABLE, Meaning.UNCLEAR: UNCLEAR}

_WIDE = 24
"""Bytes of a cell that NumPy compares; longer ones are looked at one by one."""

_WORD = 8

_FIRST = date(1990, 1, 1)
"""No registry of the kind is older."""

_DATES = (
    re.compile(r"(?P<y>\d{4})-(?P<m>\d\d)-(?P<d>\d\d)(?:[T ].*)?"),
    re.compile(r"(?P<y>\d{4})[/.](?P<m>\d\d)[/.](?P<d>\d\d)(?: .*)?"),
    re.compile(r"(?P<y>\d{4})(?P<m>\d\d)(?P<d>\d\d)"),
    re.compile(r"(?P<d>\d{1,2})[/.-](?P<m>\d{1,2})[/.-](?P<y>\d{4})(?: .*)?"),
)


class Column(NamedTuple):
    """A column, each different text once.

    Attributes:
        texts: the different cells.
        which: for each line the place of its cell in `texts`.
    """

    texts: list[str]
    which: NDArray[np.int64]


def column(data: bytes, delimiter: bytes, place: int) -> Column:
    """A column of simple lines; a line that does not reach so far has an empty cell."""
    where, _ = split_column(data, delimiter, place)
    if len(where.starts) == 0:
        return Column([], np.empty(0, np.int64))
    lengths = where.ends - where.starts
    wide = int(min(lengths.max(), _WIDE))
    which, first = _distinct(data, where, lengths, wide)
    texts = [_text(data, where, index) for index in first]
    for index in np.flatnonzero(lengths > _WIDE).tolist():
        which[index] = len(texts)
        texts.append(_text(data, where, index))
    return Column(texts, which)


def _distinct(data: bytes, where: Fields, lengths: NDArray[np.int64], wide: int) -> tuple[NDArray[np.int64], list[int]]:
    """For each line which of the different texts it has, and for each text a line that has it."""
    octets = np.frombuffer(data, np.uint8)
    # The last byte is the length: a NUL at the end of a cell makes it another.
    cells = np.zeros((len(lengths), max(_WORD, wide + 1)), np.uint8)
    cells[:, -1] = np.minimum(lengths, _WIDE)
    last = len(octets) - 1
    for at in range(wide):
        inside = lengths > at
        cells[:, at] = np.where(inside, octets[np.minimum(where.starts + at, last)], 0)
    keys = cells.view(np.uint64 if cells.shape[1] == _WORD else f"S{cells.shape[1]}").reshape(-1)
    _, first, which = np.unique(keys, return_index=True, return_inverse=True)
    return which.reshape(-1).astype(np.int64), first.tolist()


def _text(data: bytes, where: Fields, index: int) -> str:
    return text_of(data[where.starts[index] : where.ends[index]])


def meanings(cells: Column, answers: Answers) -> NDArray[np.uint8]:
    """The code of each line's answer."""
    table = np.array([CODES[answers.meaning(text)] for text in cells.texts] or [UNCLEAR], np.uint8)
    return table[cells.which]


def newest(texts: Iterable[str], today: date | None) -> tuple[date | None, int]:
    """The latest day among some texts that can be one; and how many texts are days to come, or long past.

    What is not a date is passed over. A day's grace: where a registry is, it may be tomorrow.
    """
    last = today + timedelta(days=1) if today is not None else date.max
    days = [day for text in texts if (day := read_date(text)) is not None]
    good = [day for day in days if _FIRST <= day <= last]
    return max(good, default=None), len(days) - len(good)


def read_date(text: str) -> date | None:
    """A day as registries write it: 2026-11-23, 2026/11/23, 20261123, 23/11/2026, 3.1.2026; None for anything else."""
    text = text.strip()
    for pattern in _DATES:
        if found := pattern.fullmatch(text):
            try:
                return date(int(found["y"]), int(found["m"]), int(found["d"]))
            except ValueError:
                return None
    return None
