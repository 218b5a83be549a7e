"""Many numbers looked up at once."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gatekeeper.errors import UnknownListError
from gatekeeper.lists import ImportReport, ListIndex, ListKind, ListStore
from gatekeeper.lists.serving.bulk import BulkIndex, may_hold

FIRST = 33612000000


@pytest.fixture
def filled(store: ListStore, load: Callable[..., ImportReport], national: Callable[..., bytes]) -> ListStore:
    """`bloctel` with 3000 numbers, some changed by hand; `other` with 2000 of them and 1000 others; `red` by hand."""
    store.ensure("other", ListKind.OPPOSITION)
    load(national(3000))
    load(national(3000, 1000), "other", "other.txt")
    store.add("bloctel", [FIRST + 5000, FIRST + 5001, FIRST + 7], by="test")
    store.remove("bloctel", [FIRST + 1, FIRST + 2500], by="test")
    store.add("red", [FIRST + 2, FIRST + 9000], by="test")
    return store


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.sets(st.integers(FIRST - 5, FIRST + 9005), max_size=400),
    st.lists(st.sampled_from(["bloctel", "other", "red"]), unique=True),
)
def test_finds_what_the_index_finds(filled: ListStore, data_dir: Path, drawn: set[int], lists: list[str]) -> None:
    """For every number and every order of lists the answer is that of `ListIndex.find`."""
    index = ListIndex.open(data_dir)
    try:
        numbers = np.array(sorted(drawn), np.int64)
        found = BulkIndex(index).find_many(numbers, lists)
        answers = [found.hits[which] if which >= 0 else None for which in found.which.tolist()]
        assert answers == [index.find(number, lists) for number in numbers.tolist()]
    finally:
        index.close()


def test_a_missing_filter_changes_no_answer(filled: ListStore, data_dir: Path) -> None:
    """Where a filter is missing the exact store alone answers, and answers the same."""
    (data_dir / "lists" / "bloctel" / "1.bloom").unlink()
    index = ListIndex.open(data_dir, rebuild=False)
    try:
        assert index.opened("bloctel").filter is None
        numbers = np.arange(FIRST - 10, FIRST + 5010, dtype=np.int64)
        found = BulkIndex(index).find_many(numbers, ["bloctel"])
        assert (found.which >= 0).tolist() == [index.find(n, ["bloctel"]) is not None for n in numbers.tolist()]
    finally:
        index.close()


def test_the_filter_lets_pass_what_pybloom_lets_pass(filled: ListStore, data_dir: Path) -> None:
    """The vectorised filter agrees with the filter's own `in`, false positives included."""
    index = ListIndex.open(data_dir)
    try:
        saved = index.opened("bloctel").filter
        assert saved is not None
        numbers = np.arange(FIRST, FIRST + 40_000, dtype=np.int64)
        passed = may_hold(saved.filter, numbers)
        assert passed.tolist() == [number in saved.filter for number in numbers.tolist()]
        assert 3000 <= passed.sum() < 3300
    finally:
        index.close()


def test_an_unknown_list_is_an_error(filled: ListStore, data_dir: Path) -> None:
    """A list that is not there holds nothing, and is no answer."""
    index = ListIndex.open(data_dir)
    try:
        with pytest.raises(UnknownListError, match="nowhere"):
            BulkIndex(index).find_many(np.array([FIRST], np.int64), ["nowhere"])
    finally:
        index.close()
