"""Building a segment aside, and reading one whole."""

import secrets
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from sqlalchemy import insert
from sqlalchemy.dialects import sqlite

from gatekeeper.consents.importing.rows import RECORD_TYPE, EntryRows, joined
from gatekeeper.consents.page import ENTRIES
from gatekeeper.consents.segment import SegmentFile
from gatekeeper.consents.tables import about, pages, segment_metadata
from gatekeeper.storage.files import fsync_file, fsync_folder
from gatekeeper.storage.sqlite.engine import open_aside, raw_connection
from gatekeeper.storage.sqlite.errors import translated

_INSERT = str(insert(pages).values(id=0, data=b"").compile(dialect=sqlite.dialect(paramstyle="qmark")))


def build_segment(rows: EntryRows, path: Path) -> str:
    """Write rows, ordered, into a segment's file, and have it on the disk.

    Returns:
        The token by which the ledger knows the file.

    Raises:
        StoreError: the disk is full, or the like. Nothing is left behind.
    """
    build = secrets.token_hex(8)
    aside = path.with_name(f".{path.name}.part")
    starts = _page_starts(rows)
    try:
        with translated(path):
            engine = open_aside(aside)
            segment_metadata.create_all(engine)
            connection = raw_connection(engine)
            try:
                connection.execute("BEGIN")
                connection.executemany(_INSERT, _pages(rows, starts.tolist()))
                connection.execute("COMMIT")
            finally:
                connection.close()
            with engine.begin() as opened:
                values = {"build": build.encode(), "count": str(len(rows.subjects)).encode()}
                values["firsts"] = rows.subjects[starts].astype("<i8").tobytes()
                opened.execute(insert(about), [{"key": key, "value": value} for key, value in values.items()])
            engine.dispose()
            fsync_file(aside)
            aside.replace(path)
            fsync_folder(path.parent)
    finally:
        aside.unlink(missing_ok=True)
    return build


def _page_starts(rows: EntryRows) -> "np.ndarray[tuple[int], np.dtype[np.int64]]":
    """Where pages begin: every so many entries, but with the first of a subject."""
    evenly = np.arange(0, len(rows.subjects), ENTRIES, dtype=np.int64)
    return np.unique(np.searchsorted(rows.subjects, rows.subjects[evenly])).astype(np.int64)


def _pages(rows: EntryRows, starts: list[int]) -> Iterator[tuple[int, bytes]]:
    lengths = rows.lengths
    behind = np.cumsum(lengths)
    begins = behind - lengths
    ends = [*starts[1:], len(rows.subjects)]
    texts = rows.texts.tobytes()
    records = rows.records.copy()
    firsts = np.repeat(begins[starts], np.diff([*starts, len(rows.subjects)])) if starts else begins
    records["text"] = begins - firsts
    subjects = rows.subjects.astype("<i8").tobytes()
    packed, size = records.tobytes(), RECORD_TYPE.itemsize
    for place, (start, end) in enumerate(zip(starts, ends, strict=True), start=1):
        yield (
            place,
            (end - start).to_bytes(8, "little")
            + subjects[8 * start : 8 * end]
            + packed[size * start : size * end]
            + texts[begins[start] : behind[end - 1]],
        )


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
