"""The numbers of contacts, with where each stands: out of a CSV file, a sheet of a workbook, or a table of a CRM."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from gatekeeper.contacts.address import Contacts, Kind, kind_of, must_be_file
from gatekeeper.contacts.columns import choose_code_column, choose_columns
from gatekeeper.contacts.csv_source import CsvSource
from gatekeeper.contacts.dialect import sample_rows
from gatekeeper.contacts.table import ContactTable
from gatekeeper.contacts.table_rows import TableSpec, number_text
from gatekeeper.contacts.xlsx import Sheet, cell_text
from gatekeeper.errors import ScrubRefused
from gatekeeper.phone import Normaliser, NumberKind
from gatekeeper.phone.cells import read_cell, read_code
from gatekeeper.storage import stamp
from gatekeeper.translation import phrase

COUNTRY = 33
"""Numbers of metropolitan France are gathered, which are written in ten digits."""

_NATIONAL_DIGITS = 9
_MOST = 1000
"""Characters of a cell that are looked at."""

_PAGE = 5000
"""Rows of a table that are read at a time."""


class Cell(NamedTuple):
    """A number of a contact.

    Attributes:
        place: of the contact: the line of a file or sheet, counted from 1, or the key of a table's row.
        column: by name.
        text: as it stands there.
    """

    place: int | str
    column: str
    text: str


class Aside(NamedTuple):
    """What is not gathered: the cell, and `foreign`, `no number` or `unreadable`."""

    cell: Cell
    why: str


@dataclass(slots=True)
class Gathered:
    """The numbers of contacts. `cells == len(where) + len(asides)`, always.

    Attributes:
        columns: of the numbers, by name.
        place: what a contact's place is called: `line`, or `key`.
        cells: numbers in cells, what is none but not empty, and rows that can't be read.
        where: number, place and column of each that is taken.
        asides: the others.
        abroad: whether numbers of all countries are taken.
    """

    columns: tuple[str, ...]
    place: str = "line"
    abroad: bool = False
    cells: int = 0
    where: list[tuple[int, int | str, str]] = field(default_factory=list)
    asides: list[Aside] = field(default_factory=list)

    def take(self, cell: Cell, normaliser: Normaliser, country: str = "") -> None:
        """Add the numbers of a cell.

        Args:
            cell: with the numbers.
            normaliser: reads them.
            country: what stands in the column of country codes.
        """
        code = read_code(country)
        numbers = read_cell(cell.text, normaliser, code or "")
        self.cells += len(numbers)
        for number in numbers:
            if number.kind is not NumberKind.E164 or (code is None and not cell.text.strip().startswith("+")):
                self.asides.append(Aside(cell, "no number"))
            elif not self.abroad and number.e164 // 10**_NATIONAL_DIGITS != COUNTRY:
                self.asides.append(Aside(cell, "foreign"))
            else:
                self.where.append((number.e164, cell.place, cell.column))

    def set_aside(self, cell: Cell) -> None:
        """Add a row that can't be read."""
        self.cells += 1
        self.asides.append(Aside(cell, "unreadable"))


@dataclass(frozen=True, slots=True)
class Reading:
    """How a file of contacts is read; what is not told is found out.

    Attributes:
        columns: of the numbers, by name or number counted from 1.
        code: the column of their country calling codes, by name or number; `none` is none.
        encoding: by Python's name.
        delimiter: what separates columns.
        header: whether the first row names the columns.
        sheet: of a workbook, by name; the first where it is not told.
        abroad: whether numbers of all countries are taken; else those of metropolitan France.
    """

    columns: tuple[str, ...] = ()
    code: str | None = None
    encoding: str | None = None
    delimiter: str | None = None
    header: bool | None = None
    sheet: str | None = None
    abroad: bool = False


def gather(contacts: Contacts, normaliser: Normaliser, reading: Reading) -> Gathered:
    """The numbers of contacts, whatever they are in.

    Args:
        contacts: a CSV file, a workbook, or a table.
        normaliser: reads numbers.
        reading: how a file is read.

    Raises:
        ContactsError: they can't be read, or no column holds numbers.
        ScrubRefused: a file changed while it was read.
    """
    if isinstance(contacts, TableSpec):
        return _table(contacts, normaliser, abroad=reading.abroad)
    must_be_file(contacts)
    before = stamp(contacts) if contacts.exists() else None
    read = _sheet if kind_of(contacts) is Kind.WORKBOOK else _csv
    gathered = read(contacts, normaliser, reading)
    if stamp(contacts) != before:
        raise ScrubRefused(
            phrase("{contacts} changed while it was read: repeat this when nobody writes it", contacts=contacts)
        )
    return gathered


def _table(spec: TableSpec, normaliser: Normaliser, *, abroad: bool) -> Gathered:
    """Page by page."""
    with closing(ContactTable(spec, normaliser)) as table:
        gathered = Gathered(table.columns, "key", abroad)
        after = None
        while page := table.page(after, _PAGE):
            for row in page:
                for name, value in zip(table.columns, row.numbers, strict=True):
                    gathered.take(Cell(row.key, name, number_text(value)[:_MOST]), normaliser, number_text(row.code))
            after = page[-1].key
    return gathered


def _csv(path: Path, normaliser: Normaliser, reading: Reading) -> Gathered:
    with closing(
        CsvSource(path, encoding=reading.encoding, delimiter=reading.delimiter, header=reading.header)
    ) as source:
        dialect = source.dialect
        rows = sample_rows(source.sample, dialect)
        columns = choose_columns(reading.columns, dialect.names, dialect.width, rows, normaliser)
        code = choose_code_column(reading.code, dialect.names, dialect.width, rows)
        gathered = Gathered(tuple(dialect.column_name(column) for column in columns), abroad=reading.abroad)
        for cell, country in _cells(source, columns, gathered.columns, code):
            if country is not None:
                gathered.take(cell, normaliser, country)
            else:
                gathered.set_aside(cell)
    return gathered


def _cells(
    source: CsvSource, columns: tuple[int, ...], names: tuple[str, ...], code: int | None
) -> Iterator[tuple[Cell, str | None]]:
    """The cells of numbers with the country code beside them, and of a row that can't be read its text with None."""
    encoding = "utf-8" if source.dialect.wide else source.dialect.encoding
    header_to_come, line, newline = source.dialect.header, 1 + source.dialect.lines_before, source.dialect.newline
    for records in source.records((*columns, *([] if code is None else [code]))):
        place = 0
        for row in range(len(records.starts)):
            start, body = int(records.starts[row]), int(records.bodies[row])
            line += records.data.count(newline, place, start)
            place = start
            if start == body:
                continue
            if header_to_come:
                header_to_come = False
                continue
            if records.broken[row]:
                text = records.data[start : min(body, start + _MOST)].decode(encoding, "replace")
                yield Cell(line, "", text), None
                continue
            texts = []
            for where in records.cells:
                begin, end = int(where.starts[row]), int(where.ends[row])
                text = records.data[begin : min(end, begin + _MOST)].decode(encoding, "replace")
                texts.append(text.replace('""', '"'))
            country = "" if code is None else texts.pop()
            for text, name in zip(texts, names, strict=True):
                yield Cell(line, name, text), country
        line += records.data.count(newline, place, records.used)


def _sheet(path: Path, normaliser: Normaliser, reading: Reading) -> Gathered:
    with closing(Sheet(path, reading.sheet)) as sheet:
        head = sheet.head(reading.header)
        columns = choose_columns(reading.columns, head.names, head.width, head.rows, normaliser)
        code = choose_code_column(reading.code, head.names, head.width, head.rows)
        gathered = Gathered(tuple(head.column_name(column) for column in columns), abroad=reading.abroad)
        for line, row in enumerate(sheet.rows(), start=1):
            if line <= head.above + bool(head.names):
                continue
            texts = [cell_text(cell)[:_MOST] for cell in row]
            if any(text.strip() for text in texts[head.width :]):
                # Something behind the last column: its cells may stand in the wrong ones.
                gathered.set_aside(Cell(line, "", " ".join(texts)[:_MOST]))
                continue
            country = texts[code] if code is not None and code < len(texts) else ""
            for column, name in zip(columns, gathered.columns, strict=True):
                text = texts[column] if column < len(texts) else ""
                gathered.take(Cell(line, name, text), normaliser, country)
    return gathered
