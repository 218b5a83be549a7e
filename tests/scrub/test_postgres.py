"""Scrubbing a table on a real PostgreSQL."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, create_engine, text

from gatekeeper.contacts.table import ContactTable
from gatekeeper.contacts.table_rows import TableSpec
from gatekeeper.scrub import door
from gatekeeper.scrub.options import ScrubOptions, TableOptions
from gatekeeper.scrub.run import Scrubber
from lab.postgres import Postgres
from tests.scrub.conftest import FIRST, may_be_called, national, removed_rows


@pytest.fixture(scope="module")
def server() -> Iterator[Postgres]:
    """A PostgreSQL for these tests."""
    with Postgres() as running:
        yield running


@pytest.fixture
def engine(server: Postgres) -> Iterator[Engine]:
    """A schema of a CRM with 300 contacts, keyed by text, with numbers as text and as numbers."""
    made = create_engine(server.url)
    with made.begin() as connection:
        connection.execute(text("DROP SCHEMA IF EXISTS crm CASCADE"))
        connection.execute(text("CREATE SCHEMA crm"))
        connection.execute(
            text(
                "CREATE TABLE crm.contact (id UUID DEFAULT gen_random_uuid(), code VARCHAR(10) PRIMARY KEY, "
                "phone TEXT, mobile NUMERIC(12), state CHAR(6), note TEXT)"
            )
        )
        rows = [
            {
                "code": f"k{number:05}",
                "phone": national(FIRST + number) if number % 3 else None,
                "mobile": FIRST + number if number % 3 == 0 else None,
            }
            for number in range(300)
        ]
        connection.execute(text("INSERT INTO crm.contact VALUES (DEFAULT, :code, :phone, :mobile, 'NEW', 'x')"), rows)
    yield made
    made.dispose()


def test_marks_what_may_not_be_called(
    server: Postgres, engine: Engine, scrubber: Scrubber, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A number that changes between reading and marking, and a row that comes in behind, are decided on, too."""
    apply, calls = ContactTable.apply, []

    def meanwhile(table: ContactTable, changes: Any) -> list[bool]:
        if not calls:
            with engine.begin() as connection:
                changed = changes[0].row.key
                connection.execute(
                    text("UPDATE crm.contact SET phone = '0612000008', mobile = NULL WHERE code = :code"),
                    {"code": changed},
                )
                connection.execute(text("INSERT INTO crm.contact VALUES (DEFAULT, 'a', '0612000001', NULL, NULL, 'x')"))
            calls.append(changed)
        return apply(table, changes)

    monkeypatch.setattr(ContactTable, "apply", meanwhile)
    spec = TableSpec(server.url, "crm.contact", mark=("state", "DNC"))
    options = ScrubOptions(folder=tmp_path, in_place=True, table=TableOptions(batch=70))
    outcome = door.scrub(scrubber, spec, options)
    assert outcome.columns == ("phone", "mobile")
    with engine.begin() as connection:
        states = {row.code: row.state for row in connection.execute(text("SELECT code, state FROM crm.contact"))}
    expected = {f"k{number:05}" for number in range(300) if not may_be_called(FIRST + number)} - set(calls) | {"a"}
    assert {code for code, state in states.items() if state and state.strip() == "DNC"} == expected
    assert outcome.tally.removed == len(expected)
    rows = removed_rows(tmp_path / "crm.contact.removed.csv", ",")
    assert {row["code"] for row in rows} == expected
    assert not [row for row in rows if row["code"] != "a" and row["state"].strip() != "NEW"]
