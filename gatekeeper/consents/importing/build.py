"""Building a segment aside, and reading one whole."""

import secrets
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import pairwise
from pathlib import Path

import numpy as np
from sqlalchemy import insert
from sqlalchemy.dialects import sqlite

from gatekeeper.consents.importing.rows import RAW, RECORD_TYPE, EntryRows, Integers, by_subject, gathered, joined
from gatekeeper.consents.page import ENTRIES
from gatekeeper.consents.segment import SegmentFile
from gatekeeper.consents.tables import about, pages, segment_metadata
from gatekeeper.storage.files import fsync_file, fsync_folder
from gatekeeper.storage.sqlite.engine import open_aside, raw_connection
from gatekeeper.storage.sqlite.errors import translated
from gatekeeper.translation import language, speak

_AT_A_TIME = 1024
"""Pages put together at a time."""

_AHEAD = 3
"""So many times that many are put together ahead of their insertion."""

_INSERT = str(insert(pages).values(id=0, data=b"").compile(dialect=sqlite.dialect(paramstyle="qmark")))


def build_segment(rows: EntryRows, path: Path, tell: Callable[[int, int], None] = lambda _done, _all: None) -> str:
    """Write rows into a segment's file, by subject, and have it on the disk.

    Args:
        rows: with the ids of a subject ascending.
        path: where to.
        tell: is told how many pages of how many are put together.

    Returns:
        The token by which the ledger knows the file.

    Raises:
        StoreError: the disk is full, or the like. Nothing is left behind.
    """
    build = secrets.token_hex(8)
    aside = path.with_name(f".{path.name}.part")
    order = by_subject(rows.subjects)
    subjects = rows.subjects[order]
    starts = _page_starts(subjects)
    try:
        with translated(path):
            engine = open_aside(aside)
            segment_metadata.create_all(engine)
            connection = raw_connection(engine)
            try:
                connection.execute("BEGIN")
                connection.executemany(_INSERT, _told(_pages(rows, order, subjects, starts), len(starts), tell))
                connection.execute("COMMIT")
            finally:
                connection.close()
            with engine.begin() as opened:
                values = {"build": build.encode(), "count": str(len(rows.subjects)).encode()}
                values["firsts"] = subjects[starts].astype("<i8").tobytes()
                opened.execute(insert(about), [{"key": key, "value": value} for key, value in values.items()])
            engine.dispose()
            fsync_file(aside)
            aside.replace(path)
            fsync_folder(path.parent)
    finally:
        aside.unlink(missing_ok=True)
    return build


def _told(
    found: Iterator[tuple[int, bytes]], count: int, tell: Callable[[int, int], None]
) -> Iterator[tuple[int, bytes]]:
    for page in found:
        if page[0] % _AT_A_TIME == 0:
            tell(page[0], count)
        yield page


def _page_starts(subjects: Integers) -> Integers:
    """Where pages begin: every so many entries, but with the first of a subject."""
    evenly = np.arange(0, len(subjects), ENTRIES, dtype=np.int64)
    return np.unique(np.searchsorted(subjects, subjects[evenly])).astype(np.int64)


def _pages(rows: EntryRows, order: Integers, subjects: Integers, starts: Integers) -> Iterator[tuple[int, bytes]]:
    """Every page, counted from 1: put together beside their insertion, some ahead of it."""
    lengths = rows.lengths
    texts_at = np.cumsum(lengths) - lengths
    edges = np.append(starts, len(subjects))

    def some(first: int) -> list[tuple[int, bytes]]:
        return _some_pages(rows, order, subjects, (lengths, texts_at), edges[first : first + _AT_A_TIME + 1], first)

    with ThreadPoolExecutor(2, "pages", speak, (language(),)) as workers:
        ahead: deque[Future[list[tuple[int, bytes]]]] = deque()
        for first in range(0, len(starts), _AT_A_TIME):
            ahead.append(workers.submit(some, first))
            if len(ahead) > _AHEAD:
                yield from ahead.popleft().result()
        while ahead:
            yield from ahead.popleft().result()


def _some_pages(
    rows: EntryRows, order: Integers, subjects: Integers, texts: tuple[Integers, Integers], edges: Integers, first: int
) -> list[tuple[int, bytes]]:
    """The pages between edges, within the processor's cache."""
    lengths, texts_at = texts
    chosen = order[edges[0] : edges[-1]]
    own = lengths[chosen]
    behind = np.cumsum(own)
    heap = gathered(rows.texts, texts_at[chosen], own).tobytes()
    records = np.take(rows.records.view(RAW), chosen).view(RECORD_TYPE)
    places = edges - edges[0]
    begins = (behind - own)[places[:-1]]
    records["text"] = behind - own - np.repeat(begins, np.diff(places))
    packed, keys = records.tobytes(), subjects[edges[0] : edges[-1]].astype("<i8").tobytes()
    cuts = [*begins.tolist(), len(heap)]
    size = RECORD_TYPE.itemsize
    return [
        (
            first + place + 1,
            (end - start).to_bytes(8, "little")
            + keys[8 * start : 8 * end]
            + packed[size * start : size * end]
            + heap[cuts[place] : cuts[place + 1]],
        )
        for place, (start, end) in enumerate(pairwise(places.tolist()))
    ]


def page_rows(data: bytes) -> EntryRows:
    """The rows of a page."""
    count = int.from_bytes(data[:8], "little")
    records = 8 + 8 * count
    return EntryRows(
        np.frombuffer(data, np.int64, count, 8),
        np.frombuffer(data, RECORD_TYPE, count, records),
        np.frombuffer(data, np.uint8, offset=records + RECORD_TYPE.itemsize * count),
    )


def read_segment(segment: SegmentFile) -> EntryRows:
    """All rows of a segment."""
    return joined([page_rows(segment.page(place)) for place in range(1, len(segment.firsts) + 1)])
