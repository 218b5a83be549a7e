"""The dialect of a contact file: its encoding, delimiter, line ends and header, found in its beginning, or told."""

import codecs
import csv
import io
import zipfile
from collections import Counter
from typing import BinaryIO, Final, NamedTuple

from gatekeeper.errors import ContactsError, TableError
from gatekeeper.tabular.delimiter import CANDIDATES, delimiter_of, excel_line
from gatekeeper.tabular.encoding import is_text, keeps_ascii, named_encoding, unicode_of
from gatekeeper.tabular.heading import find_heading
from gatekeeper.tabular.zipped import ZipKind, is_zip, zip_kind
from gatekeeper.translation import marked, phrase

SAMPLE = 256 << 10
"""Bytes of a file that are looked at to find out how it is written."""

_ROWS = 200

_PACKED: Final = {
    ZipKind.OPEN_DOCUMENT: marked("it is an OpenDocument spreadsheet, which is not read: save it as XLSX or CSV"),
    ZipKind.WORKBOOK: marked("it is an Excel workbook, but its name does not end in .xlsx: give it such a name"),
    ZipKind.FILES: marked("it is packed: unpack it first"),
}
"""What a packed file is, and what to do."""


class Dialect(NamedTuple):
    """How a file is written.

    Attributes:
        encoding: Python's name. But for UTF-16, rows are never decoded: only numbers and what we add.
        mark: what stands before the first row: a byte order mark, Excel's line `sep=;`, both or nothing.
        delimiter: between fields.
        newline: the byte that ends a row, LF or (old Macs) CR.
        header: whether the first row names the columns.
        names: what it names them; empty without a header.
        width: how many columns there are.
        above: titles above the names of the columns, as bytes; they stay where they are.
    """

    encoding: str
    mark: bytes
    delimiter: str
    newline: bytes
    header: bool
    names: tuple[str, ...]
    width: int
    above: bytes = b""

    @property
    def lines_before(self) -> int:
        """How many lines stand before the first row."""
        before = self.mark + self.above
        if self.wide:
            return before.decode(self.encoding, "replace").count(self.newline.decode())
        return before.count(self.newline)

    @property
    def wide(self) -> bool:
        """Whether the text has to be transcoded to be cut into rows."""
        return self.encoding.startswith("utf-16")

    def column_name(self, column: int) -> str:
        """What a column (from 0) is called, for people."""
        name = self.names[column].strip() if column < len(self.names) else ""
        return name or phrase("column {column}", column=column + 1)


def read_delimiter(text: str) -> str:
    """The delimiter that a person means.

    Raises:
        ContactsError: it is none.
    """
    try:
        return delimiter_of(text)
    except TableError as error:
        raise ContactsError(str(error)) from None


def must_be_unpacked(sample: bytes, file: BinaryIO) -> None:
    """Make sure that a file, of which these are the first bytes, is not a zip.

    Raises:
        ContactsError: it is one; says what kind, and what to do.
    """
    if not is_zip(sample):
        return
    try:
        kind = zip_kind(file)
    except zipfile.BadZipFile:
        kind = ZipKind.FILES
    raise ContactsError(phrase(_PACKED[kind]))


def find_encoding(sample: bytes, *, whole: bool) -> tuple[str, bytes]:
    """Encoding and mark of a file by its first bytes; `whole` where the sample is the whole file.

    Raises:
        ContactsError: it is not text.
    """
    known = unicode_of(sample)
    if known is not None and not known.name.startswith("utf-32"):
        return known
    # A cell with a zero byte in it is written by no program for people.
    if known is not None or sample.count(0) * 100 > len(sample) or not is_text(sample):
        raise ContactsError(phrase("it is no text file: save the contacts as CSV or XLSX, unpacked"))
    try:
        codecs.getincrementaldecoder("utf-8")().decode(sample, final=whole)
    except UnicodeDecodeError:
        return "cp1252", b""
    return "utf-8", b""


def sniff(
    sample: bytes,
    *,
    whole: bool,
    encoding: str | None = None,
    delimiter: str | None = None,
    header: bool | None = None,
) -> Dialect:
    """Find out how a file is written.

    Args:
        sample: its first bytes.
        whole: whether that is all of it.
        encoding: as told, by Python's name.
        delimiter: as told.
        header: as told.

    Raises:
        ContactsError: it is not text, or there is no such encoding.
    """
    found, mark = find_encoding(sample, whole=whole)
    if encoding is not None:
        found = _known_encoding(encoding, sample)
    text = sample[len(mark) :].decode(found, "replace")
    said, line = excel_line(text)
    if line:
        mark += line.encode(found)
        delimiter = delimiter if delimiter is not None else said
        text = text[len(line) :]
    newline = b"\r" if "\r" in text and "\n" not in text else b"\n"
    if newline == b"\r":
        text = text.replace("\r", "\n")
    if not whole:
        text = text[: text.rfind("\n") + 1] or text
    chosen = delimiter if delimiter is not None else _best_delimiter(text)
    rows, ends = _rows(text, chosen)
    heading = find_heading(rows, told=header)
    skipped = heading.above
    above = _first_lines(sample[len(mark) :], ends[skipped - 1], newline, found) if skipped else b""
    rows = rows[skipped:]
    names = tuple(rows[0]) if heading.there else ()
    width = len(names) or Counter(map(len, rows)).most_common(1)[0][0] if rows else 1
    return Dialect(found, mark, chosen, newline, heading.there, names, width, above)


def sample_rows(sample: bytes, dialect: Dialect) -> list[list[str]]:
    """Some rows below the header, as texts."""
    text = sample[len(dialect.mark) + len(dialect.above) :].decode(dialect.encoding, "replace")
    if dialect.newline == b"\r":
        text = text.replace("\r", "\n")
    return _rows(text, dialect.delimiter)[0][int(dialect.header) :]


def _known_encoding(told: str, sample: bytes) -> str:
    try:
        name = named_encoding(told, sample)
    except TableError as error:
        raise ContactsError(str(error)) from None
    if name in {"utf-8-sig", "ascii"}:
        return "utf-8"
    if name not in {"utf-16-le", "utf-16-be"} and not keeps_ascii(name):
        raise ContactsError(phrase("the encoding {told} is not supported: save the file as UTF-8", told=told))
    return name


def _first_lines(data: bytes, count: int, newline: bytes, encoding: str) -> bytes:
    """So many lines with their ends."""
    if encoding.startswith("utf-16"):
        lines = data.decode(encoding, "replace").split(newline.decode())[:count]
        return (newline.decode().join(lines) + newline.decode()).encode(encoding)
    return newline.join(data.split(newline, count)[:count]) + newline


def _rows(text: str, delimiter: str) -> tuple[list[list[str]], list[int]]:
    """The first rows that are not blank, and the line each ends in; broken quoting can't make them fail."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    rows: list[list[str]] = []
    ends: list[int] = []
    try:
        for row in reader:
            if row:
                rows.append(row)
                ends.append(reader.line_num)
            if len(rows) > _ROWS:
                break
    except csv.Error:
        pass  # a field beyond csv's limit: what was read before it will do
    return rows, ends


def _best_delimiter(text: str) -> str:
    """The one that gives most rows the same number of columns, and more columns where that is a tie."""

    def score(delimiter: str) -> tuple[float, int]:
        rows, _ = _rows(text, delimiter)
        if not rows:
            return 0.0, 0
        width, share = Counter(map(len, rows)).most_common(1)[0]
        return (share / len(rows) if width > 1 else 0.0), width

    return max(CANDIDATES, key=score)
