"""Replacing a list while calls are decided on, and what becomes of a new version that does not answer rightly."""

import logging
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from gatekeeper.errors import StoreError
from gatekeeper.lists import ImportReport, ListIndex, ListStore

FIRST = 33612000000
Load = Callable[..., ImportReport]
National = Callable[..., bytes]

_REPLACER = """
import sys
from pathlib import Path
from gatekeeper.lists import ListStore
with ListStore(Path(sys.argv[1])) as store:
    for turn in range(10):
        store.import_file(Path(sys.argv[2 + turn % 2]), "bloctel")
"""


def test_ten_replacements_under_full_load_mix_no_versions(
    load: Load, national: National, data_dir: Path, tmp_path: Path
) -> None:
    """Every decision is by one whole version: what both hold is always found, and the rest by the version it names."""
    # Odd versions hold the first 60,000 of 90,000 numbers, even ones the last 60,000.
    odd, even = tmp_path / "odd.txt", tmp_path / "even.txt"
    odd.write_bytes(national(60_000))
    even.write_bytes(national(60_000, 30_000))
    load(national(60_000, 30_000))  # version 1 is even's content, so that the replacements begin with odd's at 2
    index = ListIndex.open(data_dir)
    in_odd, in_both, in_even, in_none = FIRST + 10, FIRST + 45_000, FIRST + 80_000, FIRST + 95_000
    seen: set[str] = set()
    process = subprocess.Popen([sys.executable, "-c", _REPLACER, str(data_dir), str(odd), str(even)])
    try:
        decided, running = 0, True
        while running:
            running = process.poll() is None
            for _ in range(200):
                index.refresh()
                both = index.find(in_both, ["bloctel"])
                assert both is not None
                version = int(both.version)
                is_odd_content = version % 2 == 0
                assert (index.find(in_odd, ["bloctel"]) is not None) is is_odd_content
                assert (index.find(in_even, ["bloctel"]) is not None) is not is_odd_content
                assert index.find(in_none, ["bloctel"]) is None
                seen.add(both.version)
                decided += 1
    finally:
        process.wait()
        index.close()
    assert process.returncode == 0
    assert "11" in seen
    assert len(seen) >= 5
    assert decided > 1000


def tamper(data_dir: Path, version: int, **values: int) -> None:
    """Make the main database expect other numbers of a version."""
    connection = sqlite3.connect(data_dir / "lists.sqlite3")
    for column, value in values.items():
        connection.execute(f"UPDATE list_version SET {column} = ? WHERE version = ?", (value, version))  # noqa: S608 - a name of this test
    connection.commit()
    connection.close()


@pytest.mark.parametrize("values", [{"canary": FIRST + 500}, {"absent": FIRST + 3}])
def test_a_version_that_answers_wrongly_is_not_put_to_use(
    store: ListStore,
    load: Load,
    national: National,
    data_dir: Path,
    caplog: pytest.LogCaptureFixture,
    values: dict[str, int],
) -> None:
    """The old version goes on answering, changes by hand included, and the log and the status say so."""
    load(national(100))
    index = ListIndex.open(data_dir, rebuild=False)
    try:
        load(national(50))
        tamper(data_dir, 2, **values)
        with caplog.at_level(logging.ERROR):
            assert index.refresh()
        assert "version 2 of the list bloctel does not answer as it should" in caplog.text
        assert index.find(FIRST + 99, ["bloctel"]) == ("bloctel", "1")
        assert "version 1 goes on answering" in index.states()["bloctel"].problem
        store.add("bloctel", [FIRST + 777], by="test")
        index.refresh()
        assert index.find(FIRST + 777, ["bloctel"]) == ("bloctel", "1+1")
        assert "does not answer as it should" in store.status()[0].problem
        # A new import mends it.
        load(national(60))
        assert index.refresh()
        assert index.find(FIRST + 59, ["bloctel"]) == ("bloctel", "3+1")
        assert index.states()["bloctel"].problem == ""
    finally:
        index.close()


def test_without_an_old_version_nothing_is_let_through(load: Load, national: National, data_dir: Path) -> None:
    """At the start there is none to go on with: the lists can't be read, and calls are refused."""
    load(national(100))
    tamper(data_dir, 1, canary=FIRST + 500)
    with pytest.raises(StoreError, match="does not answer as it should"):
        ListIndex.open(data_dir, rebuild=False)


def test_another_file_in_its_place_is_found_out(load: Load, national: National, data_dir: Path) -> None:
    """A file that is whole and says it is the version, but holds other numbers, is not served."""
    load(national(100))
    folder = data_dir / "lists" / "bloctel"
    connection = sqlite3.connect(folder / "1.sqlite3")
    connection.execute("DELETE FROM number")
    connection.executemany("INSERT INTO number VALUES (?)", [(FIRST + 1000 + n,) for n in range(100)])
    connection.commit()
    connection.close()
    with pytest.raises(StoreError, match="does not answer as it should"):
        ListIndex.open(data_dir, rebuild=False)
