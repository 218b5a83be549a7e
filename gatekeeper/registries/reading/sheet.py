"""The first sheet of an XLSX workbook as lines of CSV, one for each row."""

import csv
import io
from collections.abc import Iterator
from contextlib import closing
from datetime import date, datetime
from typing import Any, BinaryIO

from gatekeeper.errors import ImportRefused, TableError
from gatekeeper.registries.reading.source import SHEET_DELIMITER
from gatekeeper.tabular.workbook import open_workbook, readable, rows_of, shown_sheets
from gatekeeper.translation import phrase

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
    try:
        with readable(), closing(open_workbook(file, max_bytes=max_bytes, max_ratio=max_ratio)) as book:
            yield from _lines(rows_of(_the_sheet(book, name, passed_over), values=True))
    except TableError as error:
        raise ImportRefused(phrase("{name} {error}", name=name, error=error)) from error


def _the_sheet(book: Any, name: str, passed_over: list[str]) -> Any:
    """The only sheet that is shown and has something on it."""
    sheets = shown_sheets(book)
    if not sheets:
        hidden = phrase("all its sheets are hidden: show the one that is the list")
        why = hidden if book.worksheets else phrase("no sheet in it")
        raise ImportRefused(phrase("{name} can't be read: {why}; nothing was imported", name=name, why=why))
    aside = [sheet for sheet in book.worksheets if sheet not in sheets and _has_cells(sheet)]
    passed_over += [phrase("the hidden sheet {title!r}", title=str(sheet.title)[:40]) for sheet in aside]
    if len(sheets) > 1 and any(_has_cells(sheet) for sheet in sheets[1:]):
        titles = ", ".join(repr(str(sheet.title)[:40]) for sheet in sheets[:10])
        raise ImportRefused(
            phrase(
                "{name} has several sheets ({titles}): save the one that is the list by itself",
                name=name,
                titles=titles,
            )
        )
    return sheets[0]


def _has_cells(sheet: Any) -> bool:
    return any(any(value is not None for value in row) for row in rows_of(sheet, values=True))


def _lines(rows: Iterator[tuple[object, ...]]) -> Iterator[bytes]:
    lines: list[str] = []
    for row in rows:
        lines.append(_line(row))
        if len(lines) >= _ROWS:
            yield "".join(lines).encode("utf-8", "replace")
            lines.clear()
    if lines:
        yield "".join(lines).encode("utf-8", "replace")


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
