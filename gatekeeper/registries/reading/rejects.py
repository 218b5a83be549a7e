"""The file of what an import could not take: for a person to look through, mostly in a spreadsheet."""

import csv
import fcntl
import os
import re
import time
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from gatekeeper.ownership import PRIVATE, make_folder, open_owned
from gatekeeper.registries.reading.extracts import Reject
from gatekeeper.text import csv_safe
from gatekeeper.translation import marked, phrase

_UNSAFE = re.compile(r"[^\w.-]+", re.ASCII)
_LEFT_S = 60.0
HEADER = (marked("file"), marked("line"), marked("reason"), marked("text"))


class RejectFile:
    """Written aside, and put into place by `keep`. Nothing is made where nothing is rejected.

    Args:
        folder: where; made if missing.
        name: of the imported file.
    """

    def __init__(self, folder: Path, name: str) -> None:
        safe = _UNSAFE.sub("_", name).lstrip(".")[:100] or "list"
        self.path = folder / f"{safe}.rejects.csv"
        self._aside = folder / f".{safe}.{os.getpid()}.part"
        self._open = False
        self.count = 0
        _remove_left(folder)

    def write(self, part: str, rejects: Iterable[Reject]) -> None:
        """Add rejected records of one part of the file."""
        for reject in rejects:
            if not self._open:
                self._begin()
            self.count += 1
            self._writer.writerow((csv_safe(part), reject.line, csv_safe(reject.reason), csv_safe(reject.text)))

    def _begin(self) -> None:
        make_folder(self._aside.parent)
        handle = open_owned(self._aside, os.O_WRONLY | os.O_TRUNC, PRIVATE)
        self._stream = os.fdopen(handle, "w", encoding="utf-8", newline="")
        self._open = True
        with suppress(OSError):  # a file system without locks
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        self._writer = csv.writer(self._stream)
        self._writer.writerow(map(phrase, HEADER))

    def keep(self) -> Path | None:
        """Put the file into place, over that of an earlier import of the same name; None where nothing is in it."""
        if not self._open:
            return None
        self._open = False
        try:
            self._stream.close()
            self._aside.replace(self.path)
        finally:
            # In place it is not there any more.
            self._aside.unlink(missing_ok=True)
        return self.path

    def drop(self) -> None:
        """Forget it, if it is not in place yet."""
        if self._open:
            self._open = False
            try:
                with suppress(OSError):  # what could not be written is not wanted any more
                    self._stream.close()
            finally:
                self._aside.unlink(missing_ok=True)


def _remove_left(folder: Path) -> None:
    """Remove what killed imports have left: nobody holds its lock, and it is not just being made."""
    for left in folder.glob(".*.part"):
        with suppress(OSError):  # it was put into place meanwhile, is somebody else's, or in use
            handle = os.open(left, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                if time.time() - os.fstat(handle).st_mtime > _LEFT_S:
                    left.unlink()
            finally:
                os.close(handle)
