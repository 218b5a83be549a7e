"""Workbooks: opened in one place, with one measure of what is made to do harm and what is damaged."""

import io
import re
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from openpyxl import Workbook

from gatekeeper.contacts.xlsx import Sheet
from gatekeeper.errors import ContactsError, ImportRefused
from gatekeeper.lists import ImportOptions, ListKind, ListStore

PACKAGE = Path(__file__).parents[2] / "gatekeeper"


def changed(change: Callable[[str, bytes], bytes]) -> bytes:
    """A workbook of two numbers whose parts were changed."""
    book, made = io.BytesIO(), io.BytesIO()
    fresh = Workbook()
    sheet = fresh.active
    assert sheet is not None
    for text in ("tel", "0612345678", "0761234567"):
        sheet.append([text])
    fresh.save(book)
    with zipfile.ZipFile(book) as old, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new:
        for info in old.infolist():
            new.writestr(info.filename, change(info.filename, old.read(info)))
    return made.getvalue()


def in_sheet(part: bytes) -> bytes:
    """A workbook with something behind the sheet's own text."""
    return changed(lambda name, data: data + part if name == "xl/worksheets/sheet1.xml" else data)


WRONG = {
    "a bomb": (lambda: in_sheet(b" " * (80 << 20)), "unpacks to more than 200 times its size"),
    "cut off": (lambda: changed(lambda _, data: data)[:-300], "damaged or no workbook"),
    "no XML": (lambda: changed(lambda name, data: data[:-9] if "sheet1" in name else data), "damaged or no workbook"),
    "an entity": (
        lambda: changed(
            lambda name, data: (
                b'<!DOCTYPE x [<!ENTITY a "b">]>' + data[data.find(b"<worksheet") :] if "sheet1" in name else data
            )
        ),
        "damaged or no workbook",
    ),
}


@pytest.mark.parametrize("what", WRONG)
def test_what_is_wrong_is_said_of_lists_and_of_contacts(tmp_path: Path, what: str) -> None:
    """Alike: what harms one of them harms the other."""
    make, text = WRONG[what]
    file = tmp_path / "table.xlsx"
    file.write_bytes(make())
    with pytest.raises(ContactsError, match=text):
        list(Sheet(file, None).rows())
    with ListStore(tmp_path / "data") as store:
        store.ensure("one", ListKind.OPPOSITION)
        with pytest.raises(ImportRefused, match=f"{text}|is a damaged zip"):
            store.import_file(file, "one", options=ImportOptions())


def test_what_is_right_is_read_by_both(tmp_path: Path) -> None:
    """The same rows."""
    file = tmp_path / "table.xlsx"
    file.write_bytes(changed(lambda _, data: data))
    sheet = Sheet(file, None)
    assert sheet.head(None).rows == [["0612345678"], ["0761234567"]]
    sheet.close()
    with ListStore(tmp_path / "data") as store:
        store.ensure("one", ListKind.OPPOSITION)
        assert store.import_file(file, "one", options=ImportOptions()).imported == 2


def test_a_missing_one_is_told_as_missing(tmp_path: Path) -> None:
    """And not as damaged alone."""
    with pytest.raises(ContactsError, match="No such file"):
        Sheet(tmp_path / "no.xlsx", None)


def test_workbooks_are_opened_in_one_place() -> None:
    """Whoever opened one by himself forgot to measure it."""
    found = {
        path.relative_to(PACKAGE).as_posix()
        for path in PACKAGE.rglob("*.py")
        if re.search(r"\bload_workbook\b", path.read_text())
    }
    assert found == {"tabular/workbook.py"}
