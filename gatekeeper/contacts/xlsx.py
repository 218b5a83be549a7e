"""XLSX workbooks: reads and writes a sheet row by row, and keeps values and their number formats."""

from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

from openpyxl import Workbook
from openpyxl.cell.cell import WriteOnlyCell

from gatekeeper.contacts.number_format import shown
from gatekeeper.contacts.table_rows import number_text
from gatekeeper.errors import ContactsError, TableError
from gatekeeper.tabular.heading import find_heading
from gatekeeper.tabular.workbook import open_workbook, readable, rows_of, shown_sheets
from gatekeeper.translation import phrase

_GENERAL = "General"
_SAMPLE = 200


class Head(NamedTuple):
    """What a sheet begins with.

    Attributes:
        names: of the columns; none where there is no header.
        width: how many columns there are.
        rows: some contacts, as texts.
        above: how many rows stand above the names of the columns.
    """

    names: tuple[str, ...]
    width: int
    rows: list[list[str]]
    above: int = 0

    def column_name(self, column: int) -> str:
        """A column's name, or its number."""
        name = self.names[column] if column < len(self.names) else ""
        return name or phrase("column {column}", column=column + 1)


class Sheet:
    """A sheet, opened to be read.

    Args:
        path: of the workbook.
        name: of the sheet; None is the first that is not hidden.

    Raises:
        ContactsError: it can't be read, or has no such sheet.
    """

    def __init__(self, path: Path, name: str | None) -> None:
        self.path = path
        try:
            # What formulas came to, and not the formulas: a number that is computed is checked, too.
            self._book = open_workbook(path)
        except TableError as error:
            raise ContactsError(phrase("{path} {error}", path=path, error=error)) from error
        if name is not None and name not in self._book.sheetnames:
            self.close()
            raise ContactsError(
                phrase(
                    "{path} has no sheet {name!r}; it has: {names}",
                    path=path,
                    name=name,
                    names=", ".join(self._book.sheetnames),
                )
            )
        self._sheet = self._book[name] if name is not None else self._first_visible()
        self.name = str(self._sheet.title)
        self.other_sheets = [sheet for sheet in self._book.sheetnames if sheet != self.name]

    def _first_visible(self) -> Any:
        """The first sheet that people see."""
        sheets = shown_sheets(self._book)
        if sheets:
            return sheets[0]
        self.close()
        names = ", ".join(self._book.sheetnames)
        raise ContactsError(
            phrase(
                "{path} has no sheet that is shown: name one, --sheet NAME; it has: {names}",
                path=self.path,
                names=names,
            )
        )

    def rows(self) -> Iterator[Sequence[Any]]:
        """The rows with their cells.

        Raises:
            ContactsError: the file is damaged.
        """
        try:
            with readable():
                yield from rows_of(self._sheet, values=False)
        except TableError as error:
            raise ContactsError(phrase("{path} {error}", path=self.path, error=error)) from error

    def head(self, told: bool | None) -> Head:
        """What it begins with; `told` says whether the first row names the columns, None finds out."""
        sample = [[cell_text(cell) for cell in row] for row in islice(self.rows(), _SAMPLE)]
        heading = find_heading(sample, told=told)
        sample = sample[heading.above :]
        if heading.there:
            first = sample[0]
            names = tuple(first[: max((place for place, cell in enumerate(first, start=1) if cell.strip()), default=0)])
            return Head(names, len(names), sample[1:], heading.above)
        return Head((), max(map(len, sample), default=0), sample)

    def close(self) -> None:
        """Close the file."""
        self._book.close()


class SheetWriter:
    """A workbook of one sheet, being written.

    Args:
        name: of the sheet.
    """

    def __init__(self, name: str) -> None:
        self._book = Workbook(write_only=True)
        self._sheet = self._book.create_sheet(name)

    def row(
        self, cells: Sequence[Any], *, empty: Sequence[int] = (), width: int = 0, behind: Sequence[str] = ()
    ) -> None:
        """Write a row.

        Args:
            cells: of the row as read.
            empty: places of cells to leave empty.
            width: how many columns to fill up to, before what stands behind.
            behind: texts behind the cells.
        """
        written = [None if place in empty else self._cell(cell) for place, cell in enumerate(cells)]
        written += [None] * (width - len(written))
        self._sheet.append([*written, *(self._text(text) for text in behind)])

    def save(self, file: BinaryIO) -> None:
        """Write the workbook."""
        self._book.save(file)

    def discard(self) -> None:
        """Let go of a workbook that is not saved; one that was is left as it is."""
        if not self._sheet.closed:
            self._sheet.close()

    def _cell(self, cell: Any) -> Any:
        value = cell.value
        if value is None:
            return None
        if isinstance(value, str):
            return self._text(value, cell.number_format)
        if cell.number_format == _GENERAL:
            return value
        made = WriteOnlyCell(self._sheet, value)
        made.number_format = cell.number_format
        return made

    def _text(self, text: str, number_format: str = _GENERAL) -> Any:
        """A text stays a text, also where it begins like a formula."""
        if not text.startswith("=") and number_format == _GENERAL:
            return text
        made = WriteOnlyCell(self._sheet, text)
        made.data_type = "s"
        made.number_format = number_format
        return made


def cell_text(cell: Any) -> str:
    """A cell as it would be dialled: a number with the zeros in front that its format shows."""
    text = number_text(cell.value)
    if text.isdecimal() and not isinstance(cell.value, str):
        return shown(text, cell.number_format or "")
    return text
