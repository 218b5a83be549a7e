"""Last certified time of a scheduled scrub, by the certificates that it left; needs no library for contacts."""

import json
from datetime import datetime
from pathlib import Path


def last_done(folder: Path) -> datetime | None:
    """When the last scrub that was certified ended; None before the first.

    Args:
        folder: below which each time has a folder of its own.
    """
    found = [_finished(path) for path in folder.glob("*/*.certificate.json")]
    return max((at for at in found if at is not None), default=None)


def _finished(path: Path) -> datetime | None:
    """When a certified scrub ended; None where the file is not a certificate."""
    try:
        return datetime.fromisoformat(json.loads(path.read_bytes())["finished_at"])
    except (OSError, ValueError, KeyError, TypeError):
        return None
