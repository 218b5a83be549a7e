"""No listed number stays behind unseen, also in a column that the first rows did not show, in any kind of source."""

import sqlite3
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from gatekeeper.contacts.table_rows import TableSpec
from gatekeeper.errors import ContactsError
from gatekeeper.phone import DialPlan, Normaliser
from gatekeeper.phone.bulk import Fields
from gatekeeper.scrub import door
from gatekeeper.scrub.options import ScrubOptions
from gatekeeper.scrub.pdf import render
from gatekeeper.scrub.run import Scrubber, ScrubOutcome
from gatekeeper.scrub.strays import Strays

FREE, LISTED_1 = "0612000008", "0612000000"
LATE = 700
"""The row in which another column has its first number: behind all that is looked at first."""

Rows = Sequence[Sequence[str]]
Source = Callable[[Scrubber, Path, Rows, ScrubOptions], ScrubOutcome]


def csv_file(scrubber: Scrubber, folder: Path, rows: Rows, options: ScrubOptions) -> ScrubOutcome:
    """A CSV file."""
    path = folder / "contacts.csv"
    path.write_text("".join(";".join(row) + "\n" for row in rows))
    return door.scrub(scrubber, path, options)


def utf16_file(scrubber: Scrubber, folder: Path, rows: Rows, options: ScrubOptions) -> ScrubOutcome:
    """One in UTF-16, as Excel's Unicode text."""
    path = folder / "contacts.csv"
    path.write_text("".join("\t".join(row) + "\r\n" for row in rows), encoding="utf-16")
    return door.scrub(scrubber, path, options)


def workbook(scrubber: Scrubber, folder: Path, rows: Rows, options: ScrubOptions) -> ScrubOutcome:
    """A workbook."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet()
    for row in rows:
        sheet.append(list(row))
    book.save(folder / "contacts.xlsx")
    return door.scrub(scrubber, folder / "contacts.xlsx", options)


def table(scrubber: Scrubber, folder: Path, rows: Rows, options: ScrubOptions) -> ScrubOutcome:
    """A table, of which a condition chooses rows."""
    path = folder / "crm.sqlite3"
    names = rows[0]
    with sqlite3.connect(path) as database:
        columns = ", ".join(f'"{name}" TEXT' for name in names)
        database.execute(f"CREATE TABLE contacts (k INTEGER PRIMARY KEY, here INTEGER DEFAULT 1, {columns})")
        marks = ", ".join("?" * len(names))
        quoted = ", ".join(f'"{name}"' for name in names)
        database.executemany(f"INSERT INTO contacts ({quoted}) VALUES ({marks})", rows[1:])  # noqa: S608 - these names
        # Rows that the condition leaves out: what stands in them must not matter, neither first nor last.
        odd = [["0612000008"] * len(names)] * 2000
        database.executemany(f"INSERT INTO contacts (here, {quoted}) VALUES (0, {marks})", odd)  # noqa: S608 - these names
        database.execute("UPDATE contacts SET k = k - 1000000 WHERE here = 0 AND k % 2")
    database.close()
    spec = TableSpec(f"sqlite:///{path}", "contacts", tuple(options.columns), where="here = 1")
    return door.scrub(scrubber, spec, options)


SOURCES = [csv_file, utf16_file, workbook, table]


def late(name: str, value: str) -> list[list[str]]:
    """Contacts that may all be called, of whom one has something in a further column."""
    rows = [[str(index), "Dupont", FREE, ""] for index in range(LATE + 20)]
    rows[LATE][3] = value
    return [["nr_id", "nom", "telephone", name], *rows]


@pytest.mark.parametrize("source", SOURCES)
@pytest.mark.parametrize("name", ["alt_phone", "Tél. 2", "GSM"])
def test_a_column_named_for_telephones_is_always_checked(
    scrubber: Scrubber, tmp_path: Path, source: Source, name: str
) -> None:
    """However late its first number comes."""
    outcome = source(scrubber, tmp_path, late(name, LISTED_1), ScrubOptions(folder=tmp_path))
    assert outcome.columns == ("telephone", name)
    assert outcome.tally.numbers_removed == {"LISTED": 1}


@pytest.mark.parametrize("source", SOURCES)
@pytest.mark.parametrize(
    ("name", "value"),
    [("autre", LISTED_1), ("autre", "612000000"), ("autre", "33612000000"), ("autre", "06 12 00 00 00"),
     ("autre", "0612000000 ou 0612000001"), ("numero", "+33612000000"), ("siren", "+33 6 12 00 00 00"),
     ("commentaire", "06.12.00.00.00"), ("code_postal", LISTED_1)],
)  # fmt: skip
def test_numbers_in_other_columns_stop_the_scrub(
    scrubber: Scrubber, tmp_path: Path, source: Source, name: str, value: str
) -> None:
    """Nothing is written, and the text names the column and what to do; or the certificate tells, in both languages."""
    rows = late(name, value)
    if name == "numero":  # filled with something else at first, it is not taken
        rows[1][3] = "12"
    with pytest.raises(ContactsError, match=rf"1 telephone number .*'{name}' \(1\).*--column.*--leave-other-numbers"):
        source(scrubber, tmp_path, rows, ScrubOptions(folder=tmp_path))
    assert not list(tmp_path.glob("*clean*")) + list(tmp_path.glob("*removed*")) + list(tmp_path.glob("*certif*"))


@pytest.mark.parametrize("source", SOURCES)
@pytest.mark.parametrize("more", [{"leave_other_numbers": True}, {"columns": ("telephone",)}])
def test_what_is_left_unchecked_is_certified_so(
    scrubber: Scrubber, tmp_path: Path, source: Source, more: dict[str, object]
) -> None:
    """Allowed, or left out by whoever named the columns: the certificate counts it."""
    options = ScrubOptions(folder=tmp_path, **more)  # type: ignore[arg-type]
    made = source(scrubber, tmp_path, late("autre", LISTED_1), options).certificate
    assert made.numbers_not_checked_by_column == {"autre": 1}
    assert made.counts["numbers_not_checked"] == 1
    assert made.columns == ("telephone",)
    assert len(render(made, "00" * 32)) > 1000


@pytest.mark.parametrize("source", SOURCES)
def test_what_is_no_telephone_number_does_not_stop_it(scrubber: Scrubber, tmp_path: Path, source: Source) -> None:
    """SIREN, SIRET, places, dates, amounts and identifiers are neither checked nor counted, and call nobody."""
    names = ["lead_id", "siren", "siret", "latitude", "longitude", "date_naissance", "cree_le", "montant",
             "code_postal", "vendor_lead_code", "ref", "tel"]  # fmt: skip
    row = ["612000000", "732829320", "73282932000074", "48.85661400", "2.352221", "1980-02-29", "2026-11-26",
           "1234567.80", "33612", "100000612", "ABC612000000"]  # fmt: skip
    rows = [names, *([[*row, FREE]] * 300), *([[*row, ""]] * 4)]
    outcome = source(scrubber, tmp_path, rows, ScrubOptions(folder=tmp_path))
    assert outcome.columns == ("tel",)
    tally = outcome.tally
    assert (tally.read, tally.kept, tally.empty, tally.strays) == (304, 300, 4, {})


cells = st.one_of(
    st.integers(612_000_000, 612_000_099).map(lambda n: f"0{n}"),
    st.sampled_from(["", "Dupont", "12345", "612000000", "33612000000", "+33612000000", "0033612000000",
                     "06 12 00 00 00", "0612000000 ou 0612000001", "2026-11-26", "20261126", "48.856614", "0699",
                     "0999999999", "658105567.0", "6.58105567E8", "+44 20 7946 0018", "06120000001",
                     "(06)12000000", '="0612000000"']),
    st.text(st.sampled_from("0123456 +.é"), max_size=14),
)  # fmt: skip


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(cells, min_size=1, max_size=40), st.sampled_from(["x", "ref", ""]), st.sampled_from(["FR", "DK", "US"]))
def test_a_buffer_is_counted_as_its_cells_are(texts: list[str], name: str, home: str) -> None:
    """The vectorised way counts what is counted one by one, few and many at a time."""
    normaliser = Normaliser(DialPlan(home=home))
    for times in (1, 30):
        one, all_at_once = (Strays([name], 1, (), [], normaliser) for _ in range(2))
        many = texts * times
        for text in many:
            one.text(text, 0)
        data = "\n".join(many).encode()
        ends = np.cumsum([len(text.encode()) + 1 for text in many]) - 1
        where, rows = Fields(np.concatenate([[0], ends[:-1] + 1]), ends), np.ones(len(ends), np.bool_)
        all_at_once.fields(data, 0, where, "utf-8", rows)
        assert all_at_once.counts[0] == one.counts[0]
