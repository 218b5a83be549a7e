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
    """Log on standard error from `level` up.

    The libraries that see whole messages of callers are kept at warnings: what they tell at lower levels has
    numbers in it.
    """
    handler = logging.StreamHandler(sys.stderr)
    if "JOURNAL_STREAM" in os.environ:
        handler.setFormatter(_SystemdFormatter("%(name)s: %(message)s"))
    else:
        handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)-7s %(name)s: %(message)s"))
    logging.basicConfig(level=level.upper(), handlers=[handler], force=True)
    for name in ("panoramisk", "asyncio", "sqlalchemy", "alembic"):
        logging.getLogger(name).setLevel(logging.WARNING)
