"""A listening Unix socket that is never seen half made, and never taken from another daemon."""

import contextlib
import fcntl
import grp
import os
import pwd
import socket
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Final

from gatekeeper.errors import DaemonError
from gatekeeper.translation import phrase

_LONGEST_PATH: Final = 107
"""What the kernel's `sockaddr_un` holds, in bytes without the final NUL (unix(7))."""


class UnixSocket:
    """Where a daemon listens.

    A lock file beside the socket (`<path>.lock`) is held as long as the daemon lives, and says whether a socket found
    there is in use. The socket is made under another name with its final owner and permissions, then renamed.

    Args:
        path: the socket's path.
        mode: its permissions.
        owner: user, by name or number; None leaves it as it is.
        group: group, by name or number; None leaves it as it is.
    """

    def __init__(self, path: Path, mode: int, owner: str | int | None, group: str | int | None) -> None:
        self.path = path
        self._mode = mode
        self._owner = owner
        self._group = group
        self._lock: int | None = None
        self._inode = 0

    def listen(self, backlog: int) -> socket.socket:
        """Make the socket, in place of one that a dead daemon left.

        Raises:
            DaemonError: another daemon listens there, something else is there, or it can't be made.
        """
        fresh = self.path.with_name(f".{self.path.name}.{os.getpid()}")
        if len(os.fsencode(fresh)) > _LONGEST_PATH:
            raise DaemonError(
                phrase("the socket's path {path} is too long: set [socket] path to a shorter one", path=self.path)
            )
        try:
            self._take_lock()
            self._demand_free()
            return self._make(fresh, backlog)
        except OSError as error:
            self._drop_lock()
            reason = error.strerror or error
            raise DaemonError(
                phrase(
                    "can't listen on {path} ({reason}): the folder must exist and be ours",
                    path=self.path,
                    reason=reason,
                )
            ) from error
        except LookupError as error:
            self._drop_lock()
            raise DaemonError(
                phrase("can't give the socket {path} its owner: {reason}", path=self.path, reason=error.args[0])
            ) from error
        except DaemonError:
            self._drop_lock()
            raise

    def remove(self) -> None:
        """Take the socket away, if it is still ours."""
        with contextlib.suppress(OSError):
            if self.path.lstat().st_ino == self._inode:
                self.path.unlink()
        self._drop_lock()

    def _take_lock(self) -> None:
        lock = os.open(f"{self.path}.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            os.close(lock)
            raise DaemonError(
                phrase("another daemon listens on {path}: stop it, or set [socket] path", path=self.path)
            ) from error
        self._lock = lock

    def _drop_lock(self) -> None:
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None

    def _demand_free(self) -> None:
        """Nothing is there, or a socket on which nobody listens."""
        try:
            found = self.path.lstat()
        except FileNotFoundError:
            return
        if not stat.S_ISSOCK(found.st_mode):
            raise DaemonError(
                phrase("{path} is there and is no socket: move it away, or set [socket] path", path=self.path)
            )
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as probe:
            probe.settimeout(1.0)
            try:
                probe.connect(str(self.path))
            except (ConnectionRefusedError, FileNotFoundError):
                return
            except OSError:
                pass  # somebody listens but is busy
        raise DaemonError(phrase("another program listens on {path}: stop it, or set [socket] path", path=self.path))

    def _make(self, fresh: Path, backlog: int) -> socket.socket:
        fresh.unlink(missing_ok=True)
        listening = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            # Nobody can connect before `listen`, so the permissions are final before anybody may.
            listening.bind(str(fresh))
            if self._owner is not None or self._group is not None:
                os.chown(fresh, _number(self._owner, _user), _number(self._group, _group))
            fresh.chmod(self._mode)
            listening.listen(backlog)
            listening.setblocking(False)
            self._inode = fresh.lstat().st_ino
            fresh.replace(self.path)
        except BaseException:
            listening.close()
            fresh.unlink(missing_ok=True)
            raise
        return listening


def _number(wanted: str | int | None, look_up: Callable[[str], int]) -> int:
    """A user's or group's number; -1, which leaves it as it is, for None."""
    if wanted is None:
        return -1
    if isinstance(wanted, int):
        return wanted
    return int(wanted) if wanted.isdecimal() else look_up(wanted)


def _user(name: str) -> int:
    return pwd.getpwnam(name).pw_uid


def _group(name: str) -> int:
    return grp.getgrnam(name).gr_gid
