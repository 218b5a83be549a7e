"""No child outlives the process that started it."""

import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from lab.errors import LabError
from lab.processes import Process, wait_until

LEFT_ALONE = """
import sys, time
from pathlib import Path
from lab.asterisk import AsteriskInstance
from lab.carrier import Carrier
from lab.roots import asterisk_root
folder = Path(sys.argv[1])
carrier = Carrier(folder / "carrier")
carrier.start()
asterisk = AsteriskInstance(asterisk_root("22"), folder / "asterisk", carrier_port=carrier.port)
asterisk.start()
print(carrier.pid, asterisk.pid, flush=True)
time.sleep(60)
"""


def alive(pid: int) -> bool:
    """Whether a process runs (one that is dead but not yet waited for does not)."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


def test_a_killed_parent_leaves_nothing_running(tmp_path: Path) -> None:
    """After SIGKILL of the process that started them, the Asterisk and the carrier are gone."""
    parent = subprocess.Popen(
        [sys.executable, "-c", LEFT_ALONE, str(tmp_path)],
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)},
        text=True,
    )
    with parent:
        assert parent.stdout is not None
        children = [int(pid) for pid in parent.stdout.readline().split()]
        assert len(children) == 2
        assert all(alive(pid) for pid in children)
        parent.kill()
    wait_until(lambda: not any(alive(pid) for pid in children), 60, "the children's end")


def test_a_child_outlives_the_thread_that_asked_for_it(tmp_path: Path) -> None:
    """A child started from a thread that ends runs on: its life is bound to the process, not to that thread."""
    started: list[Process] = []
    thread = threading.Thread(
        target=lambda: started.append(Process("a sleeper", ["sleep", "60"], tmp_path / "log", folder=tmp_path))
    )
    thread.start()
    thread.join()
    (sleeper,) = started
    with pytest.raises(LabError, match="still runs"):
        sleeper.wait(0.3)
    sleeper.stop()
    assert sleeper.returncode == -signal.SIGTERM


def test_stopping_takes_the_grandchildren_along(tmp_path: Path) -> None:
    """What a child started in its own process group ends with it, also when it ignores SIGTERM."""
    script = "trap '' TERM; sleep 60 & echo $! ; wait; sleep 60"
    child = Process("a stubborn shell", ["sh", "-c", script], tmp_path / "log")
    wait_until(lambda: "\n" in child.tail().partition(":\n")[2], 60, "the grandchild")
    grandchild = int(child.tail().split()[-1])
    child.stop(seconds=0.2)
    assert child.returncode == -signal.SIGKILL
    wait_until(lambda: not alive(grandchild), 60, "the grandchild's end")
    child.stop()  # may be repeated


def test_a_child_that_ended_is_shown_with_its_words(tmp_path: Path) -> None:
    """The error of a child that ended by itself has its exit code and the end of its output."""
    child = Process("a failing shell", ["sh", "-c", "echo out of luck >&2; exit 3"], tmp_path / "log")
    assert child.wait(5) == 3
    with pytest.raises(LabError, match=r"a failing shell ended with code 3(.|\n)*out of luck"):
        child.demand_running()


def test_a_program_that_does_not_exist_is_named(tmp_path: Path) -> None:
    """A command that cannot be started ends at once and says so."""
    child = Process("nothing", ["/nonexistent/program"], tmp_path / "log")
    child.wait(5)
    assert "/nonexistent/program" in child.tail()


def test_waiting_ends(tmp_path: Path) -> None:
    """A condition that never holds is given up with what was waited for."""
    with pytest.raises(LabError, match=r"waited 0\.15 s for a miracle"):
        wait_until(lambda: False, 0.05, "a miracle")
