"""A bell between processes: who has committed rings it, who answers calls hears it for a tenth of what asking costs.

It is a small file of random bytes, which whoever rings replaces. SQLite's own `PRAGMA data_version` tells the same, by
three system calls and a statement; the bell says when that is worth asking. It is rung after a commit and before the
writer's command returns, so that what has returned is in force. A commit that nobody rang for (the writer was killed in
between, or is another program) is noticed by whoever asks SQLite now and then all the same.
"""

import os
import time
from pathlib import Path
from typing import Final

_SIZE: Final = 16
_MODE: Final = 0o660

UNHEARD_S: Final = 0.2
"""How often those who hear bells ask SQLite all the same, in seconds."""


def ring(path: Path) -> None:
    """Tell all who listen that something was committed; returns when it is in force for their next question."""
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC, _MODE)
    except OSError:
        # Another user's file, or a full disk: those who listen will have asked by then.
        time.sleep(2 * UNHEARD_S)
        return
    try:
        os.pwrite(handle, os.urandom(_SIZE), 0)
    except OSError:
        time.sleep(2 * UNHEARD_S)
    finally:
        os.close(handle)


class ChangeListener:
    """Hears a bell.

    Args:
        path: the bell. It is made by the first who rings; until then, whoever listens asks each time.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._handle = -1
        self._inode = 0
        self._last = b""
        self.look()

    def look(self) -> None:
        """See that it is the bell that is rung; it may have been replaced."""
        try:
            if self._handle >= 0 and self._path.stat().st_ino == self._inode:
                return
            self.close()
            self._handle = os.open(self._path, os.O_RDONLY | os.O_CLOEXEC)
            self._inode = os.fstat(self._handle).st_ino
        except OSError:
            self.close()

    def heard(self) -> bool:
        """Whether it was rung since the last time; always where there is no bell to hear."""
        try:
            now = os.pread(self._handle, _SIZE, 0)
        except OSError:
            return True
        if now == self._last:
            return False
        self._last = now
        return True

    def close(self) -> None:
        """Let go of it."""
        handle, self._handle = self._handle, -1
        if handle >= 0:
            os.close(handle)
