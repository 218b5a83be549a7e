"""Belgium's list."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.lists.formats.reading import accounted, mutated, read

A, B, C = 32470123456, 3225551234, 32495987654
ROWS = [("0470123456", "2024-03-15"), ("025551234", "2025-01-02"), ("0495987654", "2024-12-31")]


def text(delimiter: str, *, plus: bool = False) -> bytes:
    """The file."""
    return "".join(f"{'+32' + n[1:] if plus else n}{delimiter}{day}\n" for n, day in ROWS).encode()


@pytest.mark.parametrize("delimiter", [";", ",", "\t", "|", " "])
@pytest.mark.parametrize("plus", [False, True])
def test_numbers_and_dates_are_read_however_divided(delimiter: str, plus: bool) -> None:
    """However they are divided; the latest date tells of when the file is."""
    found = read(text(delimiter, plus=plus), "belgium")
    assert (found.listed, found.rejects) == ([A, B, C], [])
    assert str(found.reader.newest) == "2025-01-02"


def test_a_file_without_dates_has_no_latest_one() -> None:
    """A file without dates has no latest one."""
    found = read(b"0470123456\n025551234\n0495987654\n", "belgium")
    assert (found.listed, found.reader.newest) == ([A, B, C], None)


def test_dates_that_are_none_are_passed_over() -> None:
    """The number beside is listed all the same."""
    found = read(b"0470123456;2024-13-40\n025551234;soon\n0495987654;31/12/2024\n", "belgium")
    assert found.listed == [A, B, C]
    assert str(found.reader.newest) == "2024-12-31"


@settings(max_examples=40, deadline=None)
@given(st.data(), st.sampled_from([";", ",", "\t", " "]))
def test_no_line_is_lost(data: st.DataObject, delimiter: str) -> None:
    """However it is damaged."""
    accounted(data.draw(mutated(text(delimiter) * 3)), "belgium")
