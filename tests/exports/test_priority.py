"""The priority of an export's process: below everybody's, as far as the unit of the desk allows it."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

UNIT = Path(__file__).parents[2] / "asterisk" / "systemd" / "gatekeeper-desk.service"

ASK = """
import os
from gatekeeper.exports.__main__ import yield_to_calls
yield_to_calls()
print(os.sched_getscheduler(0))
"""

FILTER = """
import ctypes, os, platform, struct
number = {"x86_64": 144, "aarch64": 119}[platform.machine()]  # of sched_setscheduler(2)
# seccomp(2): whoever calls that is ended, all else is let through.
rules = b"".join(struct.pack("HBBI", *one) for one in (
    (0x20, 0, 0, 0), (0x15, 0, 1, number), (0x06, 0, 0, 0x80000000), (0x06, 0, 0, 0x7FFF0000)))
held = ctypes.create_string_buffer(rules, len(rules))
class Program(ctypes.Structure):
    _fields_ = [("length", ctypes.c_ushort), ("rules", ctypes.c_void_p)]
libc = ctypes.CDLL(None, use_errno=True)
program = Program(len(rules) // 8, ctypes.addressof(held))
assert libc.prctl(38, 1, 0, 0, 0) == 0  # PR_SET_NO_NEW_PRIVS
assert libc.prctl(22, 2, ctypes.byref(program), 0, 0) == 0  # PR_SET_SECCOMP
"""
"""The filter of a unit that forbids it, as systemd sets it up."""


def lines_of(name: str) -> list[str]:
    """What the unit says of something, in order."""
    return [line.removeprefix(f"{name}=") for line in UNIT.read_text().splitlines() if line.startswith(f"{name}=")]


def test_the_unit_allows_that_and_no_more_of_its_kind() -> None:
    """systemd.exec(5): the first line says that what is not named is forbidden; later ones take away and add."""
    assert lines_of("SystemCallFilter") == ["@system-service", "~@privileged @resources", "sched_setscheduler"]
    assert lines_of("RestrictRealtime") == ["yes"]
    assert lines_of("SystemCallErrorNumber") == []


@pytest.mark.parametrize(
    ("before", "unit", "policy"),
    [("", False, os.SCHED_IDLE), ("", True, os.SCHED_IDLE), (FILTER, True, os.SCHED_OTHER)],
    ids=["by hand", "by the unit", "by a unit that forbids it"],
)
def test_it_yields_where_it_may(before: str, policy: int, *, unit: bool) -> None:
    """Nobody is ended for having asked: a site may have the unit of an earlier version."""
    environment = {name: value for name, value in os.environ.items() if name != "INVOCATION_ID"}
    environment |= {"INVOCATION_ID": "0123"} if unit else {}
    ran = subprocess.run(
        [sys.executable, "-c", before + ASK], env=environment, capture_output=True, text=True, check=False
    )
    assert (ran.returncode, ran.stdout.strip()) == (0, str(policy)), ran.stderr
