"""`make demo` does what it shows."""

import json
import os
import subprocess
import sys
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]


def test_the_demonstration_ends_well(tmp_path: Path) -> None:
    """With a smaller list the demonstration stops every listed call, lets the others by, and writes its figures."""
    command = [sys.executable, "-m", "lab.demo", "--numbers", "20000", "--folder", str(tmp_path / "demo")]
    environment = {**os.environ, "PYTHONPATH": f"{REPOSITORY}:{REPOSITORY / 'asterisk'}"}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=580, check=False)
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-3000:]
    figures = json.loads((tmp_path / "demo.json").read_text())
    assert figures["originated"] >= 60
    assert figures["listed_reached_carrier"] == 0
    assert figures["round_the_gates_listed_reached_carrier"] == 0
    assert figures["wrong"] == 0
    assert figures["bypass"]["wrong"] == 0
    assert figures["bypass"]["cancelled"] > 0
    assert figures["desk"] == {"looked_up": 12, "missing": 0}
    assert figures["blocked"] > 20
    assert figures["reached_carrier"] > 20
    assert figures["reasons"]["LISTED"] == 18
    assert figures["law"]["calls"] > 40
    assert figures["law"]["days"]["on no list, no consent"] == ["CLEAR FR-LIST", "NO_BASIS FR-BASIS"]
    assert figures["law"]["days"]["on the list, consented"] == ["LISTED FR-LIST", "CONSENT FR-BASIS"]
