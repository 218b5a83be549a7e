"""How many files the daemon may open."""

import resource
import subprocess
import sys
from pathlib import Path

from lab.daemon import GatekeeperDaemon


def test_the_daemon_takes_all_that_its_user_may_have(tmp_path: Path) -> None:
    """Started by a shell with few, it raises its soft limit to the hard one."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(soft, 512), hard))
    try:
        with GatekeeperDaemon(tmp_path) as daemon:
            assert resource.prlimit(daemon.pid, resource.RLIMIT_NOFILE) == (hard, hard)
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def test_too_few_are_told() -> None:
    """Where the hard limit is low, one line of the log says so, and what to do; where it is enough, none does."""
    program = """
import logging, resource, sys
from gatekeeper.daemon.descriptors import raise_limit
logging.basicConfig(level=logging.WARNING, stream=sys.stdout, format="%(message)s")
resource.setrlimit(resource.RLIMIT_NOFILE, (100, 300))
print(raise_limit(300), resource.getrlimit(resource.RLIMIT_NOFILE))
print(raise_limit(301), resource.getrlimit(resource.RLIMIT_NOFILE))
"""
    said = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout
    enough, told, few = said.splitlines()
    assert enough == few == "300 (300, 300)"
    assert "300 files may be open, and 301 could be needed" in told
    assert "LimitNOFILE=" in told
