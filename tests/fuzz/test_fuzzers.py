"""The coverage-guided fuzzing of protocol cores in its short form; `make soak` has the long one."""

import os
import re
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

SECONDS = 5
RUNS = 200
"""Far fewer than a slow machine does in that time."""


@pytest.mark.skipif(
    find_spec("atheris") is None and "CI" not in os.environ,
    reason="atheris has no wheel for this machine or this Python",
)
@pytest.mark.parametrize("core", ["proxy_core", "sip_core"])
def test_some_seconds_of_fuzzing_find_nothing(core: str, tmp_path: Path) -> None:
    """No input breaks what the fuzzer claims of a core; and inputs there were."""
    fuzzer = Path(__file__).with_name(f"{core}.py")
    (tmp_path / "corpus").mkdir()
    # `timeout` in between: libFuzzer reads `ru_maxrss`, in which a program begins with the peak of whoever starts it,
    # and this process, after thousands of tests, has had more than libFuzzer's limit.
    command = ["timeout", "120", sys.executable, fuzzer, f"-max_total_time={SECONDS}", "-max_len=4096", "corpus"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    ran = re.search(r"Done (\d+) runs", done.stderr)
    assert ran, done.stderr[-3000:]
    assert int(ran[1]) > RUNS
