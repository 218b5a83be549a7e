"""Upkeep of what the desk keeps beside the journal: the index of what occurs when, and the copies of archives.

Everything is done in short steps, and waits for as long as it takes: pages go first.
"""

import asyncio
import contextlib
import logging
import shutil
import threading
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Final

from gatekeeper.errors import StoreError
from gatekeeper.journal import JOURNAL_FILE
from gatekeeper.logs import SeldomLog
from gatekeeper.translation import phrase

if TYPE_CHECKING:
    from gatekeeper.journal.sqlite import JournalPager, SpanIndex, SqliteReader, UnpackedArchives

log = logging.getLogger(__name__)

SPANS_FILE: Final = "desk/journal-spans.sqlite3"
"""The index, below the data folder."""

_STEP_S: Final = 0.2
_PAUSE_S: Final = 0.2
_LOOK_S: Final = 5.0
"""How often what is new is taken into the index: what is not yet in it is looked through."""


class JournalUpkeep:
    """Keeps them, and turns the pages of the journal with them.

    Args:
        data_dir: the data folder.
    """

    def __init__(self, data_dir: Path) -> None:
        self._data_dir = data_dir
        self._ending = threading.Event()
        self._seldom = SeldomLog(log, every_s=3600.0)

    @cached_property
    def pager(self) -> "JournalPager":
        """Turns the pages."""
        from gatekeeper.journal.sqlite import JournalPager  # brings SQLAlchemy in

        return JournalPager(self._data_dir / JOURNAL_FILE, self._archives, self._spans)

    async def run(self) -> None:
        """Go on for as long as the desk runs. Its threads are its own: no page waits for one."""
        while True:
            more = await asyncio.to_thread(self.step)
            await asyncio.sleep(_PAUSE_S if more else _LOOK_S)

    def step(self) -> bool:
        """Do some of what is to be done; gives whether there is more."""
        self._archives.sweep()
        if not (self._data_dir / JOURNAL_FILE).exists():
            return False
        try:
            if self._spans.advance(self._own, _STEP_S):
                return True
            self._add_archive()
        except StoreError as error:
            self._seldom.warning("index", f"what occurs when in the journal can't be noted: {error}")
        return False

    def end(self) -> None:
        """Let what is being done be."""
        self._ending.set()

    def close(self) -> None:
        """The same, and remove the copies."""
        self._ending.set()
        if "_archives" in self.__dict__:
            self._archives.close()

    def _add_archive(self) -> None:
        """Take one archive into the index that is not in it: one that was made before there was an index."""
        from gatekeeper.journal.sqlite.archive_file import opened  # brings SQLAlchemy in

        missing = self._spans.missing(self._own.archives())
        if not missing or self._ending.is_set():
            return
        info = missing[0]
        with contextlib.ExitStack() as stack:
            reader = stack.enter_context(opened(self._data_dir, info, told=self._told))
            self._spans.add_archive(info, reader, self._ending.is_set)

    def _told(self, _done: int) -> None:
        """Part of an archive is unpacked.

        Raises:
            StoreError: the desk is ending, or the disk has no room.
        """
        from gatekeeper.journal.sqlite.unpacked import FREE_BYTES  # brings SQLAlchemy in

        if self._ending.is_set():
            raise StoreError(phrase("the desk is ending"), phrase("it goes on with its next start"))
        if shutil.disk_usage(self._data_dir).free < FREE_BYTES:
            raise StoreError(
                phrase("the disk has no room to unpack an archive"), phrase("make room: calls need what is left")
            )

    @cached_property
    def _spans(self) -> "SpanIndex":
        from gatekeeper.journal.sqlite import SpanIndex  # brings SQLAlchemy in

        return SpanIndex(self._data_dir / SPANS_FILE)

    @cached_property
    def _archives(self) -> "UnpackedArchives":
        from gatekeeper.journal.sqlite import UnpackedArchives  # brings SQLAlchemy in

        return UnpackedArchives(self._data_dir)

    @cached_property
    def _own(self) -> "SqliteReader":
        from gatekeeper.journal.sqlite import SqliteReader  # brings SQLAlchemy in

        return SqliteReader(self._data_dir / JOURNAL_FILE)
