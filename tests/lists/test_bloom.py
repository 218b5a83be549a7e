"""The filter: never a false no, seldom a false yes, and what is saved is what is asked."""

import os
import pickle
import random
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gatekeeper.errors import FilterMismatchError
from gatekeeper.lists.version.bloom import NumberFilter, SavedFilter, mix
from gatekeeper.lists.version.bloom_fill import build_filter, mix_array

COUNT = 200_000


@pytest.fixture(scope="module")
def numbers() -> list[int]:
    """What is in the filter."""
    return sorted(random.Random(7).sample(range(33600000000, 33800000000), COUNT))


@pytest.fixture(scope="module")
def path(numbers: list[int], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The saved filter."""
    path = tmp_path_factory.mktemp("bloom") / "1.bloom"
    build_filter(path, np.array(numbers, np.uint64), name="bloctel", version=1, build="b")
    return path


@given(st.lists(st.integers(0, 10**15), max_size=50))
def test_numpy_mixes_as_python_does(numbers: list[int]) -> None:
    """What NumPy fills in is what a question looks for."""
    assert mix_array(np.array(numbers, np.uint64)).tolist() == [mix(number) for number in numbers]


def test_every_number_in_it_is_found(path: Path, numbers: list[int]) -> None:
    """No false no: a listed number never slips through the filter."""
    saved = SavedFilter(path)
    assert all(number in saved.filter for number in numbers)
    saved.close()


def test_one_in_a_thousand_others_is_found(path: Path, numbers: list[int]) -> None:
    """The error rate is the one asked for, for neighbours of the numbers, too."""
    saved = SavedFilter(path)
    listed = set(numbers)
    drawn = random.Random(8)
    others = [n for n in (drawn.randrange(33600000000, 33800000000) for _ in range(200_000)) if n not in listed]
    neighbours = [n + 1 for n in numbers if n + 1 not in listed]
    for asked in (others, neighbours):
        assert sum(number in saved.filter for number in asked) / len(asked) < 0.0013
    saved.close()


def test_it_takes_less_than_two_bytes_a_number(path: Path) -> None:
    """1.8 bytes, the header apart."""
    assert (path.stat().st_size - 4096) / COUNT < 1.8


def test_it_is_filled_as_pybloom_live_would(numbers: list[int], path: Path) -> None:
    """`add` of the library sets the same bits as NumPy does."""
    slow = NumberFilter(COUNT)
    for number in numbers:
        slow.add(number, skip_check=True)
    saved = SavedFilter(path)
    assert saved.filter.bitarray == slow.bitarray
    assert len(saved.filter) == COUNT
    assert numbers[0] in pickle.loads(pickle.dumps(slow))  # noqa: S301 - our own
    saved.close()


@pytest.mark.parametrize(
    ("damage", "says"),
    [
        (lambda _: b"", "can't be opened"),
        (lambda data: data[:100], "too short"),
        (lambda data: b"X" + data[1:], "not a saved filter"),
        (lambda data: data[:30] + b"?" + data[31:], "its header is damaged"),
        (lambda data: data[:-8], "not the length"),
    ],
)
def test_a_damaged_file_is_not_a_filter(path: Path, tmp_path: Path, damage, says: str) -> None:  # type: ignore[no-untyped-def]  # noqa: ANN001
    """Its header is checked when it is opened."""
    broken = tmp_path / "broken.bloom"
    broken.write_bytes(damage(path.read_bytes()))
    with pytest.raises(FilterMismatchError, match=says):
        SavedFilter(broken)


def test_one_flipped_bit_is_noticed(path: Path, tmp_path: Path) -> None:
    """A bit lost would be a listed person called."""
    broken = tmp_path / "broken.bloom"
    broken.write_bytes(path.read_bytes())
    with broken.open("r+b") as file:
        file.seek(-1000, os.SEEK_END)
        byte = file.read(1)
        file.seek(-1, os.SEEK_CUR)
        file.write(bytes([byte[0] ^ 4]))
    saved = SavedFilter(broken)
    assert not saved.intact()
    saved.close()


def test_an_empty_filter_can_be_made(tmp_path: Path) -> None:
    """A version without numbers has one, too."""
    path = tmp_path / "0.bloom"
    assert build_filter(path, np.empty(0, np.uint64), name="x", version=1, build="b").count == 0
    saved = SavedFilter(path)
    assert saved.intact()
    assert 33612345678 not in saved.filter
    saved.close()
