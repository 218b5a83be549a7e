"""Scheduling priority: whether a process may ask for another one, found out by a child that asks for it."""

import os
from collections.abc import Callable


def child_may(ask: Callable[[], object]) -> bool:
    """Whether one may ask. To be called before there are threads.

    A unit of systemd's may end who asks (`SystemCallFilter`), as that of an earlier version does: so a child tries.

    Args:
        ask: asks for it; raises `OSError` where it is refused.
    """
    child = os.fork()
    if child == 0:
        try:
            ask()
        except OSError:
            os._exit(1)
        os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
