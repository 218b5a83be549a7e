"""The change signal between processes: a commit is noticed."""

import os
import time
from pathlib import Path

import pytest

from gatekeeper.storage import begin_immediate, change_signal, open_engine
from gatekeeper.storage.change_signal import LOOK_AGAIN_S, ChangeListener, announce


def test_a_change_is_noticed_once_by_each_who_listens(tmp_path: Path) -> None:
    """And none where nothing was announced."""
    announce(tmp_path / "signal")
    one, other = ChangeListener(tmp_path / "signal"), ChangeListener(tmp_path / "signal")
    one.changed()
    for _ in range(3):
        announce(tmp_path / "signal")
        assert (one.changed(), one.changed()) == (True, False)
    assert (other.changed(), other.changed()) == (True, False)
    one.close()
    other.close()


def test_a_missing_signal_reads_as_changed(tmp_path: Path) -> None:
    """Who can't read it asks SQLite each time; once it is there, it is read."""
    listener = ChangeListener(tmp_path / "missing" / "signal")
    assert (listener.changed(), listener.changed()) == (True, True)
    (tmp_path / "missing").mkdir()
    announce(tmp_path / "missing" / "signal")
    listener.look()
    assert (listener.changed(), listener.changed()) == (True, False)
    listener.close()


def test_a_signal_that_was_replaced_is_found(tmp_path: Path) -> None:
    """Restored from a backup, say: the next look finds the one that is written."""
    path = tmp_path / "signal"
    announce(path)
    listener = ChangeListener(path)
    listener.changed()
    (tmp_path / "new").write_bytes(path.read_bytes())
    os.replace(tmp_path / "new", path)  # noqa: PTH105
    announce(path)
    listener.look()
    assert listener.changed()
    listener.close()


def test_who_can_not_announce_waits_until_all_have_asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """So that what returned is in force even then."""

    def refuse(*_arguments: object) -> int:
        raise PermissionError

    monkeypatch.setattr(change_signal.os, "open", refuse)
    started = time.monotonic()
    announce(tmp_path / "signal")
    assert time.monotonic() - started > LOOK_AGAIN_S


def test_a_transaction_announces_after_its_commit(tmp_path: Path) -> None:
    """Not before, when nothing is there to be read, and not where it is rolled back."""
    announce(tmp_path / "signal")
    listener = ChangeListener(tmp_path / "signal")
    engine = open_engine(tmp_path / "db", signal=tmp_path / "signal")
    listener.changed()
    with begin_immediate(engine) as connection:
        connection.exec_driver_sql("CREATE TABLE t(a)")
        assert not listener.changed()
    assert listener.changed()
    with pytest.raises(ZeroDivisionError), begin_immediate(engine):
        raise ZeroDivisionError
    assert not listener.changed()
    listener.close()
    engine.dispose()
