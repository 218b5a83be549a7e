"""A CSV source of contacts: reads a file in chunks of whole rows, and hashes it on the way."""

import codecs
import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from gatekeeper.contacts.address import must_be_file
from gatekeeper.contacts.dialect import SAMPLE, Dialect, must_be_unpacked, sniff
from gatekeeper.contacts.records import Records, cut
from gatekeeper.errors import ContactsError
from gatekeeper.translation import phrase, trouble_of

CHUNK = 4 << 20
"""Bytes read at a time: the arrays made of them stay near the processor."""

MOST_WITHOUT_END = 64 << 20
"""Bytes without a line end after which a file is not taken for one of contacts."""


class CsvSource:
    """A contact file, opened.

    Args:
        path: of the file.
        encoding: as told, or None.
        delimiter: as told, or None.
        header: as told, or None.

    Raises:
        ContactsError: it can't be read, or is not text.
    """

    def __init__(
        self, path: Path, *, encoding: str | None = None, delimiter: str | None = None, header: bool | None = None
    ) -> None:
        self.path = path
        self._digest = hashlib.sha256()
        self.size = 0
        must_be_file(path)
        try:
            self._file: BinaryIO = path.open("rb")
            self.total = path.stat().st_size
        except OSError as error:
            raise ContactsError(
                phrase("{path} can't be read: {strerror}", path=path, strerror=trouble_of(error))
            ) from error
        try:
            self.sample = self._file.read(SAMPLE)
            must_be_unpacked(self.sample, self._file)
            self._file.seek(0)
            self.dialect: Dialect = sniff(
                self.sample,
                whole=len(self.sample) < SAMPLE,
                encoding=encoding,
                delimiter=delimiter,
                header=header,
            )
        except ContactsError as error:
            self.close()
            raise ContactsError(phrase("{path}: {error}", path=path, error=error)) from error
        except OSError as error:
            self.close()
            raise ContactsError(
                phrase("{path} can't be read: {strerror}", path=path, strerror=trouble_of(error))
            ) from error

    def records(self, columns: tuple[int, ...]) -> Iterator[Records]:
        """All rows after the mark, the header included, in chunks. Columns are counted from 0. To be read once.

        Raises:
            ContactsError: the file can't be read, or is not text after all.
        """
        dialect, rest, ended = self.dialect, b"", False
        decode = None
        if dialect.wide:
            decode = codecs.getincrementaldecoder(dialect.encoding)("surrogatepass").decode
        self._read(len(dialect.mark) + len(dialect.above))
        while not ended:
            block = self._read(CHUNK)
            ended = not block
            try:
                text = block if decode is None else decode(block, ended).encode("utf-8", "surrogatepass")
            except UnicodeDecodeError as error:
                raise ContactsError(
                    phrase(
                        "{path} is damaged: it ends within a character of {encoding}",
                        path=self.path,
                        encoding=dialect.encoding,
                    )
                ) from error
            data = rest + text
            made = cut(data, dialect.delimiter, dialect.newline, columns, last=ended)
            rest = data[made.used :]
            if len(rest) > MOST_WITHOUT_END:
                raise ContactsError(
                    phrase(
                        "{path} has {megabytes} MB without a line end: it is no file of contacts",
                        path=self.path,
                        megabytes=len(rest) >> 20,
                    )
                )
            if len(made.starts):
                yield made

    @property
    def sha256(self) -> str:
        """Of what was read so far."""
        return self._digest.hexdigest()

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    def _read(self, size: int) -> bytes:
        if size == 0:
            return b""
        try:
            block = self._file.read(size)
        except OSError as error:
            raise ContactsError(
                phrase("{path} can't be read: {strerror}", path=self.path, strerror=trouble_of(error))
            ) from error
        self._digest.update(block)
        self.size += len(block)
        return block
