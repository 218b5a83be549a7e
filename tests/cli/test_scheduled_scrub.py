"""`gatekeeper scrub --scheduled`."""

import json
import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

from tests.cli.conftest import Site

LISTED, OTHER = "0612345678", "0612345679"


def schedule(site: Site, **jobs: str) -> None:
    """Add jobs to the configuration, and have a list."""
    text = "".join(f"\n[scrubs.{name}]\n{keys}\n" for name, keys in jobs.items())
    site.config.write_text(site.config.read_text() + text)
    assert site.run("list", "import", "bloctel", site.file(f"{LISTED}\n")).code == 0


def contacts(site: Site) -> str:
    """A file of two contacts, one of them listed."""
    return site.file(f"nom;tel\nA;{LISTED}\nB;{OTHER}\n", "leads.csv")


def certificates(site: Site, name: str = "leads") -> list[Path]:
    """The certificates of a job."""
    return sorted((site.data / "scrubs" / name).glob("*/*.certificate.json"))


def age(path: Path, days: int) -> None:
    """Make a certificate older."""
    made = json.loads(path.read_bytes())
    made["finished_at"] = (datetime.now(UTC) - timedelta(days=days)).isoformat()
    path.write_text(json.dumps(made))


def test_scrubs_what_is_due_and_keeps_each_certificate(site: Site) -> None:
    """At once the first time, then not before it is due again; the contacts themselves stay as they are."""
    file = contacts(site)
    schedule(site, leads=f'contacts = "{file}"\nevery_days = 7')
    before = Path(file).read_bytes()
    assert "contacts read 2, may be called 1, taken out 1" in site.run("scrub", "--scheduled").out
    (first,) = certificates(site)
    assert (first.parent / "leads.clean.csv").read_text() == f"nom;tel\nB;{OTHER}\n"
    assert "not due" in site.run("scrub", "--scheduled").out
    age(first, 6)
    assert "not due" in site.run("scrub", "--scheduled").out
    age(first, 7)
    first.parent.rename(first.parent.with_name("2026-01-01T000000Z"))
    assert site.run("scrub", "--scheduled").code == 0
    assert len(certificates(site)) == 2
    assert Path(file).read_bytes() == before


def test_a_certificate_that_a_clock_dated_ahead_keeps_nothing_from_being_scrubbed(site: Site) -> None:
    """When the clock has been put back, it is due: contacts would lie unscrubbed until that date."""
    schedule(site, leads=f'contacts = "{contacts(site)}"\nevery_days = 7')
    assert site.run("scrub", "--scheduled").code == 0
    (first,) = certificates(site)
    age(first, -400)
    first.parent.rename(first.parent.with_name("2028-01-01T000000Z"))
    assert "contacts read 2" in site.run("scrub", "--scheduled").out
    assert len(certificates(site)) == 2
    assert "not due" in site.run("scrub", "--scheduled").out


def test_one_that_fails_is_said_and_the_others_are_done(site: Site) -> None:
    """Exit code 2, which one failed and that it is overdue; the job behind it is done all the same."""
    file = contacts(site)
    schedule(site, gone='contacts = "/nonexistent/leads.csv"', leads=f'contacts = "{file}"')
    result = site.run("scrub", "--scheduled")
    assert result.code == 2
    assert "gone failed: /nonexistent/leads.csv can't be read" in result.err
    assert "gone is overdue, last done never" in result.err
    assert "overdue: gone" in result.err
    assert len(certificates(site)) == 1
    assert certificates(site, "gone") == []


def test_marks_a_table(site: Site) -> None:
    """A table with a mark is marked in place, and its address with the password stands nowhere."""
    database = site.folder / "crm.sqlite3"
    with closing(sqlite3.connect(database)) as connection:
        connection.execute("CREATE TABLE leads(id INTEGER PRIMARY KEY, phone TEXT, status TEXT)")
        connection.executemany("INSERT INTO leads VALUES(?, ?, 'NEW')", [(1, LISTED), (2, OTHER)])
        connection.commit()
    keys = f'contacts = "sqlite:///{database}"\ntable = "leads"\nmark = "status=DNC"'
    schedule(site, leads=keys)
    assert site.run("scrub", "--scheduled").code == 0
    with closing(sqlite3.connect(database)) as connection:
        assert connection.execute("SELECT id, status FROM leads ORDER BY id").fetchall() == [(1, "DNC"), (2, "NEW")]
    assert len(certificates(site)) == 1
    assert str(database) not in site.run("config", "show").out


def test_needs_a_job_or_contacts(site: Site) -> None:
    """Without a job, with both, with neither, or with a job that can't be right: refused, with the key to mend."""
    assert "[scrubs.NAME]" in site.run("scrub", "--scheduled").err
    assert site.run("scrub", "--scheduled", "a.csv").code == 2
    assert site.run("scrub").code == 2
    site.config.write_text(site.config.read_text() + '\n[scrubs.leads]\ncontacts = "leads.csv"\n')
    for command in (("scrub", "--scheduled"), ("config", "check")):
        assert "scrubs.leads.contacts must be the absolute path" in site.run(*command).err
