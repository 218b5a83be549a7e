"""Columns by name or number, and what a zip or a named encoding is: asked once, answered alike."""

import io
import zipfile
from contextlib import closing
from pathlib import Path

import pytest

from gatekeeper.contacts.columns import choose_columns
from gatekeeper.contacts.csv_source import CsvSource
from gatekeeper.contacts.dialect import sample_rows
from gatekeeper.errors import ContactsError, ImportRefused, TableError
from gatekeeper.lists import ImportOptions, ListKind, ListStore
from gatekeeper.phone import DialPlan, Normaliser
from gatekeeper.registries.reading.columns import choose
from gatekeeper.tabular.columns import columns_of, place_of, places_called
from gatekeeper.tabular.encoding import keeps_ascii, named_encoding
from gatekeeper.tabular.zipped import ZipKind, zip_kind

NORMALISER = Normaliser(DialPlan())
NAMES = ["nom", "Tel", "3", "id"]


@pytest.mark.parametrize(
    ("wanted", "place"),
    [
        *[("tel", 1), (" TEL ", 1), (2, 1), ("2", 1), ("3", 2), (3, 2), ("1", 0), ("4", 3)],
        *[(wanted, None) for wanted in ("fax", "5", 5, 0, "0", "-1", "²", "")],
    ],
)
def test_a_column_by_name_or_number(wanted: str | int, place: int | None) -> None:
    """By both who take it; a name goes before a number."""
    rows = [["Zoé", "0612345678", "x", "y"]]
    assert place_of(wanted, NAMES, 4) == place
    if place is None:
        with pytest.raises(ImportRefused, match="has no column"):
            choose(NAMES, rows, wanted, str.isdecimal, "x")
        with pytest.raises(ContactsError, match="no column"):
            choose_columns([str(wanted)], NAMES, 4, rows, NORMALISER)
        return
    assert choose(NAMES, rows, wanted, str.isdecimal, "x").columns == (place,)
    assert choose_columns([str(wanted)], NAMES, 4, rows, NORMALISER) == (place,)


def test_a_name_of_several_columns_is_asked_for() -> None:
    """And the first is not taken for all of them: the numbers in the others would be left out."""
    names, rows = ["tel", "nom", "TEL"], [["0612345678", "Zoé", "0761234567"]]
    with pytest.raises(TableError, match="several columns 'Tel'"):
        place_of("Tel", names, 3)
    with pytest.raises(ImportRefused, match=r"x: there are several columns 'tel': give the column's number"):
        choose(names, rows, "tel", str.isdecimal, "x")
    with pytest.raises(ContactsError, match="several columns 'tel': give the column's number"):
        choose_columns(["tel"], names, 3, rows, NORMALISER)
    assert choose(names, rows, (1, "3"), str.isdecimal, "x").columns == (0, 2)


def test_a_telephones_country_code_goes_before_a_countrys() -> None:
    """For lists as for contacts, wherever the columns stand."""
    names = ["country_code", "tel", "phone_code"]
    assert choose(names, [["BE", "0612345678", "33"]], None, str.isdecimal, "x").code == 2


def test_columns_know_what_stands_in_them() -> None:
    """Also where rows are shorter than others, and have no name."""
    columns = columns_of(["tel"], [["1", " ", "x"], ["2"]])
    assert [(column.place, column.name, column.cells) for column in columns] == [
        (0, "tel", ["1", "2"]),
        (1, "", []),
        (2, "", ["x"]),
    ]
    assert [column.count(str.isdecimal) for column in columns] == [2, 0, 0]
    assert places_called([" Number ", "au"], {"number": ("number", "tel"), "until": ("until", "au"), "x": ("x",)}) == {
        "number": 0,
        "until": 1,
    }


@pytest.mark.parametrize(
    "told", ["klingon", "hex", "base64", "rot13", "zlib", "idna", "punycode", "undefined", "", "a\0b", "é"]
)
@pytest.mark.parametrize("kind", [ListKind.OPPOSITION, ListKind.CONTRACT])
def test_what_is_no_encoding_is_told(tmp_path: Path, told: str, kind: ListKind) -> None:
    """A codec of something else among them, by whoever reads."""
    file = tmp_path / "table.csv"
    file.write_text("tel\n0612345678\n")
    with pytest.raises(TableError, match="there is no encoding"):
        named_encoding(told)
    with pytest.raises(ContactsError, match=r"table\.csv: there is no encoding"):
        CsvSource(file, encoding=told)
    if told:  # nothing said, for an import
        with pytest.raises(ImportRefused, match=r"table\.csv: there is no encoding"):
            imported(tmp_path, file, told, kind)


@pytest.mark.parametrize(
    ("told", "encoding"),
    [("UTF16", "utf-16-le"), ("utf-16", "utf-16-be"), ("utf_16", "utf-16"), ("L1", "latin-1"), ("UTF8", "utf-8-sig")],
)
def test_a_named_encoding(tmp_path: Path, told: str, encoding: str) -> None:
    """UTF-16 in whichever order it is, with and without its mark."""
    file = tmp_path / "table.csv"
    file.write_bytes("nom;tel\nZoé;0612345678\nÉva;0761234567\n".encode(encoding))
    assert imported(tmp_path, file, told) == [33612345678, 33761234567]
    with closing(CsvSource(file, encoding=told)) as source:
        assert sample_rows(source.sample, source.dialect)[0] == ["Zoé", "0612345678"]


def test_which_encodings_keep_ascii() -> None:
    """Those whose rows need not be decoded to be cut."""
    assert [keeps_ascii(name) for name in ("cp1252", "utf-8", "cp037", "utf-16-le")] == [True, True, False, False]


@pytest.mark.parametrize(
    ("members", "kind"),
    [
        ({"[Content_Types].xml": "", "xl/workbook.xml": ""}, ZipKind.WORKBOOK),
        ({"mimetype": "application/vnd.oasis.opendocument.spreadsheet", "a": ""}, ZipKind.OPEN_DOCUMENT),
        ({"mimetype": "text/plain"}, ZipKind.FILES),
        ({"xl/list.csv": "tel\n0612345678\n"}, ZipKind.FILES),
        ({}, ZipKind.FILES),
    ],
)
def test_what_a_zip_is(tmp_path: Path, members: dict[str, str], kind: ZipKind) -> None:
    """By what is in it; contacts and lists say the same of it."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, text in members.items():
            archive.writestr(name, text)
    assert zip_kind(packed) is kind
    file = tmp_path / "contacts.csv"
    file.write_bytes(packed.getvalue())
    said = {ZipKind.WORKBOOK: "Excel workbook", ZipKind.OPEN_DOCUMENT: "OpenDocument", ZipKind.FILES: "unpack it"}
    with pytest.raises(ContactsError, match=said[kind]):
        CsvSource(file)
    if kind is ZipKind.OPEN_DOCUMENT:
        with pytest.raises(ImportRefused, match="OpenDocument"):
            imported(tmp_path, file, None)


def imported(folder: Path, file: Path, encoding: str | None, kind: ListKind = ListKind.OPPOSITION) -> list[int]:
    """The numbers of a list."""
    with ListStore(folder / "data") as store:
        store.ensure("one", kind)
        store.import_file(file, "one", options=ImportOptions(encoding=encoding))
        return list(store.numbers("one"))
