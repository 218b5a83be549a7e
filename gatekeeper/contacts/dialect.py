"""How a contact file is written: encoding, delimiter, line ends, header. Found out from its beginning, or told."""

import codecs
import csv
import io
import re
from collections import Counter
from typing import NamedTuple

from gatekeeper.contacts.errors import ContactsError

SAMPLE = 256 << 10
"""Bytes of a file that are looked at to find out how it is written."""

_DELIMITERS = ";,\t|"
_ROWS = 200
_DIGITS = 5
_EXCEL = re.compile(r"sep=([;,\t|])(?:\r\n|\r|\n)")
_NAMED = {"tab": "\t", "semicolon": ";", "comma": ",", "pipe": "|"}
# UTF-16 by its mark. (UTF-32 in the wild was never a contact file; its text is refused as binary.)
_MARKS = ((codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))


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
    """

    encoding: str
    mark: bytes
    delimiter: str
    newline: bytes
    header: bool
    names: tuple[str, ...]
    width: int

    @property
    def wide(self) -> bool:
        """Whether the text has to be transcoded to be cut into rows."""
        return self.encoding.startswith("utf-16")

    def column_name(self, column: int) -> str:
        """What a column (from 0) is called, for people."""
        name = self.names[column].strip() if column < len(self.names) else ""
        return name or f"column {column + 1}"


def read_delimiter(text: str) -> str:
    r"""The delimiter that a person means: one character, or `tab`, `semicolon`, `comma`, `pipe`, `\t`.

    Raises:
        ContactsError: it is none.
    """
    found = _NAMED.get(text.lower(), "\t" if text == "\\t" else text)
    if len(found) != 1 or not found.isascii() or found in '"\r\n' or found.isalnum():
        raise ContactsError(
            f"{text[:20]!r} is no delimiter: give one character, or the word tab, semicolon, comma or pipe"
        )
    return found


def find_encoding(sample: bytes, *, whole: bool) -> tuple[str, bytes]:
    """Encoding and mark of a file by its first bytes; `whole` where the sample is the whole file.

    Raises:
        ContactsError: it is no text.
    """
    if sample.startswith(codecs.BOM_UTF8):
        return "utf-8", codecs.BOM_UTF8
    for mark, encoding in _MARKS:
        if sample.startswith(mark) and not sample.startswith(codecs.BOM_UTF32_LE):
            return encoding, mark
    if sample.count(0) * 10 > len(sample) * 3:
        for encoding, zeros in (("utf-16-le", sample[1::2]), ("utf-16-be", sample[::2])):
            if zeros.count(0) * 10 > len(sample) * 3:
                return encoding, b""
    if sample.count(0) * 100 > len(sample) or sample.startswith((b"PK\x03\x04", b"\x1f\x8b", b"\xd0\xcf\x11\xe0")):
        raise ContactsError("it is no text file: save the contacts as CSV or XLSX, unpacked")
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
        ContactsError: it is no text, or there is no such encoding.
    """
    found, mark = find_encoding(sample, whole=whole)
    if encoding is not None:
        found = _known_encoding(encoding, found)
    text = sample[len(mark) :].decode(found, "replace")
    told = _EXCEL.match(text)
    if told:
        mark += told[0].encode(found)
        delimiter = delimiter if delimiter is not None else told[1]
        text = text[told.end() :]
    newline = b"\r" if "\r" in text and "\n" not in text else b"\n"
    if newline == b"\r":
        text = text.replace("\r", "\n")
    if not whole:
        text = text[: text.rfind("\n") + 1] or text
    chosen = delimiter if delimiter is not None else _best_delimiter(text)
    rows = _rows(text, chosen)
    named = _has_header(rows) if header is None else header
    names = tuple(rows[0]) if named and rows else ()
    width = len(names) or Counter(map(len, rows)).most_common(1)[0][0] if rows else 1
    return Dialect(found, mark, chosen, newline, named and bool(rows), names, width)


def sample_rows(sample: bytes, dialect: Dialect) -> list[list[str]]:
    """Some rows below the header, as texts."""
    text = sample[len(dialect.mark) :].decode(dialect.encoding, "replace")
    if dialect.newline == b"\r":
        text = text.replace("\r", "\n")
    return _rows(text, dialect.delimiter)[int(dialect.header) :]


def _known_encoding(told: str, found: str) -> str:
    try:
        name = codecs.lookup(told).name
    except LookupError:
        raise ContactsError(f"there is no encoding {told[:40]!r}") from None
    if name == "utf-16":
        return found if found.startswith("utf-16") else "utf-16-le"
    if name in {"utf-8-sig", "ascii"}:
        return "utf-8"
    if (
        name not in {"utf-16-le", "utf-16-be"}
        and ';,\t|"\r\n0123456789'.encode(name, "replace") != b';,\t|"\r\n0123456789'
    ):
        raise ContactsError(f"the encoding {told} is not supported: save the file as UTF-8")
    return name


def _rows(text: str, delimiter: str) -> list[list[str]]:
    """The first rows that are not blank; broken quoting can't make them fail."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    rows: list[list[str]] = []
    try:
        for row in reader:
            if row:
                rows.append(row)
            if len(rows) > _ROWS:
                break
    except csv.Error:
        pass  # a field beyond csv's limit: what was read before it will do
    return rows


def _best_delimiter(text: str) -> str:
    """The one that gives most rows the same number of columns, and more columns where that is a tie."""

    def score(delimiter: str) -> tuple[float, int]:
        rows = _rows(text, delimiter)
        if not rows:
            return 0.0, 0
        width, share = Counter(map(len, rows)).most_common(1)[0]
        return (share / len(rows) if width > 1 else 0.0), width

    return max(_DELIMITERS, key=score)


def _has_header(rows: list[list[str]]) -> bool:
    """A header has no cell with the digits of a number in it, and is not empty."""
    if not rows:
        return False
    return any(cell.strip() for cell in rows[0]) and not any(
        sum(character.isdecimal() for character in cell) >= _DIGITS for cell in rows[0]
    )
