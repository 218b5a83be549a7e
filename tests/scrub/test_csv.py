"""Scrubbing CSV files."""

import csv
import hashlib
import io
import random
import sqlite3
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gatekeeper.contacts.csv_source import CsvSource
from gatekeeper.contacts.output import Output
from gatekeeper.errors import ContactsError, ScrubRefused
from gatekeeper.scrub.choice import Wanted, choose
from gatekeeper.scrub.csv_scrub import CsvScrub
from gatekeeper.scrub.options import ScrubOptions
from gatekeeper.scrub.run import Scrubber
from gatekeeper.scrub.tally import Tally
from gatekeeper.scrub.words import COLUMNS
from gatekeeper.words import Language
from tests.scrub.conftest import (
    BY_HAND,
    FIRST,
    LISTED,
    RED,
    UNLISTED,
    Scrub,
    certificate,
    may_be_called,
    national,
    removed_rows,
)

FREE, LISTED_1, RED_1 = "0612000008", "0612000000", "0612000001"
HEADER = b"id;nom;telephone\n"


def clean(folder: Path) -> bytes:
    """What may be called."""
    return (folder / "contacts.clean.csv").read_bytes()


# Who is taken out.


def test_removed_is_the_anti_joins_remainder(scrub: Scrub, tmp_path: Path) -> None:
    """Of 20,000 contacts those are removed that an anti-join in sqlite3 does not leave; every other byte is kept."""
    draw = random.Random(4)
    contacts = [(index, FIRST + draw.randrange(6000)) for index in range(20_000)]
    lines = [f'{index};"Dupont ""{index}""";{national(number)};Épinal\r\n' for index, number in contacts]
    outcome = scrub(("id;nom;tel;ville\r\n" + "".join(lines)).encode())
    with sqlite3.connect(":memory:") as database:
        database.execute("CREATE TABLE contact (id INTEGER PRIMARY KEY, number INTEGER)")
        database.execute("CREATE TABLE listed (number INTEGER PRIMARY KEY)")
        database.executemany("INSERT INTO contact VALUES (?, ?)", contacts)
        out = (set(LISTED) - set(UNLISTED)) | set(BY_HAND) | set(RED)
        database.executemany("INSERT INTO listed VALUES (?)", [(number,) for number in out])
        query = (
            "SELECT id FROM contact c WHERE NOT EXISTS (SELECT 1 FROM listed l WHERE l.number = c.number) ORDER BY id"
        )
        left = [row[0] for row in database.execute(query)]
    database.close()
    assert clean(tmp_path).decode() == "id;nom;tel;ville\r\n" + "".join(lines[index] for index in left)
    rows = removed_rows(tmp_path / "contacts.removed.csv")
    assert {int(row["id"]) for row in rows} == {index for index, _ in contacts} - set(left)
    assert [int(row["gatekeeper_line"]) - 2 for row in rows] == [int(row["id"]) for row in rows]
    assert 0 < outcome.tally.removed == len(rows) == 20_000 - len(left)


def test_the_reason_stands_beside_each(scrub: Scrub, tmp_path: Path) -> None:
    """Reason, list, its version and a sentence, in the language asked for."""
    scrub(f"id;tel\n1;{LISTED_1}\n2;{RED_1}\n3;abc\n4;\n5;{FREE}\n".encode(), language=Language.FR)
    rows = removed_rows(tmp_path / "contacts.removed.csv")
    assert [
        (row["id"], row["gatekeeper_removed"], row["gatekeeper_reason"], row["gatekeeper_list"]) for row in rows
    ] == [
        ("1", "contact", "LISTED", "bloctel@1+4"),
        ("2", "contact", "RED_LIST", "red@0+2"),
        ("3", "contact", "NUMBER_INVALID", ""),
        ("4", "contact", "NUMBER_INVALID", ""),
    ]
    assert rows[0]["gatekeeper_meaning"].startswith("Le numéro figure sur une liste d'opposition")
    assert rows[3]["gatekeeper_meaning"] == "Le contact n'a pas de numéro de téléphone."


def test_a_contact_may_lose_one_number_and_keep_another(scrub: Scrub, tmp_path: Path) -> None:
    """Only the cell of that number is emptied, quotation marks and all else as they were."""
    rows = f'1;"{LISTED_1}";{FREE};x \n2;{FREE};{RED_1};"y"\n3;{LISTED_1};{RED_1};z\n4;{FREE};;\n'
    outcome = scrub(f"id;tel;mobile;note\n{rows}".encode())
    assert clean(tmp_path).decode() == f'id;tel;mobile;note\n1;"";{FREE};x \n2;{FREE};;"y"\n4;{FREE};;\n'
    out = removed_rows(tmp_path / "contacts.removed.csv")
    assert [(row["id"], row["tel"], row["gatekeeper_removed"]) for row in out] == [
        ("1", LISTED_1, "number"),
        ("2", FREE, "number"),
        ("3", LISTED_1, "contact"),
    ]
    assert out[2]["gatekeeper_numbers"] == "column 2 LISTED bloctel@1+4 / column 3 RED_LIST red@0+2"
    tally = outcome.tally
    assert (tally.read, tally.kept, tally.removed, tally.reduced, tally.numbers) == (4, 3, 1, 2, 7)


def test_another_campaign_has_other_lists(scrub: Scrub, tmp_path: Path) -> None:
    """A campaign without opposition lists is bound by the red list alone."""
    outcome = scrub(f"id;tel\n1;{LISTED_1}\n2;{RED_1}\n".encode(), campaign="survey")
    assert clean(tmp_path).decode() == f"id;tel\n1;{LISTED_1}\n"
    assert [one.name for one in outcome.certificate.lists] == ["red"]


def test_a_stale_list_stops_the_scrub(scrub: Scrub, tmp_path: Path) -> None:
    """Where a list of the campaign was never imported nothing is written, and the text says what to do."""
    with pytest.raises(ScrubRefused, match=r"missing is too old or was never imported.*Nothing was changed"):
        scrub(f"id;tel\n1;{FREE}\n".encode(), campaign="never")
    assert [path.name for path in tmp_path.iterdir()] == ["contacts.csv"]


# Rows that are not as they should be.

cell = st.one_of(
    st.integers(FIRST, FIRST + 9).map(national),
    st.sampled_from(["", '"', '"x', 'x"', '"a;b"', '"a\nb"', "=1+1", "é", "\xa0", "06 12 00 00 08"]),
    st.text(st.sampled_from('a;"\r\n1'), max_size=5),
)


def scrubbed(scrubber: Scrubber, folder: Path, content: bytes) -> tuple[Tally, bytes, bytes]:
    """What is counted, kept and removed, without the certificate and without waiting for the disk."""
    path = folder / "drawn.csv"
    path.write_bytes(content)
    run = scrubber.begin(ScrubOptions())
    source = CsvSource(path, delimiter=";", header=True)
    with Output(folder / "kept.csv") as kept, Output(folder / "removed.csv") as removed:
        dialect = source.dialect
        names = Wanted(("tel", "mobile"))
        choice = choose(names, dialect.names, dialect.width, [], scrubber.normaliser, dialect.column_name)
        work = CsvScrub(source, choice, run, ScrubOptions())
        tally = work.run(kept, removed)
        source.close()
        return tally, kept.aside.read_bytes(), removed.aside.read_bytes()


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.lists(cell, max_size=5).map(";".join), max_size=12), st.sampled_from(["\n", "\r\n"]), st.booleans())
def test_no_row_is_lost(scrubber: Scrubber, tmp_path: Path, lines: list[str], end: str, closed: bool) -> None:
    """Read is kept and removed, whatever the rows are, each is in the file it should be in, and nothing else is."""
    content = ("id;tel;mobile;note" + end + end.join(lines) + (end if closed else "")).encode()
    tally, kept, removed = scrubbed(scrubber, tmp_path, content)
    assert tally.read == tally.kept + tally.removed
    rows = list(csv.reader(io.StringIO(removed.decode(), newline=""), delimiter=";"))
    assert {len(row) for row in rows} == {4 + len(COLUMNS)}
    assert len(rows) - 1 == tally.removed + tally.reduced
    # What is kept is as it should be: every reader finds the contacts in it, and no number that may not be called.
    found = [row for row in csv.reader(io.StringIO(kept.decode(), newline=""), delimiter=";") if row][1:]
    assert len(found) == tally.kept
    numbers = [number for row in found for number in row[1:3] if number.strip()]
    assert bool(numbers) == bool(tally.kept)
    assert all(may_be_called(int("".join(filter(str.isdigit, number)))) for number in numbers)
    again, kept_again, _ = scrubbed(scrubber, tmp_path, kept)
    assert (again.kept, again.removed, again.reduced, kept_again) == (tally.kept, 0, 0, kept)


def test_a_row_with_too_many_cells_may_hide_a_number(scrub: Scrub, tmp_path: Path) -> None:
    """It is removed whatever was read in it; delimiters at its end alone do no harm, nor do cells that are missing."""
    scrub(HEADER + f"1;Du;pont;{FREE}\n2;D;{FREE};;\n3;D;{FREE};{LISTED_1}\n4\n".encode())
    assert clean(tmp_path) == HEADER + f"2;D;{FREE};;\n".encode()
    rows = removed_rows(tmp_path / "contacts.removed.csv")
    assert [row["id"] for row in rows] == [f"1;Du;pont;{FREE}", f"3;D;{FREE};{LISTED_1}", "4"]
    assert [row["gatekeeper_line"] for row in rows] == ["2", "4", "5"]


def test_a_broken_quote_takes_one_row_only(scrub: Scrub, tmp_path: Path) -> None:
    """The contacts behind it are scrubbed."""
    outcome = scrub(HEADER + f'1;"D;{FREE}\n2;E;{FREE}\n3;F;{LISTED_1}\n'.encode())
    assert clean(tmp_path) == HEADER + f"2;E;{FREE}\n".encode()
    assert outcome.tally.unreadable == 1
    assert removed_rows(tmp_path / "contacts.removed.csv")[0]["id"] == f'1;"D;{FREE}'


def test_what_we_add_is_no_formula(scrub: Scrub, tmp_path: Path) -> None:
    """No cell that we add begins like a formula, whatever is in the row; theirs stay as they were."""
    scrub(f"=cmd;tel\n=1+1;{LISTED_1}\n@x;=2+2\n-3;\n".encode(), columns=("tel",), header=True)
    rows = removed_rows(tmp_path / "contacts.removed.csv")
    assert [row["=cmd"] for row in rows] == ["=1+1", "@x", "-3"]
    for row in rows:
        assert not [name for name in COLUMNS if row[name][:1] in {"=", "+", "-", "@", "\t", "\r"}]


# Encodings and dialects.


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize(("delimiter", "end"), [(";", "\n"), ("\t", "\r\n"), (",", "\r\n"), ("|", "\n")])
def test_encoding_delimiter_and_line_ends_stay(
    scrub: Scrub, tmp_path: Path, encoding: str, delimiter: str, end: str
) -> None:
    """What is kept is byte for byte a part of what was read."""
    rows = [["id", "prénom", "tél"], ["1", "Zoé", FREE], ["2", "André", LISTED_1], ["3", f"{delimiter} é", FREE]]
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter, lineterminator=end).writerows(rows)
    lines = [line + end for line in text.getvalue().split(end)[:-1]]
    scrub("".join(lines).encode(encoding))
    assert clean(tmp_path) == "".join([lines[0], lines[1], lines[3]]).encode(encoding)
    reading = {"utf-8": "utf-8-sig"}.get(encoding, encoding)
    (row,) = removed_rows(tmp_path / "contacts.removed.csv", delimiter, reading)
    assert (row["prénom"], row["gatekeeper_reason"]) == ("André", "LISTED")


def test_excels_first_line_stays(scrub: Scrub, tmp_path: Path) -> None:
    """A line `sep=,` tells the delimiter and stands at the head of both files."""
    scrub(f"sep=,\r\nid,tel\r\n1,{FREE}\r\n2,{LISTED_1}\r\n".encode())
    assert clean(tmp_path).decode() == f"sep=,\r\nid,tel\r\n1,{FREE}\r\n"
    assert (tmp_path / "contacts.removed.csv").read_bytes().startswith(b"sep=,\r\nid,tel,gatekeeper_removed,")


def test_old_macs_and_files_without_header_or_last_line_end(scrub: Scrub, tmp_path: Path) -> None:
    """CR ends rows too, and the last row may have no end."""
    scrub(f"1;{FREE}\r2;{LISTED_1}\r3;{FREE}".encode())
    assert clean(tmp_path).decode() == f"1;{FREE}\r3;{FREE}"
    assert (tmp_path / "contacts.removed.csv").read_bytes().startswith(f"2;{LISTED_1};contact;LISTED;".encode())


def test_blank_lines_and_bytes_nobody_can_decode_stay(scrub: Scrub, tmp_path: Path) -> None:
    """They are no contacts, or no business of ours."""
    content = HEADER + b"1;\xff\xfe\x81;" + FREE.encode() + b"\n\n2;x;" + FREE.encode() + b"\n"
    outcome = scrub(content)
    assert clean(tmp_path) == content
    assert (outcome.tally.blank, outcome.tally.read) == (1, 2)


# Columns.


def test_finds_every_column_of_numbers(scrub: Scrub) -> None:
    """By name or by what is in it; not what merely looks like one."""
    content = f"id;Nom;Téléphone;altPhone;date_tel;siret;autre\n1;D;{FREE};;20260101;73282932000074;{RED_1}\n"
    assert scrub(content.encode()).columns == ("Téléphone", "altPhone", "autre")


def test_says_which_columns_there_are(scrub: Scrub) -> None:
    """Where none was found, or one that was asked for is not there."""
    with pytest.raises(ContactsError, match=r"no column was found.*--column.*'id', 'nom'"):
        scrub(b"id;nom\n1;D\n")
    with pytest.raises(ContactsError, match=r"no column 'mobile'.*'id', 'nom', 'telephone'"):
        scrub(HEADER + b"1;D;06\n", columns=("mobile",))


# What is written, and when.


def test_a_dry_run_writes_nothing(scrub: Scrub, tmp_path: Path) -> None:
    """It counts."""
    outcome = scrub(HEADER + f"1;D;{LISTED_1}\n".encode(), dry_run=True)
    assert (outcome.tally.removed, outcome.written) == (1, ())
    assert [path.name for path in tmp_path.iterdir()] == ["contacts.csv"]


def test_does_not_overwrite_unless_told(scrub: Scrub, tmp_path: Path) -> None:
    """What an earlier scrub wrote is evidence."""
    scrub(HEADER + f"1;D;{LISTED_1}\n".encode())
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    with pytest.raises(ScrubRefused, match=r"contacts.clean.csv is there already"):
        scrub((tmp_path / "contacts.csv").read_bytes())
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before
    scrub(HEADER + f"1;D;{FREE}\n".encode(), overwrite=True)
    assert clean(tmp_path) == HEADER + f"1;D;{FREE}\n".encode()


def test_in_place_replaces_the_file(scrub: Scrub, tmp_path: Path) -> None:
    """What may be called takes the place of the contacts, with their mode; what was removed stands beside."""
    path = tmp_path / "contacts.csv"
    path.touch(mode=0o600)
    path.chmod(0o604)
    scrub(HEADER + f"1;D;{LISTED_1}\n2;E;{FREE}\n".encode(), in_place=True)
    assert path.read_bytes() == HEADER + f"2;E;{FREE}\n".encode()
    assert path.stat().st_mode & 0o777 == 0o604
    assert removed_rows(tmp_path / "contacts.removed.csv")[0]["id"] == "1"
    assert not (tmp_path / "contacts.clean.csv").exists()


def test_the_certificate_tells_who_when_what(scrub: Scrub, tmp_path: Path) -> None:
    """It holds lists with versions and SHA-256, counts, and the SHA-256 of every file; and nobody's number."""
    scrub(HEADER + f"1;D;{LISTED_1}\n2;E;{FREE}\n3;F;x\n".encode(), campaign="both")
    made = certificate(tmp_path)
    assert (made["by"], made["campaign"], made["principal"]) == ("Zoé (test)", "both", "Énergies SA")
    assert [(one["name"], one["version"], one["numbers_removed"]) for one in made["lists"]] == [
        ("red", "0+2", 0),
        ("other", "1", 0),
        ("bloctel", "1+4", 1),
        ("contracts", "1", 0),
    ]
    source = "".join(f"{national(number)}\n" for number in LISTED).encode()
    assert made["lists"][2]["sha256"] == hashlib.sha256(source).hexdigest()
    assert made["counts"]["contacts_read"] == made["counts"]["contacts_kept"] + made["counts"]["contacts_removed"] == 3
    assert made["removed_by_reason"] == {"LISTED": 1, "NUMBER_INVALID": 1}
    assert {one["role"] for one in made["files"]} == {"input", "clean", "removed"}
    for one in made["files"]:
        content = (tmp_path / one["name"]).read_bytes()
        assert (one["size"], one["sha256"]) == (len(content), hashlib.sha256(content).hexdigest())
    text = (tmp_path / "contacts.certificate.json").read_text()
    assert not [number for number in (LISTED_1, FREE) if number[1:] in text]


def test_the_certificate_says_on_what_ground_numbers_are_kept(scrub: Scrub, tmp_path: Path) -> None:
    """By a contract, or because nothing is against it; lists of answers and registers of contracts are named in it."""
    # In turn: contract lifts the list; listed; not listed and cleared; not listed and without an answer.
    numbers = (FIRST + 1200, FIRST + 1203, FIRST + 1201, FIRST + 2)
    outcome = scrub(("tel\n" + "".join(f"{national(number)}\n" for number in numbers)).encode(), campaign="insured")
    made = certificate(tmp_path)
    assert made["numbers_kept_by_ground"] == {"CONTRACT": 1, "CLEAR": 1}
    assert sum(outcome.tally.grounds.values()) == made["counts"]["numbers_checked"] - made["counts"]["numbers_removed"]
    assert {one["name"]: one["kind"] for one in made["lists"]} == {
        "red": "red",
        "bloctel": "opposition",
        "washed": "wash",
        "contracts": "contract",
    }
