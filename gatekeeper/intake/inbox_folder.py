"""The files of the inbox: which are there, and moving them about. No import, no waiting, no log.

A file is *claimed* by renaming it into `.work`, which only the daemon's user may enter: from then on nobody exchanges
it for another or for a link. What a killed daemon had claimed is found there by the next one.
"""

import contextlib
import os
import re
import shutil
import stat
import time
from collections.abc import Iterator, Mapping, Sequence
from fnmatch import fnmatchcase
from pathlib import Path
from typing import NamedTuple

from gatekeeper.ownership import make_folder
from gatekeeper.registries.reading.checksum import is_checksum_file, names_beside
from gatekeeper.storage.files import FileStamp, fsync_folder

DONE, FAILED, WORK = "done", "failed", ".work"
REPORT = ".report.txt"

_UNFINISHED = (".part", ".partial", ".tmp", ".filepart", ".crdownload", ".swp", "~")
"""Names that programs give to files while they write them, and rename at the end."""

_OF_STORES = re.compile(r"\.(?:sqlite3(?:-wal|-shm|-journal)?|bloom|bell)$|(?:^|[.-])lock$", re.IGNORECASE)
"""Names of databases, of what lies beside them, and of locks: never a delivery, wherever the inbox is."""

_NOBODY = "-"
"""In `.work`, the folder of files that belong to no list; no list has that name."""

_LONGEST = 180
"""Bytes of a name that leave room for the time before it and `.report.txt` behind it."""


class Arrival(NamedTuple):
    """A file in the inbox.

    Attributes:
        path: where it lies.
        list: whose it is; "" for nobody's.
        stamp: changes whenever the file does.
        regular: whether it is a file, and no link or device.
    """

    path: Path
    list: str
    stamp: FileStamp
    regular: bool


class Claim(NamedTuple):
    """A file that was taken out of the inbox.

    Attributes:
        path: where it lies now.
        list: whose it is; "" for nobody's.
    """

    path: Path
    list: str


class InboxFolder:
    """The inbox on disk.

    Args:
        folder: the inbox.
        patterns: the lists, and which names each one's files have.
    """

    def __init__(self, folder: Path, patterns: Mapping[str, Sequence[str]]) -> None:
        self.folder = folder
        self._patterns = {name: tuple(own) for name, own in patterns.items() if name not in {DONE, FAILED}}

    def prepare(self) -> None:
        """Make the folders that are missing, one for each list, too. Raises `OSError`."""
        for name in ("", DONE, FAILED, *self._patterns):
            make_folder(self.folder / name)
        make_folder(self.folder / WORK)

    def arrivals(self) -> list[Arrival]:
        """The files that wait, oldest first. Raises `OSError` where the inbox can't be read."""
        found = list(self._in(self.folder, None))
        for name in self._patterns:
            with contextlib.suppress(FileNotFoundError, NotADirectoryError):
                if not (self.folder / name).is_symlink():
                    found += self._in(self.folder / name, name)
        return sorted(found, key=lambda arrival: (arrival.stamp[2], arrival.path))

    def _in(self, folder: Path, name: str | None) -> Iterator[Arrival]:
        with os.scandir(folder) as entries:
            for entry in entries:
                if entry.name.startswith(".") or entry.name.endswith(_UNFINISHED) or is_checksum_file(entry.name):
                    continue
                if _OF_STORES.search(entry.name):
                    continue
                try:
                    state = entry.stat(follow_symlinks=False)
                except FileNotFoundError:
                    continue
                if stat.S_ISDIR(state.st_mode):
                    continue
                owner = name if name is not None else self._owner(entry.name)
                mark = (state.st_ino, state.st_size, state.st_mtime_ns)
                yield Arrival(folder / entry.name, owner, mark, stat.S_ISREG(state.st_mode))

    def _owner(self, name: str) -> str:
        """The first list that has a pattern for a name; "" where none does."""
        for owner, patterns in self._patterns.items():
            if is_named(name, patterns):
                return owner
        return ""

    def has_sum(self, path: Path) -> bool:
        """Whether a file of checksums lies beside a file."""
        # Not Path.is_file, which raises for a name that is too long.
        return any(os.path.isfile(path.parent / name) for name in names_beside(path.name))  # noqa: PTH113

    def claim(self, arrival: Arrival) -> Claim | None:
        """Take a file out of the inbox, with the file of its checksum; None where it is gone. Raises `OSError`."""
        work = self.folder / WORK / (arrival.list or _NOBODY)
        make_folder(work)
        target = work / arrival.path.name
        if os.path.lexists(target):
            return None  # one of the same name is at work
        try:
            arrival.path.rename(target)
        except FileNotFoundError:
            return None
        for name in names_beside(arrival.path.name):
            if os.path.lexists(arrival.path.parent / name):
                (arrival.path.parent / name).rename(work / name)
        return Claim(target, arrival.list)

    def claimed(self) -> list[Claim]:
        """What is claimed: by a daemon that was killed, or put off; of each list the oldest first. Raises `OSError`."""
        found = []
        for work in sorted((self.folder / WORK).iterdir()):
            owner = "" if work.name == _NOBODY else work.name
            if work.is_dir() and not work.is_symlink():
                files = [path for path in work.iterdir() if not is_checksum_file(path.name)]
                found += [
                    Claim(path, owner) for path in sorted(files, key=lambda path: (path.lstat().st_mtime_ns, path))
                ]
        return found

    def give_back(self, claim: Claim) -> bool:
        """Put a file back into the inbox; false where another of its name has come meanwhile. Raises `OSError`."""
        folder = self.folder / claim.list
        if os.path.lexists(folder / claim.path.name):
            return False
        for path in self._with_sums(claim):
            path.rename(folder / path.name)
        return True

    def finish(self, claim: Claim, folder: str, report: str) -> Path:
        """Move a file to `done` or `failed` and write the report beside it; returns where the file is.

        Raises:
            OSError: it can't be moved.
        """
        base = f"{time.strftime('%Y%m%dT%H%M%SZ', time.gmtime())}-"
        target = self._free(self.folder / folder, base, claim.path.name)
        # The report first: a file that was moved is never without one.
        handle = os.open(str(target) + REPORT, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, 0o640)
        try:
            with os.fdopen(handle, "w", encoding="utf-8", errors="backslashreplace") as file:
                file.write(report)
        except OSError:
            Path(str(target) + REPORT).unlink(missing_ok=True)  # on a full disk each try would leave another one
            raise
        prefix = target.name[: len(target.name) - len(_short(claim.path.name))]
        for path in self._with_sums(claim):
            goal = target if path == claim.path else target.with_name(prefix + _short(path.name))
            shutil.move(path, goal)
        fsync_folder(self.folder / folder)
        return target

    def _with_sums(self, claim: Claim) -> list[Path]:
        """A claimed file and those of its checksums; the file itself last, for it is what a restart looks for."""
        beside = [claim.path.parent / name for name in names_beside(claim.path.name)]
        return [path for path in dict.fromkeys(beside) if os.path.lexists(path)] + [claim.path]

    def _free(self, folder: Path, base: str, name: str) -> Path:
        target = folder / (base + _short(name))
        count = 1
        while os.path.lexists(target) or os.path.lexists(str(target) + REPORT):
            count += 1
            target = folder / f"{base}{count}-{_short(name)}"
        return target


def is_named(name: str, patterns: Sequence[str]) -> bool:
    """Whether one of the patterns fits a file's name, small letters or large."""
    folded = name.casefold()
    return any(fnmatchcase(folded, pattern.casefold()) for pattern in patterns)


def _short(name: str) -> str:
    """A name that leaves room for what is put around it; its end, with the suffixes, stays."""
    raw = os.fsencode(name)
    return name if len(raw) <= _LONGEST else os.fsdecode(raw[-_LONGEST:])
