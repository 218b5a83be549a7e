"""`gatekeeper bloctel deposit` and `return`."""

import json
import sqlite3
from pathlib import Path

import pytest
from openpyxl import Workbook

from tests.cli.conftest import Site

CONTACTS = """\
nom;mobile;fixe
A;0612345678;0145678901
B;06 12 34 56 78;
C;+49301234567;abc
D;0699999998;+33612345679
E;"x;0612
"""


@pytest.fixture
def wash(site: Site) -> Site:
    """A site whose list bloctel takes answers."""
    text = site.config.read_text().replace("[lists.bloctel]", '[lists.washed]\nkind = "wash"\n')
    site.config.write_text(text)
    return site


def deposit(site: Site, *more: str, source: str = "") -> dict[str, int]:
    """What a deposit counts."""
    file = source or site.file(CONTACTS, "contacts.csv")
    out = str(site.folder / "deposit.csv")
    result = site.run("bloctel", "deposit", file, "--list", "washed", "--out", out, "--json", "--overwrite", *more)
    assert result.code == 0, result.err
    counts: dict[str, int] = json.loads(result.out)
    parts = ("deposited", "repeated", "answered", "marked", "aside")
    assert counts["cells"] == sum(counts[part] for part in parts)
    return counts


def demand_files(site: Site) -> None:
    """The files of a deposit of the contacts, from a file or a sheet."""
    assert (site.folder / "deposit.csv").read_bytes() == (
        b"Telephone;Identifiant\n0145678901;1\n0612345678;2\n0612345679;3\n0699999998;4\n"
    )
    origin = (site.folder / "deposit.contacts.csv").read_text().splitlines()
    assert origin == ["Identifiant;line;column", "2;2;mobile", "1;2;fixe", "2;3;mobile", "4;5;mobile", "3;5;fixe"]
    aside = (site.folder / "deposit.aside.csv").read_text().splitlines()
    assert [line.split(";")[:3] for line in aside[1:]] == [
        ["4", "mobile", "foreign"],
        ["4", "fixe", "no number"],
        ["6", "", "unreadable"],
    ]


def test_deposits_each_number_once(wash: Site) -> None:
    """The file has the layout that Bloctel takes; identifiers lead back to the contacts; the rest is set aside."""
    counts = deposit(wash)
    assert (counts["deposited"], counts["repeated"], counts["aside"]) == (4, 1, 3)
    demand_files(wash)


def test_what_is_answered_is_not_asked_again(wash: Site) -> None:
    """After the return only what it did not answer is deposited; near its end, what it cleared, too."""
    deposit(wash)
    file = wash.file("0612345678;2;OK\n0145678901;1;NON\n0699999998;4; OK \n0612345679;3;\n", "retour_deposit.csv")
    result = wash.run("bloctel", "return", file, "--list", "washed", "--force", "--json")
    assert result.code == 0, result.err
    report = json.loads(result.out)
    assert (report["read"], report["imported"], report["rejected"], report["cleared"]) == (4, 3, 1, 2)
    counts = deposit(wash)
    assert (counts["deposited"], counts["answered"], counts["marked"]) == (1, 2, 1)
    assert b"0612345679;1\n" in (wash.folder / "deposit.csv").read_bytes()
    assert deposit(wash, "--within", "31")["deposited"] == 3
    assert deposit(wash, "--all")["deposited"] == 4


def test_only_a_list_of_answers_takes_them(site: Site) -> None:
    """A list of another kind is refused for both, with what to write in the configuration."""
    file = site.file(CONTACTS, "contacts.csv")
    for command in (("deposit", file, "--out", str(site.folder / "d.csv")), ("return", file)):
        result = site.run("bloctel", *command)
        assert result.code == 2
        assert 'kind = "wash"' in result.err
    assert not (site.folder / "d.csv").exists()


def test_an_earlier_deposit_is_kept(wash: Site) -> None:
    """Without --overwrite a deposit does not replace another."""
    deposit(wash)
    file, out = str(wash.folder / "contacts.csv"), str(wash.folder / "deposit.csv")
    assert wash.run("bloctel", "deposit", file, "--list", "washed", "--out", out).code == 2


def workbook(path: Path) -> str:
    """The contacts in a sheet, numbers as a spreadsheet holds them; one row has a cell too many."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for row in (
        ["nom", "mobile", "fixe"],
        ["A", 612345678, "0145678901"],
        ["B", "06 12 34 56 78", None],
        ["C", "+49301234567", "abc"],
        ["D", "0699999998", "+33612345679"],
        ["E", "0612345680", "", "0612345681"],
    ):
        sheet.append(row)
    sheet["B2"].number_format = "0000000000"
    book.save(path)
    return str(path)


def database(path: Path) -> str:
    """The contacts in a table."""
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE lead(lead_id INTEGER PRIMARY KEY, phone_number TEXT, alt_phone TEXT)")
        connection.executemany(
            "INSERT INTO lead VALUES (?, ?, ?)",
            [
                (7, "0612345678", "0145678901"),
                (8, "06 12 34 56 78", None),
                (9, "+49301234567", "abc"),
                (11, "0699999998", "+33612345679"),
                (900, "0612345680", ""),
            ],
        )
    connection.close()
    return f"sqlite:///{path}"


def test_a_workbook_is_deposited(wash: Site) -> None:
    """As a file of text is; a row that goes on behind the last column is set aside whole."""
    counts = deposit(wash, source=workbook(wash.folder / "contacts.xlsx"))
    assert (counts["deposited"], counts["repeated"], counts["aside"]) == (4, 1, 3)
    demand_files(wash)


def test_a_table_is_deposited(wash: Site) -> None:
    """Of the rows that are wanted; the keys of its rows stand where a file has lines."""
    counts = deposit(wash, "--table", "lead", "--where", "lead_id < 900", source=database(wash.folder / "crm.sqlite3"))
    assert (counts["deposited"], counts["repeated"], counts["aside"]) == (4, 1, 2)
    origin = (wash.folder / "deposit.contacts.csv").read_text().splitlines()
    assert origin[0] == "Identifiant;key;column"
    assert origin[1:] == [
        "2;7;phone_number",
        "1;7;alt_phone",
        "2;8;phone_number",
        "4;11;phone_number",
        "3;11;alt_phone",
    ]


def test_a_database_is_deposited_by_its_table(wash: Site) -> None:
    """Without one the command says what is missing."""
    result = wash.run("bloctel", "deposit", database(wash.folder / "crm.sqlite3"), "--list", "washed")
    assert result.code == 2
    assert "--table" in result.err
