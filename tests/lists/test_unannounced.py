"""Commits that nobody announced."""

import contextlib
import sqlite3
import time
from pathlib import Path

from gatekeeper.lists import ListIndex, ListKind, ListStore
from gatekeeper.lists.paths import Layout

NUMBER = 33612345678


def test_a_commit_of_another_program_is_noticed_soon(tmp_path: Path) -> None:
    """Or of a writer that was killed before it could announce it: within half a second."""
    with ListStore(tmp_path) as store:
        store.ensure("bloctel", ListKind.OPPOSITION)
        store.add("bloctel", [NUMBER], by="test")
    with contextlib.closing(ListIndex.open(tmp_path)) as index:
        index.refresh()
        assert index.states()["bloctel"].title == ""
        with contextlib.closing(sqlite3.connect(Layout(tmp_path).database)) as other, other:
            other.execute("UPDATE list SET title = 'changed' WHERE name = 'bloctel'")
        end = time.monotonic() + 0.5
        while index.states()["bloctel"].title != "changed":
            assert time.monotonic() < end
            index.refresh()
            time.sleep(0.01)
