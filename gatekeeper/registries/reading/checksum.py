"""SHA-256 files: finds the sums that come with a delivery, and compares what was read with them."""

import re
import stat
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import NamedTuple

from gatekeeper.errors import ImportRefused
from gatekeeper.translation import phrase

_LARGEST = 64 << 10
_SUFFIXES = (".sha256", ".sha256sum", ".sha256.txt", ".sha")
_SUM = re.compile(r"(?<![0-9A-Fa-f])[0-9A-Fa-f]{64}(?![0-9A-Fa-f])")
_BSD_NAME = re.compile(r"\((?P<name>[^()]+)\)")


class Sum(NamedTuple):
    """One sum.

    Attributes:
        sha256: in small hexadecimal digits.
        name: of the file that it is of; "" where it does not say.
    """

    sha256: str
    name: str


def is_checksum_file(name: str) -> bool:
    """Whether a file is, by its name, one of sums."""
    base = name.rsplit("/", 1)[-1].lower()
    return base.endswith(_SUFFIXES) or base.startswith("sha256")


def read_sums(text: str) -> list[Sum]:
    """The sums in a text: bare, as `sha256sum` writes them (`SUM  NAME`), or as BSD does (`SHA256 (NAME) = SUM`)."""
    found = []
    for line in text.splitlines():
        if sum_ := _SUM.search(line):
            bsd = _BSD_NAME.search(line[: sum_.start()])
            name = bsd["name"] if bsd else line[sum_.end() :].strip().lstrip("*")
            found.append(Sum(sum_[0].lower(), re.split(r"[/\\]", name)[-1]))
    return found


def sums_beside(path: Path) -> list[Sum]:
    """The sums in the file beside a delivered one: `list.zip.sha256`, or `list.sha256`.

    Raises:
        ImportRefused: there is such a file, and no sum in it.
    """
    for name in names_beside(path.name):
        beside = path.parent / name
        try:
            state = beside.lstat()
            if not stat.S_ISREG(state.st_mode) or state.st_size > _LARGEST:
                continue
            text = beside.read_text(encoding="utf-8", errors="replace")
        except OSError:
            continue
        sums = read_sums(text)
        if not sums:
            raise ImportRefused(phrase("{beside} has no SHA-256 in it: nothing was imported", beside=beside))
        return sums
    return []


def names_beside(name: str) -> list[str]:
    """The names that the file of a delivered file's sum may have."""
    if is_checksum_file(name):
        return []
    stem = name.rpartition(".")[0]
    return [base + suffix for suffix in _SUFFIXES for base in (name, stem) if base]


def check(name: str, expected: Iterable[Sum], digests: Mapping[str, str]) -> bool:
    """Hold sums against what was read.

    Args:
        name: of the delivered file, for the error.
        expected: the sums that came with it.
        digests: the SHA-256 of everything that was read, by its name: the delivered file, and files within it.

    Returns:
        Whether any sum was of something that was read.

    Raises:
        ImportRefused: one is not what it should be.
    """
    matched = False
    for sha256, of in expected:
        if of in digests:
            good = digests[of] == sha256
        elif sha256 in digests.values():
            good = True
        elif of:
            continue  # of another file of the same delivery
        else:
            good = False
        if not good:
            raise ImportRefused(
                phrase(
                    "{name} is not what its sender sent: the SHA-256 that came with it is {sha256}, which {of} does "
                    "not have; fetch it again, nothing was imported",
                    name=name,
                    sha256=sha256,
                    of=of or phrase("nothing that was read"),
                )
            )
        matched = True
    return matched
