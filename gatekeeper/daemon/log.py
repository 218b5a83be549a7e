"""The daemon's own log, on standard error: under systemd it goes to the system's journal with its level."""

import logging
import os
import sys

_SYSLOG_LEVELS = {logging.DEBUG: 7, logging.INFO: 6, logging.WARNING: 4, logging.ERROR: 3, logging.CRITICAL: 2}


class _SystemdFormatter(logging.Formatter):
    """Puts the level before each line, as sd-daemon(3) has it; the system's journal adds the time."""

    def format(self, record: logging.LogRecord) -> str:
        level = _SYSLOG_LEVELS.get(record.levelno, 6)
        return "\n".join(f"<{level}>{line}" for line in super().format(record).splitlines())


def set_up_logging(level: str) -> None:
    """Log on standard error what Gatekeeper says from `level` up, and of libraries their warnings alone.

    At lower levels they tell what passes through them: numbers in addresses that are asked for, keys in headers, whole
    messages.
    """
    handler = logging.StreamHandler(sys.stderr)
    if "JOURNAL_STREAM" in os.environ:
        handler.setFormatter(_SystemdFormatter("%(name)s: %(message)s"))
    else:
        handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)-7s %(name)s: %(message)s"))
    own = logging.getLevelNamesMapping()[level.upper()]
    logging.basicConfig(level=max(own, logging.WARNING), handlers=[handler], force=True)
    logging.getLogger("gatekeeper").setLevel(own)
