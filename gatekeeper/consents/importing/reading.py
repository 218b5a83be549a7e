"""Reading a file of consents to its end: rows in memory, rejected records and those that never count in files aside."""

import itertools
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO, Final, NamedTuple

import numpy as np

from gatekeeper.consents.importing.cells import lacks
from gatekeeper.consents.importing.columns import column_places
from gatekeeper.consents.importing.file_place import FilePlace
from gatekeeper.consents.importing.growing import GrowingRows, keep_freed_memory
from gatekeeper.consents.importing.plain import PlainBlock, PlainReader
from gatekeeper.consents.importing.records import ConsentReader, ConsentRecord, csv_records, json_records, sheet_records
from gatekeeper.consents.importing.rows import EntryRows, rows_of
from gatekeeper.consents.importing.shared_cells import GroupValue
from gatekeeper.consents.model import EntryKind, GivenConsent, LedgerEntry, SharedTerms, contact_subject
from gatekeeper.errors import ConsentError, RejectedConsentError
from gatekeeper.phone import Normaliser
from gatekeeper.phone.bulk import BulkNormaliser
from gatekeeper.registries.reading.extracts import Reject
from gatekeeper.registries.reading.rejects import RejectFile
from gatekeeper.registries.reading.source import DeliveredFile
from gatekeeper.registries.reading.text import SAMPLE, decoded, find_encoding, text_of, unix_lines, whole_lines
from gatekeeper.tabular.delimiter import CANDIDATES, delimiter_of, excel_line
from gatekeeper.translation import phrase

SAMPLES: Final = 10
_HELD: Final = 50_000
"""Entries held one by one before they become rows."""


class ConsentSample(NamedTuple):
    """A record that was rejected or never counts: where it stands, and why."""

    line: int
    reason: str


class ReadConsents:
    """What is read of a file.

    Args:
        reader: makes consents of records.
        normaliser: for plain blocks.
        rejects: where rejected records go.
        void: where those go that never count.

    Attributes:
        read: records so far.
        taken: consents so far.
        terms: what many of them share, in the order in which `records["terms"]` counts them.
        samples: some of the rejects.
        void_samples: some of those that never count.
        links: pairs of number and contact.
    """

    def __init__(self, reader: ConsentReader, normaliser: Normaliser, rejects: RejectFile, void: RejectFile) -> None:
        self._reader = reader
        self._numbers = BulkNormaliser(normaliser)
        self._rejects = rejects
        self._void = void
        self._rows = GrowingRows()
        self._stored: list[tuple[int, LedgerEntry]] = []
        self._places: dict[SharedTerms, int] = {}
        self._links: set[tuple[int, str]] = set()
        self.read = self.taken = 0
        self.terms: list[SharedTerms] = []
        self.samples: list[ConsentSample] = []
        self.void_samples: list[ConsentSample] = []

    def records(self, found: Iterator[ConsentRecord | tuple[int, str]]) -> None:
        """Take records over, one by one.

        Raises:
            ConsentError: a word in one is none of those that there are.
        """
        for record in found:
            self.read += 1
            if not isinstance(record, ConsentRecord):
                self._reject(*record, "")
                continue
            try:
                given, missing = self._reader.consent(record)
            except RejectedConsentError as error:
                self._reject(record.line, str(error), ";".join(record.said.values()))
                continue
            self._take(given)
            if missing:
                self._note_void(record.line, missing)

    def text(
        self, source: DeliveredFile, delimiter: str, zone_latest: int, tell: Callable[[int], None] = lambda _done: None
    ) -> None:
        """Take a delivered text over: CSV or JSON, packed or not.

        Args:
            source: the text.
            delimiter: between cells; "" finds out.
            zone_latest: no consent is of after this.
            tell: is told how many bytes of it were read.

        Raises:
            ConsentError: its heading is none, or a word in it.
            ImportRefused: it can't be read.
        """
        keep_freed_memory()
        for part in source.parts():
            blocks = _told(part.blocks, source, tell)
            first = b""
            while len(first) < SAMPLE and (more := next(blocks, b"")):
                first += more
            if first.lstrip(b"\xef\xbb\xbf \t\r\n").startswith((b"[", b"{")):
                self.records(json_records((first + b"".join(blocks)).removeprefix(b"\xef\xbb\xbf"), source.name))
                continue
            encoding = find_encoding(first, source.name)
            text = decoded(itertools.chain([first], blocks), encoding, source.name)
            self._csv(unix_lines(text), delimiter, zone_latest)

    def rows(self) -> EntryRows:
        """All that was taken, with the numbers' contacts; ids count from 0 in the order of the file."""
        for number, contact in sorted(self._links):
            entry = LedgerEntry(0, EntryKind.LINK, 0, 0, 0, 0, 0, contact, "")
            self._stored.append((number, entry))
        self._flush()
        return self._rows.whole()

    def _csv(self, blocks: Iterator[bytes], delimiter: str, latest: int) -> None:
        plain: PlainReader | None = None
        places: dict[str, int] = {}
        for block in whole_lines(blocks, quotes=True):
            data, line = block
            if not places:
                heading, rest, above = _split_heading(data)
                delimiter = delimiter_of(delimiter) if delimiter else _delimiter(data, heading)
                where = FilePlace.in_lines(self._reader.name, above + 1)
                places = column_places(_cells(heading, delimiter), where)
                plain = self._plain(places, delimiter, latest)
                data, line = rest, line + above + 1
            if data:
                self._block(data, line, delimiter, places, plain)

    def _plain(self, places: dict[str, int], delimiter: str, latest: int) -> PlainReader | None:
        if len(places) != max(places.values()) + 1:
            return None
        return PlainReader(places, delimiter.encode(), self._numbers, self._reader.zone, latest, self._group)

    def _block(self, data: bytes, line: int, delimiter: str, places: dict[str, int], plain: PlainReader | None) -> None:
        found = plain.read(data) if plain else None
        if found is not None:
            self._take_plain(found, line)
            return
        self.records(csv_records(iter(text_of(data).splitlines(keepends=True)), delimiter, places, line))

    def _group(self, said: dict[str, str]) -> GroupValue | None:
        try:
            terms = self._reader.terms(said, hour_known=True, line=0)
            until = self._reader.until(said.get("until", ""))
        except (RejectedConsentError, ConsentError):
            return None  # told, with its line, where the block is read record by record
        return GroupValue(self._place(terms), until, lacks(terms, proved=True))

    def _take_plain(self, found: PlainBlock, line: int) -> None:
        self._flush()
        count = len(found.rows.subjects)
        self.read += count
        self.taken += count
        self._rows.add(found.rows)
        groups, unproved = found.groups, found.unproved
        for place in np.flatnonzero(groups.void[groups.places] | unproved).tolist():
            void = groups.values[groups.places[place]].void
            missing = [*([void] if void else []), *([phrase("no proof")] if unproved[place] else [])]
            self._note_void(line + place, phrase("; ").join(missing))

    def _take(self, given: GivenConsent) -> None:
        self.taken += 1
        subject = contact_subject(given.contact) if given.contact else given.number
        number = given.number if given.contact else 0
        place = self._place(given.terms)
        entry = LedgerEntry(
            0, EntryKind.CONSENT, place, 0, given.collected_at, given.until, number, given.contact, given.proof
        )
        self._stored.append((subject, entry))
        if given.contact and given.number:
            self._links.add((given.number, given.contact))
        if len(self._stored) >= _HELD:
            self._flush()

    def _flush(self) -> None:
        if self._stored:
            rows = rows_of(self._stored)
            rows.records["id"] = np.arange(len(rows.subjects))
            self._rows.add(rows)
            self._stored = []

    def _place(self, terms: SharedTerms) -> int:
        place = self._places.setdefault(terms, len(self.terms))
        if place == len(self.terms):
            self.terms.append(terms)
        return place

    def _reject(self, line: int, reason: str, text: str) -> None:
        self._rejects.write("", [Reject(line, reason, text[:200])])
        if len(self.samples) < SAMPLES:
            self.samples.append(ConsentSample(line, reason))

    def _note_void(self, line: int, reason: str) -> None:
        self._void.write("", [Reject(line, reason, "")])
        if len(self.void_samples) < SAMPLES:
            self.void_samples.append(ConsentSample(line, reason))


def _told(blocks: Iterator[bytes], source: DeliveredFile, tell: Callable[[int], None]) -> Iterator[bytes]:
    for block in blocks:
        yield block
        tell(source.done)


def read_sheet(read: ReadConsents, file: Path | BinaryIO, name: str) -> None:
    """Take a workbook over.

    Raises:
        ConsentError: it can't be read, its heading is none, or a word in it.
    """
    if not isinstance(file, Path):
        read.records(sheet_records(file, name))
        return
    with file.open("rb") as book:  # what it is was found by its content: its name may say otherwise
        read.records(sheet_records(book, name))


def _split_heading(data: bytes) -> tuple[str, bytes, int]:
    """The line that names the columns, what follows, and how many lines stand above it: blank ones, and Excel's."""
    above = 0
    while True:
        line, _, data = data.partition(b"\n")
        text = text_of(line).removeprefix("\ufeff").rstrip("\r")
        if (text.strip() and not excel_line(text + "\n")[0]) or not data:
            return text, data, above
        above += 1


def _delimiter(data: bytes, heading: str) -> str:
    said, _ = excel_line(text_of(data[:16]))
    return said or max(CANDIDATES, key=heading.count)


def _cells(heading: str, delimiter: str) -> list[str]:
    return [cell.strip().removeprefix('"').removesuffix('"') for cell in heading.split(delimiter)]
