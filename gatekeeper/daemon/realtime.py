"""Real-time priority of the daemon's event loop: before all that has none, behind an Asterisk that runs with `-p`.

A call waits for the answer. On a machine that is busy with something else - an export, a backup, a report of the
dialer's - a process without it waits for its turn, five milliseconds or so, and the call with it. Asterisk has the same
remedy (`asterisk -p`, which Debian's unit uses: SCHED_RR, priority 10). One that has not would be interrupted at each
decision, so that a site says whether it wants this.

Only the loop has it. What the daemon starts, threads and processes, begins as everybody does (sched(7),
`SCHED_RESET_ON_FORK`), and a loop that would not end gets 95 % of a core at most (sched_rt_runtime_us).
"""

import logging
import os
from typing import Final

log = logging.getLogger(__name__)

PRIORITY: Final = 1
"""The lowest there is."""

_LEAST_CORES: Final = 2
"""With a single one, whoever else serves the call would have to wait for us."""


def may_have_it() -> bool:
    """Whether the loop may have it. To be asked before there are threads: a child tries.

    A unit of systemd's may end who asks for it (`SystemCallFilter`), as the one of an earlier version does.
    """
    if len(os.sched_getaffinity(0)) < _LEAST_CORES:
        return False
    child = os.fork()
    if child == 0:
        os._exit(0 if _taken() else 1)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


def take() -> None:
    """Have it from now on, in the thread that calls."""
    if _taken():
        log.info("the event loop has real-time priority (SCHED_RR, %d)", PRIORITY)


def _taken() -> bool:
    try:
        os.sched_setscheduler(0, os.SCHED_RR | os.SCHED_RESET_ON_FORK, os.sched_param(PRIORITY))
    except OSError:
        return False
    return True
