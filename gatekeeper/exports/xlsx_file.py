"""XLSX in constant memory: rows go to the disk as they come, every cell is a text, and none is a formula."""

from collections.abc import Callable, Sequence
from datetime import tzinfo
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

from gatekeeper.exports.columns import cells, headings
from gatekeeper.journal.reader import StoredDecision
from gatekeeper.text import escaped
from gatekeeper.words import Language, Sentence, sentence

if TYPE_CHECKING:
    from xlsxwriter.worksheet import Worksheet

SHEET_ROWS: Final = 1_048_575
"""Rows of a sheet below its headings, as Excel has them."""

_SHEETS: Final = 8
_CELL: Final = 32_767
"""Characters of a cell, as Excel has them."""

_WIDTHS: Final = 18
_NAME: Final = Sentence("Decisions", "Décisions")

_fit = lru_cache(maxsize=8192)(escaped)
"""Most texts of a journal are those of the row before."""


class XlsxFile:
    """A workbook being written: as many sheets as its rows need, each with the headings.

    Args:
        path: the file; what is not packed yet lies beside it.
        language: of headings and reasons.
        zone: of times.
        sheet_rows: rows of a sheet.
        about: what its properties say of it.
    """

    def __init__(
        self, path: Path, language: Language, zone: tzinfo, sheet_rows: int = SHEET_ROWS, about: str = ""
    ) -> None:
        from xlsxwriter import Workbook  # a tenth of a second, and only workbooks need it

        self.path = path
        self.most = sheet_rows * _SHEETS
        self._language = language
        self._zone = zone
        self._sheet_rows = sheet_rows
        self._book = Workbook(
            path,
            {
                "constant_memory": True,
                "tmpdir": str(path.parent),
                "use_zip64": True,
                "strings_to_formulas": False,
                "strings_to_urls": False,
                "strings_to_numbers": False,
            },
        )
        self._book.set_properties({"comments": about})
        self._bold = self._book.add_format({"bold": True})
        self._sheets = 0
        self._sheet = self._next_sheet()
        self._row = 1

    def add(self, rows: Sequence[StoredDecision], /) -> None:
        """Write rows."""
        for row in rows:
            if self._row > self._sheet_rows:
                self._sheet, self._row = self._next_sheet(), 1
            for column, cell in enumerate(cells(row, self._language, self._zone, _fit)):
                if cell:
                    self._sheet.write_string(self._row, column, cell if len(cell) <= _CELL else cell[: _CELL - 1] + "…")
            self._row += 1

    def finish(self, tick: Callable[[], None], /) -> list[Path]:
        """Pack it."""
        tick()
        self._book.close()
        return [self.path]

    def discard(self) -> None:
        """Leave it: what lies beside it goes with its folder."""

    def _next_sheet(self) -> "Worksheet":
        self._sheets += 1
        name = sentence(_NAME, self._language)
        sheet = self._book.add_worksheet(name if self._sheets == 1 else f"{name} {self._sheets}")
        titles = headings(self._language)
        sheet.set_column(0, len(titles) - 1, _WIDTHS)
        sheet.freeze_panes(1, 0)
        for column, title in enumerate(titles):
            sheet.write_string(0, column, title, self._bold)
        return sheet
