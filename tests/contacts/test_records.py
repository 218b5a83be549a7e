"""Rows and cells by byte offsets."""

import csv
import io

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from gatekeeper.contacts import records
from gatekeeper.contacts.records import cut

QUICK = settings(max_examples=300, deadline=None)

well_formed = st.lists(
    st.lists(st.text(st.sampled_from('ab1 ;,"\n\ré'), max_size=6), min_size=1, max_size=5), min_size=1, max_size=8
)
anything = st.text(st.sampled_from('ab;"\n\r '), max_size=60).map(str.encode)


def cells_of(
    data: bytes, columns: int, sizes: list[int], newline: bytes = b"\n"
) -> list[tuple[bytes, list[bytes], bool]]:
    """Every row with its cells, the text having come in pieces of these sizes."""
    found = []
    rest, at = b"", 0
    pieces = [*sizes, len(data)]
    for index, size in enumerate(pieces):
        last = index == len(pieces) - 1
        rest, at = rest + data[at : at + size] if not last else rest + data[at:], at + size
        made = cut(rest, ";", newline, tuple(range(columns)), last=last)
        for row in range(len(made.starts)):
            body = rest[made.starts[row] : made.ends[row]]
            assert row == 0 or made.starts[row] == made.ends[row - 1]
            cells = [rest[where.starts[row] : where.ends[row]] for where in made.cells]
            width = 0 if made.broken[row] else int(made.widths[row])
            found.append((body, cells[:width], bool(made.broken[row])))
        rest = rest[made.used :]
    assert rest == b""
    return found


@QUICK
@given(
    well_formed,
    st.sampled_from(["\n", "\r\n"]),
    st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
    st.lists(st.integers(0, 20), max_size=4),
)
def test_reads_what_a_csv_writer_wrote(rows: list[list[str]], end: str, quoting: int, sizes: list[int]) -> None:
    """Whatever is in the cells, and however the text comes in pieces, rows and cells are those that were written."""
    # csv does not quote a lone CR where lines end in LF, and nobody can tell that one from a line end.
    assume(quoting == csv.QUOTE_ALL or not any("\r" in cell for row in rows for cell in row))
    text = io.StringIO()
    csv.writer(text, delimiter=";", lineterminator=end, quoting=quoting).writerows(rows)
    data = text.getvalue().encode()
    found = cells_of(data, 5, sizes)
    assert b"".join(body for body, _, _ in found) == data
    assert not any(broken for _, _, broken in found)
    # A row of one empty cell is written as "" or as nothing, which is one empty cell either way.
    assert [[cell.decode().replace('""', '"') for cell in cells] for _, cells, _ in found] == rows


@QUICK
@given(anything, st.lists(st.integers(0, 25), max_size=4), st.sampled_from([12, 1000]))
def test_no_byte_is_lost_and_pieces_do_not_matter(data: bytes, sizes: list[int], limit: int) -> None:
    """Of any text all bytes are in rows, and the rows are the same in whichever pieces it comes."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(records, "MOST_BYTES", limit)
        whole = cells_of(data, 4, [])
        assert b"".join(body for body, _, _ in whole) == data
        assert cells_of(data, 4, sizes) == whole


@QUICK
@given(anything)
def test_what_is_not_broken_is_what_csv_reads(data: bytes) -> None:
    """Rows that are not said to be broken have the cells that Python's csv reads in them."""
    for body, cells, broken in cells_of(data, 60, []):
        text = body.decode().removesuffix("\n").removesuffix("\r") if not broken else ""
        if broken or not text or "\r" in text:
            continue
        (row,) = csv.reader(io.StringIO(text, newline=""), delimiter=";")
        assert [cell.decode().replace('""', '"') if '"' in text else cell.decode() for cell in cells] == [
            cell.replace('""', '"') for cell in row
        ]


# Quoting gone wrong.


def test_a_quote_that_is_not_closed_takes_one_line_only() -> None:
    """The rows behind a cell whose quotation mark has no end are read."""
    found = cells_of(b'a;1\nb;"2\nc;3\nd;4\n', 2, [])
    assert [(cells, broken) for _, cells, broken in found] == [
        ([b"a", b"1"], False),
        ([], True),
        ([b"c", b"3"], False),
        ([b"d", b"4"], False),
    ]


def test_something_behind_a_closing_quote_breaks_its_row_only() -> None:
    """So does a row with text behind a closed cell."""
    found = cells_of(b'"a"x;1\n"b";2\n', 2, [])
    assert [(cells, broken) for _, cells, broken in found] == [([], True), ([b"b", b"2"], False)]


def test_a_quote_within_a_cell_is_a_character() -> None:
    """A quotation mark in a cell that does not begin with one means nothing."""
    found = cells_of(b'5" pipe;1\n"x";2\n', 2, [])
    assert [cells for _, cells, _ in found] == [[b'5" pipe', b"1"], [b"x", b"2"]]


def test_line_breaks_within_quotes_belong_to_the_cell() -> None:
    """A row may have several lines."""
    found = cells_of(b'"a\r\nb";1\r\nc;2\r\n', 2, [3, 4])
    assert [cells for _, cells, _ in found] == [[b"a\r\nb", b"1"], [b"c", b"2"]]


def test_old_macs_end_lines_with_cr() -> None:
    """CR alone may end rows."""
    found = cells_of(b'a;1\r"b";2\r', 2, [], newline=b"\r")
    assert [cells for _, cells, _ in found] == [[b"a", b"1"], [b"b", b"2"]]
