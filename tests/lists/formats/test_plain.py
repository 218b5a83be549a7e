"""Text, CSV and spreadsheets that no registry has made, in whatever packing."""

import bz2
import gzip
import io
import lzma
import os
import random
import zipfile
from collections.abc import Callable

import pytest
import zstandard
from hypothesis import example, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from gatekeeper.errors import ListError
from gatekeeper.registries.formats import builtin, find_format
from tests.lists.formats.reading import accounted, mutated, read, refusal

A, B, C = 33612345678, 33145678901, 33761234567
TEXT = b"0612345678\n0145678901\n0761234567\n"
CSV = "nom;téléphone\nZoé;0612345678\nNoël;0145678901\nx;0761234567\n"


def zst(data: bytes) -> bytes:
    """As `zstd` packs it."""
    return zstandard.ZstdCompressor(write_checksum=True).compress(data)


def zipped(members: dict[str, bytes]) -> bytes:
    """A zip of these."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def workbook(*rows: list[object], title: str = "List", more: list[list[object]] | None = None) -> bytes:
    """An XLSX with these rows, and with those of `more` on a second sheet."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = title
    for row in rows:
        sheet.append(row)
    if more is not None:
        other = book.create_sheet("Other")
        for row in more:
            other.append(row)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


PACKERS: list[tuple[str, Callable[[bytes], bytes]]] = [
    ("xz", lzma.compress),
    ("xz in two streams", lambda data: lzma.compress(data[:9]) + b"\0" * 8 + lzma.compress(data[9:])),
    ("zstd", zst),
    ("zstd in two frames", lambda data: zst(data[:9]) + zst(data[9:])),
    ("bzip2", bz2.compress),
    ("gzip in xz", lambda data: lzma.compress(gzip.compress(data))),
    ("xz in a zip", lambda data: zipped({"list.txt.xz": lzma.compress(data)})),
    ("zip in gzip", lambda data: gzip.compress(zipped({"list.txt": data}))),
]


@pytest.mark.parametrize("pack", [pack for _, pack in PACKERS], ids=[name for name, _ in PACKERS])
def test_packing_does_not_matter(pack: Callable[[bytes], bytes]) -> None:
    """Nor how many layers of it there are, within reason."""
    assert read(pack(TEXT)).listed == [A, B, C]
    sheet = workbook(["tel"], ["0612345678"], ["0145678901"], ["0761234567"])
    assert read(pack(sheet)).listed == [A, B, C]


@pytest.mark.parametrize("pack", [lzma.compress, zst, bz2.compress, gzip.compress])
def test_what_is_cut_off_or_damaged_is_refused(pack: Callable[[bytes], bytes]) -> None:
    """Who is missing from it would be called."""
    noise = "".join(f"06{random.Random(1).randrange(10**8):08d}\n" for _ in range(20_000)).encode()
    packed = pack(noise + bytes(random.Random(2).randbytes(5000).hex(), "ascii"))
    assert "cut off" in refusal(packed[: len(packed) // 2])
    assert "cut off" in refusal(packed[:-5])
    assert "damaged" in refusal(packed[:60] + b"\xff\x00\xff\x00" + packed[64:])


@pytest.mark.parametrize("pack", [lzma.compress, zst, bz2.compress])
def test_bombs_do_not_go_off(pack: Callable[[bytes], bytes]) -> None:
    """The limits are the same for every packing, and hold for files in files."""
    # Packed bit by bit: bz2 takes a minute for what repeats itself for long.
    bomb = pack(b"0612345678\n" * (1 << 16)) * 128
    assert "unpacks to more than" in refusal(bomb)
    assert "unpacks to more than" in refusal(gzip.compress(bomb)) or "unpacks to more than" in refusal(bomb)
    assert "holds more than 1000 bytes" in refusal(pack(TEXT * 100), max_bytes=1000)
    nested = TEXT
    for _ in range(8):
        nested = pack(nested)
    assert "more layers" in refusal(nested)


def test_a_zip_of_more_than_64_mib_is_no_bomb() -> None:
    """What is read of the zip counts while its members are."""
    lines = "".join(f"06{number:08d};{os.urandom(50).hex()}\n" for number in range(600_000))
    found = read(zipped({"list.txt": lines.encode()}), column="1", delimiter=";")
    assert found.records == 600_000


def test_a_workbook_is_read_row_by_row() -> None:
    """Texts, numbers that lost their 0, blank rows; a reject is told by its row."""
    found = read(
        workbook(
            ["Nom", "Téléphone"],
            ['Zoé; "x"\ny', "06 12 34 56 78"],
            [],
            ["Noël", 145678901],
            ["x", 33761234567.0],
            ["y", "hello"],
            ["z", None],
        ),
        file="list.xlsx",
    )
    assert found.listed == [A, B, C]
    assert [reject.line for reject in found.rejects] == [6, 7]
    assert (found.headers, found.blank, found.records) == (1, 1, 5)


def test_a_workbook_that_can_not_be_understood_is_refused() -> None:
    """Two sheets of which either could be the list; an empty one; one that is broken."""
    assert "several sheets" in refusal(workbook(["0612345678"], more=[["0761234567"]]))
    assert read(workbook(["0612345678"], ["0761234567"], more=[])).listed == [A, C]
    assert "no usable number" in refusal(workbook()) or read(workbook()).records == 0
    assert "can't be read as XLSX" in refusal(zipped({"[Content_Types].xml": b"<x", "xl/workbook.xml": b"<"}))


def test_a_workbook_that_is_a_bomb_is_refused() -> None:
    """By what its zip says that it unpacks to, at which reading stops."""
    bomb = zipped({"[Content_Types].xml": b"<Types/>", "xl/workbook.xml": b" " * (100 << 20)})
    assert "as files made to do harm" in refusal(bomb)


def test_entities_in_a_workbook_do_not_go_off() -> None:
    """The parser refuses to expand them."""
    good = workbook(["tel"], ["0612345678"])
    entities = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">' + b"".join(
        b'<!ENTITY %s "%s">' % (bytes([98 + step]), b"&%s;" % bytes([97 + step]) * 10) for step in range(10)
    )
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(good)) as old, zipfile.ZipFile(buffer, "w") as new:
        for info in old.infolist():
            data = old.read(info)
            if info.filename.startswith("xl/worksheets/"):
                data = b'<?xml version="1.0"?>' + entities + b"]>" + data.split(b"?>")[-1].replace(b"<v>", b"<v>&k;", 1)
            new.writestr(info.filename, data)
    assert "can't be read as XLSX" in refusal(buffer.getvalue())


@pytest.mark.parametrize(
    "encoding",
    ["utf-8", "utf-8-sig", "cp1252", "latin-1", "mac_roman", "cp850", "utf-16", "utf-16-le", "utf-16-be"],
)
def test_a_column_is_found_by_its_name_in_any_encoding(encoding: str) -> None:
    """Also where the name is not ASCII."""
    found = read(CSV.encode(encoding), column="Téléphone")
    assert (found.listed, found.headers) == ([A, B, C], 1)


@pytest.mark.parametrize("delimiter", [";", ",", "\t", "|"])
def test_excel_says_its_delimiter(delimiter: str) -> None:
    """In a first line, which is a header like the next."""
    found = read(f"sep={delimiter}\r\n{CSV.replace(';', delimiter)}hello{delimiter}x\n".encode(), force=True)
    assert (found.listed, found.headers) == ([A, B, C], 2)
    assert [reject.line for reject in found.rejects] == [6]


@pytest.mark.parametrize("delimiter", [":", "^", "~", "space", "\\t"])
def test_any_delimiter_can_be_said(delimiter: str) -> None:
    """By itself or by its name."""
    char = {"space": " ", "\\t": "\t"}.get(delimiter, delimiter)
    assert read(CSV.replace(";", char).encode(), delimiter=delimiter).listed == [A, B, C]


def test_every_format_is_declared_fully() -> None:
    """Each by its own name, with a title; and one that is not there is told with those that are."""
    assert {name for name, form in builtin().items() if form.name != name or not form.title} == set()
    assert {"text", "bloctel-return", "ftc", "ftc-changes", "canada", "hongkong", "belgium"} <= set(builtin())
    with pytest.raises(ListError, match=r"no format 'ftx': there are belgium, .*\[formats.NAME\]"):
        find_format("ftx")


@settings(max_examples=60, deadline=None)
@given(st.data(), st.sampled_from([None, ";"]), st.sampled_from([TEXT, CSV.encode(), CSV.encode("cp1252")]))
def test_no_line_is_lost(data: st.DataObject, delimiter: str | None, content: bytes) -> None:
    """However it is damaged."""
    accounted(data.draw(mutated(content * 2)), "text", delimiter=delimiter)


plain = st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"], exclude_characters="\ufffe\uffff=")
cells = st.one_of(st.none(), st.text(plain, max_size=8), st.integers(0, 10**15), st.just("0612345678"))


@settings(max_examples=25, deadline=None)
@given(st.lists(st.lists(cells, max_size=3), min_size=1, max_size=20))
@example([[":", "X"]])
def test_no_row_of_a_workbook_is_lost(rows: list[list[object]]) -> None:
    """Every row is a record or blank, and every record is somewhere."""
    found = read(workbook(["tel"], *rows), column=1, header=True, force=True)
    filled = sum(any(cell is not None and str(cell).strip() for cell in row) for row in rows)
    assert found.records == filled == len(found.listed) + len(found.rejects)
