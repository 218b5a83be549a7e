"""Delimiters: one vocabulary, whoever asks; found out alike."""

import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from gatekeeper.contacts.csv_source import CsvSource
from gatekeeper.contacts.dialect import read_delimiter
from gatekeeper.errors import ContactsError, ImportRefused, TableError
from gatekeeper.lists import ListKind, ListStore
from gatekeeper.registries.reading.dialect import given_delimiter
from gatekeeper.registries.reading.options import ImportOptions
from gatekeeper.tabular.delimiter import delimiter_of

MEANT = {
    "tab": "\t",
    "TAB": "\t",
    "\\t": "\t",
    "\t": "\t",
    "space": " ",
    " ": " ",
    "Space": " ",
    "semicolon": ";",
    ";": ";",
    "comma": ",",
    ",": ",",
    "pipe": "|",
    "|": "|",
    ":": ":",
    "~": "~",
    "^": "^",
}
NOT = ("", "::", ";;", "x", "T", "7", "é", "\u00a0", '"', "\n", "\r", "\0", "tabs", "semi")


@pytest.mark.parametrize(("given", "meant"), MEANT.items())
def test_whoever_asks_means_the_same(given: str, meant: str) -> None:
    """A list, a register of contracts, contacts: each had words that the others did not know."""
    assert (delimiter_of(given), given_delimiter(given), read_delimiter(given)) == (meant,) * 3


@pytest.mark.parametrize("given", NOT)
def test_what_cannot_delimit_is_refused(given: str) -> None:
    """With what to give; as the error that belongs to who asked."""
    for read, error in ((delimiter_of, TableError), (given_delimiter, ImportRefused), (read_delimiter, ContactsError)):
        with pytest.raises(error, match="can't delimit columns: give one ASCII character"):
            read(given)


@pytest.mark.parametrize("given", ["tab", "space", "semicolon", "comma", "pipe"])
@pytest.mark.parametrize("kind", [ListKind.OPPOSITION, ListKind.CONTRACT])
def test_every_word_works_for_every_import(tmp_path: Path, given: str, kind: ListKind) -> None:
    """A contract register took `tab` alone, and ended with a fault of its own for the others."""
    file = tmp_path / "list.csv"
    rows = [["number", "x", "principal"], ["0612345678", "a", "ACME"], ["0761234567", "b", "ACME"]]
    file.write_text("".join(delimiter_of(given).join(row) + "\n" for row in rows))
    with ListStore(tmp_path / "data") as store:
        store.ensure("one", kind)
        assert store.import_file(file, "one", options=ImportOptions(delimiter=given)).imported == 2
        with pytest.raises(ImportRefused, match="can't delimit"):
            store.import_file(file, "one", options=ImportOptions(delimiter="nonsense"))


@pytest.mark.parametrize("given", ["tab", "space", "semicolon", "comma", "pipe"])
def test_every_word_works_for_contacts(tmp_path: Path, given: str) -> None:
    """Rows are cut at it, and its characters within quotes are none."""
    mark = delimiter_of(given)
    file = tmp_path / "contacts.csv"
    file.write_text(f'id{mark}tel{mark}note\n1{mark}0612345678{mark}"a{mark}b"\n')
    with closing(CsvSource(file, delimiter=read_delimiter(given))) as source:
        assert source.dialect.names == ("id", "tel", "note")
        (records,) = source.records((1, 2))
        found = [records.data[where.starts[1] : where.ends[1]].decode() for where in records.cells]
    assert found == ["0612345678", f"a{mark}b"]


def test_it_is_quick_to_import() -> None:
    """The configuration names formats, and commands that read no table start without NumPy and openpyxl."""
    code = (
        "import sys, gatekeeper.tabular.delimiter as d; print({'numpy', 'openpyxl', 'sqlalchemy'} & set(sys.modules))"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "set()"
