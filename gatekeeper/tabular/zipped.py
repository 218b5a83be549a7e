"""Zips by what is in them: a workbook, an OpenDocument file, or files packed together; whatever their name."""

import zipfile
import zlib
from enum import Enum
from typing import BinaryIO, Final, cast

_ZIP: Final = (b"PK\x03\x04", b"PK\x05\x06")
_OPEN_DOCUMENT: Final = b"application/vnd.oasis.opendocument"


class ZipKind(Enum):
    """What a zip is."""

    WORKBOOK = "workbook"
    """An Office file (XLSX)."""
    OPEN_DOCUMENT = "OpenDocument"
    """A file of LibreOffice's (`.ods`), which is not read."""
    FILES = "files"


MOST_DIRECTORY: Final = 1 << 20
"""Bytes of a zip's directory: ten thousand members and more. One of 500 MB that has nothing but a directory would be
millions of members in memory, before anything is known of them."""


def is_zip(head: bytes) -> bool:
    """Whether a file that begins so is a zip."""
    return head.startswith(_ZIP)


def open_zip(file: BinaryIO) -> zipfile.ZipFile:
    """A zip, opened.

    Args:
        file: it, to jump about in; it stays the caller's.

    Raises:
        BadZipFile: it is damaged, none, or has more members than files that mean well.
    """
    # By the library's own look for the directory: another could find another one.
    with zipfile.ZipFile(cast("BinaryIO", _InSmallPieces(file))):
        pass
    file.seek(0)
    return zipfile.ZipFile(file)


class _InSmallPieces:
    """A file of which no more is read at once than a directory may have.

    Args:
        file: it.
    """

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self.seek, self.tell, self.seekable = file.seek, file.tell, file.seekable

    def read(self, size: int = -1) -> bytes:
        """Read."""
        if size > MOST_DIRECTORY:
            raise zipfile.BadZipFile("it has more members than files that mean well")
        return self._file.read(size)


def zip_kind(archive: zipfile.ZipFile | BinaryIO) -> ZipKind:
    """What a zip is.

    Args:
        archive: it, opened; or the file, to jump about in.

    Raises:
        BadZipFile: it is damaged, or none.
    """
    if not isinstance(archive, zipfile.ZipFile):
        with open_zip(archive) as opened:
            return zip_kind(opened)
    names = archive.namelist()
    if "[Content_Types].xml" in names:
        return ZipKind.WORKBOOK
    return ZipKind.OPEN_DOCUMENT if names[:1] == ["mimetype"] and _is_open_document(archive) else ZipKind.FILES


def _is_open_document(archive: zipfile.ZipFile) -> bool:
    try:
        info = archive.getinfo("mimetype")
        if info.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:
            return False  # what OpenDocument does not have, and of which a few bytes can't be had without millions
        with archive.open(info) as member:
            return member.read(len(_OPEN_DOCUMENT)) == _OPEN_DOCUMENT
    except (NotImplementedError, RuntimeError, OSError, EOFError, zlib.error):
        # Encrypted, packed in an unknown way or damaged: for who reads the members to tell.
        return False
