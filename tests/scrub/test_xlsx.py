"""Scrubbing XLSX workbooks."""

import zipfile
from datetime import date
from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook

from gatekeeper.errors import ContactsError
from gatekeeper.phone import DialPlan, Normaliser
from gatekeeper.scrub import door
from gatekeeper.scrub.contact_numbers import Reading, gather
from gatekeeper.scrub.options import ScrubOptions
from gatekeeper.scrub.run import Scrubber
from tests.scrub.conftest import certificate

FREE, LISTED_1, RED_1 = "0612000008", "0612000000", "0612000001"


@pytest.fixture
def workbook(tmp_path: Path) -> Path:
    """Contacts as people keep them: numbers as text and as numbers, dates, something like a formula, a blank row."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "Contacts"
    sheet.append(["id", "nom", "téléphone", "mobile", "né le"])
    sheet.append([1, "Zoé", FREE, None, date(1980, 2, 29)])
    sheet.append([2, "André", LISTED_1, 612000001, date(1981, 1, 1)])
    sheet.append([3, None, 612000008, 612000000, None])
    sheet["C4"].number_format = sheet["D4"].number_format = "0000000000"
    sheet.append([])
    sheet.append([5, "x", "n/a", None, None])
    sheet.append([6, "y", FREE, None, None])
    sheet.append([7, "z", FREE, None, None, LISTED_1])
    sheet["B7"].value = "=1+1"
    sheet["B7"].data_type = "s"
    path = tmp_path / "contacts.xlsx"
    book.save(path)
    return path


def values(path: Path) -> list[tuple[object, ...]]:
    """The values of the only sheet."""
    book = load_workbook(path)
    (sheet,) = book.worksheets
    found = [tuple(cell.value for cell in row) for row in sheet.iter_rows()]
    book.close()
    return found


def test_keeps_what_may_be_called(scrubber: Scrubber, workbook: Path, tmp_path: Path) -> None:
    """Values, types and number formats stay; a number that is lost leaves an empty cell; a text stays a text."""
    outcome = door.scrub(scrubber, workbook, ScrubOptions())
    path = tmp_path / "contacts.clean.xlsx"
    rows = values(path)
    assert [row[0] for row in rows] == ["id", 1, 3, None, 6]
    assert rows[2] == (3, None, 612000008, None, None)
    book = load_workbook(path)
    sheet = book["Contacts"]
    assert sheet["E2"].is_date
    assert sheet["E2"].value.date() == date(1980, 2, 29)
    assert sheet["C3"].number_format == "0000000000"
    assert (sheet["B5"].value, sheet["B5"].data_type) == ("=1+1", "s")
    book.close()
    tally = outcome.tally
    assert (tally.read, tally.kept, tally.removed, tally.reduced, tally.blank) == (6, 3, 3, 1, 1)
    assert (tally.blocked, tally.unreadable, tally.empty, tally.broken) == (1, 2, 0, 1)
    assert outcome.columns == ("téléphone", "mobile")


def test_tells_what_was_removed_and_why(scrubber: Scrubber, workbook: Path, tmp_path: Path) -> None:
    """The rows as they were, with the reasons behind them; and a certificate."""
    door.scrub(scrubber, workbook, ScrubOptions())
    rows = values(tmp_path / "contacts.removed.xlsx")
    assert [(row[0], *row[5:8], row[11]) for row in rows[1:]] == [
        (2, "contact", "LISTED", "bloctel@1+4", "3"),
        (3, "number", "LISTED", "bloctel@1+4", "4"),
        (5, "contact", "NUMBER_INVALID", None, "6"),
        # Something behind the last column stays where it is, and pushes what we add to the right.
        (7, LISTED_1, "contact", "NUMBER_INVALID", None),
    ]
    made = certificate(tmp_path)
    assert made["source_kind"] == "xlsx"
    assert [one["role"] for one in made["files"]] == ["input", "clean", "removed"]


def test_a_mistake_about_the_workbook_is_told(scrubber: Scrubber, workbook: Path, tmp_path: Path) -> None:
    """No workbook, no such sheet, or other sheets that would be lost in place."""
    with pytest.raises(ContactsError, match=r"no sheet 'Autre'; it has: Contacts"):
        door.scrub(scrubber, workbook, ScrubOptions(sheet="Autre"))
    (tmp_path / "no.xlsx").write_bytes(b"PK nothing")
    with pytest.raises(ContactsError, match="can't be read as XLSX"):
        door.scrub(scrubber, tmp_path / "no.xlsx", ScrubOptions())
    book = load_workbook(workbook)
    book.create_sheet("Autre")
    book.save(workbook)
    with pytest.raises(ContactsError, match="other sheets"):
        door.scrub(scrubber, workbook, ScrubOptions(in_place=True))


def test_a_damaged_workbook_is_told(scrubber: Scrubber, tmp_path: Path) -> None:
    """One that opens and breaks off in its middle: nothing is written, and scrub and deposit both say what to do."""
    path = tmp_path / "contacts.xlsx"
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["mobile"])
    for number in range(3000):
        sheet.append([f"06{number:08d}"])
    book.save(path)
    with zipfile.ZipFile(path) as archive:
        part = archive.getinfo("xl/worksheets/sheet1.xml")
    octets = bytearray(path.read_bytes())
    middle = part.header_offset + part.compress_size // 2
    octets[middle : middle + 40] = bytes(40)
    path.write_bytes(octets)
    with pytest.raises(ContactsError, match=r"damaged.*save it anew"):
        door.scrub(scrubber, path, ScrubOptions())
    with pytest.raises(ContactsError, match=r"damaged.*save it anew"):
        gather(path, Normaliser(DialPlan()), Reading())
    assert list(tmp_path.iterdir()) == [path]
