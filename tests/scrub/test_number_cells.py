"""What stands in the cells of numbers: floats, several numbers, country codes beside them; and that counts add up."""

import csv
import io
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gatekeeper.scrub import door
from gatekeeper.scrub.options import ScrubOptions
from gatekeeper.scrub.pdf_words import WORDS
from gatekeeper.scrub.run import Scrubber
from tests.scrub.conftest import FIRST, certificate
from tests.scrub.test_unseen import SOURCES, Source, csv_file

FREE, LISTED_1, RED_1 = "0612000008", "0612000000", "0612000001"


@pytest.mark.parametrize("source", SOURCES)
@pytest.mark.parametrize(
    ("cell", "reasons"),
    [
        ("612000000.0", {"LISTED": 1}),
        ("33612000000.0", {"LISTED": 1}),
        ("6.12000000E8", {"LISTED": 1}),
        ("6,12E+08", {"NUMBER_INVALID": 1}),
        (f"{FREE}/{LISTED_1}", {"LISTED": 1}),
        (f"{LISTED_1} ou {FREE}", {"LISTED": 1}),
        (f"{FREE} / {RED_1}", {"RED_LIST": 1}),
        (f"{FREE}/09", {"NUMBER_INVALID": 1}),
        (f"{FREE} et 0612000011", {}),
    ],
)
def test_every_number_of_a_cell_counts(
    scrubber: Scrubber, tmp_path: Path, source: Source, cell: str, reasons: dict[str, int]
) -> None:
    """In every kind of source; one that may not be called decides on the cell."""
    rows = [["nom", "tel"], ["a", cell], *([["b", FREE]] * 3)]
    outcome = source(scrubber, tmp_path, rows, ScrubOptions(folder=tmp_path))
    tally = outcome.tally
    assert tally.numbers_removed == reasons
    assert (tally.read, tally.kept) == (4, 3 if reasons else 4)
    assert (tally.blocked, tally.unreadable) == (1 - ("NUMBER_INVALID" in reasons) if reasons else 0,
                                                 reasons.get("NUMBER_INVALID", 0))  # fmt: skip


def test_a_contact_is_taken_out_for_what_is_known(scrubber: Scrubber, tmp_path: Path) -> None:
    """Where one of its numbers is unreadable and another listed, it is the list that is named."""
    outcome = csv_file(scrubber, tmp_path, [["tel", "mobile"], ["n/a", LISTED_1], ["n/a", "n/a"], ["", ""]],
                       ScrubOptions())  # fmt: skip
    assert outcome.tally.reasons == {"LISTED": 1, "NUMBER_INVALID": 2}
    assert (outcome.tally.blocked, outcome.tally.unreadable, outcome.tally.empty) == (1, 1, 1)
    rows = csv.DictReader(io.StringIO((tmp_path / "contacts.removed.csv").read_text()), delimiter=";")
    assert next(iter(rows))["gatekeeper_reason"] == "LISTED"


@pytest.mark.parametrize("source", SOURCES)
@pytest.mark.parametrize("name", ["phone_code", "indicatif", "Dial code"])
def test_the_country_code_beside_a_number_counts(scrubber: Scrubber, tmp_path: Path, source: Source, name: str) -> None:
    """(32, 612000000) is no French number; one beside a code that is none can't be read."""
    rows = [
        ["nom", name, "phone_number", "alt_phone"],
        ["a", "33", "612000000", ""],  # listed
        ["b", "32", "470123456", ""],  # Belgian
        ["c", "33.0", "612000008", "0612000000"],  # free and listed
        ["d", "+49", "612000000", ""],  # German
        ["e", "999", "612000000", ""],  # nobody's
        ["f", "", "0612000000", ""],  # listed, of home
        ["g", "", "", ""],
        ["h", "32", "+33612000000", ""],  # listed, written in full
    ]
    outcome = source(scrubber, tmp_path, rows, ScrubOptions(folder=tmp_path))
    tally = outcome.tally
    assert outcome.certificate.details["country_code_column"] == name
    assert tally.numbers_removed == {"LISTED": 4, "NUMBER_INVALID": 1}
    assert (tally.read, tally.unreadable, tally.empty) == (8, 1, 1)
    assert outcome.certificate.numbers_kept_by_ground == {"CLEAR": 3} or source.__name__ == "table"


def test_a_thousand_rows_are_read_with_their_country_codes(scrubber: Scrubber, tmp_path: Path) -> None:
    """The vectorised way minds the code beside each number, too; and `none` says that there is no such column."""
    rows = [["phone_code", "tel"], *([[("33", "32", "")[n % 3], f"0{FIRST}"] for n in range(3000)])]
    tally = csv_file(scrubber, tmp_path, rows, ScrubOptions(dry_run=True)).tally
    assert tally.numbers_removed == {"LISTED": 2000, "NUMBER_INVALID": 1000}
    tally = csv_file(scrubber, tmp_path, rows, ScrubOptions(dry_run=True, country_code_column="none")).tally
    assert tally.numbers_removed == {"LISTED": 3000}


cell = st.sampled_from(
    ["", " ", FREE, LISTED_1, RED_1, "n/a", f"{FREE}/{LISTED_1}", "612000000.0", "6,1E+08", "+32470123456"]
)
row = st.lists(cell, min_size=0, max_size=5).map(";".join)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(row, max_size=15))
def test_counts_add_up(scrubber: Scrubber, tmp_path: Path, lines: list[str]) -> None:
    """Every contact is in one class, and there are as many as rows; in the tally and in the certificate."""
    path = tmp_path / "contacts.csv"
    path.write_text("phone_code;tel;mobile\n" + "".join(f";{line}\n" for line in lines))
    outcome = door.scrub(scrubber, path, ScrubOptions(dry_run=True, delimiter=";", header=True))
    counts = outcome.certificate.counts
    classes = ("contacts_kept", "contacts_blocked", "contacts_unreadable", "contacts_without_number")
    assert counts["contacts_read"] == sum(counts[one] for one in classes) == len(lines)
    assert counts["contacts_removed"] == counts["contacts_read"] - counts["contacts_kept"]
    assert counts["contacts_removed"] == sum(outcome.certificate.removed_by_reason.values())
    grounds = outcome.certificate.numbers_kept_by_ground
    assert counts["numbers_checked"] == counts["numbers_removed"] + sum(grounds.values())
    assert all(counts.keys() == words.counts.keys() for words in WORDS.values())


@pytest.mark.parametrize("source", SOURCES)
def test_a_contact_without_a_number_may_not_be_called(scrubber: Scrubber, tmp_path: Path, source: Source) -> None:
    """A SIREN is no telephone number; in every source such contacts are counted for themselves."""
    rows = [["nom", "siren", "telephone"], *([[str(n), "732829320", FREE if n % 2 else ""] for n in range(8)])]
    outcome = source(scrubber, tmp_path, rows, ScrubOptions(folder=tmp_path))
    assert (outcome.tally.kept, outcome.tally.empty) == (4, 4)
    stem = "contacts"
    assert certificate(tmp_path, stem)["counts"]["contacts_without_number"] == 4
