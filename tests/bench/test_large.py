"""The benchmark of the US registry's size works; how large and fast anything is, only `make bench-large` says."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[2]


@pytest.mark.timeout(600)
def test_a_small_one_is_measured(tmp_path: Path) -> None:
    """With few numbers it runs to its end and gives every figure."""
    out = tmp_path / "large.json"
    command = [sys.executable, str(REPOSITORY / "tests" / "bench" / "large.py"), "--numbers", "50000"]
    environment = {**os.environ, "PYTHONPATH": f"{REPOSITORY}:{REPOSITORY / 'asterisk'}"}
    done = subprocess.run(
        [*command, "--out", str(out)], env=environment, capture_output=True, text=True, timeout=580, check=False
    )
    assert out.exists(), done.stdout[-3000:] + done.stderr[-3000:]
    figures = json.loads(out.read_text())
    assert figures["numbers"] > 45_000
    assert all(value > 0 for value in figures.values())
    assert {"import_seconds", "import_peak_gib", "filter_bytes", "restart_seconds", "decision_us"} <= set(figures)
