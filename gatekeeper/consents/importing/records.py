"""Consents one by one: what each record of a file says, for whatever is not plain."""

import csv
import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from datetime import date, datetime
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple
from zoneinfo import ZoneInfo

from gatekeeper.consents.importing.cells import GRACE, lacks, read_end, read_terms, read_when
from gatekeeper.consents.importing.columns import column_places
from gatekeeper.consents.importing.file_place import FilePlace
from gatekeeper.consents.importing.proof_cells import ProofCells
from gatekeeper.consents.model import GivenConsent, SharedTerms
from gatekeeper.consents.page import MOST_TEXT
from gatekeeper.errors import ConsentError, RejectedConsentError, TableError
from gatekeeper.policy.ledger import name_key
from gatekeeper.registries.reading.cell import ListCellReader
from gatekeeper.tabular.workbook import open_workbook, readable, rows_of, shown_sheets
from gatekeeper.translation import counted, phrase

_SHARED = ("principal", "third_parties", "goods", "text", "channel", "items", "slots", "robot", "written")


class ConsentRecord(NamedTuple):
    """A record of a file: where it stands, and its cells by the names of their columns."""

    line: int
    said: dict[str, str]


class ConsentReader:
    """Makes consents of records.

    Args:
        name: of the file, for errors.
        cells: reads the numbers.
        proofs: reads the proofs.
        zone: of moments without one.
        now: a consent of later is none.
        texts: the names of the texts that may be named.
        principal: whose consents they are where a record does not say, and nobody else's; "": anybody's.
    """

    def __init__(
        self,
        name: str,
        cells: ListCellReader,
        proofs: ProofCells,
        zone: str,
        now: int,
        texts: frozenset[str],
        principal: str = "",
    ) -> None:
        self.name = name
        self._cells = cells
        self._proofs = proofs
        self._zone_name = zone
        self.zone = ZoneInfo(zone)
        self._latest = now + GRACE
        self._texts = texts
        self._principal = principal
        self._terms: dict[tuple[object, ...], SharedTerms] = {}

    def consent(self, record: ConsentRecord) -> tuple[GivenConsent, str]:
        """The consent of a record, and what it lacks.

        Raises:
            RejectedConsentError: it can't be read.
            ConsentError: a word in it is none of those that there are.
        """
        said = record.said
        number, contact = self._number(said.get("number", "")), said.get("contact", "").strip()
        if not number and not contact:
            raise RejectedConsentError(phrase("neither a number nor a contact"))
        if len(contact.encode()) > MOST_TEXT:
            raise RejectedConsentError(phrase("the contact is longer than any name"))
        when = read_when(said.get("collected_at", "").strip(), self.zone, "collected_at")
        if when.at > self._latest:
            raise RejectedConsentError(phrase("collected_at is to come"))
        until = self.until(said.get("until", ""))
        if until and until <= when.at:
            raise RejectedConsentError(phrase("the period ends before it begins"))
        terms = self.terms(said, hour_known=when.hour_known, line=record.line)
        proof = self._proofs.read(said.get("proof", ""))
        given = GivenConsent(number, contact, when.at, until, terms, proof)
        return given, lacks(terms, proved=bool(proof))

    def until(self, text: str) -> int:
        """The end of a period, 0 for none.

        Raises:
            RejectedConsentError: it can't be read.
        """
        return read_end(text.strip(), self.zone, "until") if text.strip() else 0

    def terms(self, said: Mapping[str, str], *, hour_known: bool, line: int) -> SharedTerms:
        """The terms of a record.

        Raises:
            RejectedConsentError: its slots can't be read, or it is of another principal.
            ConsentError: a word in it is none of those that there are.
        """
        key = (hour_known, *(said.get(name, "") for name in _SHARED))
        found = self._terms.get(key)
        if found is None:
            where = FilePlace.in_lines(self.name, line)
            found = self._of_principal(read_terms(said, hour_known=hour_known, zone=self._zone_name, where=where))
            if found.text and found.text not in self._texts:
                why = phrase(
                    "text: there is no text {said!r}; keep it first, `gatekeeper consent text add ID FILE "
                    "--principal NAME`; nothing was changed",
                    said=found.text[:80],
                )
                raise where.error(why, "text")
            self._terms[key] = found
        return found

    def _of_principal(self, terms: SharedTerms) -> SharedTerms:
        if not self._principal:
            return terms
        if terms.principal and name_key(terms.principal) != name_key(self._principal):
            raise RejectedConsentError(phrase("it names another principal than the one that this import is for"))
        return terms if terms.principal else terms._replace(principal=self._principal)

    def _number(self, text: str) -> int:
        if not text.strip():
            return 0
        cell = self._cells.read(text)
        if len(cell.numbers) != 1:
            raise RejectedConsentError(cell.reason or phrase("several numbers: give each a line of its own"))
        return cell.numbers[0]


def csv_records(
    lines: Iterator[str], delimiter: str, places: Mapping[str, int], first: int
) -> Iterator[ConsentRecord | tuple[int, str]]:
    """The records of lines of a CSV; the line and why where one is none."""
    reader = csv.reader(lines, delimiter=delimiter)
    width = max(places.values()) + 1
    while True:
        line = first + reader.line_num
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error:
            yield line, phrase("it is no line of a CSV file: a quote is opened and not closed, or a cell is too long")
            continue
        if not any(cell.strip() for cell in cells):
            continue
        if (len(cells) != width and any(cell.strip() for cell in cells[width:])) or len(cells) < width:
            yield (
                line,
                counted(
                    "it has {count} cell, and the heading {width}",
                    "it has {count} cells, and the heading {width}",
                    len(cells),
                    width=width,
                ),
            )
            continue
        yield ConsentRecord(line, {name: cells[place] for name, place in places.items()})


def sheet_records(file: Path | BinaryIO, name: str) -> Iterator[ConsentRecord]:
    """The records of a workbook's only sheet that is shown.

    Raises:
        ConsentError: it can't be read, or its heading is none.
    """
    try:
        with readable(), closing(open_workbook(file)) as book:
            sheets = shown_sheets(book)
            if len(sheets) != 1:
                raise ConsentError(
                    phrase(
                        "{name} has to have one sheet that is shown, and {count} are: save the one of the consents "
                        "alone",
                        name=name,
                        count=len(sheets),
                    )
                )
            rows = rows_of(sheets[0], values=True)
            places = column_places(_heading(next(rows, ())), FilePlace.in_lines(name, 1))
            for line, row in enumerate(rows, start=2):
                said = {key: _shown(row[place]) if place < len(row) else "" for key, place in places.items()}
                if any(said.values()):
                    yield ConsentRecord(line, said)
    except TableError as error:
        raise ConsentError(phrase("{name} {error}", name=name, error=error)) from error


def json_records(data: bytes, name: str) -> Iterator[ConsentRecord]:
    """The records of a list of objects; the place of each in the list stands for its line.

    Raises:
        ConsentError: it is none, or has a key that is none.
    """
    try:
        found = json.loads(data)
    except ValueError as error:
        raise ConsentError(phrase("{name} is no JSON: {error}; nothing was imported", name=name, error=error)) from None
    if not isinstance(found, list) or not all(isinstance(one, dict) for one in found):
        raise ConsentError(
            phrase("{name} is no list of objects: write [{{...}}, ...]; nothing was imported", name=name)
        )
    for line, one in enumerate(found, start=1):
        places = column_places(list(one), FilePlace.in_objects(name, line))
        values = list(one.values())
        yield ConsentRecord(line, {key: _shown(values[place]) for key, place in places.items()})


def _heading(row: Sequence[Any]) -> list[str]:
    cells = [_shown(cell) for cell in row]
    while cells and not cells[-1]:
        cells.pop()
    return cells


def _shown(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, datetime):
        # A spreadsheet's day is a moment at midnight: nobody knows its hour.
        return value.isoformat(" ", "seconds") if value.time().isoformat() != "00:00:00" else str(value.date())
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, list):
        return "|".join(_shown(one) for one in value)
    return str(value).strip()
