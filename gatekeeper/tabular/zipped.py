"""Zips by what is in them: a workbook, an OpenDocument file, or files packed together; whatever their name."""

import zipfile
import zlib
from enum import Enum
from typing import BinaryIO, Final

_ZIP: Final = (b"PK\x03\x04", b"PK\x05\x06")
_OPEN_DOCUMENT: Final = b"application/vnd.oasis.opendocument"


class ZipKind(Enum):
    """What a zip is."""

    WORKBOOK = "workbook"
    """An Office file (XLSX)."""
    OPEN_DOCUMENT = "OpenDocument"
    """A file of LibreOffice's (`.ods`), which is not read."""
    FILES = "files"


def is_zip(head: bytes) -> bool:
    """Whether a file that begins so is a zip."""
    return head.startswith(_ZIP)


def zip_kind(archive: zipfile.ZipFile | BinaryIO) -> ZipKind:
    """What a zip is.

    Args:
        archive: it, opened; or the file, to jump about in.

    Raises:
        BadZipFile: it is damaged, or none.
    """
    if not isinstance(archive, zipfile.ZipFile):
        with zipfile.ZipFile(archive) as opened:
            return zip_kind(opened)
    names = archive.namelist()
    if "[Content_Types].xml" in names:
        return ZipKind.WORKBOOK
    return ZipKind.OPEN_DOCUMENT if names[:1] == ["mimetype"] and _is_open_document(archive) else ZipKind.FILES


def _is_open_document(archive: zipfile.ZipFile) -> bool:
    try:
        with archive.open("mimetype") as member:
            return member.read(len(_OPEN_DOCUMENT)) == _OPEN_DOCUMENT
    except (NotImplementedError, RuntimeError, OSError, EOFError, zlib.error):
        # Encrypted, packed in an unknown way or damaged: for who reads the members to tell.
        return False
