"""Building a segment aside, and reading one whole."""

import secrets
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import numpy as np
from sqlalchemy import insert
from sqlalchemy.dialects import sqlite

from gatekeeper.consents.importing.rows import RECORD_TYPE, EntryRows, Integers, gathered, joined
from gatekeeper.consents.page import ENTRIES
from gatekeeper.consents.segment import SegmentFile
from gatekeeper.consents.tables import about, pages, segment_metadata
from gatekeeper.storage.files import fsync_file, fsync_folder
from gatekeeper.storage.sqlite.engine import open_aside, raw_connection
from gatekeeper.storage.sqlite.errors import translated

_AT_A_TIME = 1024
"""Pages put together at a time."""

_INSERT = str(insert(pages).values(id=0, data=b"").compile(dialect=sqlite.dialect(paramstyle="qmark")))


def build_segment(rows: EntryRows, path: Path) -> str:
    """Write rows into a segment's file, by subject, and have it on the disk.

    Args:
        rows: with the ids of a subject ascending.
        path: where to.

    Returns:
        The token by which the ledger knows the file.

    Raises:
        StoreError: the disk is full, or the like. Nothing is left behind.
    """
    build = secrets.token_hex(8)
    aside = path.with_name(f".{path.name}.part")
    order = np.argsort(rows.subjects, kind="stable")
    subjects = rows.subjects[order]
    starts = _page_starts(subjects)
    try:
        with translated(path):
            engine = open_aside(aside)
            segment_metadata.create_all(engine)
            connection = raw_connection(engine)
            try:
                connection.execute("BEGIN")
                connection.executemany(_INSERT, _pages(rows, order, subjects, starts))
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


def _page_starts(subjects: Integers) -> Integers:
    """Where pages begin: every so many entries, but with the first of a subject."""
    evenly = np.arange(0, len(subjects), ENTRIES, dtype=np.int64)
    return np.unique(np.searchsorted(subjects, subjects[evenly])).astype(np.int64)


def _pages(rows: EntryRows, order: Integers, subjects: Integers, starts: Integers) -> Iterator[tuple[int, bytes]]:
    """Every page, counted from 1; some at a time are put together, within the processor's cache."""
    lengths = rows.lengths
    texts_at = np.cumsum(lengths) - lengths
    edges = np.append(starts, len(subjects))
    for first in range(0, len(starts), _AT_A_TIME):
        some = edges[first : first + _AT_A_TIME + 1]
        chosen = order[some[0] : some[-1]]
        own = lengths[chosen]
        behind = np.cumsum(own)
        texts = gathered(rows.texts, texts_at[chosen], own).tobytes()
        records = rows.records[chosen]
        places = some - some[0]
        begins = (behind - own)[places[:-1]]
        records["text"] = behind - own - np.repeat(begins, np.diff(places))
        packed, keys = records.tobytes(), subjects[some[0] : some[-1]].astype("<i8").tobytes()
        cuts = [*begins.tolist(), len(texts)]
        size = RECORD_TYPE.itemsize
        for place, (start, end) in enumerate(pairwise(places.tolist())):
            count = (end - start).to_bytes(8, "little")
            entries = keys[8 * start : 8 * end] + packed[size * start : size * end]
            yield first + place + 1, count + entries + texts[cuts[place] : cuts[place + 1]]


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
