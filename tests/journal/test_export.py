import csv
import io
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gatekeeper.journal import csv_safe, printable, record, write_csv, write_json
from tests.journal.rows import row


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        # Harmless
        ("", ""),
        ("0612345678", "0612345678"),
        ("liste d'opposition é €", "liste d'opposition é €"),
        # Moves the cursor, rings the bell, forges a line
        ("\x1b[2J", "\\x1b[2J"),
        ("a\nb\r\tc\x00", "a\\x0ab\\x0d\\x09c\\x00"),
        ("\x9b31m\x7f", "\\x9b31m\\x7f"),
        ("a\u2028b\u2029c\u0085d", "a\\u2028b\\u2029c\\x85d"),
        # Turns the direction, hides
        ("a\u202egnp", "a\\u202egnp"),
        ("\u2066x\u2069\u200b\ufeff", "\\u2066x\\u2069\\u200b\\ufeff"),
        ("\U000e0041", "\\U000e0041"),
        # Can't be encoded
        ("\ud800", "\\ud800"),
        # Can't be mistaken for an escape of ours
        ("\\x1b", "\\\\x1b"),
    ],
)
def test_what_would_not_be_seen_as_itself_is_escaped(text: str, shown: str) -> None:
    """`printable` shows every character that a terminal would act on or hide."""
    assert printable(text) == shown


@given(st.text())
def test_a_printable_text_is_one_line_that_a_terminal_only_shows(text: str) -> None:
    """Whatever comes in, what goes out has no control character and can be encoded."""
    shown = printable(text)
    shown.encode()
    assert shown.splitlines() in ([shown], [])
    assert not any(ord(c) < 32 or 127 <= ord(c) < 160 for c in shown)


@pytest.mark.parametrize(
    ("text", "safe"),
    [
        # Text
        ("sales", "sales"),
        ("a=b", "a=b"),
        ("", ""),
        # Telephone numbers stay as they are
        ("+33612345678", "+33612345678"),
        ("0612345678", "0612345678"),
        # Formulas
        ("=1+1", "'=1+1"),
        ("+33612345678+cmd|' /C calc'!A0", "'+33612345678+cmd|' /C calc'!A0"),
        ("-2+3", "'-2+3"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("  =1", "'  =1"),
        ("\uff1d1", "'\uff1d1"),
        ("|x", "'|x"),
    ],
)
def test_a_spreadsheet_takes_no_cell_for_a_formula(text: str, safe: str) -> None:
    """`csv_safe` puts an apostrophe before what could open a formula."""
    assert csv_safe(text) == safe


@given(st.text())
def test_no_cell_opens_with_a_formula_sign(text: str) -> None:
    """But for telephone numbers."""
    safe = csv_safe(text)
    assert safe.strip()[:1] not in {"=", "+", "-", "@"} or safe.removeprefix("+").isdecimal()


@given(st.text(), st.text())
def test_csv_comes_back_as_it_was_shown(dialled: str, campaign: str) -> None:
    """Every row is one record with every column, whatever the values hold."""
    stream = io.StringIO(newline="")
    assert write_csv([row(dialled=dialled, campaign=campaign), row()], stream) == 2
    header, first, _ = csv.reader(io.StringIO(stream.getvalue(), newline=""), strict=True)
    assert len(first) == len(header) == 24
    assert first[header.index("dialled")] == csv_safe(dialled)
    assert first[header.index("campaign")] == csv_safe(campaign)
    assert len(stream.getvalue().split("\r\n")) == 4


@given(st.text())
def test_json_keeps_every_value(dialled: str) -> None:
    """Every row is one line of ASCII that any program reads back exactly."""
    stream = io.StringIO()
    write_json([row(dialled=dialled, number=None)], stream)
    line, rest = stream.getvalue().split("\n")
    assert rest == ""
    assert line.isascii()
    assert json.loads(line)["dialled"] == dialled


def test_times_and_numbers_are_shown_as_people_write_them() -> None:
    """The time as ISO 8601 in UTC to the microsecond, the number with its plus."""
    shown = record(row(at=1_700_000_000_000_001, number=33612345678))
    assert (shown["at"], shown["number"]) == ("2023-11-14T22:13:20.000001Z", "+33612345678")
    assert record(row(number=None))["number"] is None
