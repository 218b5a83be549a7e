"""Encodings and Excel's first line: found out alike by whoever reads a delivered table."""

import codecs
import random
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gatekeeper.contacts.csv_source import CsvSource
from gatekeeper.contacts.dialect import sample_rows
from gatekeeper.errors import ContactsError, ImportRefused
from gatekeeper.lists import ImportOptions, ListKind, ListStore
from gatekeeper.tabular.delimiter import excel_line
from gatekeeper.tabular.encoding import is_text, unicode_of

TEXT = "tel;société\n0612345678;Évian\n0761234567;Zoé\n"
NUMBERS = [33612345678, 33761234567]

ENCODED = [
    ("", "utf-8", None),
    ("", "cp1252", None),
    (codecs.BOM_UTF8, "utf-8", "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le", "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be", "utf-16-be"),
    ("", "utf-16-le", "utf-16-le"),
    ("", "utf-16-be", "utf-16-be"),
    (codecs.BOM_UTF32_LE, "utf-32-le", "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be", "utf-32-be"),
]


@pytest.mark.parametrize(("mark", "encoding", "shown"), ENCODED)
def test_lists_and_contacts_read_the_same_encodings(
    tmp_path: Path, mark: bytes, encoding: str, shown: str | None
) -> None:
    """A list and contacts in it hold the same rows; UTF-32 no cutter of contacts reads, and it says so."""
    data = (mark or b"") + TEXT.encode(encoding)
    found = unicode_of(data)
    assert (found.name if found else None, found.mark if found else b"") == (shown, mark or b"")
    file = tmp_path / "table.csv"
    file.write_bytes(data)
    assert imported(tmp_path, file) == NUMBERS
    if encoding.startswith("utf-32"):
        with pytest.raises(ContactsError, match="no text file"):
            CsvSource(file)
        return
    with closing(CsvSource(file)) as source:
        assert source.dialect.names == ("tel", "société")
        assert sample_rows(source.sample, source.dialect) == [["0612345678", "Évian"], ["0761234567", "Zoé"]]


@pytest.mark.parametrize("data", [random.Random(1).randbytes(5000), b"\x1f\x8b" + b"a;b\n" * 99, b"\1\2\3" * 999])
def test_what_is_no_text_is_refused_by_both(tmp_path: Path, data: bytes) -> None:
    """Is refused by both, before any of it counts."""
    assert unicode_of(data) is None
    assert not is_text(data)
    file = tmp_path / "table.csv"
    file.write_bytes(data)
    with pytest.raises(ContactsError, match="no text file"):
        CsvSource(file)
    with pytest.raises(ImportRefused):
        imported(tmp_path, file)


@given(st.text(st.characters(codec="utf-8", categories=("L", "N", "P", "Zs")), min_size=1))
def test_text_is_text(text: str) -> None:
    """Whatever people write."""
    assert is_text(text.encode())


@pytest.mark.parametrize("mark", [";", ",", "\t", "|", "^", "~", ":"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("kind", [ListKind.OPPOSITION, ListKind.CONTRACT])
def test_excels_line_says_the_delimiter_and_is_no_row(tmp_path: Path, mark: str, end: str, kind: ListKind) -> None:
    """`sep=` says the delimiter of a list, of a register of contracts, and of contacts, and is no row of them."""
    file = tmp_path / "table.csv"
    rows = ["SEP=" + mark, f"tel{mark}principal", f"0612345678{mark}ACME", f"0761234567{mark}ACME"]
    file.write_bytes("".join(row + end for row in rows).encode())
    assert imported(tmp_path, file, kind) == (NUMBERS if kind is ListKind.OPPOSITION else 2)
    with closing(CsvSource(file)) as source:
        assert (source.dialect.delimiter, source.dialect.names) == (mark, ("tel", "principal"))


@pytest.mark.parametrize("head", ["sep=x\n", 'sep="\n', "sep=;", "sep=;;\n", "separator\n", " sep=;\n", "sep=5\n", ""])
def test_what_is_no_line_of_excels(head: str) -> None:
    """A row like any."""
    assert excel_line(head) == ("", "")


def imported(folder: Path, file: Path, kind: ListKind = ListKind.OPPOSITION) -> list[int] | int:
    """The numbers of a list, or how many contracts a register has."""
    with ListStore(folder / "data") as store:
        store.ensure("one", kind)
        report = store.import_file(file, "one", options=ImportOptions())
        return list(store.numbers("one")) if kind is ListKind.OPPOSITION else report.imported
