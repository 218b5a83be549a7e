"""Choosing what to read in a zip."""

import re
import zipfile

from gatekeeper.errors import ImportRefused
from gatekeeper.lists.reading.checksum import is_checksum_file

_READ = (".txt", ".csv", ".tsv", ".xml", ".xlsx", ".txt.gz", ".csv.gz", ".txt.xz", ".csv.xz", ".txt.zst", ".csv.zst")
_LONGEST = 100


def members(
    archive: zipfile.ZipFile, name: str, wanted: str | None, max_bytes: int
) -> tuple[list[zipfile.ZipInfo], list[zipfile.ZipInfo]]:
    """Which members to read, in the order of their names, and those that are files of checksums.

    Raises:
        ImportRefused: none is fit to be read.
    """
    everything = [info for info in archive.infolist() if not info.is_dir() and not _is_litter(info.filename)]
    sums = [info for info in everything if is_checksum_file(info.filename)]
    files = [info for info in everything if info not in sums] or everything
    names = [info.filename for info in files]
    if wanted is not None:
        files = [info for info in files if info.filename == wanted]
        if not files:
            raise ImportRefused(f"{name} has no member {wanted!r}: it has {_some(names)}")
    elif len(files) > 1:
        files = [info for info in files if info.filename.lower().endswith(_READ)]
        if not files:
            raise ImportRefused(f"{name} has no .txt or .csv in it, say which member to read: {_some(names)}")
    if not files:
        raise ImportRefused(f"{name} is an empty zip: nothing was imported")
    for info in files:
        if info.flag_bits & 1:
            raise ImportRefused(f"{info.filename!r} in {name} is encrypted: unpack it with its password first")
    if sum(info.file_size for info in files) > max_bytes:
        raise ImportRefused(f"{name} holds more than {max_bytes} bytes: raise the limit if that is right")
    return sorted(files, key=lambda info: info.filename), sums


def is_workbook(archive: zipfile.ZipFile) -> bool:
    """Whether the zip is an Office file."""
    return "[Content_Types].xml" in archive.namelist()


def _is_litter(name: str) -> bool:
    """Files that other systems leave in archives."""
    base = name.rsplit("/", 1)[-1]
    return name.startswith("__MACOSX/") or base.startswith(".") or base in {"Thumbs.db", "desktop.ini"}


def _some(names: list[str]) -> str:
    shown = ", ".join(repr(re.sub(r"[\x00-\x1f]", "?", name)[:60]) for name in names[:10])
    return shown + (f" and {len(names) - 10} more" if len(names) > 10 else "")[:_LONGEST]  # noqa: PLR2004 - fit a line
