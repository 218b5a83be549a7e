"""The priority of the daemon's event loop: real time where it may, and nothing is ended for having asked."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from lab.daemon import GatekeeperDaemon
from tests.exports.test_priority import FILTER

UNIT = Path(__file__).parents[2] / "asterisk" / "systemd" / "gatekeeper.service"

ASK = """
import os, subprocess, sys, threading
from gatekeeper.daemon import realtime
may = realtime.wanted()
if may:
    realtime.take()
print(may, os.sched_getscheduler(0) == os.SCHED_RR | os.SCHED_RESET_ON_FORK)
told = []
thread = threading.Thread(target=lambda: told.append(os.sched_getscheduler(0)))
thread.start()
thread.join()
child = subprocess.run([sys.executable, "-c", "import os; print(os.sched_getscheduler(0))"], stdout=-1, text=True)
print(told[0], child.stdout.strip())
"""

_ONE_CORE = "import os; os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})\n"


def asked(before: str = "") -> list[str]:
    """What a process says that asks for it."""
    ran = subprocess.run([sys.executable, "-c", before + ASK], capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
    return ran.stdout.splitlines()


def test_where_it_is_allowed_the_loop_alone_has_it() -> None:
    """Threads and children of the loop are as everybody's; where the user may not have it, so is the loop."""
    first, others = asked()
    assert first in ("True True", "False False")
    assert others == f"{os.SCHED_OTHER} {os.SCHED_OTHER}"


@pytest.mark.skipif(os.geteuid() != 0 or len(os.sched_getaffinity(0)) == 1, reason="only root may, with two cores")
def test_root_may() -> None:
    """And it does not have it where there is one core."""
    assert asked()[0] == "True True"
    assert asked(_ONE_CORE)[0] == "False False"


@pytest.mark.parametrize("before", [_ONE_CORE, FILTER], ids=["one core", "a unit that forbids it"])
def test_where_it_is_not_allowed_the_loop_goes_on_without(before: str) -> None:
    """Nobody is ended for having asked: a site may have the unit of an earlier version."""
    assert asked(before) == ["False False", f"{os.SCHED_OTHER} {os.SCHED_OTHER}"]


def test_the_unit_allows_the_lowest_priority_and_no_other_call_of_its_kind() -> None:
    """systemd.exec(5): the first line says that what is not named is forbidden; later ones take away and add."""
    lines = UNIT.read_text().splitlines()
    assert "LimitRTPRIO=1" in lines
    assert not [line for line in lines if line.startswith("RestrictRealtime")]
    allowed = [line.partition("=")[2] for line in lines if line.startswith("SystemCallFilter=")]
    assert allowed == ["@system-service", "~@privileged @resources", "sched_setscheduler"]


@pytest.mark.parametrize("wanted", [True, False])
def test_a_daemon_asks_for_it_where_its_site_wants_it(tmp_path: Path, *, wanted: bool) -> None:
    """`[daemon] realtime`; the others stay as they were started."""
    daemon = GatekeeperDaemon(tmp_path, environment={"GATEKEEPER_DAEMON__REALTIME": "true"} if wanted else {})
    daemon.init()
    with daemon:
        may = wanted and asked()[0] == "True True"
        policy = os.SCHED_RR | os.SCHED_RESET_ON_FORK if may else os.SCHED_OTHER
        assert os.sched_getscheduler(daemon.pid) == policy
        assert ("realtime has no effect" in daemon.log_path.read_text()) is (wanted and not may)
