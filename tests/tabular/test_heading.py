"""The row that names the columns: found in the same place by who imports a table and by who scrubs it."""

from contextlib import closing
from pathlib import Path

import pytest
from openpyxl import Workbook

from gatekeeper.contacts.csv_source import CsvSource
from gatekeeper.contacts.xlsx import Sheet
from gatekeeper.lists import ListKind, ListStore
from gatekeeper.phone import DialPlan, Normaliser, NumberKind
from gatekeeper.tabular.heading import Heading, find_heading

NORMALISER = Normaliser(DialPlan())
A, B = "0612345678", "0761234567"

ALIKE = [
    ("a heading", ["nom;tel", f"Zoé;{A}", f"B;{B}"], Heading(0, there=True)),
    ("no heading", [f"Zoé;{A}", f"B;{B}"], Heading(0, there=False)),
    ("a title in one cell", ["Export;", "nom;tel", f"Zoé;{A}"], Heading(1, there=True)),
    ("a title with a date", ["Export du 26/11/2026;", ";", "nom;tel", f"Zoé;{A}"], Heading(2, there=True)),
    ("a title that says telephone", ["Liste des téléphones;", "nom;tel", f"Zoé;{A}"], Heading(1, there=True)),
    ("one word that says it", ["Téléphones;", "nom;mobile", f"Zoé;{A}"], Heading(1, there=True)),
    ("names that may be some", ["Export;", "client;numero", f"Zoé;{A}"], Heading(1, there=True)),
    ("a name in one of several columns", ["Export;", "tel;", f"{A};x", f"{B};y"], Heading(1, there=True)),
    ("a single column", ["telephone", A, B], Heading(0, there=True)),
    ("a title that says it over a column", ["Les numéros de téléphone opposés", "tel", A, B], Heading(1, there=True)),
    ("a column that may be some", ["Export de la semaine", "numero", A, B], Heading(1, there=True)),
    ("a long name of a column", ["Numéro de téléphone du client opposé", A, B], Heading(0, there=True)),
    ("numbers before a name", [f"Zoé;{A}", "nom;tel", f"B;{B}"], Heading(0, there=False)),
    ("many titles", [*["Titre;"] * 15, "nom;tel", f"Zoé;{A}"], Heading(15, there=True)),
]


@pytest.mark.parametrize(("lines", "expected"), [case[1:] for case in ALIKE], ids=[case[0] for case in ALIKE])
def test_lists_and_contacts_find_the_same_heading(lines: list[str], expected: Heading) -> None:
    """Whether or not they can ask what a number is."""
    rows = [line.split(";") for line in lines]
    assert find_heading(rows, is_number=is_number) == expected
    assert find_heading(rows) == expected


@pytest.mark.parametrize("lines", [lines for _, lines, found in ALIKE if found.there and len(lines[0].split(";")) > 1])
def test_every_reader_takes_it(tmp_path: Path, lines: list[str]) -> None:
    """A file and a sheet of contacts name the same columns, and a list has no rejected heading."""
    file = tmp_path / "table.csv"
    file.write_text("\n".join(lines) + "\n")
    book = Workbook()
    for line in lines:
        book.active.append([cell or None for cell in line.split(";")])
    book.save(tmp_path / "table.xlsx")
    with closing(CsvSource(file)) as source, closing(Sheet(tmp_path / "table.xlsx", None)) as opened:
        assert [name for name in source.dialect.names if name] == list(opened.head(None).names)
    with ListStore(tmp_path / "data") as store:
        store.ensure("one", ListKind.OPPOSITION)
        assert store.import_file(file, "one").rejected == 0


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        # A bad number is rejected and told, and never passed over as a title.
        (["061234;mobile", f"{A};fixe"], Heading(0, there=False)),
        (["06123;Paris", "06124;Total", f"{A};Lyon"], Heading(0, there=False)),
        (["06123;", "06124;client", f"{A};Lyon"], Heading(0, there=False)),
        # Names that say nothing are a heading above numbers only.
        (["x;y", f"{A};z"], Heading(0, there=True)),
        (["x;y", "u;v"], Heading(0, there=False)),
        # Titles of several cells.
        (["Société;26/11/2026", "nom;tel", f"Zoé;{A}"], Heading(1, there=True)),
    ],
)
def test_a_list_loses_no_number_to_a_heading(lines: list[str], expected: Heading) -> None:
    """Where what a number is can be asked."""
    assert find_heading([line.split(";") for line in lines], is_number=is_number) == expected


def test_what_a_person_says_goes_first() -> None:
    """Of the heading itself, and of the names that stand in it."""
    rows = [["Export", ""], ["id", "nom"], ["1", "Zoé"]]
    assert find_heading(rows, told=False) == Heading(0, there=False)
    assert find_heading([["x"], ["y"]], told=True) == Heading(0, there=True)
    assert find_heading(rows, wanted=[" NOM "], is_number=is_number) == Heading(1, there=True)
    assert find_heading(rows, wanted=["tel"], is_number=is_number) == Heading(0, there=True)
    assert find_heading([], told=True) == Heading(0, there=False)


def test_a_heading_that_is_told_is_found_below_titles() -> None:
    """As without being told."""
    rows = [["Export", ""], ["nom", "tel"], ["Zoé", A]]
    assert find_heading(rows, told=True) == find_heading(rows, told=True, is_number=is_number) == Heading(1, there=True)


def is_number(text: str) -> bool:
    """As an import asks it."""
    return NORMALISER.normalise(text).kind is NumberKind.E164
