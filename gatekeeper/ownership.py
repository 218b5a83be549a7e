"""Ownership: what is made in a folder belongs to whom the folder belongs, whoever makes it and whatever the umask.

An administrator runs commands as root, with a umask of 027 or 077; the daemon runs as a user of its own and must be
able to use what they leave. So a new file gets its folder's owner and group, and is open to the group as the folder is
(0660 below a folder of 2770, 0640 below one of 0750), never to others. Only root can give files away; a member of
the group makes files of its own that carry the folder's group.

Nothing here follows a symbolic link, and no file with a second name is given away: the folder's owner could lead root
to a file of the system. Files that are there are touched through `O_PATH` handles: closing an ordinary one would drop
the locks that SQLite holds on the same file in this process (fcntl(2), "advisory record locking").
"""

import contextlib
import os
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, Final

SHARED: Final = 0o660
"""The most that a database, a lock or a signal is open."""

FINISHED: Final = 0o640
"""The most that a file is open which nobody changes any more."""

PRIVATE: Final = 0o600
"""People's numbers as somebody delivered them: for the folder's owner alone, unless all of its group work in it."""

_OTHERS: Final = 0o007


def make_folder(path: Path, most: int = 0o2770) -> None:
    """Make a folder, and those above it that are missing, each after the one it lies in.

    Args:
        path: of the folder.
        most: how open it is at most.

    Raises:
        OSError: it can't be made.
    """
    missing: list[Path] = []
    while not path.is_dir():
        missing.append(path)
        path = path.parent
    for folder in reversed(missing):
        above = folder.parent.stat()
        try:
            folder.mkdir(mode=0o700)
        except FileExistsError:
            continue
        handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
        try:
            _give(handle, above.st_uid, above.st_gid)
            # The group's part of the folder above, and the bit by which files in it get its group.
            _open_up(handle, above.st_mode & most & 0o2070 | 0o700)
        finally:
            os.close(handle)


def open_owned(path: Path, flags: int, most: int = SHARED) -> int:
    """Open a file to be written, made if missing; gives the handle.

    Args:
        path: of the file. A symbolic link is refused.
        flags: for `os.open`, such as `os.O_RDWR`.
        most: how open it is at most, where it is made.

    Raises:
        OSError: it can't be opened.
    """
    flags |= os.O_CLOEXEC | os.O_NOFOLLOW
    try:
        handle = os.open(path, flags | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        handle = os.open(path, flags)
        with contextlib.suppress(OSError):
            _mend(handle, path.parent.stat())
        return handle
    try:
        _settle(handle, path.parent.stat(), most)
    except BaseException:
        os.close(handle)
        raise
    return handle


def open_new(path: Path, most: int = SHARED) -> BinaryIO:
    """A file to be written from its beginning, made if missing. Raises `OSError`."""
    return os.fdopen(open_owned(path, os.O_RDWR | os.O_TRUNC, most), "w+b")


def make_database(path: Path) -> None:
    """Make the file of a database before SQLite does, which would have it readable for everybody.

    The files beside it, `-wal` and `-shm`, get mode and, from root, owner from it. Where it can't be made, SQLite says
    so.
    """
    with contextlib.suppress(OSError):
        handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
        try:
            _settle(handle, path.parent.stat(), SHARED)
        finally:
            os.close(handle)


def misses_group(path: Path) -> bool:
    """Whether what SQLite makes beside a file would not get the folder's group: it is to be put right at once."""
    with contextlib.suppress(OSError):
        folder = path.parent.stat()
        inherits = folder.st_mode & stat.S_ISGID or folder.st_gid == os.getegid()
        return os.geteuid() not in {0, folder.st_uid} and not inherits
    return False


def settle_database(path: Path) -> None:
    """Put a database's files right that an earlier version, or another user of the group, has left otherwise."""
    with contextlib.suppress(OSError):
        folder = path.parent.stat()
        for name in (path, f"{path}-wal", f"{path}-shm"):
            with contextlib.suppress(OSError):
                if _is_wrong(os.lstat(name), folder):
                    with _opened(name) as file:
                        _mend(file, folder)


def settle_tree(top: Path) -> int:
    """Put all in a folder right, and the folders in it; gives how much was not. What may not be looked at is left.

    A file with others' rights loses them, and what another owns is given to the folder's owner, by root.
    """
    wrong = 0
    for parent, folders, files in os.walk(top):
        with contextlib.suppress(OSError):
            above = Path(parent).stat()
            for name in (*folders, *files):
                with contextlib.suppress(OSError), _opened(Path(parent, name)) as file:
                    wrong += _mend(file, above)
    return wrong


@contextlib.contextmanager
def _opened(path: Path | str) -> Iterator[str]:
    """The name of a handle on what is at a path now, whatever is put there meanwhile."""
    handle = os.open(path, os.O_PATH | os.O_NOFOLLOW | os.O_CLOEXEC)
    try:
        yield f"/proc/self/fd/{handle}"
    finally:
        os.close(handle)


def _is_wrong(found: os.stat_result, folder: os.stat_result) -> bool:
    foreign = found.st_uid != folder.st_uid and os.geteuid() == 0
    ungrouped = found.st_gid != folder.st_gid and found.st_uid == os.geteuid() != 0
    return foreign or ungrouped or bool(found.st_mode & _OTHERS and os.geteuid() in {0, found.st_uid})


def _mend(file: int | str, folder: os.stat_result) -> bool:
    """Put right what was there already; gives whether it was not."""
    found = os.stat(file)  # noqa: PTH116 - a handle, or its name
    is_folder = stat.S_ISDIR(found.st_mode)
    if not (is_folder or (stat.S_ISREG(found.st_mode) and found.st_nlink == 1)) or not _is_wrong(found, folder):
        return False
    mode = stat.S_IMODE(found.st_mode) & ~_OTHERS
    _give(file, folder.st_uid, folder.st_gid)
    if found.st_uid != folder.st_uid:
        # It may have been for root alone.
        mode |= folder.st_mode & (0o2070 if is_folder else 0o060)
    _open_up(file, mode)
    return True


def _settle(handle: int, folder: os.stat_result, most: int) -> None:
    """Give a new file to whom its folder belongs."""
    uid = _give(handle, folder.st_uid, folder.st_gid)
    mode = folder.st_mode & most & 0o060 | 0o600 & most
    if uid != folder.st_uid or folder.st_mode & stat.S_IWGRP:
        mode |= 0o040  # who else works in the folder, its owner perhaps, can read it as one of the group alone
    os.fchmod(handle, mode)


def _open_up(file: int | str, mode: int) -> None:
    """Set a mode; without the bit of the group's inheritance where the service manager forbids that one."""
    try:
        os.chmod(file, mode)  # noqa: PTH101 - a handle, or its name
    except PermissionError:
        os.chmod(file, mode & 0o777)  # noqa: PTH101 - systemd's RestrictSUIDSGID=


def _give(file: int | str, uid: int, gid: int) -> int:
    """Give a file away as far as we may; gives whose it is then."""
    found = os.stat(file)  # noqa: PTH116 - the same
    with contextlib.suppress(PermissionError):
        if found.st_gid != gid:
            os.chown(file, -1, gid)
    with contextlib.suppress(PermissionError):
        if found.st_uid != uid and os.geteuid() == 0:
            os.chown(file, uid, -1)
            return uid
    return found.st_uid
