"""Delivered workbooks (XLSX): opens one, refuses it if damaged or made to do harm, and finds the visible sheets."""

import io
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO, Final

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from gatekeeper.errors import TableError
from gatekeeper.tabular.zipped import open_zip
from gatekeeper.translation import phrase, trouble_of

MOST_BYTES: Final = 64 << 30
MOST_RATIO: Final = 200

_RATIO_FLOOR: Final = 64 << 20
"""Bytes unpacked below which the ratio says nothing."""

_TEXTS: Final = "xl/sharedStrings.xml"
_MOST_TEXTS: Final = 512 << 20
"""Bytes that the workbook's table of texts may have: openpyxl holds it in memory."""

_DAMAGED: Final = (
    InvalidFileException, zipfile.BadZipFile, zlib.error, KeyError, IndexError, AttributeError, ValueError, TypeError,
    OverflowError, SyntaxError, EOFError, OSError,
)  # fmt: skip
"""What openpyxl raises of a file that is none or damaged. SyntaxError: what the XML parser's error derives from.
ValueError: that of entities that are forbidden."""


@contextmanager
def readable() -> Iterator[None]:
    """Around everything that reads a workbook.

    Raises:
        TableError: it is damaged, or no workbook.
    """
    try:
        yield
    except _DAMAGED as error:
        what = trouble_of(error) if isinstance(error, OSError) and error.strerror else type(error).__name__
        raise TableError(
            phrase("can't be read as XLSX, it is damaged or no workbook ({what}): save it anew, or as CSV", what=what)
        ) from error


def open_workbook(file: Path | BinaryIO, *, max_bytes: int = MOST_BYTES, max_ratio: int = MOST_RATIO) -> Any:
    """A workbook of openpyxl's, to be read row by row, with what formulas came to.

    Args:
        file: its path, or the file, to jump about in.
        max_bytes: limit on what is unpacked.
        max_ratio: limit on how many times larger than the file that is.

    Raises:
        TableError: it can't be read, or is made to do harm.
    """
    with readable():
        if isinstance(file, Path):
            with file.open("rb") as opened:
                _check_size(opened, max_bytes, max_ratio)
        else:
            _check_size(file, max_bytes, max_ratio)
        return load_workbook(file, read_only=True, data_only=True)


def shown_sheets(book: Any) -> list[Any]:
    """The sheets that people see, in their order."""
    return [sheet for sheet in book.worksheets if sheet.sheet_state == "visible"]


def rows_of(sheet: Any, *, values: bool) -> Iterator[tuple[Any, ...]]:
    """A sheet's rows: of values, or of cells. What the file says of its size is not believed."""
    sheet.reset_dimensions()
    rows: Iterator[tuple[Any, ...]] = sheet.iter_rows(values_only=values)
    return rows


def _check_size(file: BinaryIO, max_bytes: int, max_ratio: int) -> None:
    """The sizes are those that the zip says of its members; reading stops at these."""
    size = file.seek(0, io.SEEK_END)
    with open_zip(file) as archive:
        unpacked = sum(info.file_size for info in archive.infolist())
        texts = sum(info.file_size for info in archive.infolist() if info.filename == _TEXTS)
    if unpacked > max_bytes or texts > _MOST_TEXTS:
        raise TableError(phrase("is too large a workbook: save the sheet as CSV"))
    if unpacked > max(_RATIO_FLOOR, max_ratio * size):
        raise TableError(
            phrase("unpacks to more than {max_ratio} times its size, as files made to do harm", max_ratio=max_ratio)
        )
    file.seek(0)
