"""Unpacked archives: copies of months that people look at, made in the background and kept for a while.

To unpack an archive takes longer than people wait for a page. Who asks for one is told how far it is, and asks again.
A copy is for this user alone, and one that a killed process has left is removed with the next one (`archive_file`).
"""

import contextlib
import logging
import shutil
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from gatekeeper.errors import JournalError
from gatekeeper.journal.archive import ArchiveInfo
from gatekeeper.journal.sqlite.archive_file import no_room, opened
from gatekeeper.journal.sqlite.reader import SqliteReader
from gatekeeper.supervised import tell_fault
from gatekeeper.translation import phrase

log = logging.getLogger(__name__)

MOST: Final = 4
"""So many copies there are at a time; one that somebody looks at stays all the same."""

IDLE_S: Final = 600.0
"""How long a copy is kept that nobody looks at."""

FREE_BYTES: Final = 2 << 30
"""How much room must be left on the disk: calls need it for the journal."""

_RETRY_S: Final = 30.0
"""How long it is told why an archive can't be unpacked, before that is tried again."""


@dataclass(eq=False)
class _UnpackedCopy:
    """A copy of an archive.

    Attributes:
        info: the archive.
        used_at: when somebody looked at it last, by the clock.
        share: how much of it is unpacked, from 0 to 1.
        reader: reads it; None while it is being made.
        error: why it can't be made; None while it can.
        users: how many are reading it.
        gone: set when nobody shall have it any more.
    """

    info: ArchiveInfo
    used_at: float
    share: float = 0.0
    reader: SqliteReader | None = None
    error: JournalError | None = None
    users: int = 0
    gone: threading.Event = field(default_factory=threading.Event)


class UnpackedArchives:
    """Keeps copies of archives. Safe from any thread.

    Args:
        data_dir: the data folder.
        most: how many there are at a time.
        idle_s: how long one is kept that nobody looks at, in seconds.
        free_bytes: how much room must be left on the disk.
        clock: seconds that only go on.
    """

    def __init__(
        self,
        data_dir: Path,
        *,
        most: int = MOST,
        idle_s: float = IDLE_S,
        free_bytes: int = FREE_BYTES,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._data_dir = data_dir
        self._most = most
        self._idle_s = idle_s
        self._free_bytes = free_bytes
        self._clock = clock
        self._lock = threading.Lock()
        self._one_at_a_time = threading.Lock()
        self._copies: dict[str, _UnpackedCopy] = {}
        self._threads: list[threading.Thread] = []
        self._closed = False

    @contextlib.contextmanager
    def reading(self, info: ArchiveInfo, *, unpack: bool = True) -> Iterator[SqliteReader | None]:
        """A reader of an archive; None where it is not unpacked yet.

        Args:
            info: which.
            unpack: whether to begin with that.

        Raises:
            JournalError: it can't be unpacked.
        """
        copy, reader = self._copy_of(info, unpack=unpack)
        if copy is None or reader is None:
            if copy is not None and copy.error is not None and unpack:
                raise copy.error
            yield None
            return
        try:
            yield reader
        finally:
            with self._lock:
                copy.users -= 1
                copy.used_at = self._clock()

    def share(self, info: ArchiveInfo) -> float | None:
        """How much of an archive is unpacked, from 0 to 1; None where it is not being unpacked.

        Raises:
            JournalError: it can't be unpacked.
        """
        with self._lock:
            copy = self._copies.get(info.sha256)
        if copy is not None and copy.error is not None:
            raise copy.error
        return copy.share if copy is not None and copy.reader is None else None

    def sweep(self) -> None:
        """Remove the copies that nobody has looked at for a while."""
        before = self._clock() - self._idle_s
        with self._lock:
            self._let_go([copy for copy in self._copies.values() if copy.used_at < before and not copy.users])

    def close(self) -> None:
        """Remove all of them; waits until they are gone."""
        with self._lock:
            self._closed = True
            self._let_go(list(self._copies.values()))
        for thread in self._threads:
            thread.join()

    def _copy_of(self, info: ArchiveInfo, *, unpack: bool) -> tuple[_UnpackedCopy | None, SqliteReader | None]:
        """The copy, and what reads it where that can be done by now: then this is counted as a use of it."""
        with self._lock:
            copy = self._copies.get(info.sha256)
            now = self._clock()
            if copy is not None and copy.error is not None and now - copy.used_at > _RETRY_S:
                self._let_go([copy])
                copy = None
            if copy is None and unpack and not self._closed:
                self._make_room()
                copy = self._copies[info.sha256] = _UnpackedCopy(info, now)
                thread = threading.Thread(target=self._unpack, args=(copy,), name="unpacking", daemon=True)
                self._threads = [one for one in self._threads if one.is_alive()] + [thread]
                thread.start()
            if copy is not None and copy.error is None:
                copy.used_at = now
                copy.users += copy.reader is not None
            # It may be ready a moment later: who was not counted must not be counted out.
            return copy, copy.reader if copy is not None else None

    def _make_room(self) -> None:
        idle = sorted((copy for copy in self._copies.values() if not copy.users), key=lambda copy: copy.used_at)
        self._let_go(idle[: max(0, len(self._copies) - self._most + 1)])

    def _let_go(self, copies: list[_UnpackedCopy]) -> None:
        for copy in copies:
            copy.gone.set()
            del self._copies[copy.info.sha256]

    def _unpack(self, copy: _UnpackedCopy) -> None:
        """Make a copy, and keep it until nobody shall have it any more: it is removed where it was made."""
        with ExitStack() as stack:
            try:
                with self._one_at_a_time:
                    reader = stack.enter_context(
                        opened(self._data_dir, copy.info, told=lambda done: self._tell(copy, done))
                    )
                with self._lock:
                    copy.reader = reader
            except JournalError as error:
                self._fail(copy, error)
            except Exception as error:  # noqa: BLE001 - who waits for it is to know
                tell_fault(log, "an archive can't be unpacked", error)
                self._fail(
                    copy,
                    JournalError(
                        phrase("{name} can't be unpacked ({error})", name=copy.info.name, error=error),
                        phrase("see the desk's log"),
                    ),
                )
            copy.gone.wait()
            while copy.users:  # whoever began before it was let go ends within a second
                time.sleep(0.01)

    def _fail(self, copy: _UnpackedCopy, error: JournalError) -> None:
        with self._lock:
            copy.error, copy.used_at = error, self._clock()

    def _tell(self, copy: _UnpackedCopy, done: int) -> None:
        """So many bytes of the archive are unpacked.

        Raises:
            JournalError: it is not wanted any more, or there is no room for it.
        """
        copy.share = done / max(1, copy.info.bytes)
        if copy.gone.is_set():
            raise JournalError(phrase("{name} is not wanted any more", name=copy.info.name), phrase("ask again"))
        if shutil.disk_usage(self._data_dir).free < self._free_bytes:
            raise no_room(copy.info.name)
