"""File descriptors: lets the daemon have as many as its user may, and tells where that is too few for its settings."""

import logging
import resource
from typing import Final

from gatekeeper.config import Settings

log = logging.getLogger(__name__)

_OWN: Final = 256
"""Kept for databases, list files, logs, the inbox and the watchdog."""

_CARRIERS: Final = 8
"""Connections to the carriers of a trunk."""


def wanted(settings: Settings) -> int:
    """How many descriptors the daemon may need at once, if every one of its listeners is full."""
    asking = settings.fastagi.max_connections * (2 if settings.fastagi.enabled else 1)  # the socket has the same bound
    dialers = settings.ami_proxy.max_connections * 2 if settings.ami_proxy.enabled else 0  # and their other sides
    gate = settings.sip_gate
    trunks = gate.max_connections + len(gate.trunks) * _CARRIERS if gate.enabled else 0
    return _OWN + asking + dialers + trunks


def raise_limit(needed: int) -> int:
    """Raise the soft limit on open files to the hard one, as systemd.exec(5) advises; gives how many are allowed now.

    A shell, cron or an init script gives 1,024 (`ulimit -n`), for the sake of programs that use select(2); this one
    does not.
    """
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft != hard:
        try:
            resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
        except (OSError, ValueError) as error:  # no kernel is known to refuse this
            log.warning("the limit on open files stays at %d: %s", soft, error)
            hard = soft
    if hard != resource.RLIM_INFINITY and hard < needed:
        log.warning(
            "%d files may be open, and %d could be needed if every listener was full: raise the hard limit on open"
            " files (LimitNOFILE=, ulimit -Hn), or lower max_connections in [fastagi], [ami_proxy] and [sip_gate]",
            hard,
            needed,
        )
    return hard
