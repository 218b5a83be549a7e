"""Files that are not what they should be: the right result, or what to do."""

import os
import zipfile
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook

from gatekeeper.contacts.number_format import shown
from gatekeeper.errors import ContactsError, ScrubRefused
from gatekeeper.phone import DialPlan, Normaliser
from gatekeeper.scrub import door
from gatekeeper.scrub.contact_numbers import Reading, gather
from gatekeeper.scrub.options import ScrubOptions
from gatekeeper.scrub.run import Scrubber
from tests.scrub.conftest import removed_rows

FREE, LISTED_1 = "0612000008", "0612000000"
HEADING = "id;nom;telephone\n"


def contacts(path: Path, text: str = "") -> Path:
    """A file of two contacts, of whom one is listed."""
    path.write_text(text or f"{HEADING}1;A;{FREE}\n2;B;{LISTED_1}\n")
    return path


# In place.


@pytest.mark.parametrize("depth", [1, 2])
def test_a_symbolic_link_stays_one(scrubber: Scrubber, tmp_path: Path, depth: int) -> None:
    """What it leads to is replaced, with its mode; the outputs stand beside the link."""
    (tmp_path / "real").mkdir()
    real = contacts(tmp_path / "real" / "export.csv")
    real.chmod(0o664)
    link = real
    for step in range(depth):
        link, before = tmp_path / f"link{step}.csv", link
        link.symlink_to(before)
    door.scrub(scrubber, link, ScrubOptions(in_place=True))
    assert link.is_symlink()
    assert real.read_text() == link.read_text() == f"{HEADING}1;A;{FREE}\n"
    assert real.stat().st_mode & 0o777 == 0o664
    assert (tmp_path / f"{link.stem}.removed.csv").exists()


def test_a_file_with_two_names_is_not_torn_apart(scrubber: Scrubber, tmp_path: Path) -> None:
    """A hard link would go on holding the listed number."""
    path = contacts(tmp_path / "contacts.csv")
    (tmp_path / "other.csv").hardlink_to(path)
    with pytest.raises(ScrubRefused, match=r"2 names.*without --in-place"):
        door.scrub(scrubber, path, ScrubOptions(in_place=True))
    assert len(list(tmp_path.iterdir())) == 2


def test_a_file_of_somebody_else_stays_theirs(
    scrubber: Scrubber, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Only root can give a file away: for others it is refused before anything is written."""
    path = contacts(tmp_path / "contacts.csv")
    monkeypatch.setattr(os, "geteuid", lambda: path.stat().st_uid + 1)
    with pytest.raises(ScrubRefused, match="belongs to another user"):
        door.scrub(scrubber, path, ScrubOptions(in_place=True))
    assert list(tmp_path.iterdir()) == [path]


# No files of contacts.


@pytest.mark.parametrize("suffix", [".csv", ".xlsx"])
def test_a_pipe_is_refused(scrubber: Scrubber, tmp_path: Path, suffix: str) -> None:
    """It could not be read twice, and nobody might ever write to it."""
    path = tmp_path / f"contacts{suffix}"
    os.mkfifo(path)
    with pytest.raises(ContactsError, match="is a pipe or device and no file: write the contacts to a file"):
        door.scrub(scrubber, path, ScrubOptions())
    with pytest.raises(ContactsError, match="is a pipe or device"):
        gather(path, Normaliser(DialPlan()), Reading())
    assert list(tmp_path.iterdir()) == [path]


OPEN_DOCUMENT = {"mimetype": "application/vnd.oasis.opendocument.spreadsheet"}


@pytest.mark.parametrize(
    ("name", "members", "text"),
    [
        (
            "contacts.ods",
            {"mimetype": "application/vnd.oasis.opendocument.spreadsheet"},
            r"OpenDocument.*save it as XLSX",
        ),
        (
            "contacts.csv",
            {"mimetype": "application/vnd.oasis.opendocument.spreadsheet"},
            r"OpenDocument.*save it as XLSX",
        ),
        ("contacts.csv", {"[Content_Types].xml": "x", "xl/workbook.xml": "x"}, "give it such a name"),
        ("contacts.zip", {"contacts.csv": f"{HEADING}1;A;{FREE}\n"}, "unpack it first"),
        ("contacts.xlsx", OPEN_DOCUMENT, "can't be read as XLSX"),
    ],
)
def test_other_formats_are_told(
    scrubber: Scrubber, tmp_path: Path, name: str, members: dict[str, str], text: str
) -> None:
    """By what is in the file, not by its name."""
    path = tmp_path / name
    with zipfile.ZipFile(path, "w") as archive:
        for member, content in members.items():
            archive.writestr(member, content)
    with pytest.raises(ContactsError, match=text):
        door.scrub(scrubber, path, ScrubOptions())


# Titles above the names of the columns.

TITLES = [
    "Export du 26/11/2026\n",
    "Fichier clients;;\n",
    "Liste des téléphones\n;;\n",
    "\nFichier 2026\n\n",
    '"Deux\nlignes";;\n',
]


@pytest.mark.parametrize("title", TITLES)
@pytest.mark.parametrize("encoding", ["utf-8", "cp1252", "utf-16"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_a_title_is_no_heading(scrubber: Scrubber, tmp_path: Path, title: str, encoding: str, end: str) -> None:
    """It stays where it is, the columns have their names, and lines are counted from the file's first."""
    path = tmp_path / "contacts.csv"
    lines = [f"1;Zoé;{FREE}\n", f"2;B;{LISTED_1}\n"]
    path.write_bytes((title + HEADING + "".join(lines)).replace("\n", end).encode(encoding))
    outcome = door.scrub(scrubber, path, ScrubOptions())
    assert outcome.columns == ("telephone",)
    clean = (tmp_path / "contacts.clean.csv").read_bytes()
    assert clean == (title + HEADING + lines[0]).replace("\n", end).encode(encoding)
    (row,) = removed_rows(tmp_path / "contacts.removed.csv", encoding=encoding)
    assert (row["id"], int(row["gatekeeper_line"])) == ("2", title.count("\n") + 3)
    gathered = gather(path, Normaliser(DialPlan()), Reading())
    assert [place for _, place, _ in gathered.where] == [title.count("\n") + 2, title.count("\n") + 3]


def test_a_title_over_a_single_column_is_no_heading(scrubber: Scrubber, tmp_path: Path) -> None:
    """Where no delimiter tells the heading from it."""
    path = contacts(tmp_path / "contacts.csv", f"Les numéros de la semaine\ntelephone\n{FREE}\n{LISTED_1}\n")
    tally = door.scrub(scrubber, path, ScrubOptions()).tally
    assert (tally.read, tally.kept) == (2, 1)


def test_excels_line_counts_as_a_line(scrubber: Scrubber, tmp_path: Path) -> None:
    """`sep=;` is the first."""
    door.scrub(scrubber, contacts(tmp_path / "contacts.csv", f"sep=;\n{HEADING}1;A;{LISTED_1}\n"), ScrubOptions())
    text = (tmp_path / "contacts.removed.csv").read_text()
    assert text.splitlines()[2].endswith(";3")


def test_records_over_two_lines_stay_whole(scrubber: Scrubber, tmp_path: Path) -> None:
    """In what is kept and in what is removed, whatever ends the lines within; also before the number."""
    rows = [f'1;"1 rue\nde l\'Est";{FREE}\n', f'2;"2 rue\r\nde l\'Est";{LISTED_1}\n', f'3;"a ""b""\n\nc";{FREE}\n',
            f'4;"x\ny";"{LISTED_1}\n{FREE}"\n']  # fmt: skip
    path = tmp_path / "two.csv"
    path.write_bytes((HEADING + "".join(rows)).encode())
    door.scrub(scrubber, path, ScrubOptions())
    assert (tmp_path / "two.clean.csv").read_bytes() == (HEADING + rows[0] + rows[2]).encode()
    removed = removed_rows(tmp_path / "two.removed.csv")
    assert [(row["id"], row["nom"], row["gatekeeper_line"]) for row in removed] == [
        ("2", "2 rue\r\nde l'Est", "4"),
        ("4", "x\ny", "9"),
    ]


# Workbooks.


def workbook(path: Path, *sheets: tuple[str, str, list[list[Any]]]) -> Path:
    """A workbook of sheets with their name and state."""
    book = Workbook()
    book.remove(book.worksheets[0])
    for name, state, rows in sheets:
        sheet = book.create_sheet(name)
        sheet.sheet_state = state
        for row in rows:
            sheet.append(row)
    book.save(path)
    return path


@pytest.mark.parametrize("state", ["hidden", "veryHidden"])
def test_a_hidden_sheet_is_not_the_first(scrubber: Scrubber, tmp_path: Path, state: str) -> None:
    """The first that people see is scrubbed, and the certificate names it and those that were not looked at."""
    lists, rows = [["tel"], ["0612000099"]], [["tel"], [FREE], [LISTED_1]]
    path = workbook(tmp_path / "c.xlsx", ("Listes", state, lists), ("Contacts", "visible", rows))
    outcome = door.scrub(scrubber, path, ScrubOptions())
    assert (outcome.tally.read, outcome.tally.kept) == (2, 1)
    details = outcome.certificate.details
    assert (details["sheet"], details["other_sheets"]) == ("Contacts", "Listes")
    gathered = gather(path, Normaliser(DialPlan()), Reading())
    assert len(gathered.where) == 2
    named = door.scrub(scrubber, path, ScrubOptions(sheet="Listes", overwrite=True))
    assert named.tally.read == 1


@pytest.mark.parametrize(
    ("number", "number_format", "text"),
    [
        ("612345678", '0#" "##" "##" "##" "##', "06 12 34 56 78"),
        ("612345678", '[$-40C]0#" "##" "##" "##" "##', "06 12 34 56 78"),
        ("612345678", r"0#\ ##\ ##\ ##\ ##", "06 12 34 56 78"),
        ("612345678", "0000000000", "0612345678"),
        ("612345678", "00 00 00 00 00", "06 12 34 56 78"),
        ("612345678", "00.00.00.00.00", "06.12.34.56.78"),
        ("612345678", '"0"#########', "0612345678"),
        ("612345678", '"+33 "0" "00" "00" "00" "00', "+33 6 12 34 56 78"),
        ("33612345678", '0#" "##" "##" "##" "##', "336 12 34 56 78"),
        ("470123456", "0000/00.00.00", "0470/12.34.56"),
        ("2125551234", "(###) ###-####", "(212) 555-1234"),
        ("612345678", "General", "612345678"),
        ("612345678", "0", "612345678"),
        ("612345678", "0.00", "612345678"),
        ("612345678", "#,##0", "612345678"),
        ("612345678", "dd/mm/yyyy", "612345678"),
        ("612345678", "0.00E+00", "612345678"),
    ],
)
def test_a_number_is_what_its_cell_shows(number: str, number_format: str, text: str) -> None:
    """With the zero in front that its format shows."""
    assert shown(number, number_format) == text


def test_excels_french_format_restores_the_zero(scrubber: Scrubber, tmp_path: Path) -> None:
    """Numbers kept as numbers, also one that could be another country's without its zero; a title above the names."""
    path = workbook(
        tmp_path / "c.xlsx",
        ("Contacts", "visible", [["Export du 26/11/2026"], [], ["nom", "tél"], ["A", 612000008], ["B", 612000000],
                                 ["C", 493012345]]),
    )  # fmt: skip
    book = load_workbook(path)
    sheet = book.worksheets[0]
    for row in (4, 5, 6):
        sheet.cell(row, 2).number_format = '0#" "##" "##" "##" "##'
    book.save(path)
    outcome = door.scrub(scrubber, path, ScrubOptions())
    assert (outcome.tally.read, outcome.tally.kept, outcome.tally.blocked) == (3, 2, 1)
    kept = load_workbook(tmp_path / "c.clean.xlsx").worksheets[0]
    assert [[cell.value for cell in row] for row in kept.iter_rows()][2:] == [
        ["nom", "tél"], ["A", 612000008], ["C", 493012345]]  # fmt: skip
