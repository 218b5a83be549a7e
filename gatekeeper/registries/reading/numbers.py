"""A whole delivered file as a stream of numbers and rejects: opens, decodes, finds the dialect, reads in parallel."""

from collections import Counter, deque
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future
from dataclasses import replace
from datetime import date, datetime
from itertools import chain
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from gatekeeper.errors import ImportRefused
from gatekeeper.phone import DialPlan, Normaliser, NumberKind, emergency_numbers
from gatekeeper.registries.dating import DatesSeen
from gatekeeper.registries.formats import plain
from gatekeeper.registries.formats.model import Format
from gatekeeper.registries.reading.dialect import ListDialect, find_dialect
from gatekeeper.registries.reading.extract import Extractor
from gatekeeper.registries.reading.extracts import Extract
from gatekeeper.registries.reading.markup import looks_like_xml, xml_lines
from gatekeeper.registries.reading.options import ImportOptions
from gatekeeper.registries.reading.source import SHEET_DELIMITER, DeliveredFile, FilePart
from gatekeeper.registries.reading.text import (
    MAX_RECORD_LINES,
    SAMPLE,
    Block,
    decoded,
    find_encoding,
    unix_lines,
    whole_lines,
)
from gatekeeper.tabular.delimiter import excel_line
from gatekeeper.translation import phrase

_AHEAD = 3
"""Blocks read ahead of the one that is taken: two at work, one ready."""

_NANP_DIGITS = 11
"""Of a number of North America, where registries are had by area code."""

_SEP_BYTES = 16
"""The line `sep=;` is not longer."""


class Piece(NamedTuple):
    """What one block of one part gave.

    Attributes:
        part: name of the member of a zip, else "".
        extract: its numbers and rejects.
    """

    part: str
    extract: Extract


class NumberReader:
    """Reads a source.

    Args:
        source: what was delivered.
        options: how to read it.
        workers: where blocks are read, at least two threads for speed.

    Attributes:
        format: the format it is read as; None where none was named.
        encoding: of the first text.
        dialect: of the first text.
        headers: header lines passed over so far.
        newest: the latest date so far that can be one, where the format has dates.
        odd_dates: how many dates can be none.
        strays: numbers so far in columns that were not taken, by the column's name.

    Raises:
        ImportRefused: there is no such country.
    """

    def __init__(self, source: DeliveredFile, options: ImportOptions, workers: Executor) -> None:
        self._source = source
        self._options = options
        self._workers = workers
        self.format: Format | None = options.format
        self._layout = (options.format or plain.FORMATS[0]).layout
        self.encoding = ""
        self.dialect: ListDialect | None = None
        self.headers = 0
        self.newest: date | None = None
        self.odd_dates = 0
        self.strays: Counter[str] = Counter()
        self._areas = _Areas(options.format.area_digits if options.format else 0)
        country = self.country
        try:
            plan = DialPlan(home=country, prefixes=(), emergency=emergency_numbers(country), internal=())
            self._normaliser = Normaliser(plan)
        except ValueError as error:
            raise ImportRefused(
                phrase("there is no country {country!r}: give its two letters (ISO 3166)", country=options.country)
            ) from error

    @property
    def country(self) -> str:
        """Whose national numbers are read."""
        return ((self.format.country if self.format else "") or self._options.country).upper()

    @property
    def prefixes(self) -> tuple[str, ...]:
        """What the file covers, as the first digits of E.164 numbers, as far as it was read; () for all of it."""
        return self._areas.prefixes()

    @property
    def dates(self) -> DatesSeen:
        """The dates in the file, as far as it was read."""
        return DatesSeen(self._layout.date is not None, self.newest, self.odd_dates)

    def pieces(self) -> Iterator[Piece]:
        """Every block's numbers, in the order of the file.

        Raises:
            ImportRefused: the file can't be read as it should, or is not what its sender sent. Nothing that was read
                may then be used.
        """
        for part in self._source.parts():
            for extract in self._read_part(part):
                self._areas.add(extract)
                self.newest = max(filter(None, (self.newest, extract.newest)), default=None)
                self.odd_dates += extract.odd
                yield Piece(part.name, extract)
        self._source.check_sums(self._options.sha256, demanded=self.format is not None and self.format.checksum)

    def _read_part(self, part: FilePart) -> Iterator[Extract]:
        name = f"{part.name!r} in {self._source.name}" if part.name else self._source.name
        sample, blocks = _peek(part.blocks, SAMPLE)
        if not sample.strip(b"\r\n\t \0\xef\xbb\xbf\xff\xfe"):
            return
        options = replace(self._options, delimiter=SHEET_DELIMITER, encoding="utf-8") if part.sheet else self._options
        encoding = options.encoding or self._layout.encoding or find_encoding(sample, name)
        sample, texts = _peek(unix_lines(decoded(blocks, encoding, name)), SAMPLE)
        if looks_like_xml(sample):
            sample, texts = self._from_xml(texts, name)
        said, sample = excel_delimiter(_lines_of(sample))
        if said and options.delimiter is None:
            options = replace(options, delimiter=said)
        dialect = find_dialect(sample, options, self._is_number, name, self._layout)
        if self.dialect is None:
            self.encoding, self.dialect = encoding, dialect
        lines = whole_lines(texts, quotes=bool(dialect.delimiter))
        for _ in range(bool(said) + dialect.above + dialect.header):
            self.headers += 1
            lines = without_header(lines)
        # A day of this site, as of the dates.
        today = datetime.now().astimezone().date()
        extractor = Extractor(self._normaliser, dialect, sheet=part.sheet, today=today)
        for extract in self._in_order(extractor.read, lines):
            for column, count in (extract.strays or {}).items():
                self.strays[_column_name(dialect, column, part.name)] += count
            yield extract

    def _from_xml(self, texts: Iterator[bytes], name: str) -> tuple[bytes, Iterator[bytes]]:
        if not self._layout.xml:
            raise ImportRefused(
                phrase("{name} is XML: say which registry's format it is, such as --format ftc or canada", name=name)
            )
        return _peek(xml_lines(texts, name, complete=not self._options.force), SAMPLE)

    def _in_order(self, read: Callable[[Block], Extract], lines: Iterator[Block]) -> Iterator[Extract]:
        waiting: deque[Future[Extract]] = deque()
        try:
            for block in lines:
                waiting.append(self._workers.submit(read, block))
                if len(waiting) >= _AHEAD:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()
        finally:
            for future in waiting:
                future.cancel()

    def _is_number(self, text: str) -> bool:
        return self._normaliser.normalise(text).kind is NumberKind.E164


class _Areas:
    """Which prefixes numbers have.

    Args:
        digits: how many digits of an E.164 number of eleven are its prefix; 0 to look at nothing.
    """

    def __init__(self, digits: int) -> None:
        self._digits = digits
        self._seen: NDArray[np.bool_] = np.zeros(10**digits if digits else 0, np.bool_)

    def add(self, extract: Extract) -> None:
        """Look at the numbers of a block."""
        if self._digits:
            for numbers in (extract.numbers, extract.removed, extract.callable):
                heads = numbers // np.uint64(10 ** (_NANP_DIGITS - self._digits))
                self._seen[heads[heads < len(self._seen)].astype(np.int64)] = True

    def prefixes(self) -> tuple[str, ...]:
        """The prefixes, in ascending order."""
        return tuple(str(head) for head in np.flatnonzero(self._seen).tolist())


def excel_delimiter(sample: bytes) -> tuple[str, bytes]:
    """The delimiter that a first line `sep=;` says, as Excel writes and reads it, and the sample behind that line."""
    said, line = excel_line(sample[:_SEP_BYTES].decode("latin-1"))
    return said, sample[len(line) :]


def _column_name(dialect: ListDialect, column: int, part: str) -> str:
    """A column as an error names it."""
    said = dialect.names[column][:40] if column < len(dialect.names) else ""
    return (f"{said!r}" if said else f"{column + 1}") + (f" of {part[:60]!r}" if part else "")


def without_header(blocks: Iterator[Block]) -> Iterator[Block]:
    """The blocks without the first record that is not blank."""
    looking = True
    for block in blocks:
        if not looking:
            yield block
            continue
        start, skipped = 0, 0
        while looking and start < len(block.data):
            end = block.data.find(b"\n", start) + 1 or len(block.data)
            looking = not block.data[start:end].strip()
            if looking:
                start = end
                skipped += 1
        if looking:
            yield block
            continue
        end = _record_end(block.data, start)
        skipped += block.data.count(b"\n", start, end)
        if start:
            yield Block(block.data[:start], block.line)
        if end < len(block.data):
            yield Block(block.data[end:], block.line + skipped)


def _record_end(data: bytes, start: int) -> int:
    """Where the record that begins at `start` ends: with its line, or with that of the quote that is open there."""
    first = end = data.find(b"\n", start) + 1 or len(data)
    for _ in range(MAX_RECORD_LINES):
        if data.count(b'"', start, end) % 2 == 0:
            return end
        end = data.find(b"\n", end) + 1
        if not end:
            break
    return first


def _lines_of(sample: bytes) -> bytes:
    """The sample up to its last line end: what is behind that is cut in the middle."""
    end = sample.rfind(b"\n")
    return sample[: end + 1] if len(sample) >= SAMPLE and end > 0 else sample


def _peek(blocks: Iterator[bytes], size: int) -> tuple[bytes, Iterator[bytes]]:
    """The first bytes, and all of it again."""
    taken: list[bytes] = []
    have = 0
    while have < size and (block := next(blocks, None)) is not None:
        taken.append(block)
        have += len(block)
    return b"".join(taken)[:size], chain(taken, blocks)
