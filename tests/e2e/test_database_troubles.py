"""Promise 4: no answer, no call. What the daemon does when its databases fail, and when they are mended."""

import shutil
import sqlite3
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from lab.daemon import GatekeeperDaemon
from lab.fastagi import ask
from lab.processes import wait_until
from tests.e2e.site import CONFIG

LISTED = "0612345678"
FREE = "0687654321"
UNLIMITED = "unlimited"


@pytest.fixture
def daemon(tmp_path: Path) -> Iterator[GatekeeperDaemon]:
    """A daemon that has answered."""
    with GatekeeperDaemon(tmp_path, config=CONFIG) as running:
        running.import_numbers("bloctel", [LISTED])
        assert reason(running, FREE) == "CLEAR"
        assert reason(running, LISTED) == "LISTED"
        yield running


def reason(daemon: GatekeeperDaemon, number: str) -> str:
    """The reason that the gate gives, having checked that verdict and reason fit."""
    answer = ask(daemon.fastagi_port, number, campaign="summer")
    allowed = answer["GATEKEEPER_REASON"] in ("CLEAR", "EMERGENCY")
    assert answer["GATEKEEPER_VERDICT"] == ("ALLOW" if allowed else "BLOCK")
    return answer["GATEKEEPER_REASON"]


def demand_refusals(daemon: GatekeeperDaemon, complaint: str) -> None:
    """Everybody is refused with GATE_ERROR but for emergencies, and the daemon's log says why."""
    wait_until(lambda: reason(daemon, FREE) == "GATE_ERROR", 60, "refusals")
    assert reason(daemon, LISTED) in ("GATE_ERROR", "LISTED")
    assert reason(daemon, "112") == "EMERGENCY"
    wait_until(lambda: complaint in daemon.log_path.read_text(), 60, f"the log to say {complaint!r}")
    assert FREE[1:] not in daemon.log_path.read_text()


def demand_recovery(daemon: GatekeeperDaemon) -> None:
    """Mended, it answers as before by itself, and the refusals are in the journal with it."""
    wait_until(lambda: reason(daemon, FREE) == "CLEAR", 60, "recovery")
    assert reason(daemon, LISTED) == "LISTED"
    wait_until(lambda: any(row["reason"] == "GATE_ERROR" for row in daemon.decisions()), 60, "the refusals in the log")


def test_a_locked_log_refuses_until_it_is_free(daemon: GatekeeperDaemon) -> None:
    """While another process holds the log's write lock, calls are refused; then they are answered again."""
    with sqlite3.connect(daemon.data_dir / "journal.sqlite3", isolation_level=None) as other:
        other.execute("BEGIN EXCLUSIVE")
        demand_refusals(daemon, "locked")
        other.execute("ROLLBACK")
    other.close()
    demand_recovery(daemon)


def test_a_full_disk_refuses_until_there_is_room(daemon: GatekeeperDaemon) -> None:
    """When the log can't grow any more, calls are refused; with room they are answered again."""
    size = max(path.stat().st_size for path in daemon.data_dir.glob("journal.sqlite3*"))
    set_file_size_limit(daemon.pid, str(size + 8192))
    demand_refusals(daemon, "full")
    set_file_size_limit(daemon.pid, UNLIMITED)
    demand_recovery(daemon)


def test_a_corrupt_log_refuses_until_it_is_mended(daemon: GatekeeperDaemon) -> None:
    """When the log's file is overwritten with noise, calls are refused until a sound one is put back."""
    path = daemon.data_dir / "journal.sqlite3"
    daemon.stop()
    sound = path.read_bytes()
    path.write_bytes(b"noise" * 4096)
    daemon.start()
    demand_refusals(daemon, "journal.sqlite3")
    aside = path.with_suffix(".mended")
    aside.write_bytes(sound)
    for leftover in daemon.data_dir.glob("journal.sqlite3-*"):
        leftover.unlink()
    aside.rename(path)
    demand_recovery(daemon)


def test_a_corrupt_list_refuses_until_it_is_mended(daemon: GatekeeperDaemon) -> None:
    """When a list's own file is overwritten with noise, those who might be on it are refused until it is mended."""
    (path,) = (daemon.data_dir / "lists" / "bloctel").glob("*.sqlite3")
    (saved_filter,) = (daemon.data_dir / "lists" / "bloctel").glob("*.bloom")
    sound, filter_bytes = path.read_bytes(), saved_filter.read_bytes()
    daemon.stop()
    path.write_bytes(b"noise" * 4096)
    daemon.start()
    wait_until(lambda: reason(daemon, LISTED) == "GATE_ERROR", 60, "refusals")
    assert reason(daemon, "112") == "EMERGENCY"
    assert path.name in daemon.log_path.read_text()
    daemon.stop()
    path.write_bytes(sound)
    saved_filter.write_bytes(filter_bytes)
    daemon.start()
    demand_recovery(daemon)


def test_a_vanished_list_database_refuses_until_it_is_back(daemon: GatekeeperDaemon) -> None:
    """When the lists' database is moved away under the daemon, calls are refused until it is back."""
    path = daemon.data_dir / "lists.sqlite3"
    aside = daemon.data_dir / "aside"
    aside.mkdir()
    for piece in daemon.data_dir.glob("lists.sqlite3*"):
        shutil.move(piece, aside / piece.name)
    demand_refusals(daemon, path.name)
    for piece in aside.iterdir():
        shutil.move(piece, daemon.data_dir / piece.name)
    demand_recovery(daemon)


def set_file_size_limit(pid: int, limit: str) -> None:
    """Let a running process write no file beyond this size: what a full disk does, without filling one."""
    subprocess.run(["prlimit", f"--pid={pid}", f"--fsize={limit}:"], check=True, capture_output=True)
