"""An export out of a real journal, by every sort of file."""

import csv
import io
import json
import sqlite3
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from pypdf import PdfReader

from gatekeeper.exports import work
from gatekeeper.exports.columns import NAMES, TITLES, headings
from gatekeeper.exports.csv_file import CsvFile
from gatekeeper.exports.job import ExportState, JobState
from gatekeeper.exports.store import ExportLimits
from gatekeeper.exports.work import make_export
from gatekeeper.exports.xlsx_file import XlsxFile
from gatekeeper.journal import DecisionFilter, DecisionRow
from gatekeeper.journal.export import record
from gatekeeper.journal.ident import ident_of_correction
from gatekeeper.journal.reader import StoredDecision
from gatekeeper.journal.sqlite import WholeReader
from gatekeeper.journal.sqlite import reader as reading
from gatekeeper.journal.sqlite.tables import INSERT_CORRECTION
from gatekeeper.lists import ListKind, ListStore
from gatekeeper.words import Language
from tests.exports.orders import NASTY, PARIS, START, order, some_rows, store_in, write_journal
from tests.journal import rows as journal_rows
from tests.journal.rows import row

COUNT = 1203


@pytest.fixture(scope="module")
def data_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A journal of a morning."""
    return write_journal(tmp_path_factory.mktemp("data"), some_rows(COUNT))


def made(data_dir: Path, form: str, wanted: DecisionFilter | None = None, **changed: Any) -> tuple[JobState, Path]:
    """An export of a journal, and the folder of its files."""
    store = store_in(data_dir)
    job = store.add(order(form, wanted, **changed))
    assert make_export(store, job.id, data_dir) is ExportState.DONE
    found = store.find(job.id)
    assert found is not None
    names = [one.name for one in found.state.files]
    assert names == [f"journal.{form}"] + ["journal.csv"] * (form == "pdf")
    return found.state, store.folder_of(job.id)


@pytest.fixture(autouse=True)
def _room(data_dir: Path) -> Iterator[None]:
    """Nothing is left of an order after its test."""
    yield
    store = store_in(data_dir)
    for job in store.jobs():
        store.remove(job.id)


def rows_of(path: Path) -> list[dict[str, str]]:
    """A CSV's rows, by the names of the journal."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        heads, *rows = list(csv.reader(file))
    assert heads == headings(Language.FR)
    return [dict(zip(NAMES, row, strict=True)) for row in rows]


def test_every_column_has_a_name_in_both_languages() -> None:
    """Each once: whoever reads a file can tell its columns apart."""
    assert set(TITLES) == set(NAMES)
    for language in Language:
        assert len(set(headings(language))) == len(NAMES)


def test_csv_has_every_decision_and_no_formula(data_dir: Path) -> None:
    """In order, with local times, and what a caller wrote as text."""
    state, folder = made(data_dir, "csv")
    rows = rows_of(folder / "journal.csv")
    assert (state.rows, len(rows), state.share) == (COUNT, COUNT, 1.0)
    assert rows[0]["at"] == "2026-11-02T09:00:00.000+01:00"
    assert rows[0]["reason_text"].startswith("Le numéro figure sur la liste rouge")
    assert rows[1]["campaign"] == "'" + NASTY
    assert rows[0]["number"].startswith("+33")
    cells = {cell for row in rows for name, cell in row.items() if name != "number"}
    assert not [cell for cell in cells if cell[:1] in "=+-@" and cell]


def test_xlsx_has_texts_alone(data_dir: Path) -> None:
    """No cell is a formula, a number that Excel would round, or a link."""
    _, folder = made(data_dir, "xlsx")
    book = openpyxl.load_workbook(folder / "journal.xlsx")
    (sheet,) = book.worksheets
    heads, *rows = list(sheet.iter_rows(values_only=True))
    assert list(heads) == headings(Language.FR)
    assert len(rows) == COUNT
    by_name = dict(zip(NAMES, rows[1], strict=True))
    assert by_name["campaign"] == NASTY
    kinds = {cell.data_type for row in sheet.iter_rows(max_row=20) for cell in row if cell.value is not None}
    assert kinds <= {"s", "inlineStr"}
    assert sorted(path.name for path in folder.iterdir()) == [
        "journal.xlsx",
        "lock",
        "order.json",
        "state.json",
    ]


_SIGNS = ("=1+1", "+1+1", "-1+1", "@SUM(1)", "\t=1", "\r=1", "\n=1", "\uff1d1", "\u200b=1", "\xa0=1", "|x", "%x")
_WITHIN = ("a;=1+1", 'a";"=1', "a,@SUM(1)", "a|-2+3", "a;\u200b=1", "a\t=1", "a\r\n=1")
_OURS = {"id", "verdict", "reason", "gate", "supersedes", "would_block"}
_OPENS = tuple("=+-@\uff1d")


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A journal in which each text that comes from outside opens a formula, in one way in each row."""
    names = [name for name, kind in DecisionRow.__annotations__.items() if kind in {str, "str"} and name not in _OURS]
    rows = [
        row(at=START + place * 1_000_000, **dict.fromkeys(names, sign)) for place, sign in enumerate(_SIGNS + _WITHIN)
    ]
    return write_journal(tmp_path_factory.mktemp("hostile"), rows)


@pytest.mark.parametrize("form", ["csv", "pdf"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_no_text_of_a_csv_runs_in_a_spreadsheet_of_any_country(hostile: Path, form: str, delimiter: str) -> None:
    """Excel divides cells by its country's sign, in France the semicolon, and not by the file's."""
    _, folder = made(hostile, form)
    with (folder / "journal.csv").open(encoding="utf-8-sig", newline="") as file:
        _, *rows = list(csv.reader(file, delimiter=delimiter))
    opened = [cell.strip('" \xa0') for row in rows for cell in row]
    assert not [cell for cell in opened if cell.startswith(_OPENS) and not cell.removeprefix("+").isdecimal()]


def test_no_text_of_a_workbook_runs(hostile: Path) -> None:
    """Neither as a formula nor as a link, nor is it taken for a number; what can't be seen is."""
    _, folder = made(hostile, "xlsx")
    with zipfile.ZipFile(folder / "journal.xlsx") as book:
        for name in book.namelist():
            content = book.read(name)
            assert b"<f>" not in content, name
            assert b"<hyperlinks>" not in content.lower(), name
            assert b"externalLink" not in content, name
    (sheet,) = openpyxl.load_workbook(folder / "journal.xlsx").worksheets
    assert {cell.data_type for row in sheet.iter_rows() for cell in row if cell.value is not None} <= {"s", "inlineStr"}


def test_a_workbook_goes_on_on_further_sheets(data_dir: Path, tmp_path: Path) -> None:
    """Excel has 1,048,576 rows to a sheet."""
    file = XlsxFile(tmp_path / "x.xlsx", Language.FR, PARIS, sheet_rows=500)
    with WholeReader(data_dir / "journal.sqlite3") as reader:
        for page in reader.pages(DecisionFilter(), size=700):
            file.add(page)
    file.finish(lambda: None)
    book = openpyxl.load_workbook(tmp_path / "x.xlsx", read_only=True)
    assert [sheet.title for sheet in book] == ["Décisions", "Décisions 2", "Décisions 3"]
    counts = [sum(1 for _ in sheet.iter_rows()) - 1 for sheet in book]
    book.close()
    assert counts == [500, 500, 203]


@pytest.mark.parametrize("form", ["json", "ndjson"])
def test_json_is_what_the_journal_says(data_dir: Path, form: str) -> None:
    """The journal's own names and UTC, as `gatekeeper log --format json` has them."""
    _, folder = made(data_dir, form)
    text = (folder / f"journal.{form}").read_text()
    found = json.loads(text) if form == "json" else [json.loads(line) for line in text.splitlines()]
    with WholeReader(data_dir / "journal.sqlite3") as reader:
        assert found == [record(one) for page in reader.pages(DecisionFilter()) for one in page]


@pytest.mark.parametrize(("form", "text"), [("json", "[]\n"), ("ndjson", "")])
def test_json_of_nothing(data_dir: Path, form: str, text: str) -> None:
    """An array of nothing is an array."""
    _, folder = made(data_dir, form, DecisionFilter(campaigns=frozenset({"none"})))
    assert (folder / f"journal.{form}").read_text() == text


def test_pdf_is_tied_to_its_csv(data_dir: Path) -> None:
    """It names site, filter, period and count, has every decision, and the sum of the CSV; each page has its number."""
    wanted = DecisionFilter(since=datetime(2026, 11, 2, 7, tzinfo=UTC), verdicts=frozenset({"BLOCK"}))
    state, folder = made(data_dir, "pdf", wanted)
    pages = [page.extract_text() for page in PdfReader(io.BytesIO((folder / "journal.pdf").read_bytes())).pages]
    together = " ".join(" ".join(pages).split())
    for said in ("centre-1", "zoé", "à partir du 2026-11-02 08:00:00 (Europe/Paris)", "verdict : BLOCK"):
        assert said in together
    assert "301 : 0 permis, 301 bloqués" in together
    assert state.files[1].sha256 in together
    assert "Le numéro figure sur la liste rouge" in together
    for one in rows_of(folder / "journal.csv"):
        assert one["id"] in together
    assert len(pages) > 5
    for number, page in enumerate(pages, start=1):
        assert f"page {number} sur {len(pages)}" in page


def test_a_pdf_in_english_of_nothing(data_dir: Path) -> None:
    """It says so."""
    _, folder = made(data_dir, "pdf", DecisionFilter(numberless=True), language=Language.EN)
    (page,) = PdfReader(io.BytesIO((folder / "journal.pdf").read_bytes())).pages
    text = " ".join(page.extract_text().split())
    assert "No decision matches." in text
    assert "the whole journal" in text
    assert "without a complete number" in text


def test_looks_are_short_however_few_decisions_match(data_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A look never goes through more rows than it may, and each is told; the decisions are those of one long look."""
    monkeypatch.setattr(reading, "_LOOK", 100)
    wanted = DecisionFilter(since=datetime.fromtimestamp(START / 1e6, UTC) + timedelta(seconds=600, milliseconds=500),
                            reasons=frozenset({"RED_LIST"}))  # fmt: skip
    seen: list[int] = []
    with WholeReader(data_dir / "journal.sqlite3") as reader:
        found = [one for page in reader.pages(wanted, size=10, looked=seen.append) for one in page]
        assert found == [one for page in reader.pages(wanted) for one in page]
    assert len(found) == 150
    assert seen[-1] == COUNT
    assert all(after - before <= 100 for before, after in zip([601, *seen], seen, strict=False))


def test_it_tells_how_far_it_is_and_can_be_called_off(data_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """While it runs its state is written down; called off, it leaves no file."""
    monkeypatch.setattr(work, "PAGE", 100)
    monkeypatch.setattr(work, "_SAY_S", 0.0)
    store = store_in(data_dir)
    job = store.add(order())
    told: list[JobState] = []
    save = store.save

    def noted(ident: str, state: JobState) -> None:
        told.append(state)
        save(ident, state)
        if state.rows >= 500:
            store.cancel(ident)

    monkeypatch.setattr(store, "save", noted)
    assert make_export(store, job.id, data_dir) is ExportState.CANCELLED
    shares = [one.share for one in told[:-1]]
    assert shares == sorted(shares)
    assert 0.4 < shares[-1] < 0.5
    assert abs(told[-2].estimated - COUNT) < 5
    assert not (store.folder_of(job.id) / "journal.csv").exists()
    assert make_export(store, job.id, data_dir) is None


@pytest.mark.parametrize(
    ("limits", "form", "why"),
    [
        (ExportLimits(file_bytes=10_000), "csv", "dépasserait"),
        (ExportLimits(file_bytes=10_000), "pdf", "dépasserait"),
        (ExportLimits(rows=COUNT - 1), "csv", f"nombreuses qu'un export n'en peut contenir ici ({COUNT - 1})"),
    ],
)
def test_a_file_is_bounded(
    data_dir: Path, limits: ExportLimits, form: str, why: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What would become too large fails with a reason, in the language of who asked, and leaves no file."""
    monkeypatch.setattr(work, "_SAY_S", 0.0)
    store = store_in(data_dir, limits)
    job = store.add(order(form))
    assert make_export(store, job.id, data_dir) is ExportState.FAILED
    found = store.find(job.id)
    assert found is not None
    assert why in found.state.why
    assert not list(store.folder_of(job.id).glob("journal.*"))


def test_a_pdf_has_no_more_decisions_than_somebody_reads(data_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It says what to ask for."""
    monkeypatch.setattr("gatekeeper.exports.pdf_file.PdfFile.most", 100)
    store = store_in(data_dir)
    job = store.add(order("pdf"))
    assert make_export(store, job.id, data_dir) is ExportState.FAILED
    found = store.find(job.id)
    assert found is not None
    assert found.state.why.startswith("Les décisions qui correspondent sont plus nombreuses")


def test_it_is_of_the_moment_when_it_was_begun(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is written while it is made is not in it, and a correction of what is in it takes nothing out."""
    rows = some_rows(20)
    data = write_journal(tmp_path / "d", rows)
    monkeypatch.setattr(work, "PAGE", 5)
    add = CsvFile.add

    def meanwhile(file: CsvFile, page: Sequence[StoredDecision], /) -> None:
        add(file, page)
        last = rows[-1]
        right = last._replace(id=ident_of_correction(last.at, last.id, "y"), supersedes=last.id)
        with closing(sqlite3.connect(data / "journal.sqlite3")) as connection, connection:
            connection.execute(INSERT_CORRECTION, (*right, "other", 1, bytes(16)))
        write_journal(data, [journal_rows.row(at=START + 10**9)])

    monkeypatch.setattr(CsvFile, "add", meanwhile)
    state, folder = made(data, "csv")
    assert [one["id"] for one in rows_of(folder / "journal.csv")] == [one.id for one in rows]
    assert (state.rows, state.upto) == (20, 20)


@pytest.mark.parametrize("principals", [None, frozenset({"Énergies SA"})])
def test_it_says_up_to_when_the_journal_is_in_it(data_dir: Path, principals: frozenset[str] | None) -> None:
    """In the PDF and in a workbook's properties; the newest decision of all is for who may see all."""
    with WholeReader(data_dir / "journal.sqlite3") as reader:
        newest = reader.latest(DecisionFilter(), 1)[0].row
    wanted = DecisionFilter(number=1).within(principals)
    state, folder = made(data_dir, "pdf", wanted, principals=principals)
    moment = f"Le journal au {datetime.fromtimestamp(state.upto_at // 10**6, PARIS):%Y-%m-%d %H:%M:%S} (Europe/Paris)"
    (page,) = PdfReader(io.BytesIO((folder / "journal.pdf").read_bytes())).pages
    said = " ".join(page.extract_text().split())
    assert moment in said
    assert (newest.id in said) is (principals is None)
    _, folder = made(data_dir, "xlsx", wanted, principals=principals)
    about = openpyxl.load_workbook(folder / "journal.xlsx").properties.description
    assert about.startswith("Le journal au ")
    assert (newest.id in about) is (principals is None)


def test_without_a_journal_it_fails(tmp_path: Path) -> None:
    """It says what is missing."""
    store = store_in(tmp_path)
    job = store.add(order())
    assert make_export(store, job.id, tmp_path) is ExportState.FAILED
    found = store.find(job.id)
    assert found is not None
    assert "Le journal ne peut pas être lu" in found.state.why


def test_the_log_is_emptied_while_an_export_stands_between_two_looks(data_dir: Path, tmp_path: Path) -> None:
    """No read transaction is left open: a checkpoint takes all, whenever it comes."""
    other = write_journal(tmp_path / "d", some_rows(50))
    with WholeReader(other / "journal.sqlite3") as reader:
        pages = reader.pages(DecisionFilter(), size=10, looked=lambda _: None)
        next(pages)
        with closing(sqlite3.connect(other / "journal.sqlite3")) as connection:
            connection.execute("UPDATE decision SET micros = 1")
            connection.commit()
            assert connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0] == 0
        assert sum(map(len, pages)) == 40


@pytest.mark.parametrize("form", ["csv", "json"])
def test_who_is_bound_is_told_no_version_of_a_register_of_contracts(tmp_path: Path, form: str) -> None:
    """It tells what others write into it; whoever is bound to nobody has it."""
    with ListStore(tmp_path) as store:
        store.ensure("customers", ListKind.CONTRACT)
    write_journal(tmp_path, [row(facts="customers@1.7 red@3", principal="ACME")])
    told = []
    for principals in (frozenset({"ACME"}), None):
        _, folder = made(tmp_path, form, principals=principals)
        told.append([name in (folder / f"journal.{form}").read_text() for name in ("customers@1.7", "red@3")])
    assert told == [[False, True], [True, True]]


@pytest.mark.parametrize("form", ["csv", "json"])
def test_who_is_bound_is_not_told_how_much_others_called(tmp_path: Path, form: str) -> None:
    """By the numbers that a writer gives its rows, whosever they are; whoever is bound to nobody has them."""
    others = [row(principal="Other") for _ in range(776)]
    write_journal(tmp_path, [*others, row(principal="ACME")])
    wanted = DecisionFilter(principals=frozenset({"ACME"}))
    told = []
    for principals in (wanted.principals, None):
        _, folder = made(tmp_path, form, wanted=wanted, principals=principals)
        path = folder / f"journal.{form}"
        found = json.loads(path.read_text()) if form == "json" else rows_of(path)
        told.append([str(one["sequence"] or "") for one in found])
    assert told == [[""], ["777"]]
