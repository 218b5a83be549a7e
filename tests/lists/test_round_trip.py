"""What a comparison of two versions writes, imported again."""

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gatekeeper.errors import ImportRefused
from gatekeeper.lists import ImportOptions, ImportReport, ListKind, ListStore
from gatekeeper.phone import display
from gatekeeper.registries.formats import find_format

Load = Callable[..., ImportReport]

CHANGES = find_format("changes")
FIRST = 33612000000
numbers = st.sets(
    st.one_of(
        st.integers(FIRST, FIRST + 60),
        st.integers(32470123456, 32470123476),
        st.integers(12125550100, 12125550110),
        st.integers(85223456780, 85223456789),
        st.integers(390612345670, 390612345679),
    ),
    min_size=1,
    max_size=40,
)


def put(store: ListStore, path: Path, name: str, content: set[int]) -> None:
    """Make a version of these numbers."""
    path.write_text("".join(f"{display(number)}\n" for number in sorted(content)), encoding="utf-8")
    store.import_file(path, name, options=ImportOptions())


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(numbers, numbers, st.sampled_from(["FR", "BE", "US", "HK"]))
def test_the_difference_applied_to_the_old_is_the_new(
    store: ListStore, tmp_path: Path, old: set[int], new: set[int], country: str
) -> None:
    """Whatever the numbers' countries and the site's."""
    file, out = tmp_path / "full.txt", tmp_path / "changes.csv"
    store.ensure("copy", ListKind.OPPOSITION)
    put(store, file, "bloctel", old)
    put(store, file, "bloctel", new)
    put(store, file, "copy", old)
    version = store.versions("bloctel")[0].version
    counts = store.diff("bloctel", version - 1, version, out)
    if old == new:
        with pytest.raises(ImportRefused, match="no usable number"):
            store.import_file(out, "copy", options=ImportOptions(format=CHANGES, country=country))
        return
    report = store.import_file(out, "copy", options=ImportOptions(format=CHANGES, country=country))
    assert list(store.numbers("copy")) == list(store.numbers("bloctel")) == sorted(new)
    assert (report.imported, report.rejected) == (counts.added + counts.dropped, 0)
    assert (report.added, report.dropped, report.unchanged) == counts


def test_a_comparison_is_no_full_list(load: Load, store: ListStore, tmp_path: Path) -> None:
    """It would list those that went."""
    out = tmp_path / "changes.csv"
    load(b"0612345678\n0612345679\n")
    load(b"0612345678\n0612345670\n")
    store.diff("bloctel", 1, 2, out)
    for options in ({}, {"column": "number"}, {"column": 2, "header": True}):
        with pytest.raises(ImportRefused, match="--format changes"):
            load(out.read_bytes(), **options)
    assert load(out.read_bytes(), format=CHANGES).imported == 2
