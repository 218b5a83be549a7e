"""Zips made to do harm by what they say of themselves: refused before their members are looked at."""

import io
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from gatekeeper.contacts.dialect import must_be_unpacked
from gatekeeper.errors import ContactsError, ImportRefused, TableError
from gatekeeper.lists import ListKind, ListStore
from gatekeeper.tabular.workbook import open_workbook
from gatekeeper.tabular.zipped import MOST_DIRECTORY, ZipKind, open_zip, zip_kind
from gatekeeper.uploads import store

_CENTRAL = "<4s4B4HL2L5H2L"
_END = "<4s4H2LH"
_END_64, _LOCATOR_64 = "<4sQ2H2L4Q", "<4sLQL"


def directory_alone(members: int, *, zip64: bool = False) -> bytes:
    """A zip that is nothing but the directory of a workbook with many members."""
    name = b"[Content_Types].xml"
    entry = struct.pack(_CENTRAL, b"PK\1\2", 20, 3, 20, 0, *[0] * 4, 0, 0, 0, len(name), 0, 0, 0, 0, 0, 0) + name
    begins = b"PK\3\4" + b"\0" * 60
    directory = entry * members
    end = struct.pack(_END, b"PK\5\6", 0, 0, 1, 1, len(directory), len(begins), 0)
    if zip64:
        sizes = (members, members, len(directory), len(begins))
        above = struct.pack(_END_64, b"PK\6\6", 44, 45, 45, 0, 0, *sizes)
        locator = struct.pack(_LOCATOR_64, b"PK\6\7", 0, len(begins) + len(directory), 1)
        end = above + locator + struct.pack(_END, b"PK\5\6", 0, 0, 0xFFFF, 0xFFFF, 0xFFFFFFFF, 0xFFFFFFFF, 0)
    return begins + directory + end


MANY = MOST_DIRECTORY // 65 + 1


@pytest.mark.parametrize("zip64", [False, True])
def test_a_directory_of_millions_is_not_read(zip64: bool) -> None:
    """By what the library itself takes for the directory, with 64-bit sizes as with others; a large one is read."""
    with open_zip(io.BytesIO(directory_alone(MANY - 20, zip64=zip64))) as archive:
        assert len(archive.infolist()) == MANY - 20
    with pytest.raises(zipfile.BadZipFile, match="more members than files that mean well"):
        open_zip(io.BytesIO(directory_alone(MANY, zip64=zip64)))


def _list(file: Path) -> None:
    with ListStore(file.parent / "data") as store:
        store.ensure("red", ListKind.RED)
        store.import_file(file, "red")


def _contacts(file: Path) -> None:
    with file.open("rb") as opened:
        must_be_unpacked(opened.read(16), opened)


WAYS_IN: dict[str, Callable[[Path], object]] = {
    "a list": _list,
    "contacts": _contacts,
    "a workbook": open_workbook,
}


@pytest.mark.parametrize("way", WAYS_IN)
def test_no_way_in_reads_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, way: str) -> None:
    """Lists, contacts and workbooks: none of them makes a member of it."""
    file = tmp_path / "file.xlsx"
    file.write_bytes(directory_alone(MANY))

    def made(*_: object, **__: object) -> None:
        pytest.fail("a member was made")

    monkeypatch.setattr(zipfile, "ZipInfo", made)
    with pytest.raises((ImportRefused, ContactsError, TableError)):
        WAYS_IN[way](file)
    with file.open("rb") as opened:
        assert not store._is_workbook(opened)


@pytest.mark.parametrize("packed", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_what_a_zip_calls_itself_is_not_unpacked_for(packed: int) -> None:
    """A few bytes of these are millions first; OpenDocument has none."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", packed) as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet" + " " * (4 << 20))
    assert zip_kind(made) is ZipKind.FILES
