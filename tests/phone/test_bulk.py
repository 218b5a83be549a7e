"""Finding lines and columns in a buffer, and the numbers in them."""

import csv
import io
from random import Random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gatekeeper.phone import DialPlan, Normaliser
from gatekeeper.phone.bulk import BulkNormaliser, Fields, split_column, split_lines


def texts(data: bytes, fields: Fields) -> list[bytes]:
    """What the fields hold."""
    return [data[start:end] for start, end in zip(fields.starts.tolist(), fields.ends.tolist(), strict=True)]


@given(
    st.lists(st.binary(max_size=6).map(lambda line: line.replace(b"\n", b"").replace(b"\r", b""))),
    st.sampled_from([b"", b"end"]),
)
def test_lines_are_found(lines: list[bytes], last: bytes) -> None:
    """Lines ending in LF or CR LF, the last one with or without its end, blank ones too."""
    for end in (b"\n", b"\r\n"):
        data = end.join(lines) + (end if last else b"")
        expected = data.replace(b"\r\n", b"\n").split(b"\n")
        assert texts(data, split_lines(data)) == (expected[:-1] if not expected[-1] else expected)


@given(st.lists(st.lists(st.text("01+; \"'x", max_size=4), min_size=1, max_size=4), max_size=8), st.integers(0, 3))
def test_columns_are_what_csv_reads(rows: list[list[str]], column: int) -> None:
    """A column is what the csv module reads; lines with quotes or without the column are named instead."""
    written = io.StringIO()
    csv.writer(written, delimiter=";", lineterminator="\n").writerows(rows)
    data = written.getvalue().encode()
    fields, others = split_column(data, b";", column)
    found = texts(data, fields)
    lines = data.decode().splitlines()
    odd = [place for place, line in enumerate(lines) if '"' in line or line.count(";") < column]
    assert others.tolist() == odd
    for place, line in enumerate(lines):
        expected = "" if place in odd else next(csv.reader([line], delimiter=";"), [""] * 9)[column : column + 1]
        assert found[place].decode() == ("".join(expected) if expected else "")


def test_numbers_are_read_in_place_from_a_column() -> None:
    """The fields of a column are read in place, whatever stands around them."""
    draw = Random(3)
    numbers = [f"06{draw.randrange(10**8):08d}" for _ in range(3000)]
    data = "".join(f"{i};{number};2024-01-01\r\n" for i, number in enumerate(numbers)).encode()
    normaliser = Normaliser(DialPlan())
    fields, others = split_column(data, b";", 1)
    assert len(others) == 0
    found = BulkNormaliser(normaliser).fields(data, fields).tolist()
    assert found == [normaliser.normalise(number).e164 for number in numbers]


@pytest.mark.parametrize("data", [b"", b"\n", b"\r\n", b"0612345678", b"\n\n0612345678\n\n", b"1\n2\n"])
def test_small_buffers_are_no_error(data: bytes) -> None:
    """Nothing at all, blank lines and a few short ones are no error."""
    numbers, where = BulkNormaliser(Normaliser(DialPlan())).lines(data)
    assert len(numbers) == len(where.starts)
    assert not np.any(numbers)


def test_numbers_at_the_edges_of_a_buffer_are_read() -> None:
    """The first and the last number of a buffer without a last line end are read like the rest."""
    data = b"\n".join([b"0612345678"] * 1000)
    numbers, _ = BulkNormaliser(Normaliser(DialPlan())).lines(data)
    assert numbers.tolist() == [33612345678] * 1000


def test_an_emergency_line_of_one_s_own_is_left_alone() -> None:
    """A long number that the dial plan declares an emergency number is not claimed as somebody's number."""
    plan = DialPlan(emergency=frozenset({"0612345678"}))
    numbers, _ = BulkNormaliser(Normaliser(plan)).lines(b"0612345678\n0612345679\n0712345678\n" * 500)
    assert numbers[0] == 0
    assert numbers.tolist()[2::3] == [0] * 500 or numbers[2] > 0
