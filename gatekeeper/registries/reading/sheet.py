"""The first sheet of an XLSX workbook as lines of CSV, one for each row."""

import csv
import io
import zipfile
import zlib
from collections.abc import Iterator
from datetime import date, datetime
from typing import BinaryIO

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from gatekeeper.errors import ImportRefused
from gatekeeper.registries.reading.source import SHEET_DELIMITER

_TEXTS = "xl/sharedStrings.xml"
_MOST_TEXTS = 512 << 20
"""Bytes that the workbook's table of texts may have: openpyxl holds it in memory."""

_ROWS = 10_000


def sheet_lines(
    file: BinaryIO, name: str, *, max_bytes: int, max_ratio: int, passed_over: list[str]
) -> Iterator[bytes]:
    """The rows, in UTF-8. A blank row is a blank line, so that the lines' numbers are the rows'.

    Args:
        file: the workbook, to jump about in.
        name: of it, for errors.
        max_bytes: limit on what is unpacked.
        max_ratio: limit on how many times larger than the file that is.
        passed_over: is told of hidden sheets that have something on them, and are not read.

    Raises:
        ImportRefused: it can't be read.
    """
    _check_size(file, name, max_bytes, max_ratio)
    try:
        book = load_workbook(file, read_only=True, data_only=True)
        try:
            sheets = [sheet for sheet in book.worksheets if sheet.sheet_state == "visible"]
            if not sheets:
                why = (
                    "all its sheets are hidden: show the one that is the list" if book.worksheets else "no sheet in it"
                )
                raise ImportRefused(f"{name} can't be read: {why}; nothing was imported")
            hidden = [sheet for sheet in book.worksheets if sheet not in sheets and _has_cells(sheet)]
            passed_over += [f"the hidden sheet {str(sheet.title)[:40]!r}" for sheet in hidden]
            if len(sheets) > 1 and any(_has_cells(sheet) for sheet in sheets[1:]):
                titles = ", ".join(repr(str(sheet.title)[:40]) for sheet in sheets[:10])
                raise ImportRefused(f"{name} has several sheets ({titles}): save the one that is the list by itself")
            sheet = sheets[0]
            sheet.reset_dimensions()
            yield from _lines(sheet.iter_rows(values_only=True))
        finally:
            book.close()
    except ImportRefused:
        raise
    except (
        InvalidFileException, zipfile.BadZipFile, zlib.error, KeyError, ValueError, TypeError, SyntaxError, EOFError,
        OSError,
    ) as error:  # fmt: skip
        # SyntaxError: what the XML parser's error derives from. ValueError: that of entities that are forbidden.
        what = type(error).__name__
        raise ImportRefused(f"{name} can't be read as XLSX ({what}): save it anew, or as CSV") from error


def _has_cells(sheet: object) -> bool:
    sheet.reset_dimensions()  # type: ignore[attr-defined] # a read-only sheet; openpyxl's stubs know the writable one
    rows: Iterator[tuple[object, ...]] = sheet.iter_rows(values_only=True)  # type: ignore[attr-defined]
    return any(any(value is not None for value in row) for row in rows)


def _check_size(file: BinaryIO, name: str, max_bytes: int, max_ratio: int) -> None:
    """The sizes are those that the zip says of its members; reading stops at these."""
    size = file.seek(0, io.SEEK_END)
    with zipfile.ZipFile(file) as archive:
        unpacked = sum(info.file_size for info in archive.infolist())
        texts = sum(info.file_size for info in archive.infolist() if info.filename == _TEXTS)
    if unpacked > max_bytes or texts > _MOST_TEXTS:
        raise ImportRefused(f"{name} is too large a workbook: save the sheet as CSV")
    if unpacked > max(64 << 20, max_ratio * size):
        raise ImportRefused(f"{name} unpacks to more than {max_ratio} times its size, as files made to do harm")
    file.seek(0)


def _lines(rows: Iterator[tuple[object, ...]]) -> Iterator[bytes]:
    held: list[str] = []
    for row in rows:
        held.append(_line(row))
        if len(held) >= _ROWS:
            yield "".join(held).encode("utf-8", "replace")
            held.clear()
    if held:
        yield "".join(held).encode("utf-8", "replace")


def _line(row: tuple[object, ...]) -> str:
    cells = [_text(value) for value in row]
    if not any(cells):
        return "\n"
    buffer = io.StringIO()
    csv.writer(buffer, delimiter=SHEET_DELIMITER, lineterminator="\n").writerow(cells)
    return buffer.getvalue()


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, datetime | date):
        return value.isoformat()[:10]
    return " ".join(str(value).split("\n")).replace("\r", " ").strip()
