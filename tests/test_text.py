"""Text from outside can't move a cursor, forge a line, break a message or run a formula."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gatekeeper.text import csv_safe, escaped, one_line, printable


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
    """`escaped` shows every character that a terminal would act on or hide."""
    assert escaped(text) == shown


@given(st.text())
def test_an_escaped_text_is_one_line_that_a_terminal_only_shows(text: str) -> None:
    """Whatever comes in, what goes out has no control character and can be encoded."""
    shown = escaped(text)
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
        # One behind what a spreadsheet of another country takes for the end of a cell
        ("x;=cmd|' /C calc'!A0", "x;'=cmd|' /C calc'!A0"),
        ('x; "=1+1"', 'x; "\'=1+1"'),
        ("x,-2+3|@SUM(A1)", "x,'-2+3|'@SUM(A1)"),
        (";=1", ";'=1"),
        ("x;+33612345678;+33612345679 ; 12", "x;+33612345678;+33612345679 ; 12"),
        ("a; b, c | d", "a; b, c | d"),
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


@given(
    st.lists(
        st.text(st.sampled_from("=+-@;,|\" '\t\nx1\uff1d"), max_size=12) | st.text(max_size=5), min_size=1, max_size=4
    ),
    st.sampled_from(",;|\t"),
)
def test_no_spreadsheet_reads_a_formula_whatever_it_divides_by(texts: list[str], delimiter: str) -> None:
    """A file with commas, opened where cells are divided by semicolons: what is read opens no formula either."""
    written = io.StringIO(newline="")
    csv.writer(written).writerow(map(csv_safe, ["x", *texts]))
    for row in csv.reader(io.StringIO(written.getvalue(), newline=""), delimiter=delimiter):
        for cell in row:
            opened = cell.strip(' "')
            assert opened[:1] not in {*"=+-@\uff1d"} or opened.removeprefix("+").strip(' "').isdecimal(), cell


@pytest.mark.parametrize(
    ("text", "expected"),
    [("abc", "abc"), ("a\x1bb", "a\N{REPLACEMENT CHARACTER}b"), ("\udcff", "\N{REPLACEMENT CHARACTER}")],
)
def test_what_goes_to_a_log_is_printable(text: str, expected: str) -> None:
    """Control characters and broken UTF-8 don't reach logs and databases."""
    assert expected == printable(text)


@given(st.text())
def test_a_line_stays_one(text: str) -> None:
    """Whatever comes in, a header or a note has no end of a line in it, and keeps what can be seen."""
    line = one_line(text)
    assert line.isprintable()
    assert len(line) == len(text)
    assert all(one in (before, " ") for one, before in zip(line, text, strict=True))
