"""One row at a time, held against a reader that looks at one character after the other."""

from collections.abc import Callable

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from gatekeeper.contacts.records import MOST_BYTES, cut
from gatekeeper.contacts.row_reader import ContactRow, RowReader

QUICK = settings(max_examples=400, deadline=None)

anything = st.text(st.sampled_from('ab;"\n\r '), max_size=40).map(str.encode)
delimiters = st.sampled_from([";", ",", "\t", "|", "^", "]", "-", "\\"])


def closing(data: bytes, at: int) -> int | None:
    """Where the quoted cell is closed whose content begins here."""
    while at < len(data):
        if data[at : at + 2] == b'""':
            at += 2
        elif data[at : at + 1] == b'"':
            return at
        else:
            at += 1
    return None


def reference(data: bytes, start: int, delimiter: str, newline: bytes, most: int) -> ContactRow | None:
    """What a row is, in the plainest words: one character after the other, and nothing remembered."""
    at, cells = start - 1, []
    while at < start or data[at : at + 1] == delimiter.encode():
        begin = at = at + 1
        if data[at : at + 1] == b'"':
            close = closing(data, at + 1)
            if close is None:
                return None
            cells.append((at + 1, close))
            at = close + 1
            continue
        while data[at : at + 1] not in (delimiter.encode(), b"\r", b"\n", b""):
            at += 1
        cells.append((begin, at))
    if newline == b"\n" and data[at : at + 1] == b"\r":
        at += 1
    if data[at : at + 1] not in (b"", newline):
        return None
    return ContactRow(at, cells) if min(at + 1, len(data)) - start <= most else None


@QUICK
@given(anything, delimiters, st.sampled_from([b"\n", b"\r"]), st.sampled_from([8, 1000]))
@example(b'x;5" inox;""\n', ";", b"\n", 1000)
@example(b'"a""b"";c\n"d"\n', ";", b"\n", 1000)
def test_reads_as_the_reference_does(data: bytes, delimiter: str, newline: bytes, most: int) -> None:
    """Wherever a row begins, and whatever was read before, it has the cells that the reference finds."""
    text = data.replace(b";", delimiter.encode())
    reader = RowReader(text, delimiter, newline, most)
    for start in range(len(text)):
        assert reader.read(start) == reference(text, start, delimiter, newline, most)


def contacts(row: Callable[[int], str], size: int) -> tuple[bytes, int]:
    """A file of this many bytes, and how many rows it has."""
    rows = [row(index) for index in range(size // len(row(0)))]
    return "".join(rows).encode(), len(rows)


def sparse(index: int) -> str:
    """A row in which one cell of two is empty."""
    return f'{index};"";"0612{index % 1_000_000:06}";;"Rue ""X""";\n'


def quoted(index: int) -> str:
    """A row in which every cell is quoted."""
    return f'"{index}";"x";"0612{index % 1_000_000:06}";"y"\r\n'


@pytest.mark.parametrize("row", [sparse, quoted])
def test_one_odd_mark_costs_no_contact(row: Callable[[int], str]) -> None:
    """In four megabytes with one unquoted inch mark every contact is read, with the number that it has."""
    data, count = contacts(row, 4 << 20)
    first, rest = data.split(b"\n", 1)
    data = first + b'\n7;5" inox;0612999999;\n' + rest
    made = cut(data, ";", b"\n", (2,), last=True)
    assert len(made.starts) == count + 1
    assert not made.broken.any()
    found = [data[start:end] for start, end in zip(made.cells[0].starts, made.cells[0].ends, strict=True)]
    expected = [b"0612%06d" % (index % 1_000_000) for index in range(count)]
    assert found == [expected[0], b"0612999999", *expected[1:]]


HOSTILE = {
    "cells that begin on each line and never end a row": 'd";"e\n',
    "runs of marks": '""""\n',
    "odd runs of marks": '"""\n',
    "marks that never close": '"a""\n',
    "no line ends": '"";',
    "stray ends": 'a\r"b\r\n',
    "plain text of marks": 'a""""""""\n',
}


@pytest.mark.timeout(20)
@pytest.mark.parametrize("piece", HOSTILE.values(), ids=HOSTILE.keys())
def test_no_text_takes_long(piece: str) -> None:
    """Nothing is read again and again: that would take minutes, in the least."""
    data = b'x"\n"' + piece.encode() * (4 * MOST_BYTES // len(piece))
    assert cut(data, ";", b"\n", (0, 3), last=True).used == len(data)
