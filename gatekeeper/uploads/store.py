"""Uploads: files that people and programs deliver, each in a folder of its own, until used or an hour has gone.

A file is named at random; what its owner calls it is only shown. It belongs to the session, or key, by which it came.
The data folder lies on the disk on which the journal is written, so there is always some room left.
"""

import asyncio
import contextlib
import os
import secrets
import shutil
from collections import Counter
from collections.abc import Callable, Container, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO, Final, Self

from gatekeeper.errors import FormError, NoRoomError
from gatekeeper.ownership import PRIVATE, make_folder, open_new
from gatekeeper.tabular.zipped import ZipKind, is_zip, zip_kind
from gatekeeper.translation import phrase
from gatekeeper.uploads.work import DeskWork

MB: Final = 1 << 20
HOLD_S: Final = 3600
"""For so many seconds an upload is kept."""

MOST_OF_ONE: Final = 4
"""So many uploads of one session or key are kept; the oldest goes for the next."""

MOST: Final = 16
"""So many there are at a time."""

MOST_WITH_PROGRAMS: Final = 10
"""Beyond so many only people deliver files: keys that fill all places would keep the pages from taking any."""

SPARE: Final = 256 * MB
"""So many bytes stay free on the disk: a journal without room stops every call."""

_LOOK_EVERY: Final = 16 * MB
_FOLDER_MODE: Final = 0o700
_SHOWN: Final = 120


@dataclass(eq=False)
class Upload:
    """A file that somebody delivered.

    Attributes:
        token: names it, at random.
        owner: the session, or the key, by which it came.
        purpose: what it is for, such as `list:bloctel`.
        file: where it is.
        name: what its owner calls it, to be shown and never to be used.
        size: in bytes.
        said: what else the form said.
        look: what would come of it, while that is found out and after.
        done: what came of it.
        used: whether its file is gone, because it was used, or is of no use.
    """

    token: str
    owner: str
    purpose: str
    file: Path
    name: str = ""
    size: int = 0
    said: Mapping[str, str] = field(default_factory=dict)
    look: DeskWork | None = None
    done: DeskWork | None = None
    used: bool = False

    @property
    def busy(self) -> bool:
        """Whether somebody works with it now."""
        return any(work is not None and work.running for work in (self.look, self.done))


class Uploads:
    """The uploads of a desk.

    Args:
        folder: where they are; see `gatekeeper.intake.uploads`.
        most_bytes: how large one may be.
        hold_s: for how long one is kept, in seconds.

    Attributes:
        removed: is told of each that is removed.
    """

    def __init__(self, folder: Path, most_bytes: int, hold_s: float = HOLD_S) -> None:
        self.most_bytes = most_bytes
        self._folder = folder
        self._hold_s = hold_s
        self._there: dict[str, Upload] = {}
        self.removed: Callable[[Upload], None] = lambda _upload: None
        self._receiving: Counter[str] = Counter()

    def clear(self, but: Container[str] = ()) -> None:
        """Remove what an earlier process left, but for some, by their tokens."""
        for folder in self._folder.iterdir() if self._folder.is_dir() else ():
            if folder.name not in but:
                _remove(folder)

    def begin(self, owner: str, purpose: str, most_bytes: int = 0, room: int = MOST) -> "Receiving":
        """Make room for a file that is about to come.

        Args:
            owner: the session, or the key, by which it comes.
            purpose: what it is for.
            most_bytes: how large it may be, where that is less than files may be here.
            room: for how many there is room, whoever's they are: programs leave some to people.

        Raises:
            NoRoomError: there are too many, or the disk has no room.
        """
        if self._receiving[owner] >= MOST_OF_ONE:
            raise NoRoomError("file", phrase("some of your files are coming already: wait for them"))
        own = [one for one in self._there.values() if one.owner == owner]
        for one in own[: max(0, len(own) - MOST_OF_ONE + 1)]:
            if not one.busy:
                self.remove(one)
        if sum(not one.used for one in self._there.values()) + self._receiving.total() >= room:
            raise NoRoomError("file", phrase("too many files are being looked at now: try again in some minutes"))
        make_folder(self._folder, _FOLDER_MODE)
        self.must_have_room()
        token = secrets.token_hex(16)
        folder = self._folder / token
        folder.mkdir(_FOLDER_MODE)
        upload = Upload(token, owner, purpose, folder / f"upload-{token[:12]}")
        self._receiving[owner] += 1
        return Receiving(self, upload, min(most_bytes or self.most_bytes, self.most_bytes))

    def find(self, token: str, owner: str, purpose: str) -> Upload | None:
        """An upload of an owner, for a purpose; None where there is none any more, or it is somebody else's."""
        upload = self.owned(token, owner)
        return upload if upload is not None and upload.purpose == purpose else None

    def owned(self, token: str, owner: str) -> Upload | None:
        """An upload of an owner, for whatever purpose; None where there is none any more, or it is somebody else's."""
        upload = self._there.get(token)
        return upload if upload is not None and upload.owner == owner else None

    def keep(self, upload: Upload) -> None:
        """Keep what has come whole, for an hour."""
        self._there[upload.token] = upload
        asyncio.get_running_loop().call_later(self._hold_s, self._expire, upload)

    def remove(self, upload: Upload) -> None:
        """Remove the file, and forget that it was there."""
        self._there.pop(upload.token, None)
        _remove(upload.file.parent)
        self.removed(upload)

    def remove_file(self, upload: Upload) -> None:
        """Remove the file, which was used; what came of it is still shown."""
        upload.used = True
        _remove(upload.file.parent)

    def received(self, owner: str) -> None:
        """A file has come, or has failed to."""
        self._receiving[owner] -= 1
        if not self._receiving[owner]:
            del self._receiving[owner]

    def must_have_room(self) -> None:
        """Make sure that the disk is not filled up.

        Raises:
            NoRoomError: it would be.
        """
        if shutil.disk_usage(self._folder).free < SPARE:
            raise no_room()

    def _expire(self, upload: Upload) -> None:
        if upload.busy:  # an import that waits for others takes it yet
            asyncio.get_running_loop().call_later(self._hold_s, self._expire, upload)
        else:
            self.remove(upload)


class Receiving:
    """A file that is coming; a context manager that removes it again, unless it came whole.

    Args:
        uploads: those of the desk.
        upload: the file.
        most_bytes: how large it may be.
    """

    def __init__(self, uploads: Uploads, upload: Upload, most_bytes: int) -> None:
        self.most_bytes = most_bytes
        self._uploads = uploads
        self._whole = False
        self._looked_at = 0
        self.upload = upload
        self.stream: BinaryIO = open_new(upload.file, PRIVATE)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stream.close()
        self._uploads.received(self.upload.owner)
        if not self._whole:
            _remove(self.upload.file.parent)

    def check(self, so_far: int) -> None:
        """Make sure that what has come is not too much.

        Raises:
            FormError: it is, for the desk's bound or for the disk.
        """
        if so_far > self.most_bytes:
            if self.most_bytes < self._uploads.most_bytes:
                raise FormError("file", phrase("the file is larger than one may be that is sent here"))
            raise FormError("file", phrase("the file is larger than this desk takes (desk.max_upload_mb)"))
        if so_far - self._looked_at >= _LOOK_EVERY:
            self._looked_at = so_far
            self._uploads.must_have_room()

    def finish(self, name: str, said: Mapping[str, str]) -> Upload:
        """Keep it: it has come whole.

        Args:
            name: what its owner calls it.
            said: what else the form said.

        Raises:
            FormError: there is nothing in it.
        """
        upload = self.upload
        self.stream.flush()
        upload.size = os.fstat(self.stream.fileno()).st_size
        self.check(upload.size)
        if not upload.size:
            raise FormError("file", phrase("choose a file: there is none, or it is empty"))
        upload.name = shown_name(name)
        upload.said = dict(said)
        self.stream.seek(0)
        if _is_workbook(self.stream):
            # Readers of contacts go by the ending; this one is of what is in it, not of what it is called.
            upload.file = upload.file.rename(upload.file.with_suffix(".xlsx"))
        self._whole = True
        self._uploads.keep(upload)
        return upload


def no_room() -> NoRoomError:
    """What is told where the disk has no room."""
    return NoRoomError("file", phrase("the disk of the data folder has no room for it: tell your administrator"))


def shown_name(name: str) -> str:
    """The name of a file as it is shown and recorded: the last part of a path, without what can't be seen."""
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    seen = "".join(one if one.isprintable() else " " for one in last)
    return " ".join(seen.split())[:_SHOWN] or "upload"


def _is_workbook(stream: BinaryIO) -> bool:
    import zipfile  # most are text

    if not is_zip(stream.read(4)):
        return False
    with contextlib.suppress(zipfile.BadZipFile, OSError, ValueError):
        return zip_kind(stream) is ZipKind.WORKBOOK
    return False


def _remove(folder: Path) -> None:
    """Remove a folder of ours with what is in it; no link is followed."""
    if folder.is_symlink() or not folder.is_dir():
        with contextlib.suppress(OSError):
            os.unlink(folder)  # noqa: PTH108 - what it leads to stays
    else:
        shutil.rmtree(folder, ignore_errors=True)
