"""Copies that an installation keeps of before: each file that it changed, and what it made, in a folder of root's own.

Each run that changes something is a generation of its own. It is written down whole before the first file is changed,
so that an installation that was cut short can be undone, too.
"""

import itertools
import json
import os
import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Final

from gatekeeper.errors import InstallError
from gatekeeper.site import SiteTree
from gatekeeper.storage.files import fsync_file, fsync_folder
from gatekeeper.translation import phrase, trouble_of

KEPT: Final = Path("/var/backups/gatekeeper")
_RECORD: Final = "installed.json"
_FORMAT: Final = 1
_NUMBERED: Final = re.compile(r"^\d+-\d+-")
"""What the names of a generation's copies begin with."""


@dataclass
class KeptFile:
    """A file that was changed or made.

    Attributes:
        path: where.
        before: the name of the copy of what was there; "" where nothing was.
        after: the name of the copy of what was put there.
    """

    path: str
    before: str
    after: str


@dataclass
class Generation:
    """What one run changed.

    Attributes:
        files: the files.
        folders: the folders that it made.
        accounts: the users and groups that it made, as name, group and kind.
    """

    files: list[KeptFile] = field(default_factory=list)
    folders: list[str] = field(default_factory=list)
    accounts: list[list[str]] = field(default_factory=list)


class Kept:
    """The folder of what was kept.

    Args:
        tree: the site.
    """

    def __init__(self, tree: SiteTree) -> None:
        self._tree = tree
        self.folder = tree.real(KEPT)
        self._aside: set[Path] = set()

    def generations(self) -> list[Generation]:
        """All of them, the oldest first.

        Raises:
            InstallError: the record can't be read.
        """
        file = self.folder / _RECORD
        try:
            return _read(json.loads(file.read_text(encoding="utf-8")))
        except FileNotFoundError:
            return []
        except OSError as error:
            raise InstallError(
                phrase("{file} can't be read: {reason}; run this as root", file=file, reason=trouble_of(error))
            ) from None
        except (ValueError, KeyError, TypeError):
            raise InstallError(
                phrase("{file} is not what an installation of this version writes; nothing was changed", file=file)
            ) from None

    def put(self, path: Path) -> bytes | None:
        """What the last installation that changed a file has put there; None where none has.

        Raises:
            InstallError: the record can't be read.
        """
        for generation in reversed(self.generations()):
            for one in generation.files:
                if one.path == str(path):
                    return self.content(one.after)
        return None

    def content(self, name: str) -> bytes:
        """A copy.

        Raises:
            InstallError: it can't be read.
        """
        try:
            return (self.folder / name).read_bytes()
        except OSError as error:
            raise InstallError(
                phrase(
                    "{folder} can't be read: {reason}; nothing was changed",
                    folder=self.folder / name,
                    reason=trouble_of(error),
                )
            ) from None

    def keep(
        self, files: Iterator[tuple[Path, bytes | None, bytes]], folders: list[Path], accounts: list[list[str]]
    ) -> None:
        """Write down a generation, durably.

        Args:
            files: each file with what is there and what will be.
            folders: the folders that will be made.
            accounts: the accounts.

        Raises:
            InstallError: it can't be written.
        """
        known = self.generations()
        made = Generation(folders=[str(path) for path in folders], accounts=accounts)
        try:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            self.folder.chmod(0o700)
            for number, (path, before, after) in enumerate(files):
                stem = f"{len(known):03}-{number:03}-{path.name}"
                old = "" if before is None else self._copy(f"{stem}.before", before)
                made.files.append(KeptFile(str(path), old, self._copy(f"{stem}.after", after)))
            self._record([*known, made])
        except OSError as error:
            raise InstallError(
                phrase(
                    "{folder} can't be written: {reason}; run this as root. Nothing was changed",
                    folder=self.folder,
                    reason=trouble_of(error),
                )
            ) from None

    def set_aside(self, one: KeptFile) -> Path | None:
        """Keep the copy of what was there before a file that stays, for a person; gives its path in the site.

        What an earlier generation had found counts more: it is the original. What an earlier undoing has kept stays.
        """
        if not one.before:
            return None
        stem = one.path.strip("/").replace("/", "-")
        names = (f"{stem}{number or ''}.before" for number in itertools.count())
        name = next(name for name in names if KEPT / name in self._aside or not (self.folder / name).exists())
        self._write(name, self.content(one.before))
        self._aside.add(KEPT / name)
        return KEPT / name

    def drop_last(self) -> None:
        """Forget the last generation, which was undone."""
        known = self.generations()
        for kept in known[-1].files:
            for name in (kept.before, kept.after):
                (self.folder / name).unlink(missing_ok=True) if name else None
        if len(known) > 1:
            self._record(known[:-1])
        else:
            for file in self.folder.iterdir():
                if _NUMBERED.match(file.name) or file.name.startswith(_RECORD):
                    file.unlink()
            with suppress(OSError):  # there are copies of files that stay
                self.folder.rmdir()

    def _copy(self, name: str, content: bytes) -> str:
        self._write(name, content)
        return name

    def _record(self, generations: list[Generation]) -> None:
        text = json.dumps({"format": _FORMAT, "generations": [asdict(one) for one in generations]}, indent=1)
        self._write(f"{_RECORD}.new", text.encode())
        (self.folder / f"{_RECORD}.new").replace(self.folder / _RECORD)
        fsync_folder(self.folder)

    def _write(self, name: str, content: bytes) -> None:
        with os.fdopen(os.open(self.folder / name, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as handle:
            handle.write(content)
        fsync_file(self.folder / name)


def _read(said: dict[str, Any]) -> list[Generation]:
    if said["format"] != _FORMAT:
        raise ValueError("another format")
    return [_generation(one) for one in said["generations"]]


def _generation(said: dict[str, Any]) -> Generation:
    return Generation([KeptFile(**one) for one in said["files"]], list(said["folders"]), list(said["accounts"]))
