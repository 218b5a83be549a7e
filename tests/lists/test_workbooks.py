"""Workbooks and pipes as they come: hidden sheets, Excel's formats of telephones, titles, OpenDocument, a FIFO."""

import io
import os
import threading
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from openpyxl import Workbook

from gatekeeper.errors import ImportRefused
from gatekeeper.lists import ImportOptions, ImportReport, ListStore
from tests.lists.formats.reading import read, refusal

Load = Callable[..., ImportReport]
A, B, C = 33612345678, 33145678901, 33467123456


def workbook(*sheets: tuple[str, str, list[list[object]]], style: str = "") -> bytes:
    """A workbook of sheets: title, state, rows; every number has the style."""
    book = Workbook()
    book.remove(book.worksheets[0])
    for title, state, rows in sheets:
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
        for cells in sheet.iter_rows():
            for cell in cells:
                if style and isinstance(cell.value, int | float):
                    cell.number_format = style
        sheet.sheet_state = state
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


LIST: list[list[object]] = [["nom", "Téléphone"], ["Zoé", "0612345678"], ["Noël", 145678901]]


@pytest.mark.parametrize("state", ["hidden", "veryHidden"])
@pytest.mark.parametrize("first", [False, True])
def test_a_hidden_sheet_is_not_the_list(load: Load, state: str, first: bool) -> None:
    """Wherever it stands; that it was not read is told."""
    sheets = [("Liste", "visible", LIST), ("Codes", state, [["x", "0761234567"]])]
    report = load(workbook(*(reversed(sheets) if first else sheets)), file="list.xlsx")
    assert (report.imported, report.passed_over) == (2, ("the hidden sheet 'Codes'",))
    assert load(workbook(("Liste", "visible", LIST), ("Leer", state, [])), file="list.xlsx").passed_over == ()


def test_a_workbook_of_hidden_sheets_asks_for_one() -> None:
    """Rather than to take any."""
    book = workbook(("Liste", "visible", LIST))
    hidden = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(book)) as old, zipfile.ZipFile(hidden, "w") as new:
        for info in old.infolist():
            data = old.read(info)
            new.writestr(info, data.replace(b'state="visible"', b'state="hidden"'))
    assert "all its sheets are hidden" in refusal(hidden.getvalue(), file="list.xlsx")


STYLES = ["General", "0", "0# ## ## ## ##", "0#\\ ##\\ ##\\ ##\\ ##", "0000000000", "#,##0", '"+33 "# ## ## ## ##', "@"]


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("many", [False, True])
def test_a_number_in_a_cell_has_its_leading_zero(style: str, many: bool) -> None:
    """However Excel shows it; 467123456 is 04 67 12 34 56, and no number of Sweden."""
    rows: list[list[object]] = [["tel"], [612345678], [145678901.0], [467123456], [33467123456]]
    found = read(workbook(("L", "visible", rows + rows[1:] * 400 * many), style=style), file="list.xlsx")
    assert found.listed[:4] == [A, B, C, C]
    assert set(found.listed) == {A, B, C}
    assert found.rejects == []


@pytest.mark.parametrize(
    "above",
    [[["Liste rouge"]], [["Liste rouge", None], []], [["Export du 12/06/2026", None], ["par X", "v2"], [None, None]]],
)
def test_a_title_above_the_heading_is_passed_over(above: list[list[object]]) -> None:
    """As one writes it in a spreadsheet."""
    found = read(workbook(("L", "visible", above + LIST)), file="list.xlsx")
    assert (found.listed, found.rejects) == ([A, B], [])


def test_a_second_column_in_a_workbook_is_not_left_out() -> None:
    """As in CSV."""
    rows: list[list[object]] = [["Tél", "Tél 2", "x"], *[["0612345678", None, None]] * 300, [None, 145678901, "a"]]
    assert read(workbook(("L", "visible", rows)), file="list.xlsx").listed == [A] * 300 + [B]
    rows[0][1] = "y"
    found = read(workbook(("L", "visible", rows)), file="list.xlsx", force=True)
    assert found.reader.strays == {"'y'": 1}


@pytest.mark.parametrize("kind", ["spreadsheet", "text", "spreadsheet-template"])
def test_open_document_is_refused_with_what_to_do(kind: str) -> None:
    """Rather than to be read as the XML that is in it."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("mimetype", f"application/vnd.oasis.opendocument.{kind}")
        archive.writestr("content.xml", "<x>0612345678</x>")
    assert "OpenDocument file (.ods): save the sheet as XLSX or CSV" in refusal(buffer.getvalue())


@pytest.mark.parametrize(
    "content", [b"0612345678\n0145678901\n", workbook(("L", "visible", LIST))], ids=["text", "xlsx"]
)
def test_a_fifo_is_read(store: ListStore, tmp_path: Path, content: bytes) -> None:
    """As `<(zcat list.gz)` gives one. It can't be kept as delivered, which is said before it is read."""
    path = tmp_path / "pipe"
    os.mkfifo(path)
    with pytest.raises(ImportRefused, match="is a pipe: it can't be kept as it was delivered"):
        store.import_file(path, "bloctel", options=ImportOptions(keep_raw=True))
    writer = threading.Thread(target=path.write_bytes, args=(content,), daemon=True)
    writer.start()
    assert store.import_file(path, "bloctel", options=ImportOptions()).imported == 2
    writer.join(10)


def test_a_workbook_that_can_not_be_read_is_refused_in_words() -> None:
    """A sheet that is an empty chart: what reads workbooks stumbles over it."""
    book = Workbook()
    book.active.append(["Tel", "Nom"])  # type: ignore[union-attr]
    book.create_chartsheet("Graphique")
    buffer = io.BytesIO()
    book.save(buffer)
    assert "can't be read as XLSX" in refusal(buffer.getvalue(), file="list.xlsx")
