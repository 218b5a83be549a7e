"""The lab's other clock: time of day moves, waits and files do not."""

import json
import os
import subprocess
import sys
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from lab.faketime import clock_environment

PROGRAM = """
import asyncio, json, os, sqlite3, sys, threading, time, uvloop
from datetime import datetime
began = time.monotonic()
time.sleep(0.05)
threading.Event().wait(0.05)
asyncio.run(asyncio.sleep(0.05))
with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
    runner.run(asyncio.sleep(0.05))
waited = time.monotonic() - began
base = sqlite3.connect(sys.argv[1])
base.execute("CREATE TABLE t (at)")
base.commit()
(day,) = base.execute("SELECT date('now')").fetchone()
print(json.dumps([datetime.now().astimezone().isoformat(), day, waited, os.stat(sys.argv[1]).st_mtime]))
"""
"""Waits in every way that the daemon waits, and asks for the time in every way that it asks."""


@pytest.mark.parametrize("days", [-3650, -100, 0, 400])
def test_a_program_lives_at_another_time(tmp_path: Path, days: int) -> None:
    """Its time of day and SQLite's are moved, in the zone of Paris; waits and the times of files are as they were."""
    wanted = datetime.now().astimezone() + timedelta(days=days)
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(tmp_path / "base")],
        env={**os.environ, **clock_environment(wanted)},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    now, day, waited, changed = json.loads(done.stdout)
    assert timedelta(0) <= datetime.fromisoformat(now) - wanted < timedelta(seconds=20)
    assert day in {f"{wanted.astimezone().date() + timedelta(days=more)}" for more in (-1, 0, 1)}
    assert datetime.fromisoformat(now).utcoffset() in {timedelta(hours=1), timedelta(hours=2)}
    assert 0.2 <= waited < 10
    assert abs(changed - (tmp_path / "base").stat().st_mtime) < 0.001
