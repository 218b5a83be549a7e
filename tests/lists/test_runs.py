"""Sorting beyond memory gives what sorting within it gives."""

import contextlib
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gatekeeper.lists.version import external_sort as module
from gatekeeper.lists.version.external_sort import SortedRuns, Spool


@settings(max_examples=60, deadline=None)
@given(st.lists(st.lists(st.integers(0, 300), max_size=40), max_size=30), st.integers(1, 50), st.integers(1, 50))
def test_merged_runs_are_the_sorted_set(parts: list[list[int]], run: int, window: int) -> None:
    """Each number once, in ascending order, at any size of runs and ranges."""
    with pytest.MonkeyPatch.context() as patch, ThreadPoolExecutor(1) as workers:
        patch.setattr(module, "RUN", run)
        patch.setattr(module, "RANGE", window)
        with contextlib.closing(SortedRuns(Path(tempfile.gettempdir()), workers)) as runs:
            for part in parts:
                runs.add(np.array(part, np.uint64))
            merged = [number for numbers in runs.merge() for number in numbers.tolist()]
    everything = [number for part in parts for number in part]
    assert merged == sorted(set(everything))
    assert runs.total == len(everything)


def test_a_spool_gives_back_what_was_put_in(tmp_path: Path) -> None:
    """Part by part while it grows, and all of it at the end."""
    spool = Spool(tmp_path)
    assert len(spool.read()) == 0
    spool.append(np.arange(10, dtype=np.uint64))
    assert np.concatenate(list(spool.between(2, 9))).tolist() == list(range(2, 9))
    spool.append(np.arange(10, 20, dtype=np.uint64))
    assert spool.read().tolist() == list(range(20))
    assert list(tmp_path.iterdir()) == []
    spool.close()
