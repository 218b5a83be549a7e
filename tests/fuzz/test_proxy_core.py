"""The coverage-guided fuzzing of the proxy's core in its short form; `make soak` has the long one."""

import os
import re
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

FUZZER = Path(__file__).with_name("proxy_core.py")
SECONDS = 6
RUNS = 200
"""Far fewer than a slow machine does in that time."""


@pytest.mark.skipif(
    find_spec("atheris") is None and "CI" not in os.environ,
    reason="atheris has no wheel for this machine or this Python",
)
def test_some_seconds_of_fuzzing_find_nothing(tmp_path: Path) -> None:
    """No input is changed, lost or let by; and inputs there were."""
    (tmp_path / "corpus").mkdir()
    command = [sys.executable, FUZZER, f"-max_total_time={SECONDS}", "-max_len=4096", f"{tmp_path / 'corpus'}"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    ran = re.search(r"Done (\d+) runs", done.stderr)
    assert ran, done.stderr[-3000:]
    assert int(ran[1]) > RUNS
