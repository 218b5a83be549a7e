"""JSON for programs: the journal's own names and times in UTC, as one array, or an object to each line (NDJSON)."""

import json
from collections.abc import Callable, Sequence
from pathlib import Path

from gatekeeper.journal.export import record
from gatekeeper.journal.reader import StoredDecision


class JsonFile:
    """A file of JSON being written.

    Args:
        path: the file.
        array: whether it is one array.
    """

    most = 0

    def __init__(self, path: Path, *, array: bool) -> None:
        self.path = path
        self._array = array
        self._file = path.open("w", encoding="ascii")
        self._between = "[\n" if array else ""

    def add(self, rows: Sequence[StoredDecision], /) -> None:
        """Write rows."""
        for row in rows:
            self._file.write(self._between + json.dumps(record(row)))
            self._between = ",\n" if self._array else "\n"

    def finish(self, _tick: Callable[[], None], /) -> list[Path]:
        """End it: an array of nothing is an array as well."""
        if self._array:
            self._file.write("[]\n" if self._between == "[\n" else "\n]\n")
        elif self._between:
            self._file.write("\n")
        self._file.close()
        return [self.path]

    def discard(self) -> None:
        """Close it, whatever that says."""
        self._file.close()
