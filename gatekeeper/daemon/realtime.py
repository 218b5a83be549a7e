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

from gatekeeper.priority import child_may

log = logging.getLogger(__name__)

PRIORITY: Final = 1
"""The lowest there is."""

_LEAST_CORES: Final = 2
"""With a single one, whoever else serves the call would have to wait for us."""


def wanted() -> bool:
    """Whether the loop may have it; where not, the log says why. To be asked before there are threads."""
    if len(os.sched_getaffinity(0)) < _LEAST_CORES:
        log.warning("[daemon] realtime has no effect: with one core, Asterisk would have to wait for the daemon")
        return False
    if not child_may(take):
        log.warning(
            "[daemon] realtime has no effect: this user may not have real-time priority (LimitRTPRIO=1 and"
            " SystemCallFilter=sched_setscheduler in the unit, as it is delivered)"
        )
        return False
    return True


def take() -> None:
    """Have it from now on, in the thread that calls.

    Raises:
        OSError: it is not allowed.
    """
    os.sched_setscheduler(0, os.SCHED_RR | os.SCHED_RESET_ON_FORK, os.sched_param(PRIORITY))
