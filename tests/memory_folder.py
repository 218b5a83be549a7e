"""The tests' files lie in memory where the machine has room for it: a disk would have to be waited for.

Every database that a test makes is told to the disk (fsync(2)) as often as a site's is. What the tests hold of
durability is what a killed process leaves, and that is in the kernel's hands alike on a disk and in memory (tmpfs(5)).
"""

import os
import tempfile
from pathlib import Path
from typing import Final

MEMORY: Final = Path("/dev/shm")  # noqa: S108 - not a name in it, but where pytest makes its own
ROOM: Final = 4 << 30
"""A run takes less than half of it: what a test leaves is removed when it has passed."""


def pytest_configure() -> None:
    """Choose the folder of temporary files, unless whoever runs the tests did (a hook of pytest)."""
    if "TMPDIR" not in os.environ and suits(MEMORY):
        os.environ["TMPDIR"] = str(MEMORY)  # for the workers and for what the tests start, too
        tempfile.tempdir = None


def suits(folder: Path) -> bool:
    """Whether a folder may be written by us, has room, and lets programs be started from it."""
    if not os.access(folder, os.W_OK | os.X_OK):
        return False
    found = os.statvfs(folder)
    return found.f_bavail * found.f_frsize >= ROOM and not found.f_flag & os.ST_NOEXEC
