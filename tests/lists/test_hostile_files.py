"""List files that are broken, wrong or meant to do harm: a clear error or a counted reject, the old list in force."""

import contextlib
import csv
import gzip
import io
import os
import random
import resource
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from gatekeeper.errors import ImportRefused
from gatekeeper.lists import ImportOptions, ImportReport, ListIndex, ListStore
from gatekeeper.lists.importing import staging
from gatekeeper.registries.reading.extracts import Reject
from gatekeeper.registries.reading.rejects import RejectFile

Load = Callable[..., ImportReport]
OLD = 33699999999
MANY = b"".join(b"06%08d\n" % (12000000 + index) for index in range(40))


def encrypted_zip() -> bytes:
    """A zip whose entry says that it is encrypted, in both of its headers."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("a.txt", b"0612345678\n")
    data = bytearray(buffer.getvalue())
    data[6] |= 1
    data[data.index(b"PK\x01\x02") + 8] |= 1
    return bytes(data)


def members(*names: str) -> bytes:
    """A zip with members of these names."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name in names:
            archive.writestr(name, b"x")
    return buffer.getvalue()


BOMB = gzip.compress(b"0612345678\n" * (8 << 20))
REFUSED = [
    # Nothing in it.
    ("empty", b"", "is empty"),
    ("blank", b"\n\n  \n", "no usable number"),
    ("only a BOM", b"\xef\xbb\xbf", "no usable number"),
    ("empty gzip", gzip.compress(b""), "no usable number"),
    ("empty zip", members(), "empty zip"),
    ("only a header", b"telephone;id\n", "no usable number, it is empty or has a heading alone"),
    # No text.
    ("binary", random.Random(1).randbytes(5000), "is not a text file"),
    ("NUL bytes", b"\0" * 5000, "is not a text file|no usable number"),
    ("PDF", b"%PDF-1.7\n0612345678\n", "is a PDF"),
    ("Excel", members("[Content_Types].xml", "xl/workbook.xml"), "can't be read as XLSX"),
    ("old Excel", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "old Excel"),
    ("xz cut off", b"\xfd7zXZ\x00\x00", "cut off in the middle"),
    # Damaged.
    ("truncated gzip", gzip.compress(MANY * 100)[:-30], "cut off in the middle"),
    ("gzip with garbage behind", gzip.compress(MANY) + b"garbage", "is damaged"),
    ("gzip with a flipped byte", gzip.compress(MANY)[:-8] + b"\1\2\3\4\5\6\7\x08", "is damaged"),
    ("truncated zip", members("a.txt")[:-30], "damaged zip"),
    ("encrypted zip", encrypted_zip(), "is encrypted"),
    ("zip of what says to be zips", members("a.zip", "b.zip"), "no usable number"),
    ("zip bomb", BOMB, "unpacks to more than"),
    # Not a list.
    ("too many rejects", MANY + b"hello\n" * 10, "have no usable number, more than 10%"),
    ("nothing but rejects", b"hello\nworld\n", "no usable number"),
]


@pytest.mark.parametrize(("content", "says"), [row[1:] for row in REFUSED], ids=[row[0] for row in REFUSED])
def test_a_file_that_can_not_be_a_list_changes_nothing(
    load: Load, store: ListStore, data_dir: Path, content: bytes, says: str
) -> None:
    """The error says what is wrong, and the list that was in force still is."""
    load(b"0699999999\n")
    with pytest.raises(ImportRefused, match=says):
        load(content)
    assert list(store.numbers("bloctel")) == [OLD]
    index = ListIndex.open(data_dir)
    assert index.find(OLD, ["bloctel"]) == ("bloctel", "1")
    index.close()
    assert sorted(path.name for path in (data_dir / "lists" / "bloctel").iterdir()) == [
        "1.bloom",
        "1.sqlite3",
        "import.lock",
    ]


def test_a_zip_bomb_is_refused_by_total_size_too(load: Load) -> None:
    """The limit counts what comes out, not what the file says of itself."""
    with pytest.raises(ImportRefused, match="holds more than 1000 bytes"):
        load(gzip.compress(MANY * 10), max_bytes=1000)
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.txt", MANY * 10)
    with pytest.raises(ImportRefused, match="holds more than 1000 bytes"):
        load(buffer.getvalue(), max_bytes=1000)


def test_a_line_of_ten_megabytes_is_rejected_and_the_rest_is_taken(load: Load, store: ListStore) -> None:
    """It takes no memory to speak of, and costs no neighbour."""
    for long_line in (b"0" * (10 << 20), b'"' + b"x;" * (5 << 20), b"y" * (65 << 10)):
        report = load(MANY + long_line + b"\n" + MANY.replace(b"061", b"076"))
        assert (report.read, report.imported, report.rejected) == (81, 80, 1)
        assert report.rejects_file is not None
        assert "longer than" in report.rejects_file.read_text() or "not" in report.rejects_file.read_text()
        assert report.rejects_file.stat().st_size < 1000
    assert store.status()[0].count == 80


def test_bad_lines_are_kept_aside_with_line_and_reason(load: Load) -> None:
    """The reject file names file, line, reason and text."""
    report = load(MANY * 2 + b"hello\n0612\n\xff\xfe\x00\x01\n112\n\n0612345678\n")
    assert report.rejects_file is not None
    with report.rejects_file.open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert [(row["line"], row["text"]) for row in rows] == [
        ("81", "hello"),
        ("82", "0612"),
        ("83", "ÿþ\\x00\\x01"),
        ("84", "112"),
    ]
    assert all(row["reason"] for row in rows)
    assert rows[3]["reason"] == "an emergency number can't be listed"
    assert report.read == 85
    assert report.blank == 1
    assert report.rejects_file.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("evil", ["=cmd|'/c calc'!A1", "+1+1", "-2", "@SUM(A1)", "|x", "%0A", "\t=1"])
def test_a_spreadsheet_does_not_run_a_rejected_line(load: Load, evil: str) -> None:
    """What would be a formula is text."""
    report = load(MANY + evil.encode() + b"\n")
    assert report.rejects_file is not None
    with report.rejects_file.open(newline="") as file:
        text = next(csv.DictReader(file))["text"]
    assert text.startswith(("'", "\\"))


def test_the_name_of_a_file_does_not_lead_out_of_the_folder(store: ListStore, data_dir: Path) -> None:
    """A stream can call itself anything."""
    stream = io.BytesIO(MANY + b"bad\n")
    stream.name = "../../evil\n; rm -rf.csv"
    report = store.import_file(stream, "bloctel")
    assert report.rejects_file is not None
    assert report.rejects_file.parent == data_dir / "rejects"


def test_a_member_s_path_does_not_lead_out_of_the_folder(load: Load, tmp_path: Path) -> None:
    """Nothing is unpacked to the disk under its own name."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("../../../evil.txt", MANY)
    before = sorted(tmp_path.parent.rglob("evil*"))
    assert load(buffer.getvalue()).imported == 40
    assert sorted(tmp_path.parent.rglob("evil*")) == before


def test_rejects_beyond_the_share_can_be_forced(load: Load, store: ListStore) -> None:
    """The good lines are then taken, and the bad ones counted."""
    report = load(b"0612345678\nhello\n", force=True)
    assert (report.imported, report.rejected) == (1, 1)
    report = load(b"0612345678\nhello\n", max_reject_share=0.5)
    assert (report.imported, report.rejected) == (1, 1)


def test_a_hopeless_file_is_given_up_early(store: ListStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Not every line of gigabytes of garbage is looked at."""
    monkeypatch.setattr(staging, "_EARLY", 2000)
    path = tmp_path / "garbage.txt"
    path.write_bytes((b"hello world " * 90 + b"\n") * 12_000)
    seen = []
    with pytest.raises(ImportRefused, match="have no usable number"):
        store.import_file(path, "bloctel", progress=lambda step: seen.append(step.done))
    assert not seen or seen[-1] < path.stat().st_size


def test_a_path_that_is_no_file(store: ListStore, tmp_path: Path) -> None:
    """A folder, or nothing at all."""
    with pytest.raises(ImportRefused, match="is not a file"):
        store.import_file(tmp_path, "bloctel")
    with pytest.raises(ImportRefused, match="does not exist"):
        store.import_file(tmp_path / "nowhere", "bloctel")


def test_a_dry_run_reads_and_changes_nothing(load: Load, store: ListStore) -> None:
    """The counts are those of the import to come."""
    load(b"0699999999\n")
    report = load(MANY + MANY, dry_run=True)
    assert (report.version, report.read, report.imported, report.duplicates) == (0, 80, 40, 40)
    assert list(store.numbers("bloctel")) == [OLD]


def test_an_exception_from_the_progress_stops_the_import(store: ListStore, tmp_path: Path) -> None:
    """Ctrl-C while the bar is drawn leaves the old list."""
    path = tmp_path / "list.txt"
    path.write_bytes(MANY)

    def interrupt(_: object) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        store.import_file(path, "bloctel", options=ImportOptions(), progress=interrupt)
    assert store.status()[0].version == 0


def test_rejected_lines_of_a_killed_import_are_removed_by_the_next(tmp_path: Path) -> None:
    """There are numbers in them; those of an import that runs, or has just begun, stay."""
    running = RejectFile(tmp_path, "running.csv")
    running.write("", [Reject(1, "no number", "x")])
    left, new = tmp_path / ".left.csv.1.part", tmp_path / ".new.csv.2.part"
    for path in (left, new):
        path.write_text("0612345678")
    (own,) = {*tmp_path.iterdir()} - {left, new}
    for path in (left, own):
        os.utime(path, (1, 1))
    RejectFile(tmp_path, "next.csv")
    assert set(tmp_path.iterdir()) == {own, new}
    assert running.keep() is not None


@pytest.mark.parametrize("end", ["keep", "drop"])
def test_rejected_lines_that_can_not_be_written_stay_nowhere(tmp_path: Path, end: str) -> None:
    """The disk is full when the file is to be put into place."""
    file = RejectFile(tmp_path, "list.csv")
    file.write("", [Reject(1, "no number", "x" * 5000)])
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100, before[1]))
    try:
        with contextlib.suppress(OSError):
            getattr(file, end)()
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_what_was_rejected_runs_in_no_spreadsheet(tmp_path: Path, delimiter: str) -> None:
    """A line of a file that nobody could read is looked at by Excel, which divides cells by its country's sign."""
    file = RejectFile(tmp_path, "november.csv")
    texts = ("=1+1", "x;=1+1", "x\t=1+1", "x, @SUM(A1)", "\u200b=1", "\xa0=1", "\uff1d1", "a;+33612345678;b")
    file.write("=1.txt", [Reject(line, "no number", text) for line, text in enumerate(texts)])
    path = file.keep()
    assert path is not None
    with path.open(encoding="utf-8", newline="") as opened:
        cells = [cell.strip('" \xa0') for row in csv.reader(opened, delimiter=delimiter) for cell in row]
    assert not [one for one in cells if one[:1] in {*"=+-@\uff1d"} and one != "+33612345678"]
