"""Scrubbing a table: what is done to it, and what is written."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from gatekeeper.contacts import database as databases
from gatekeeper.contacts.table import ContactTable
from gatekeeper.contacts.table_rows import Change, RowAction, TableSpec
from gatekeeper.errors import ContactsError, ScrubRefused
from gatekeeper.phone import DialPlan, Normaliser
from gatekeeper.scrub import door
from gatekeeper.scrub.options import ScrubOptions, TableOptions
from gatekeeper.scrub.run import Scrubber, ScrubOutcome
from tests.scrub.conftest import BY_HAND, FIRST, certificate, may_be_called, national, removed_rows

FREE, LISTED_1, RED_1 = "0612000008", "0612000000", "0612000001"


class Crm:
    """A table of contacts in SQLite."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.connection = sqlite3.connect(path, isolation_level=None)
        self.connection.execute(
            "CREATE TABLE contact (id INTEGER PRIMARY KEY, name TEXT, phone TEXT, mobile INTEGER, status TEXT, "
            "code TEXT UNIQUE)"
        )

    def insert(self, *rows: tuple[Any, ...]) -> None:
        self.connection.executemany(
            "INSERT INTO contact (id, name, phone, mobile, status) VALUES (?, ?, ?, ?, ?)", rows
        )

    def rows(self) -> list[tuple[Any, ...]]:
        return self.connection.execute("SELECT id, name, phone, mobile, status FROM contact ORDER BY id").fetchall()

    def statuses(self) -> dict[int, str | None]:
        return {row[0]: row[4] for row in self.rows()}

    def spec(self, **more: Any) -> TableSpec:
        return TableSpec(**{"url": f"sqlite:///{self.path}", "table": "contact", "mark": ("status", "DNC"), **more})


@pytest.fixture
def crm(tmp_path: Path) -> Iterator[Crm]:
    """Seven contacts: one may be called, one is marked."""
    made = Crm(tmp_path / "crm.sqlite3")
    made.insert(
        (1, "A", FREE, None, "NEW"),
        (2, "B", LISTED_1, None, "NEW"),
        (3, "C", LISTED_1, 612000008, None),
        (4, "D", None, 612000001, "SALE"),
        (5, "E", None, None, "NEW"),
        (6, "F", LISTED_1, None, "DNC"),
        (7, "G", "=HYPERLINK(1)", None, "NEW"),
    )
    yield made
    made.connection.close()


def run(
    scrubber: Scrubber, spec: TableSpec, folder: Path, treatment: TableOptions | None = None, **more: Any
) -> ScrubOutcome:
    """Scrub the table."""
    options = ScrubOptions(folder=folder, table=treatment or TableOptions(batch=2), **more)
    return door.scrub(scrubber, spec, options)


# What is done.


def test_marks_and_touches_nothing_else(scrubber: Scrubber, crm: Crm, tmp_path: Path) -> None:
    """In place, contacts are marked on one of whose numbers they may not be called; nothing else changes.

    Nobody is said to have objected who has no number, or none that is understood.
    """
    before = crm.rows()
    outcome = run(scrubber, crm.spec(), tmp_path, in_place=True)
    assert crm.statuses() == {1: "NEW", 2: "DNC", 3: "DNC", 4: "DNC", 5: "NEW", 6: "DNC", 7: "NEW"}
    assert [row[:4] for row in crm.rows()] == [row[:4] for row in before]
    tally = outcome.tally
    assert (tally.read, tally.kept, tally.removed, tally.numbers) == (6, 1, 3, 6)
    assert (tally.blocked, tally.unreadable, tally.empty, tally.left) == (3, 1, 1, 2)
    assert tally.reasons == {"LISTED": 2, "RED_LIST": 1}
    assert tally.numbers_removed == {"LISTED": 2, "RED_LIST": 1, "NUMBER_INVALID": 1}
    assert outcome.columns == ("phone", "mobile")


def test_what_was_marked_is_written_with_its_reason(scrubber: Scrubber, crm: Crm, tmp_path: Path) -> None:
    """Key, the mark before, the numbers and the reason of each; no cell can be a formula. The certificate counts."""
    run(scrubber, crm.spec(), tmp_path, in_place=True)
    rows = removed_rows(tmp_path / "contact.removed.csv", ",")
    assert [(row["id"], row["status"], row["gatekeeper_reason"], row["gatekeeper_list"]) for row in rows] == [
        ("2", "NEW", "LISTED", "bloctel@1+4"),
        ("3", "", "LISTED", "bloctel@1+4"),
        ("4", "SALE", "RED_LIST", "red@0+2"),
        ("5", "NEW", "NUMBER_INVALID", ""),
        ("7", "NEW", "NUMBER_INVALID", ""),
    ]
    assert [row["gatekeeper_removed"] for row in rows] == ["contact"] * 3 + ["nothing"] * 2
    assert rows[4]["phone"] != "=HYPERLINK(1)"
    assert "HYPERLINK" in rows[4]["phone"]
    made = certificate(tmp_path, "contact")
    assert made["counts"]["contacts_removed"] == 3
    assert made["counts"]["contacts_left"] == 2
    assert made["details"]["done"] == "marked"
    assert not list(tmp_path.glob(".*scrub-progress"))


def test_a_report_changes_nothing_in_the_table(scrubber: Scrubber, crm: Crm, tmp_path: Path) -> None:
    """Without in place the same contacts are told, and the table stays as it is."""
    before = crm.rows()
    outcome = run(scrubber, crm.spec(), tmp_path)
    assert crm.rows() == before
    assert len(removed_rows(tmp_path / "contact.removed.csv", ",")) == 5
    assert (outcome.tally.removed, outcome.tally.left, outcome.tally.read) == (3, 2, 6)


def test_a_dry_run_writes_nothing_at_all(scrubber: Scrubber, crm: Crm, tmp_path: Path) -> None:
    """Neither table nor file."""
    before = crm.rows(), sorted(tmp_path.iterdir())
    outcome = run(scrubber, crm.spec(), tmp_path, dry_run=True, in_place=True)
    assert (crm.rows(), sorted(tmp_path.iterdir())) == before
    assert (outcome.tally.removed, outcome.tally.left) == (3, 2)


def test_deletes_where_told(scrubber: Scrubber, crm: Crm, tmp_path: Path) -> None:
    """Rows go, and are in what is written."""
    run(scrubber, crm.spec(mark=None), tmp_path, TableOptions(delete=True, batch=3), in_place=True)
    assert [row[0] for row in crm.rows()] == [1, 5, 7]
    assert len(removed_rows(tmp_path / "contact.removed.csv", ",")) == 6


def test_drops_single_numbers_where_told(scrubber: Scrubber, crm: Crm, tmp_path: Path) -> None:
    """A contact that may be called on one of its numbers loses the others, and is not marked."""
    crm.insert((8, "H", FREE, 612000000, "NEW"))
    outcome = run(scrubber, crm.spec(), tmp_path, TableOptions(drop_numbers=True, batch=3), in_place=True)
    rows = {row[0]: row[2:] for row in crm.rows()}
    assert (rows[3], rows[8]) == (("", 612000008, None), (FREE, None, "NEW"))
    tally = outcome.tally
    assert (tally.read, tally.kept, tally.removed, tally.reduced, tally.numbers) == (7, 3, 2, 2, 8)
    written = {row["id"]: row["gatekeeper_removed"] for row in removed_rows(tmp_path / "contact.removed.csv", ",")}
    assert written == {"2": "contact", "3": "number", "4": "contact", "5": "nothing", "7": "nothing", "8": "number"}


def test_a_condition_chooses_rows(scrubber: Scrubber, crm: Crm, tmp_path: Path) -> None:
    """In SQL, colons and percent signs included."""
    run(scrubber, crm.spec(where="name >= 'C' AND name <> ':x' AND name NOT LIKE '%z'"), tmp_path, in_place=True)
    assert crm.statuses()[2] == "NEW"
    assert crm.statuses()[3] == "DNC"


def test_a_text_may_be_the_key(scrubber: Scrubber, crm: Crm, tmp_path: Path) -> None:
    """Any column that is unique."""
    crm.connection.execute("UPDATE contact SET code = 'k' || id")
    run(scrubber, crm.spec(key="code"), tmp_path, in_place=True)
    assert list(crm.statuses().values()).count("DNC") == 4


# What changes meanwhile.


def test_a_number_that_changed_is_not_marked_for_the_old_one(crm: Crm) -> None:
    """A change is made only where the numbers are still those that were decided on."""
    table = ContactTable(crm.spec(), Normaliser(DialPlan()))
    rows = table.page(None, 10)
    crm.connection.execute("UPDATE contact SET phone = ? WHERE id = 2", (FREE,))
    crm.connection.execute("UPDATE contact SET mobile = 612000009 WHERE id = 4")
    crm.connection.execute("DELETE FROM contact WHERE id = 5")
    made = table.apply([Change(row, RowAction.MARK) for row in rows if row.key > 1])
    table.close()
    assert made == [False, True, False, False, True]
    assert crm.statuses() == {1: "NEW", 2: "NEW", 3: "DNC", 4: "SALE", 6: "DNC", 7: "DNC"}


def test_looks_again_at_what_changed_and_at_what_came_behind_it(
    scrubber: Scrubber, crm: Crm, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A row that changes between reading and marking is decided on anew; one behind the pass is found by the next."""
    apply, done = ContactTable.apply, []

    def meanwhile(table: ContactTable, changes: Any) -> list[bool]:
        if not done:
            crm.connection.execute("UPDATE contact SET phone = ? WHERE id = 2", (RED_1,))
        elif len(done) == 2:
            crm.connection.execute("UPDATE contact SET phone = ? WHERE id = 1", (LISTED_1,))
            crm.insert((0, "behind", RED_1, None, "NEW"), (9, "before", FREE, None, "NEW"))
        done.append(len(changes))
        return apply(table, changes)

    monkeypatch.setattr(ContactTable, "apply", meanwhile)
    outcome = run(scrubber, crm.spec(), tmp_path, in_place=True)
    assert {key for key, status in crm.statuses().items() if status != "DNC"} == {5, 7, 9}
    rows = removed_rows(tmp_path / "contact.removed.csv", ",")
    assert sorted(int(row["id"]) for row in rows) == [0, 1, 2, 3, 4, 5, 7]
    assert {row["id"]: row["phone"] for row in rows}["2"] == RED_1
    assert outcome.certificate.details["settled"] == "yes"


def test_goes_on_where_it_was_killed(
    scrubber: Scrubber, crm: Crm, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whether it ends before or after a commit, the next run accounts for every row exactly once."""
    crm.insert(*((number - FIRST + 100, "x", national(number), None, "NEW") for number in range(FIRST, FIRST + 60)))
    apply = ContactTable.apply
    calls = 0

    def killed(table: ContactTable, changes: Any) -> list[bool]:
        nonlocal calls
        calls += 1
        if calls % 3 == 0:
            raise KeyboardInterrupt
        made = apply(table, changes)
        if calls % 4 == 0:
            raise KeyboardInterrupt
        return made

    monkeypatch.setattr(ContactTable, "apply", killed)
    ends = 0
    while True:
        try:
            outcome = run(scrubber, crm.spec(), tmp_path, in_place=True)
            break
        except KeyboardInterrupt:
            ends += 1
    assert ends > 5
    rows = removed_rows(tmp_path / "contact.removed.csv", ",")
    keys = [int(row["id"]) for row in rows]
    assert len(keys) == len(set(keys)) == outcome.tally.removed + outcome.tally.left
    assert {*keys, 6} - {5, 7} == {key for key, status in crm.statuses().items() if status == "DNC"}
    kept = {100 + n for n in range(60) if may_be_called(FIRST + n)} | {1, 5, 7}
    assert {key for key, status in crm.statuses().items() if status != "DNC"} == kept
    assert BY_HAND[0] - FIRST + 100 in keys


def test_another_scrub_does_not_go_on_with_it(
    scrubber: Scrubber, crm: Crm, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With other options than those it began with."""

    def stopped(_table: ContactTable, _changes: Any) -> list[bool]:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(ContactTable, "apply", stopped)
        with pytest.raises(KeyboardInterrupt):
            run(scrubber, crm.spec(), tmp_path, in_place=True)
    with pytest.raises(ContactsError, match="a scrub with other options that did not end"):
        run(scrubber, crm.spec(mark=("status", "OUT")), tmp_path, in_place=True)
    assert "DNC" not in {crm.statuses()[key] for key in (2, 3, 4)}


def test_another_process_does_not_go_on_with_one_that_runs(
    scrubber: Scrubber, crm: Crm, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is refused: neither would account for what it did. What the other one does is not touched by that."""
    apply, others = ContactTable.apply, []

    def meanwhile(table: ContactTable, changes: Any) -> list[bool]:
        if not others:
            others.append("begun")
            with pytest.raises(ContactsError, match="another scrub of these contacts is running"):
                run(scrubber, crm.spec(), tmp_path, in_place=True)
        return apply(table, changes)

    monkeypatch.setattr(ContactTable, "apply", meanwhile)
    outcome = run(scrubber, crm.spec(), tmp_path, in_place=True)
    assert (others, outcome.tally.removed) == (["begun"], 3)
    assert len(removed_rows(tmp_path / "contact.removed.csv", ",")) == 5


# What is wrong.


@pytest.mark.parametrize(
    ("more", "text"),
    [
        ({"table": "lead"}, "has no table 'lead'; it has: contact"),
        ({"columns": ("fax",)}, "has no column 'fax'; it has: id, name, phone"),
        ({"mark": ("state", "X")}, "has no column 'state'"),
        ({"key": "name"}, "nothing says that it is unique"),
        ({"url": "sqlite:////nowhere/crm.db"}, "there is no SQLite file"),
        ({"url": "crm"}, "no address of a database"),
        ({"url": "oracle8://x"}, "no support for databases of the kind"),
        ({"where": "no such thing"}, "sqlite:///"),
    ],
)
def test_a_mistake_about_the_table_is_told_before_anything_changes(
    scrubber: Scrubber, crm: Crm, tmp_path: Path, more: dict[str, Any], text: str
) -> None:
    """Before anything is changed."""
    before = crm.rows()
    with pytest.raises(ContactsError, match=text):
        run(scrubber, crm.spec(**more), tmp_path, in_place=True)
    assert crm.rows() == before


def test_wants_to_know_how_to_mark(scrubber: Scrubber, crm: Crm, tmp_path: Path) -> None:
    """In place without a mark is refused."""
    with pytest.raises(ScrubRefused, match="--mark COLUMN=VALUE"):
        run(scrubber, crm.spec(mark=None), tmp_path, in_place=True)


def test_a_missing_driver_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """With the extra that brings it."""
    monkeypatch.setattr(databases, "find_spec", lambda _name: None)
    with pytest.raises(ContactsError, match=r"pymysql is not installed.*asterisk-gatekeeper\[mysql\]"):
        databases.open_database("mysql://me:secret@localhost/crm")


def test_the_password_is_not_shown() -> None:
    """Neither in certificates nor in errors."""
    assert databases.shown_url("mysql://me:secret@localhost/crm") == "mysql+pymysql://me:***@localhost/crm"
