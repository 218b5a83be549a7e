import contextlib
import os
import random
import resource
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from gatekeeper.journal import DecisionFilter
from gatekeeper.journal.sqlite import SqliteReader
from tests.journal.rows import demand_sound, sequences

ROOT = Path(__file__).parents[2]
KILLS = 20


@contextlib.contextmanager
def appender(*arguments: str | Path) -> Iterator[subprocess.Popen[bytes]]:
    """A process that appends as fast as it can (see appender.py); killed at the end."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.journal.appender", *map(str, arguments)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    try:
        yield process
    finally:
        process.kill()
        process.wait(10)
        assert process.stdout is not None
        process.stdout.close()


def lines_until(process: subprocess.Popen[bytes], wanted: str, seconds: float = 60.0) -> list[str]:
    """What it says, up to the first line that begins with `wanted`."""
    assert process.stdout is not None
    found = []
    end = time.monotonic() + seconds
    for line in process.stdout:
        found.append(line.decode().rstrip("\n"))
        if found[-1].startswith(wanted):
            return found
        assert time.monotonic() < end, f"no line {wanted!r} in time; the last were {found[-3:]}"
    raise AssertionError(f"it ended before it said {wanted!r}: {found[-3:]}")


def stored_ids(path: Path) -> list[str]:
    """The ids in the log, in the order of writing. Whatever had happened, no writer's sequence has a gap."""
    demand_sound(path)
    with SqliteReader(path) as reader:
        return [found.row.id for page in reader.pages(DecisionFilter()) for found in page]


@pytest.mark.parametrize(("synchronous", "kills"), [("NORMAL", KILLS), ("FULL", 3)])
def test_every_append_that_returned_survives_sigkill(tmp_path: Path, synchronous: str, kills: int) -> None:
    """Killed at any moment, the process leaves every row whose append had returned, once, and a sound file."""
    path = tmp_path / "j"
    said: set[str] = set()
    for _ in range(kills):
        with appender(path, synchronous) as process:
            lines_until(process, "started")
            time.sleep(random.uniform(0.02, 0.15))
            process.send_signal(signal.SIGKILL)
            assert process.stdout is not None
            # The last line can have been cut short.
            said.update(process.stdout.read().decode().split("\n")[:-1])
    ids = stored_ids(path)
    assert len(said) > kills * 10
    assert said <= set(ids)
    assert len(ids) == len(set(ids))
    # One writer after the other: all under the machine's name.
    assert len(sequences(path)) == 1
    with contextlib.closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]


def test_two_processes_write_one_log(tmp_path: Path) -> None:
    """Neither loses a row to the other, and none is refused."""
    path = tmp_path / "j"
    with appender(path, "NORMAL") as one:
        lines_until(one, "started")
        with appender(path, "NORMAL") as other:
            lines_until(other, "started")
            time.sleep(0.5)
            for process in (one, other):
                process.terminate()
            outputs = [process.stdout.read().decode().split("\n") for process in (one, other) if process.stdout]
    assert all(len(output) > 50 for output in outputs)
    said = {line for output in outputs for line in output if line}
    assert not [line for line in said if "refused" in line]
    assert said <= set(stored_ids(path))
    # At the same time: each has a sequence of its own.
    assert len(sequences(path)) == 2


@pytest.fixture
def open_folder(tmp_path: Path) -> Iterator[Path]:
    """A folder that an unprivileged user may reach and write."""
    folder = tmp_path / "data"
    folder.mkdir(mode=0o777)
    folder.chmod(0o777)
    reached = list(folder.parents)[:-2]
    modes = [(parent, parent.stat().st_mode & 0o7777) for parent in reached if parent.owner() == folder.owner()]
    for parent, mode in modes:
        parent.chmod(mode | 0o011)
    yield folder
    for parent, mode in modes:
        parent.chmod(mode)


def test_a_read_only_log_refuses_and_recovers(open_folder: Path) -> None:
    """With the permission to write back, it works again, and the refusals are in the journal."""
    path = open_folder / "j"
    with appender(path, "NORMAL") as process:
        lines_until(process, "01")
    for file in open_folder.iterdir():
        file.chmod(0o444)
    with appender(path, "NORMAL", "nobody") as process:
        lines_until(process, "started")
        refused = lines_until(process, "refused")[-1]
        assert "read-only" in refused or "may not be opened" in refused or "can't be opened" in refused
        for file in open_folder.iterdir():
            file.chmod(0o666)
        # The first line that is an id: appends work again.
        lines_until(process, "01")
        time.sleep(0.5)
    assert refused.split()[1] in stored_ids(path)


def test_a_disk_without_room_refuses_and_recovers(tmp_path: Path) -> None:
    """With room again, it works again, and the refusals are in the journal, beside all that had been written."""
    path = tmp_path / "j"
    with appender(path, "NORMAL", str(1 << 20)) as process:
        said = lines_until(process, "refused")
        time.sleep(1.0)
        resource.prlimit(process.pid, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
        said += lines_until(process, "01")
        time.sleep(0.5)
    ids = set(stored_ids(path))
    assert {line for line in said if line.startswith("01")} <= ids
    assert said[-2].split()[1] in ids
