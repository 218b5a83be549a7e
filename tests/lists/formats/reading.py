"""Reading bytes in a format, without a store; and the mutations that every format must stand."""

import io
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

from hypothesis import strategies as st

from gatekeeper.errors import ImportRefused
from gatekeeper.lists import ImportOptions
from gatekeeper.registries.formats import Format, find_format
from gatekeeper.registries.reading.extracts import Reject
from gatekeeper.registries.reading.numbers import NumberReader
from gatekeeper.registries.reading.source import open_source


class Read(NamedTuple):
    """What was read: numbers as the file has them, repetitions included."""

    listed: list[int]
    removed: list[int]
    callable: list[int]
    rejects: list[Reject]
    records: int
    blank: int
    headers: int
    reader: NumberReader


def read(
    content: bytes | Path, name: str = "", file: str = "list.txt", form: Format | None = None, **options: object
) -> Read:
    """Read bytes, or a path, in a format."""
    form = find_format(name) if name else form
    given = ImportOptions(format=form, **options)  # type: ignore[arg-type]
    with tempfile.TemporaryDirectory() as folder, ThreadPoolExecutor(2) as workers:
        path = content if isinstance(content, Path) else Path(folder, file)
        if isinstance(content, bytes):
            path.write_bytes(content)
        source, raw = open_source(path, max_bytes=given.max_bytes, max_ratio=given.max_ratio, member=given.member)
        with raw:
            reader = NumberReader(source, given, workers)
            listed: list[int] = []
            removed: list[int] = []
            clear: list[int] = []
            rejects: list[Reject] = []
            records = blank = 0
            for _, extract in reader.pieces():
                listed += extract.numbers.tolist()
                removed += extract.removed.tolist()
                clear += extract.callable.tolist()
                rejects += extract.rejects
                records += extract.records
                blank += extract.blank
                parts = (extract.numbers, extract.removed, extract.callable, extract.rejects)
                assert extract.records == sum(map(len, parts))
    return Read(listed, removed, clear, rejects, records, blank, reader.headers, reader)


def refusal(content: bytes | Path, name: str = "", **options: object) -> str:
    """Why it is refused; "" where it is not."""
    try:
        read(content, name, **options)  # type: ignore[arg-type]
    except ImportRefused as error:
        return str(error)
    return ""


def mutated(content: bytes) -> st.SearchStrategy[bytes]:
    """The bytes with some of them changed, taken out or put in, but no line end and no quote touched or made.

    So the lines that went in can be counted without reading them as the program does.
    """
    places = st.integers(0, max(len(content) - 1, 0))
    pieces = st.binary(max_size=3).map(lambda piece: bytes(byte for byte in piece if byte not in b'\n\r"\x00<>'))
    return st.lists(st.tuples(places, st.integers(0, 2), pieces), max_size=8).map(lambda edits: _edited(content, edits))


def _edited(content: bytes, edits: list[tuple[int, int, bytes]]) -> bytes:
    data = bytearray(content)
    for place, length, piece in edits:
        if not set(data[place : place + length]) & set(b'\n\r"<>'):
            data[place : place + length] = piece
    return bytes(data)


def lines_of(content: bytes) -> int:
    """How many lines have anything on them but blanks."""
    return sum(1 for line in io.BytesIO(content) if line.strip())


def accounted(content: bytes, name: str, **options: object) -> None:
    """Every line is a record, a header or blank, and every record is somewhere."""
    try:
        found = read(content, name, force=True, **options)
    except ImportRefused:
        return
    assert found.records + found.headers == lines_of(content)
    assert found.records == len(found.listed) + len(found.removed) + len(found.callable) + len(found.rejects)
