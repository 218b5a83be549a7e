"""The file of an archive: a SQLite file like the journal's, compressed by zstd; unpacked while it is read."""

import contextlib
import errno
import fcntl
import hashlib
import os
import secrets
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO, Final

import zstandard

from gatekeeper.errors import JournalError
from gatekeeper.journal.archive import ARCHIVE_FOLDER, ArchiveInfo
from gatekeeper.journal.sqlite.reader import SqliteReader
from gatekeeper.ownership import FINISHED, PRIVATE, make_folder, open_new
from gatekeeper.storage import migrate, open_engine
from gatekeeper.translation import marked, phrase

MIGRATIONS: Final = "gatekeeper.journal.sqlite.migrations"

_CHUNK: Final = 1 << 20
_LEVEL: Final = 9
_UNPACKED: Final = ".reading-"
_RESTORE: Final = marked("put it back from a backup")

LEAST_FREE: Final = 256 << 20
"""How much room must be left on the disk: without it no call has its row, and each is refused."""


def pack(plain: Path, packed: Path) -> str:
    """Compress a file, durably; gives the SHA-256 of the compressed one. Raises `OSError`."""
    digest = hashlib.sha256()
    compressor = zstandard.ZstdCompressor(level=_LEVEL, write_checksum=True)
    with plain.open("rb") as source, open_new(packed, FINISHED) as target:
        for part in compressor.read_to_iter(source, read_size=_CHUNK, write_size=_CHUNK):
            digest.update(part)
            target.write(part)
        target.flush()
        os.fsync(target.fileno())
    return digest.hexdigest()


def unpack(packed: Path, plain: BinaryIO, sha256: str, told: Callable[[int], None] | None = None) -> None:
    """Decompress a file into an open one.

    Args:
        packed: the file.
        plain: where to.
        sha256: its sum.
        told: is told how many bytes of the file are done; what it raises ends the work.

    Raises:
        JournalError: it is not the file of that sum, or can't be read.
    """
    digest = hashlib.sha256()
    decompressor = zstandard.ZstdDecompressor().decompressobj()
    done = 0
    try:
        with packed.open("rb") as source:
            while part := source.read(_CHUNK):
                digest.update(part)
                plain.write(decompressor.decompress(part))
                if not has_room(plain.fileno()):
                    raise no_room(packed.name)
                done += len(part)
                if told is not None:
                    told(done)
        plain.flush()
    except FileNotFoundError:
        raise JournalError(
            phrase("{packed} is missing, but the journal names it", packed=packed), phrase(_RESTORE)
        ) from None
    except (OSError, zstandard.ZstdError) as error:
        if isinstance(error, OSError) and error.errno in {errno.ENOSPC, errno.EDQUOT}:
            raise no_room(packed.name) from error
        raise JournalError(
            phrase("{packed} can't be read ({error})", packed=packed, error=error), phrase(_RESTORE)
        ) from error
    if digest.hexdigest() != sha256:
        raise JournalError(
            phrase("{packed} is not the file that the journal names: its SHA-256 is another", packed=packed),
            phrase(_RESTORE),
        )


def has_room(file: Path | int) -> bool:
    """Whether calls have room left for their rows on the disk of a large file (or its handle). Raises `OSError`."""
    disk = os.statvfs(file)
    return disk.f_bavail * disk.f_frsize >= LEAST_FREE


def no_room(name: str) -> JournalError:
    """That an archive can't be unpacked, for there is no room for it."""
    return JournalError(
        phrase("the disk has no room to unpack the archive {name}", name=name),
        phrase("make room: calls need what is left for the journal"),
    )


@contextlib.contextmanager
def opened(data_dir: Path, info: ArchiveInfo, told: Callable[[int], None] | None = None) -> Iterator[SqliteReader]:
    """A reader of an archive. Its unpacked copy is for this user alone, and gone when the reader is closed.

    Args:
        data_dir: the data folder.
        info: the archive.
        told: is told how many bytes of its file are unpacked; what it raises ends the work.

    Raises:
        JournalError: it can't be read.
    """
    folder = data_dir / ARCHIVE_FOLDER
    plain, file = _unpacked_in(folder)
    # Open until the end: who closes a file drops SQLite's locks on it.
    with file:
        try:
            unpack(folder / info.name, file, info.sha256, told)
            # A later version has columns that an archive lacks; the copy gets them.
            engine = open_engine(plain, create=False)
            migrate(engine, MIGRATIONS)
            with SqliteReader(plain) as reader:
                yield reader
        finally:
            remove_unpacked(plain)


def sweep(folder: Path) -> None:
    """Remove copies whose reader was killed: nobody holds their lock. Raises `OSError`."""
    for path in folder.glob(f"{_UNPACKED}*.sqlite3"):
        with contextlib.suppress(OSError):
            handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                remove_unpacked(path)
            finally:
                os.close(handle)


def remove_unpacked(plain: Path) -> None:
    """Remove an unpacked archive with what SQLite made beside it, which it would take for that of the next one."""
    for beside in ("", "-wal", "-shm", "-journal", ".migrate-lock"):
        Path(f"{plain}{beside}").unlink(missing_ok=True)


def _unpacked_in(folder: Path) -> tuple[Path, BinaryIO]:
    """A new file for an unpacked copy, with its lock: beside the archives, or where this user may write."""
    while True:
        name = f"{_UNPACKED}{secrets.token_hex(8)}.sqlite3"
        try:
            make_folder(folder)
            sweep(folder)
            path = folder / name
            file = open_new(path, PRIVATE)
        except OSError:
            path = Path(tempfile.gettempdir(), f"gatekeeper{name}")
            file = open_new(path, PRIVATE)
        fcntl.flock(file, fcntl.LOCK_EX)
        # Who swept before it was locked took it for one that a killed reader has left: then it is made anew.
        with contextlib.suppress(FileNotFoundError):
            if os.path.samestat(os.fstat(file.fileno()), path.stat()):
                return path, file
        file.close()
