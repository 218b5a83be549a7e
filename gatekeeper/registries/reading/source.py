"""The source of an import: opens a plain file, a packed one, a workbook or a pipe, and limits what comes out of it."""

import io
import os
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, NamedTuple, Self, cast

from gatekeeper.errors import ImportRefused
from gatekeeper.registries.reading import checksum
from gatekeeper.registries.reading.archive import members
from gatekeeper.registries.reading.layers import BLOCK, LAYERS, Stream, Unpacking
from gatekeeper.tabular.zipped import ZipKind, is_zip, open_zip, zip_kind
from gatekeeper.translation import marked, phrase, trouble_of

__all__ = ["BLOCK", "RATIO_FLOOR", "SHEET_DELIMITER", "DeliveredFile", "FilePart", "open_source"]

RATIO_FLOOR = 64 << 20
"""Bytes up to which no ratio of unpacked to packed is suspicious."""

SHEET_DELIMITER = ";"
"""Between the cells of a spreadsheet's row."""

_DEEPEST = 4
_CHECKSUM_BYTES = 64 << 10

_FOREIGN: tuple[tuple[bytes, str], ...] = (
    (b"%PDF", marked("a PDF: ask its sender for text or CSV")),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", marked("an old Excel or Word file: save it as XLSX or CSV")),
    (b"7z\xbc\xaf\x27\x1c", marked("a 7-zip archive: unpack it first")),
    (b"Rar!", marked("a RAR archive: unpack it first")),
    (b"SQLite format 3\x00", marked("a database: export the numbers as text")),
    (b"\x7fELF", marked("a program")),
    (b"\x89PNG", marked("a picture")),
    (b"\xff\xd8\xff", marked("a picture")),
)


def within(member: str, name: str) -> str:
    """A member of a delivered file, for people; the file itself for none."""
    return phrase("{member!r} in {name}", member=member, name=name) if member else name


_ZIP_TROUBLES = frozenset({marked("File is not a zip file"), marked("it has more members than files that mean well")})


def _said(error: Exception) -> str:
    """What is wrong with packed data: in our words, the system's, or by the library's name for it."""
    if str(error) in _ZIP_TROUBLES:
        return phrase(str(error))
    return trouble_of(error) if isinstance(error, OSError) and error.strerror else type(error).__name__


class FilePart(NamedTuple):
    """One text in what was delivered.

    Attributes:
        name: the member's name in a zip, else "".
        blocks: its bytes, unpacked.
        sheet: whether they are the rows of a spreadsheet (see `gatekeeper.registries.reading.sheet`).
    """

    name: str
    blocks: Iterator[bytes]
    sheet: bool = False


class DeliveredFile:
    """A delivered file while it is read.

    Args:
        name: for the texts of errors.
        raw: the file.
        size: of the file in bytes; 0 where that is not known.
        max_bytes: limit on what is unpacked, of all parts together.
        max_ratio: limit on how many times larger than the file that is.
        member: which member of a zip to read.
        sums: SHA-256 sums that came with the file.

    Attributes:
        passed_over: what is in it and was not read so far.
    """

    def __init__(
        self,
        name: str,
        raw: BinaryIO,
        size: int,
        *,
        max_bytes: int,
        max_ratio: int,
        member: str | None = None,
        sums: list[checksum.Sum] | None = None,
    ) -> None:
        self.name = name
        self.size = size
        self._raw = Stream(raw)
        self._file = raw
        self._max_bytes = max_bytes
        self._max_ratio = max_ratio
        self._member = member
        self._unpacked = 0
        self._packed_before = 0
        self._sums = list(sums or [])
        self._digests: dict[str, str] = {}
        self.passed_over: list[str] = []

    @property
    def done(self) -> int:
        """Bytes of the delivered file that were read."""
        return max(self._raw.count, self._packed_before)

    @property
    def sha256(self) -> str:
        """Of the delivered file; complete after the last part was read."""
        return self._raw.digest.hexdigest()

    def check_sums(self, sha256: str = "", *, demanded: bool = False) -> None:
        """Hold the SHA-256 sums that came with the file against it, after the last part was read.

        Args:
            sha256: a sum that the file must have, too.
            demanded: whether there must be one.

        Raises:
            ImportRefused: the file is not what its sender sent, or does not say.
        """
        digests = {**self._digests, self.name: self.sha256}
        said = [*self._sums, checksum.Sum(sha256.lower(), self.name)] if sha256 else self._sums
        matched = checksum.check(self.name, said, digests)
        if said and not matched:
            raise ImportRefused(
                phrase("{name}: the SHA-256 file that came with it is that of other files", name=self.name)
            )
        if demanded and not matched:
            raise ImportRefused(
                phrase(
                    "{name} must come with its SHA-256: put that file beside it as {name}.sha256, or say the sum; "
                    "nothing was imported",
                    name=self.name,
                )
            )

    def parts(self) -> Iterator[FilePart]:
        """The texts in it, one after the other; read each to its end before the next.

        Raises:
            ImportRefused: it is empty, damaged, of no known kind, or beyond a limit. Raised by reading a part, too.
        """
        if not self._raw.peek(16):
            raise ImportRefused(phrase("{name} is empty: nothing was imported", name=self.name))
        yield from self._parts(self._raw, "", _DEEPEST)

    def _parts(self, stream: Stream, member: str, depth: int) -> Iterator[FilePart]:
        shown = within(member, self.name)
        magic = stream.peek(16)
        for start, what in _FOREIGN:
            if magic.startswith(start):
                raise ImportRefused(phrase("{shown} is {what}", shown=shown, what=phrase(what)))
        layer = next((layer for layer in LAYERS if magic.startswith(layer.magic)), None)
        if (layer or is_zip(magic)) and depth == 0:
            raise ImportRefused(
                phrase("{shown} is packed in more layers than files that mean well: unpack it first", shown=shown)
            )
        if layer:
            yield from self._parts(Stream(Unpacking(layer, stream, shown)), member, depth - 1)
        elif is_zip(magic):
            yield from self._zip(stream, member, depth)
        else:
            yield FilePart(member, self._limited(stream.blocks()))

    def _limited(self, blocks: Iterator[bytes]) -> Iterator[bytes]:
        for block in blocks:
            self._unpacked += len(block)
            self._check_limits(self._unpacked)
            yield block

    def _check_limits(self, unpacked: int) -> None:
        if unpacked > self._max_bytes:
            raise ImportRefused(
                phrase(
                    "{name} holds more than {max_bytes} bytes: raise the limit if that is right",
                    name=self.name,
                    max_bytes=self._max_bytes,
                )
            )
        if unpacked > RATIO_FLOOR and unpacked > self._max_ratio * (self.done or 1):
            raise ImportRefused(
                phrase(
                    "{name} unpacks to more than {max_ratio} times its size, as files made to do harm: unpack it "
                    "yourself, or raise the limit if that is right",
                    name=self.name,
                    max_ratio=self._max_ratio,
                )
            )

    def _zip(self, stream: Stream, member: str, depth: int) -> Iterator[FilePart]:
        shown = within(member, self.name)
        with self._seekable(stream) as file:
            try:
                with open_zip(file) as archive:
                    kind = zip_kind(archive)
                    if kind is ZipKind.OPEN_DOCUMENT:
                        raise ImportRefused(
                            phrase("{shown} is an OpenDocument file (.ods): save the sheet as XLSX or CSV", shown=shown)
                        )
                    if kind is ZipKind.WORKBOOK:
                        self._packed_before = max(self._packed_before, self.size)
                        yield FilePart(member, self._limited(self._sheet(file, shown)), sheet=True)
                        return
                    wanted = self._member if stream is self._raw else None
                    found = members(archive, shown, wanted, self._max_bytes)
                    self.passed_over += [f"{member}/{one}" if member else one for one in found.passed_over]
                    for info in found.sums:
                        self._sums += self._read_sums(archive, info)
                    for info in found.files:
                        if stream is self._raw:
                            self._packed_before += info.compress_size
                        yield from self._member_parts(archive, info, member, depth)
            except zipfile.BadZipFile as error:
                raise ImportRefused(
                    phrase("{shown} is a damaged zip ({error}): fetch it again", shown=shown, error=_said(error))
                ) from error

    def _sheet(self, file: BinaryIO, shown: str) -> Iterator[bytes]:
        # Imported here: openpyxl takes longer to import than most lists to read.
        from gatekeeper.registries.reading.sheet import sheet_lines

        limits = {"max_bytes": self._max_bytes, "max_ratio": self._max_ratio}
        yield from sheet_lines(file, shown, **limits, passed_over=self.passed_over)

    def _member_parts(
        self, archive: zipfile.ZipFile, info: zipfile.ZipInfo, within: str, depth: int
    ) -> Iterator[FilePart]:
        with _Member(archive, info, self.name) as reader:
            stream = Stream(reader)
            yield from self._parts(stream, f"{within}/{info.filename}" if within else info.filename, depth - 1)
            for _ in stream.blocks():
                pass
            self._digests[info.filename.rsplit("/", 1)[-1]] = stream.digest.hexdigest()

    def _read_sums(self, archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> list[checksum.Sum]:
        with _Member(archive, info, self.name) as reader:
            text = reader.read(_CHECKSUM_BYTES).decode("utf-8", "replace")
        sums = checksum.read_sums(text)
        if not sums:
            raise ImportRefused(
                phrase(
                    "{filename!r} in {name} has no SHA-256 in it: nothing was imported",
                    filename=info.filename,
                    name=self.name,
                )
            )
        return sums

    @contextmanager
    def _seekable(self, stream: Stream) -> Iterator[BinaryIO]:
        """All of a stream, to jump about in; hashed on the way."""
        if stream is self._raw and self._file.seekable():
            start = self._file.tell() - len(stream.peek(16))
            for _ in stream.blocks():
                pass
            self._file.seek(start)
            self._packed_before, stream.count = 0, 0
            yield self._file
            return
        with tempfile.TemporaryFile() as copy:
            for block in stream.blocks():
                copy.write(block)
                self._check_limits(copy.tell())
            copy.seek(0)
            if stream is self._raw:
                stream.count = 0
            yield cast("BinaryIO", copy)


class _Member:
    """A member of a zip, opened; its errors are told."""

    def __init__(self, archive: zipfile.ZipFile, info: zipfile.ZipInfo, name: str) -> None:
        self._archive = archive
        self._info = info
        self._name = name

    def __enter__(self) -> Self:
        try:
            self._opened = self._archive.open(self._info)
        except (NotImplementedError, RuntimeError, OSError) as error:
            raise self._damaged(error) from error
        return self

    def __exit__(self, *_: object) -> None:
        self._opened.close()

    def read(self, size: int, /) -> bytes:
        """At most so many bytes."""
        try:
            return self._opened.read(size)
        except (zlib.error, EOFError, NotImplementedError, OSError) as error:
            raise self._damaged(error) from error

    def _damaged(self, error: Exception) -> ImportRefused:
        return ImportRefused(
            phrase(
                "{filename!r} in {name} is damaged ({error}): fetch it again",
                filename=self._info.filename,
                name=self._name,
                error=_said(error),
            )
        )


def open_source(
    given: Path | BinaryIO, *, max_bytes: int, max_ratio: int, member: str | None
) -> tuple[DeliveredFile, BinaryIO]:
    """Open a path or take over a stream; the second value is to be closed.

    Raises:
        ImportRefused: it can't be opened.
    """
    if isinstance(given, (str, os.PathLike)):
        path = Path(given)
        try:
            if not path.is_file() and not path.is_fifo():
                raise ImportRefused(
                    phrase("{path} is not a file", path=path)
                    if path.exists()
                    else phrase("{path} does not exist", path=path)
                )
            raw: BinaryIO = path.open("rb", buffering=0)
            size = os.fstat(raw.fileno()).st_size
        except OSError as error:
            raise ImportRefused(
                phrase("{path} can't be read: {strerror}", path=path, strerror=trouble_of(error))
            ) from error
        try:
            sums = checksum.sums_beside(path)
        except BaseException:
            raw.close()
            raise
        return DeliveredFile(
            path.name, raw, size, max_bytes=max_bytes, max_ratio=max_ratio, member=member, sums=sums
        ), raw
    name = getattr(given, "name", None)
    name = Path(name).name if isinstance(name, str) else "standard input"
    nothing: BinaryIO = io.BytesIO()
    return DeliveredFile(name, given, 0, max_bytes=max_bytes, max_ratio=max_ratio, member=member), nothing
