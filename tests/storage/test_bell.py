"""The bell between processes: who committed is heard."""

import os
import time
from pathlib import Path

import pytest

from gatekeeper.storage import begin_immediate, open_engine
from gatekeeper.storage import change_signal as bell_module
from gatekeeper.storage.change_signal import UNHEARD_S, ChangeListener, ring


def test_a_ring_is_heard_once_by_each_who_listens(tmp_path: Path) -> None:
    """And silence is not."""
    ring(tmp_path / "bell")
    one, other = ChangeListener(tmp_path / "bell"), ChangeListener(tmp_path / "bell")
    one.heard()
    for _ in range(3):
        ring(tmp_path / "bell")
        assert (one.heard(), one.heard()) == (True, False)
    assert (other.heard(), other.heard()) == (True, False)
    one.close()
    other.close()


def test_where_there_is_no_bell_every_moment_counts(tmp_path: Path) -> None:
    """Who can't hear it asks each time; once it is there, it is heard."""
    listener = ChangeListener(tmp_path / "missing" / "bell")
    assert (listener.heard(), listener.heard()) == (True, True)
    (tmp_path / "missing").mkdir()
    ring(tmp_path / "missing" / "bell")
    listener.look()
    assert (listener.heard(), listener.heard()) == (True, False)
    listener.close()


def test_a_bell_that_was_replaced_is_found(tmp_path: Path) -> None:
    """Restored from a backup, say: the next look finds the one that is rung."""
    path = tmp_path / "bell"
    ring(path)
    listener = ChangeListener(path)
    listener.heard()
    (tmp_path / "new").write_bytes(path.read_bytes())
    os.replace(tmp_path / "new", path)  # noqa: PTH105
    ring(path)
    listener.look()
    assert listener.heard()
    listener.close()


def test_who_can_not_ring_waits_until_all_have_asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """So that what returned is in force even then."""

    def refuse(*_arguments: object) -> int:
        raise PermissionError

    monkeypatch.setattr(bell_module.os, "open", refuse)
    started = time.monotonic()
    ring(tmp_path / "bell")
    assert time.monotonic() - started > UNHEARD_S


def test_a_transaction_rings_after_its_commit(tmp_path: Path) -> None:
    """Not before, when nothing is there to be read, and not where it is rolled back."""
    ring(tmp_path / "bell")
    listener = ChangeListener(tmp_path / "bell")
    engine = open_engine(tmp_path / "db", bell=tmp_path / "bell")
    listener.heard()
    with begin_immediate(engine) as connection:
        connection.exec_driver_sql("CREATE TABLE t(a)")
        assert not listener.heard()
    assert listener.heard()
    with pytest.raises(ZeroDivisionError), begin_immediate(engine):
        raise ZeroDivisionError
    assert not listener.heard()
    listener.close()
    engine.dispose()
