"""The file of what an import could not take: for a person to look through, mostly in a spreadsheet."""

import csv
import os
import re
from collections.abc import Iterable
from pathlib import Path

from gatekeeper.ownership import PRIVATE, make_folder, open_owned
from gatekeeper.registries.reading.extracts import Reject
from gatekeeper.text import csv_safe
from gatekeeper.translation import marked, phrase

_UNSAFE = re.compile(r"[^\w.-]+", re.ASCII)
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
        self._writer = csv.writer(self._stream)
        self._writer.writerow(map(phrase, HEADER))
        self._open = True

    def keep(self) -> Path | None:
        """Put the file into place, over that of an earlier import of the same name; None where nothing is in it."""
        if not self._open:
            return None
        self._stream.close()
        self._open = False
        self._aside.replace(self.path)
        return self.path

    def drop(self) -> None:
        """Forget it, if it is not in place yet."""
        if self._open:
            self._stream.close()
            self._open = False
            self._aside.unlink(missing_ok=True)
