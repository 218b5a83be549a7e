"""The limits of a listener, and its counters."""

import logging
import resource
from dataclasses import dataclass
from pathlib import Path
from typing import Final

_SPARE_DESCRIPTORS: Final = 128
"""Kept for databases, logs and the other listeners."""

_SOMAXCONN: Final = Path("/proc/sys/net/core/somaxconn")


@dataclass(frozen=True, slots=True)
class Limits:
    """The limits of a listener: how many connections, how long they wait, how much they send.

    Attributes:
        environment_s: within how many seconds of connecting the whole question must have come.
        answer_s: within how many seconds from there the answer must have been taken.
        slow_s: the same of a question that waits for a disk or is about many calls, and that no call waits for.
        max_connections: how many connections are open at once. When there are more, those go first that have waited
            longest without having asked.
        backlog: how many connections the kernel keeps until they are accepted.
    """

    environment_s: float = 2.0
    answer_s: float = 1.0
    slow_s: float = 10.0
    max_connections: int = 1024
    backlog: int = 1024


@dataclass(slots=True)
class ServerCounters:
    """What a listener has seen since its start.

    Attributes:
        accepted: connections taken.
        answered: questions answered, the answer taken by the peer.
        refused: connections from addresses that are not allowed.
        turned_away: connections turned away because all the others were being answered.
        evicted: connections closed, before they had asked, to make room for others.
        gone: peers that left before they had their answer.
        malformed: peers that broke the protocol.
        late: peers that ran into a deadline.
        failed: faults of Gatekeeper itself.
    """

    accepted: int = 0
    answered: int = 0
    refused: int = 0
    turned_away: int = 0
    evicted: int = 0
    gone: int = 0
    malformed: int = 0
    late: int = 0
    failed: int = 0


def room_for(connections: int, log: logging.Logger) -> int:
    """How many connections the process may hold open: those asked for, or as many as its descriptors allow.

    Raises the soft limit on open files as far as needed and permitted.
    """
    needed = connections + _SPARE_DESCRIPTORS
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft != resource.RLIM_INFINITY and soft < needed:
        soft = needed if hard == resource.RLIM_INFINITY else min(hard, needed)
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    if soft == resource.RLIM_INFINITY or soft >= needed:
        return connections
    room = max(1, soft - _SPARE_DESCRIPTORS)
    log.warning("at most %d connections instead of %d: raise the limit on open files (LimitNOFILE=)", room, connections)
    return room


def explain_backlog(backlog: int, log: logging.Logger) -> None:
    """Warn where the kernel keeps fewer waiting connections than asked for."""
    try:
        kept = int(_SOMAXCONN.read_text(encoding="ascii"))
    except (OSError, ValueError):
        return  # not Linux: nothing to compare with
    if kept < backlog:
        log.warning(
            "the kernel keeps %d waiting connections, not %d, so a burst can be cut off: set net.core.somaxconn=%d",
            kept,
            backlog,
            backlog,
        )
