"""The reader of contract registers: a CSV with a heading, a contract on each line."""

import csv
from collections.abc import Iterator
from datetime import datetime, time, timedelta
from typing import NamedTuple

from gatekeeper.clock import ENDLESS, kept_moment, micros_of, moment_here
from gatekeeper.errors import ImportRefused, TableError
from gatekeeper.phone import DialPlan, Normaliser, emergency_numbers
from gatekeeper.registries.contract_row import OPEN_END, ContractRow, principal_key
from gatekeeper.registries.reading.answers import read_date
from gatekeeper.registries.reading.cell import ListCellReader
from gatekeeper.registries.reading.dialect import given_delimiter
from gatekeeper.registries.reading.extracts import Reject
from gatekeeper.registries.reading.options import ImportOptions
from gatekeeper.registries.reading.source import DeliveredFile, FilePart, within
from gatekeeper.registries.reading.text import MAX_LINE, decoded, find_encoding, text_of, unix_lines
from gatekeeper.tabular.columns import place_of, places_called
from gatekeeper.tabular.delimiter import CANDIDATES, excel_line
from gatekeeper.translation import phrase

HEADINGS = {
    "number": ("number", "telephone", "téléphone", "tel", "phone", "numero", "numéro"),
    "principal": ("principal", "mandant", "company", "société", "societe"),
    "subject": ("subject", "objet", "object", "contract", "contrat"),
    "since": ("from", "since", "start", "depuis", "debut", "début", "du"),
    "until": ("until", "to", "end", "fin", "au"),
}
"""What each column may be called; capitals do not matter. Only the number's must be there."""

_SHOWN = 200


class ContractRecord(NamedTuple):
    """What one line gave: a contract, or why it is none."""

    part: str
    row: ContractRow | None
    reject: Reject | None


class ContractReader:
    """Reads contracts.

    Args:
        source: what was delivered.
        options: the delimiter, the number's column and the country.

    Raises:
        ImportRefused: there is no such country.
    """

    def __init__(self, source: DeliveredFile, options: ImportOptions) -> None:
        self._source = source
        self._options = options
        self.country = options.country.upper()
        self.headers = 0
        self.blank = 0
        self.delimiter = ""
        self.column = 0
        self.encoding = ""
        try:
            plan = DialPlan(home=self.country, prefixes=(), emergency=emergency_numbers(self.country), internal=())
            self._cells = ListCellReader(Normaliser(plan), self.country)
        except ValueError as error:
            raise ImportRefused(
                phrase("there is no country {country!r}: give its two letters (ISO 3166)", country=self.country)
            ) from error

    def records(self) -> Iterator[ContractRecord]:
        """Every line's contract or reject.

        Raises:
            ImportRefused: the file can't be read, or its heading does not name the number's column.
        """
        for part in self._source.parts():
            yield from self._of_part(part)
        self._source.check_sums(self._options.sha256)

    def _of_part(self, part: FilePart) -> Iterator[ContractRecord]:
        name = within(part.name, self._source.name)
        lines = _lines(part, self._options.encoding, name)
        heading = next((line for line in lines if line.strip()), "")
        said, excels = excel_line(heading)
        if excels:
            self.headers += 1
            heading = next((line for line in lines if line.strip()), "")
        if not heading:
            return
        self.headers += 1
        delimiter = _delimiter(heading, self._options.delimiter or said)
        columns = self._columns(next(csv.reader([heading], delimiter=delimiter)), name)
        self.delimiter, self.column = delimiter, columns["number"] + 1
        self.encoding = self._options.encoding or phrase("utf-8 or cp1252")
        seen: list[str] = []
        reader = csv.reader(_noted(lines, seen), delimiter=delimiter)
        while True:
            seen.clear()
            line = reader.line_num + 2 + bool(excels)
            try:
                cells = next(reader)
            except StopIteration:
                return
            except csv.Error:
                why = phrase("it is no line of a CSV file: a quote is opened and not closed, or a cell is too long")
                yield ContractRecord(part.name, None, Reject(line, why, "".join(seen)[:_SHOWN].rstrip("\n")))
                continue
            if not any(cell.strip() for cell in cells):
                self.blank += 1
                continue
            found = self._read(cells, columns)
            if isinstance(found, str):
                text = delimiter.join(cells)[:_SHOWN]
                yield ContractRecord(part.name, None, Reject(line, found, text))
            else:
                yield ContractRecord(part.name, found, None)

    def _columns(self, heading: list[str], name: str) -> dict[str, int]:
        texts = [cell.strip().casefold() for cell in heading]
        columns = places_called(heading, HEADINGS)
        wanted = self._options.column
        if isinstance(wanted, tuple):
            raise ImportRefused(
                phrase("{name}: a contract register has one column of numbers: say that one", name=name)
            )
        try:
            place = place_of(wanted, heading, len(heading)) if wanted is not None else None
        except TableError as error:
            raise ImportRefused(phrase("{name}: {error}", name=name, error=error)) from error
        if place is not None:
            columns["number"] = place
        elif wanted is not None or "number" not in columns:
            raise ImportRefused(
                phrase(
                    "{name} has no column of numbers: its columns are {names}. A contract register has a heading with "
                    "number, principal, subject, from and until (number, mandant, objet, du, au)",
                    name=name,
                    names=", ".join(texts)[:_SHOWN],
                )
            )
        return columns

    def _read(self, cells: list[str], columns: dict[str, int]) -> ContractRow | str:
        """The contract of a line, or why there is none."""
        said = {what: cells[place].strip() if place < len(cells) else "" for what, place in columns.items()}
        cell = self._cells.read(said["number"])
        if len(cell.numbers) != 1:
            return cell.reason or phrase("it holds several numbers: give each a line of its own")
        moments: dict[str, int] = {}
        for what, missing, days in (("since", 0, 0), ("until", OPEN_END, 1)):
            text = said.get(what, "")
            if not text:
                moments[what] = missing
                continue
            at = _moment(text, missing, days)
            if at is None:
                column = "from" if what == "since" else what
                return phrase("the day in the column {column} can't be read", column=column)
            moments[what] = at
        if moments["until"] <= moments["since"]:
            return phrase("the contract ends before it begins")
        principal, subject = principal_key(said.get("principal", "")), principal_key(said.get("subject", ""))
        return ContractRow(cell.numbers[0], principal, subject, moments["since"], moments["until"])


def _moment(text: str, missing: int, days: int) -> int | None:
    """The first moment so many days behind a day; `missing` where that has no end, None where it can't be read."""
    day = read_date(text)
    if day is None:
        return None
    if days and day.year >= ENDLESS:
        return missing
    try:
        return _midnight(datetime.combine(day, time()) + timedelta(days=days))
    except (OverflowError, ValueError, OSError):  # what the system's own calendar does not reach, too
        return None


def _noted(lines: Iterator[str], seen: list[str]) -> Iterator[str]:
    """The lines, each put into a list as it is taken."""
    for line in lines:
        seen.append(line)
        yield line


def _midnight(local: datetime) -> int:
    """Of a day at this site, in microseconds since the epoch."""
    return micros_of(kept_moment(moment_here(local)))


def _delimiter(heading: str, given: str) -> str:
    if given:
        return given_delimiter(given)
    return max(CANDIDATES, key=heading.count)


def _lines(part: FilePart, encoding: str | None, name: str) -> Iterator[str]:
    """The lines with their ends: UTF-8, or cp1252 where a line is none."""
    blocks = iter(part.blocks)
    first = next(blocks, b"")
    rest = b""
    for block in unix_lines(decoded(_again(first, blocks), encoding or find_encoding(first, name), name)):
        data = (rest + block).replace(b"\r\n", b"\n")
        *whole, rest = data.split(b"\n")
        rest = rest[: MAX_LINE + 1]
        for line in whole:
            yield text_of(line[: MAX_LINE + 1]) + "\n"
    if rest:
        yield text_of(rest)


def _again(first: bytes, blocks: Iterator[bytes]) -> Iterator[bytes]:
    yield first
    yield from blocks
