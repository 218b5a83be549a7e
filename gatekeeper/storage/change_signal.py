"""The change signal between processes: a commit writes it, and reading it costs a tenth of asking SQLite.

It is a small file of random bytes, which each commit replaces by others. SQLite's own `PRAGMA data_version` tells the
same, by three system calls and a statement; the signal says when that is worth asking. It is written after a commit and
before the writer's command returns, so that what has returned is in force. A commit without a signal (the writer was
killed in between, or is another program) is noticed by the next of the questions that readers ask SQLite all the same.
"""

import os
import time
from pathlib import Path
from typing import Final

from gatekeeper.ownership import open_owned

_SIZE: Final = 16

LOOK_AGAIN_S: Final = 0.2
"""How often readers ask SQLite without a signal, in seconds."""


def announce(path: Path) -> None:
    """Tell all listeners that something was committed; returns when it is in force for their next question."""
    try:
        handle = open_owned(path, os.O_WRONLY)
    except OSError:
        # Another user's file, or a full disk: the listeners will have asked SQLite by then.
        time.sleep(2 * LOOK_AGAIN_S)
        return
    try:
        os.pwrite(handle, os.urandom(_SIZE), 0)
    except OSError:
        time.sleep(2 * LOOK_AGAIN_S)
    finally:
        os.close(handle)


class ChangeListener:
    """Reads a change signal.

    Args:
        path: of the signal. The first commit makes it; until then, the listener reads each moment as a change.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._handle = -1
        self._inode = 0
        self._last = b""
        self.look()

    def look(self) -> None:
        """Open the file that is at the path now; it may have been replaced."""
        try:
            if self._handle >= 0 and self._path.stat().st_ino == self._inode:
                return
            self.close()
            self._handle = os.open(self._path, os.O_RDONLY | os.O_CLOEXEC)
            self._inode = os.fstat(self._handle).st_ino
        except OSError:
            self.close()

    def changed(self) -> bool:
        """Whether something was committed since the last time; true as well where the signal can't be read."""
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
