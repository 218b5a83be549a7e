"""Output files: they appear under their names only when they are whole."""

import contextlib
import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterable
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, NamedTuple, Self, cast

from gatekeeper.errors import ContactsError
from gatekeeper.storage import fsync_folder
from gatekeeper.translation import phrase, trouble_of


class Written(NamedTuple):
    """A file that was written.

    Attributes:
        path: where it is.
        size: in bytes.
        sha256: of its content, in hexadecimal.
    """

    path: Path
    size: int
    sha256: str


class Output:
    """A file being written aside; `keep` puts it in place, leaving the block without it removes it.

    It is readable by its owner and group only, as it holds persons' numbers.

    Args:
        path: where it will be.
        encoding: UTF-16 where the UTF-8 that `write` is given has to be encoded anew, or "".
    """

    def __init__(self, path: Path, *, encoding: str = "") -> None:
        self.path = path
        self._encoding = encoding
        self._digest = hashlib.sha256()
        self._size = 0
        try:
            handle, name = tempfile.mkstemp(prefix=f".{path.name}.", suffix=".part", dir=path.parent)
            os.fchmod(handle, 0o640)
        except OSError as error:
            raise _cannot(path, error) from error
        self.aside = Path(name)
        self._file: BinaryIO = cast("BinaryIO", os.fdopen(handle, "wb", buffering=0))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.discard()

    def write_plain(self, data: bytes) -> None:
        """Write bytes as they are."""
        try:
            rest = memoryview(data)
            while rest:
                rest = rest[self._file.write(rest) :]
        except OSError as error:
            raise _cannot(self.path, error) from error
        self._digest.update(data)
        self._size += len(data)

    def write(self, parts: Iterable[bytes | memoryview]) -> None:
        """Write pieces one behind the other."""
        data = b"".join(parts)
        if self._encoding:
            data = data.decode("utf-8", "surrogatepass").encode(self._encoding, "surrogatepass")
        self.write_plain(data)

    def keep(self, *, like: Path | None = None) -> Written:
        """Put the file in place, on the disk for good; over an older one of that name.

        Args:
            like: a file whose mode and owner it gets, as far as we may.
        """
        try:
            os.fsync(self._file.fileno())
            self._file.close()
            if like is not None:
                _take_after(self.aside, like)
            self.aside.replace(self.path)
            fsync_folder(self.path.parent)
        except OSError as error:
            raise _cannot(self.path, error) from error
        return Written(self.path, self._size, self._digest.hexdigest())

    def discard(self) -> None:
        """Remove it, unless it was kept."""
        self._file.close()
        self.aside.unlink(missing_ok=True)


def _take_after(path: Path, like: Path) -> None:
    shutil.copymode(like, path)
    state = like.stat()
    # Only root may give files away; else it is ours.
    with contextlib.suppress(PermissionError):
        os.chown(path, state.st_uid, state.st_gid)


def _cannot(path: Path, error: OSError) -> ContactsError:
    return ContactsError(phrase("{path} can't be written: {strerror}", path=path, strerror=trouble_of(error)))
