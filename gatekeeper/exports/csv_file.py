"""CSV: RFC 4180 with a byte order mark, by which spreadsheets know that it is UTF-8. No cell can run as a formula."""

import csv
from collections.abc import Callable, Sequence
from datetime import tzinfo
from functools import lru_cache
from pathlib import Path

from gatekeeper.exports.columns import cells, headings
from gatekeeper.journal.reader import StoredDecision
from gatekeeper.text import csv_safe
from gatekeeper.words import Language

_fit = lru_cache(maxsize=8192)(csv_safe)
"""Most texts of a journal are those of the row before."""


class CsvFile:
    """A CSV being written.

    Args:
        path: the file.
        language: of headings and reasons.
        zone: of times.
    """

    most = 0

    def __init__(self, path: Path, language: Language, zone: tzinfo) -> None:
        self.path = path
        self._language = language
        self._zone = zone
        self._file = path.open("w", encoding="utf-8-sig", newline="")
        self._writer = csv.writer(self._file)
        self._writer.writerow(headings(language))

    def add(self, rows: Sequence[StoredDecision], /) -> None:
        """Write rows."""
        self._writer.writerows(cells(row, self._language, self._zone, _fit) for row in rows)

    def finish(self, _tick: Callable[[], None], /) -> list[Path]:
        """Close it."""
        self._file.close()
        return [self.path]

    def discard(self) -> None:
        """Close it, whatever that says."""
        self._file.close()
