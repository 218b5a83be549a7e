"""List files as they come, read as they are meant."""

import codecs
import gzip
import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from gatekeeper.errors import ImportRefused
from gatekeeper.lists import ImportOptions, ImportReport, ListStore, Progress

A, B, C = 33612345678, 33145678901, 33761234567
Load = Callable[..., ImportReport]


def zipped(members: dict[str, bytes]) -> bytes:
    """A zip of these members."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return buffer.getvalue()


FILES = [
    # One number a line, in every spelling.
    ("national", b"0612345678\n0145678901\n0761234567\n"),
    ("no end of line at the end", b"0612345678\n0145678901\n0761234567"),
    ("CR LF", b"0612345678\r\n0145678901\r\n0761234567\r\n"),
    ("CR alone", b"0612345678\r0145678901\r0761234567\r"),
    ("spellings", b"06 12 34 56 78\n+33145678901\n00 33 7.61.23.45.67\n"),
    ("E.164 without plus", b"33612345678\n33145678901\n33761234567\n"),
    ("blank lines", b"\n0612345678\n\n   \n0145678901\n0761234567\n\n"),
    ("spaces around", b"  0612345678 \n\t0145678901\n0761234567\t\n"),
    ("quotes", b'"0612345678"\n"0145678901"\n"0761234567"\n'),
    ("one word of header", b"telephone\n0612345678\n0145678901\n0761234567\n"),
    # Columns.
    ("semicolons", b"Telephone;Identifiant\n0612345678;1\n0145678901;2\n0761234567;3\n"),
    ("commas, number second", b"id,phone,name\n1,0612345678,x\n2,0145678901,y\n3,0761234567,z\n"),
    ("tabs, no header", b"x\t0612345678\ny\t0145678901\nz\t0761234567\n"),
    ("pipes", b"a|0612345678\nb|0145678901\nc|0761234567\n"),
    ("all quoted", b'"n";"tel"\n"1";"0612345678"\n"2";"0145678901"\n"3";"0761234567"\n'),
    ("delimiter within quotes", b'nom;tel\n"Dupont; Jean";0612345678\n"x ""y"" z";0145678901\nz;"0761234567"\n'),
    ("line end within quotes", b'nom;tel\n"Dupont\nJean";0612345678\na;0145678901\nb;0761234567\n'),
    ("quotes in the middle", b'nom;tel\nJean "Le" D;0612345678\na;0145678901\nb;0761234567\n'),
    ("a quote never closed", b'tel;nom\n0612345678;"Dupont\n0145678901;a\n0761234567;b\n'),
    # Encodings.
    ("UTF-8 with BOM", codecs.BOM_UTF8 + b"0612345678\n0145678901\n0761234567\n"),
    ("UTF-16 with BOM", "0612345678\n0145678901\n0761234567\n".encode("utf-16")),
    ("UTF-16 LE without BOM", "0612345678\n0145678901\n0761234567\n".encode("utf-16-le")),
    ("UTF-16 BE without BOM", "0612345678\n0145678901\n0761234567\n".encode("utf-16-be")),
    ("UTF-32", "0612345678\n0145678901\n0761234567\n".encode("utf-32")),
    ("Latin-1 names", "prénom;tel\nZoé;0612345678\nNoël;0145678901\nx;0761234567\n".encode("latin-1")),
    ("encodings mixed", "é;0612345678\n".encode() + "é;0145678901\nè;0761234567\n".encode("cp1252")),
    # Packed.
    ("gzip", gzip.compress(b"0612345678\n0145678901\n0761234567\n")),
    ("gzip in two pieces", gzip.compress(b"0612345678\n014567") + gzip.compress(b"8901\n0761234567\n")),
    ("zip", zipped({"list.txt": b"0612345678\n0145678901\n0761234567\n"})),
    ("zip, no suffix", zipped({"liste": b"0612345678\n0145678901\n0761234567\n"})),
    (
        "zip, several",
        zipped({"b.csv": b"tel;n\n0761234567;1\n", "a.txt": b"0612345678\n0145678901\n", "lisez.pdf": b"%PDF"}),
    ),
    ("zip, in a folder", zipped({"dir/a.txt": b"0612345678\n0145678901\n0761234567\n", "__MACOSX/a.txt": b"x"})),
]


@pytest.mark.parametrize("content", [content for _, content in FILES], ids=[name for name, _ in FILES])
def test_every_way_of_writing_a_list_gives_the_same_numbers(load: Load, store: ListStore, content: bytes) -> None:
    """Spelling, layout, encoding and packing do not change what is listed."""
    report = load(content)
    assert list(store.numbers("bloctel")) == sorted([A, B, C])
    assert (report.read, report.imported, report.duplicates, report.rejected) == (3, 3, 0, 0)


@pytest.mark.parametrize("column", ["mobile", "Mobile", "3", 3])
def test_the_column_can_be_told_by_name_or_number(load: Load, store: ListStore, column: str | int) -> None:
    """A name is found in whatever case it is written."""
    report = load(b"nom;fixe;mobile\na;0145678901;0612345678\nb;0145678902;0761234567\n", column=column)
    assert list(store.numbers("bloctel")) == [A, C]
    assert report.column == 3


@pytest.mark.parametrize(
    ("content", "options", "says"),
    [
        (b"nom;tel\na;0612345678\n", {"column": "phone"}, "its columns are 'nom', 'tel'"),
        (b"nom;tel\na;0612345678\n", {"column": 3}, "has no column 3: it has 2"),
        (b"0612345678\n", {"column": 0}, "has no column 0"),
        (b"a;0145678901;0612345678\n", {}, "in the columns 2 and 3: say which"),
        (b"nom;ville\nx;Paris\ny;Lyon\n", {}, "no column that holds telephone numbers"),
        (b"0612345678\n", {"delimiter": "::"}, "can't delimit columns"),
        (b"0612345678\n", {"country": "ZZ"}, "no country 'ZZ'"),
        (b"0612345678\n", {"encoding": "klingon"}, "no encoding 'klingon'"),
    ],
)
def test_what_can_not_be_told_is_asked_for(load: Load, content: bytes, options: dict[str, object], says: str) -> None:
    """An error names the file, what is there, and what to say."""
    with pytest.raises(ImportRefused, match=says):
        load(content, **options)


def test_a_header_can_be_forced_and_forbidden(load: Load) -> None:
    """What the options say is not found out."""
    assert load(b"0612345678\n0761234567\n", header=True).read == 1
    assert load(b"tel\n0612345678\n", header=False, force=True).rejected == 1


def test_national_numbers_are_those_of_the_lists_country(load: Load, store: ListStore) -> None:
    """National numbers are those of the list's country."""
    load(b"02079460000\n+442079460001\n", country="GB")
    assert list(store.numbers("bloctel")) == [442079460000, 442079460001]


def test_a_stream_is_imported_like_a_file(store: ListStore) -> None:
    """Standard input, packed or not, seekable or not."""

    class Pipe(io.BytesIO):
        def seekable(self) -> bool:
            return False

    for content in (b"0612345678\n", gzip.compress(b"0612345678\n"), zipped({"a.txt": b"0612345678\n"})):
        assert store.import_file(Pipe(content), "bloctel").imported == 1


def test_a_member_of_a_zip_is_chosen_by_its_name(load: Load, store: ListStore) -> None:
    """A member is chosen by its name."""
    load(zipped({"a.txt": b"0612345678\n", "b.txt": b"0761234567\n"}), member="b.txt")
    assert list(store.numbers("bloctel")) == [C]


def test_a_duplicate_counts_once_however_it_is_written(load: Load, store: ListStore) -> None:
    """Three spellings of one number are one number and two duplicates."""
    report = load(b"0612345678\n+33612345678\n06 12 34 56 78\n0761234567\n")
    assert (report.read, report.imported, report.duplicates) == (4, 2, 2)
    assert store.status()[0].count == 2


def test_the_file_s_hash_is_that_of_what_was_delivered(load: Load, tmp_path: Path) -> None:
    """Of the packed file, whatever it is packed with."""
    import hashlib

    for content in (b"0612345678\n", gzip.compress(b"0612345678\n"), zipped({"a.txt": b"0612345678\n"})):
        assert load(content).sha256 == hashlib.sha256(content).hexdigest()


def test_progress_is_told_and_reaches_the_end(store: ListStore, tmp_path: Path, national: Callable[..., bytes]) -> None:
    """Bytes while reading, numbers while storing."""
    path = tmp_path / "list.txt"
    path.write_bytes(national(5000))
    seen: list[Progress] = []
    store.import_file(path, "bloctel", options=ImportOptions(), progress=seen.append)
    assert [step for step in seen if step.phase == "reading"][-1].done == path.stat().st_size
    assert [step for step in seen if step.phase == "storing"][-1].done == 5000
    assert seen[-1] == ("activating", 1, 1)
