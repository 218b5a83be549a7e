"""`gatekeeper scrub`."""

import json
import sqlite3
from pathlib import Path

import pytest

from tests.cli.conftest import Site

FREE, LISTED_1 = "0612000008", "0612000000"


def listed(site: Site) -> None:
    """One number on the list, and the list fresh."""
    assert site.run("list", "import", "bloctel", site.file(f"{LISTED_1}\n"), "--quiet").code == 0


def contacts(site: Site) -> Path:
    """Two contacts, of whom one may be called."""
    return Path(site.file(f"id;tel\n1;{FREE}\n2;{LISTED_1}\n", "contacts.csv"))


def test_tells_counts_and_files(site: Site) -> None:
    """And writes them beside the contacts."""
    listed(site)
    path = contacts(site)
    result = site.run("scrub", str(path), "--lang", "fr")
    assert result.code == 0, result.err
    lines = [line.split() for line in result.out.splitlines()]
    assert lines[0] == ["contacts.csv", ":", "2", "contacts,", "numéros", "dans", "tel"]
    assert ["appelables", "1"] in lines
    assert ["retirés", "1"] in lines
    assert ["LISTED", "1"] in lines
    assert FREE not in result.out
    names = {"contacts.clean.csv", "contacts.removed.csv", "contacts.certificate.json", "contacts.certificate.pdf"}
    assert names <= {file.name for file in site.folder.iterdir()}
    assert "liste d'opposition" in path.with_name("contacts.removed.csv").read_text(encoding="utf-8")


@pytest.mark.parametrize("option", [("--at", "2026-11-30T10:00"), ("--format", "json")])
def test_what_is_for_a_preview_is_not_passed_over(site: Site, option: tuple[str, str]) -> None:
    """A scrub is of now: who asks for another moment is told so, and nothing is written."""
    path = contacts(site)
    result = site.run("scrub", str(path), *option)
    assert (result.code, "is for --preview" in result.err) == (2, True)
    assert not path.with_name("contacts.clean.csv").exists()


def test_json_is_the_certificate(site: Site) -> None:
    """The same object that is written."""
    listed(site)
    path = contacts(site)
    result = site.run("scrub", str(path), "--json")
    made = json.loads(result.out)
    assert made == json.loads(path.with_name("contacts.certificate.json").read_bytes())
    assert made["campaign"] == "default"


def test_a_campaign_that_is_not_configured_is_refused(site: Site) -> None:
    """A slip of the pen must not choose other lists than were meant."""
    listed(site)
    result = site.run("scrub", str(contacts(site)), "--campaign", "surveys")
    assert result.code == 2
    assert "no campaign 'surveys': [campaigns] has " in result.err
    assert not list(site.folder.glob("*clean*"))


def test_a_list_that_was_never_imported_stops_it(site: Site) -> None:
    """Exit code 2 and what to do; nothing is written."""
    store = site.run("list", "import", "bloctel", site.file(f"{LISTED_1}\n"), "--dry-run", "--quiet")
    assert store.code == 0
    result = site.run("scrub", str(contacts(site)))
    assert result.code == 2
    assert "never imported" in result.err
    assert not list(site.folder.glob("*clean*"))


def test_a_file_that_is_not_there_is_an_error(site: Site) -> None:
    """With its name."""
    listed(site)
    result = site.run("scrub", str(site.folder / "nothing.csv"))
    assert result.code == 2
    assert "nothing.csv can't be read: No such file" in result.err


def test_a_database_is_marked_in_place_only(site: Site) -> None:
    """Without --in-place its contacts are reported and left alone."""
    listed(site)
    crm = site.folder / "crm.sqlite3"
    with sqlite3.connect(crm) as database:
        database.execute("CREATE TABLE lead (id INTEGER PRIMARY KEY, phone TEXT, status TEXT)")
        database.executemany("INSERT INTO lead (phone, status) VALUES (?, 'NEW')", [(FREE,), (LISTED_1,)])
    command = ["scrub", f"sqlite:///{crm}", "--table", "lead", "--output", str(site.folder), "--mark", "status=DNC"]
    assert site.run(*command).code == 0
    assert [row[0] for row in database.execute("SELECT status FROM lead")] == ["NEW", "NEW"]
    assert "is there already" in site.run(*command, "--in-place").err
    result = site.run(*command, "--in-place", "--overwrite")
    assert result.code == 0, result.err
    assert [row[0] for row in database.execute("SELECT status FROM lead ORDER BY id")] == ["NEW", "DNC"]
    database.close()
    assert site.run("scrub", f"sqlite:///{crm}").code == 2
