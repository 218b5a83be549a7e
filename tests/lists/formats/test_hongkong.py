"""Hong Kong's registers, and the SHA-256 that comes with a file."""

import hashlib
import io
import zipfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.lists.formats.reading import accounted, mutated, read, refusal

A, B, C = 85221234567, 85290123456, 85222012024
# The third number can be read as a day, 22 January 2024.
TEXT = b"21234567,20240315\n90123456,20240401\n22012024,20230101\n"
SUM = hashlib.sha256(TEXT).hexdigest()


def zipped(members: dict[str, bytes]) -> bytes:
    """A zip of these."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return buffer.getvalue()


@pytest.mark.parametrize("text", [TEXT, b"21234567\n90123456\n22012024\n"])
def test_the_first_column_is_the_number_with_and_without_dates(text: bytes) -> None:
    """The first column is the number, however much the second looks like one."""
    found = read(text, "hongkong", sha256=hashlib.sha256(text).hexdigest())
    assert (found.listed, found.rejects) == ([A, B, C], [])
    assert str(found.reader.newest) == ("2024-04-01" if b"," in text else "None")


SUMS = [
    ("bare", SUM),
    ("capitals", SUM.upper()),
    ("as sha256sum writes it", f"{SUM}  dnc.txt\n"),
    ("of a binary file", f"{SUM} *dnc.txt\r\n"),
    ("as BSD writes it", f"SHA256 (dnc.txt) = {SUM}\n"),
    ("with a folder", f"{SUM}  ./out/dnc.txt\n"),
    ("among others", f"{'0' * 64}  other.txt\n{SUM}  dnc.txt\n"),
]


@pytest.mark.parametrize("said", [said for _, said in SUMS], ids=[name for name, _ in SUMS])
@pytest.mark.parametrize("name", ["dnc.txt.sha256", "SHA256SUMS", "dnc.sha256"])
def test_the_sum_in_the_zip_is_checked(said: str, name: str) -> None:
    """In every way of writing it; and one that is wrong refuses the file."""
    assert len(read(zipped({"dnc.txt": TEXT, name: said.encode()}), "hongkong").listed) == 3
    wrong = zipped({"dnc.txt": TEXT + b"91234567\n", name: said.encode()})
    assert "is not what its sender sent" in refusal(wrong, "hongkong")


@pytest.mark.parametrize("beside", ["dnc.zip.sha256", "dnc.sha256"])
def test_the_sum_beside_the_zip_is_checked(tmp_path: Path, beside: str) -> None:
    """Of the zip itself, or of the text in it."""
    path = tmp_path / "dnc.zip"
    path.write_bytes(zipped({"dnc.txt": TEXT}))
    for good in (hashlib.sha256(path.read_bytes()).hexdigest(), SUM):
        (tmp_path / beside).write_text(good)
        assert len(read(path, "hongkong").listed) == 3
    for wrong in ("0" * 64, f"{'0' * 64}  dnc.zip", f"{'0' * 64}  dnc.txt"):
        (tmp_path / beside).write_text(wrong)
        assert "is not what its sender sent" in refusal(path, "hongkong")
    (tmp_path / beside).write_text("see our web site")
    assert "has no SHA-256 in it" in refusal(path, "hongkong")
    (tmp_path / beside).write_text(f"{'0' * 64}  another.zip")
    assert "of other files" in refusal(path, "hongkong")


def test_a_file_without_its_sum_is_refused() -> None:
    """By this format; a sum that was said will do."""
    assert "must come with its SHA-256" in refusal(TEXT, "hongkong")
    assert len(read(TEXT, "hongkong", sha256=SUM.upper()).listed) == 3
    assert "is not what its sender sent" in refusal(TEXT, "hongkong", sha256="0" * 64)


def test_a_sum_beside_a_file_of_any_format_is_checked(tmp_path: Path) -> None:
    """Whoever puts it there wants it."""
    path = tmp_path / "list.txt"
    path.write_bytes(b"0612345678\n")
    (tmp_path / "list.txt.sha256").write_text("0" * 64)
    assert "is not what its sender sent" in refusal(path)


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_no_line_is_lost(data: st.DataObject) -> None:
    """However it is damaged, with a sum that fits the damage."""
    content = data.draw(mutated(TEXT * 3))
    accounted(content, "hongkong", sha256=hashlib.sha256(content).hexdigest())
