"""Bloctel's two files."""

import contextlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gatekeeper.errors import ImportRefused
from gatekeeper.registries.formats.bloctel import DAYS, deposit_lines
from tests.lists.formats.reading import accounted, mutated, read

A, B, C, D = 33612345678, 33145678901, 33761234567, 33698765432
RETURN = b"0612345678;1;OK\n0145678901;2;INSCRIT\n0761234567;3; OK \n0698765432;4;\n"

ANSWERS = [
    # Only the two letters, trimmed, clear a number.
    (b"OK", "callable"),
    (b"  OK\t", "callable"),
    (b'"OK"', "callable"),
    # Everything else that says something counts as listed.
    (b"ok", "listed"),
    (b"Ok", "listed"),
    (b"OK.", "listed"),
    (b"OKK", "listed"),
    (b"O K", "listed"),
    (b"KO", "listed"),
    (b"OK\x00", "listed"),
    (b"0K", "listed"),
    (b"INSCRIT SUR LA LISTE D'OPPOSITION", "listed"),
    (b"OK INSCRIT SUR LA LISTE D'OPPOSITION", "listed"),
    # What says nothing is set aside.
    (b"", "unclear"),
    (b"   ", "unclear"),
]


@pytest.mark.parametrize(("answer", "meaning"), ANSWERS)
def test_only_ok_clears_a_number(answer: bytes, meaning: str) -> None:
    """Whatever stands beside it in the file."""
    found = read(RETURN + b"0612000001;5;" + answer + b"\n" + RETURN, "bloctel-return")
    place = {"callable": found.callable, "listed": found.listed, "unclear": []}[meaning]
    assert (33612000001 in [*found.callable, *found.listed]) == (33612000001 in place)
    assert (meaning == "unclear") == any(reject.line == 5 for reject in found.rejects)


def test_a_return_is_parted_in_three() -> None:
    """Callable, listed, and what a human must look at."""
    found = read(b"Telephone;Identifiant;Reponse\n" + RETURN + b"0612000001;6\nhello;7;OK\n", "bloctel-return")
    assert found.callable == [A, C]
    assert found.listed == [B]
    assert [reject.line for reject in found.rejects] == [5, 6, 7]
    assert (found.records, found.headers) == (6, 1)


def test_a_comma_is_no_separator_of_a_return() -> None:
    """A file written otherwise clears nobody."""
    assert read(RETURN.replace(b";", b","), "bloctel-return", force=True).callable == []


def test_how_long_a_return_holds() -> None:
    """Thirty days."""
    form = read(RETURN, "bloctel-return").reader.format
    assert form is not None
    assert form.max_age_days == DAYS == 30


def test_a_deposit_file_is_what_bloctel_takes() -> None:
    """UTF-8, semicolons, LF, the header, ten national digits; and it reads back."""
    text = "".join(deposit_lines([(A, "1"), (B, "réf 2")]))
    assert text == "Telephone;Identifiant\n0612345678;1\n0145678901;réf 2\n"
    assert read(text.encode(), "bloctel-deposit").listed == [A, B]


@pytest.mark.parametrize("row", [(32470123456, "1"), (A, "a;b"), (A, 'a"'), (A, "a\nb")])
def test_a_deposit_file_can_not_be_broken(row: tuple[int, str]) -> None:
    """What can't stand in it is an error, not a line that means something else."""
    with pytest.raises(ValueError, match=r"Bloctel takes|can't be an identifier"):
        list(deposit_lines([row]))


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_no_line_of_a_return_is_lost(data: st.DataObject) -> None:
    """However it is damaged."""
    accounted(data.draw(mutated(RETURN * 3)), "bloctel-return")


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_a_damaged_return_clears_nobody_whose_line_does_not_end_in_ok(data: st.DataObject) -> None:
    """Every cleared number stands on a line whose third cell is OK; one that is no text any more is refused whole."""
    content = data.draw(mutated(RETURN * 2))
    found = None
    with contextlib.suppress(ImportRefused):
        found = read(content, "bloctel-return", force=True) if content.strip() else None
    clear = sum(1 for line in content.split(b"\n") if len(cells := line.split(b";")) > 2 and cells[2].strip() == b"OK")
    assert found is None or len(found.callable) <= clear
