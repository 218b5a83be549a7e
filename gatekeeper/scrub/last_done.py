"""Last certified time of a scheduled scrub, by the certificates that it left; needs no library for contacts."""

import json
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

_SLACK: Final = timedelta(hours=1)
"""By so much a clock may be put back without a certificate's being passed over."""


def last_done(folder: Path, now: datetime) -> datetime | None:
    """When the last scrub that was certified ended; None before the first.

    A certificate that is dated ahead, by a clock that was wrong, is passed over: else nothing would be scrubbed, or be
    overdue, until that date.

    Args:
        folder: below which each time has a folder of its own.
        now: the present.
    """
    found = [_finished(path) for path in folder.glob("*/*.certificate.json")]
    return max((at for at in found if at is not None and at <= now + _SLACK), default=None)


def _finished(path: Path) -> datetime | None:
    """When a certified scrub ended; None where the file is not a certificate."""
    try:
        return datetime.fromisoformat(json.loads(path.read_bytes())["finished_at"])
    except (OSError, ValueError, KeyError, TypeError):
        return None
