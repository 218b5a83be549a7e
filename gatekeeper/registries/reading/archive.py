"""Zip archives: chooses the member to read."""

import re
import zipfile
from typing import NamedTuple

from gatekeeper.errors import ImportRefused
from gatekeeper.registries.reading.checksum import is_checksum_file
from gatekeeper.translation import phrase

_LONGEST = 100
_BESIDE = re.compile(
    r"(?:read[ _-]?me|lisez[ _-]?moi|lies[ _-]?mich|leesmij|license|licence|notice)\b.*"
    r"|.*\.(?:pdf|png|jpe?g|gif|svg|md|docx?|rtf)",
    re.IGNORECASE,
)
"""How a file is called that goes with a list and is none."""


class Members(NamedTuple):
    """What is in a zip.

    Attributes:
        files: those to read, in the order of their names.
        sums: files of checksums.
        passed_over: names of files that are not read, to be told.
    """

    files: list[zipfile.ZipInfo]
    sums: list[zipfile.ZipInfo]
    passed_over: list[str]


def members(archive: zipfile.ZipFile, name: str, wanted: str | None, max_bytes: int) -> Members:
    """Which members to read: the one that is wanted, or all but what only goes with a list.

    Whatever a member is called, it may be a part of the list. One that is not text refuses the import when it is read.

    Raises:
        ImportRefused: none is fit to be read.
    """
    everything = [info for info in archive.infolist() if not info.is_dir() and not _is_litter(info.filename)]
    sums = [info for info in everything if is_checksum_file(info.filename)]
    files = [info for info in everything if info not in sums] or everything
    names = [info.filename for info in files]
    passed_over: list[str] = []
    if wanted is not None:
        files = [info for info in files if info.filename == wanted]
        if not files:
            raise ImportRefused(
                phrase("{name} has no member {wanted!r}: it has {some}", name=name, wanted=wanted, some=_some(names))
            )
    elif any(not _goes_with_it(info.filename) for info in files):
        passed_over = [info.filename for info in files if _goes_with_it(info.filename)]
        files = [info for info in files if info.filename not in passed_over]
    if not files:
        raise ImportRefused(phrase("{name} is an empty zip: nothing was imported", name=name))
    for info in files:
        if info.flag_bits & 1:
            raise ImportRefused(
                phrase(
                    "{filename!r} in {name} is encrypted: unpack it with its password first",
                    filename=info.filename,
                    name=name,
                )
            )
    if sum(info.file_size for info in files) > max_bytes:
        raise ImportRefused(
            phrase(
                "{name} holds more than {max_bytes} bytes: raise the limit if that is right",
                name=name,
                max_bytes=max_bytes,
            )
        )
    return Members(sorted(files, key=lambda info: info.filename), sums, passed_over)


def _goes_with_it(name: str) -> bool:
    return _BESIDE.fullmatch(name.rsplit("/", 1)[-1]) is not None


def _is_litter(name: str) -> bool:
    """Files that other systems leave in archives."""
    base = name.rsplit("/", 1)[-1]
    return name.startswith("__MACOSX/") or base.startswith(".") or base in {"Thumbs.db", "desktop.ini"}


def _some(names: list[str]) -> str:
    shown = ", ".join(repr(re.sub(r"[\x00-\x1f]", "?", name)[:60]) for name in names[:10])
    return shown + (phrase(" and {count} more", count=len(names) - 10) if len(names) > 10 else "")[:_LONGEST]  # noqa: PLR2004 - fit a line
