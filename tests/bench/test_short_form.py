"""The benchmarks work; how fast anything is, only `make bench` says."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[2]


@pytest.mark.timeout(1300)
def test_every_figure_is_measured(tmp_path: Path) -> None:
    """The short form of the benchmarks runs to its end and gives every figure of the table."""
    out = tmp_path / "bench.json"
    command = [sys.executable, str(REPOSITORY / "tests" / "bench" / "run.py"), "--short", "--out", str(out)]
    environment = {**os.environ, "PYTHONPATH": f"{REPOSITORY}:{REPOSITORY / 'asterisk'}"}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=1200, check=False)
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    sys.path.insert(0, str(REPOSITORY / "tests" / "bench"))
    try:
        from targets import TARGETS
    finally:
        sys.path.pop(0)
    figures = json.loads(out.read_text())
    assert set(TARGETS) <= set(figures)
    assert all(figures[key] > 0 for key in TARGETS if key != "filter_false_positives")
